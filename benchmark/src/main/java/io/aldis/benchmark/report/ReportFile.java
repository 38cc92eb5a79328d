package io.aldis.benchmark.report;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** A file that is there whole or not at all: it is written beside its place and then moved there. */
public final class ReportFile {

    private ReportFile() {}

    /**
     * Whether a report can be written there, to be asked before a long run rather than after it.
     *
     * @throws ReportFailed if not
     */
    public static void check(Path path) {
        Path folder = folder(path);
        if (Files.isDirectory(path)) {
            throw new ReportFailed(
                    "The report cannot be written to " + path + ": that is a directory. Name a file in it.");
        } else if (!Files.isDirectory(folder)) {
            throw new ReportFailed("The report cannot be written to " + path + ": there is no directory " + folder
                    + ". Make it, or name another.");
        } else if (!special(path) && !Files.isWritable(folder)) {
            throw new ReportFailed("The report cannot be written to " + path + ": files may not be made in " + folder
                    + ". Change its permissions, or name another.");
        }
    }

    /**
     * Writes a file in UTF-8, over one that is there.
     *
     * @throws ReportFailed if it cannot be written
     */
    public static void write(Path path, String content) {
        check(path);
        try {
            if (special(path)) {
                Files.writeString(path, content);
            } else {
                replace(Files.exists(path) ? path.toRealPath() : path.toAbsolutePath(), content);
            }
        } catch (IOException failure) {
            throw new ReportFailed("The report cannot be written to " + path + ": " + reason(failure) + ".", failure);
        }
    }

    private static void replace(Path path, String content) throws IOException {
        // Not Files.createTempFile: nobody but the owner may read what that makes.
        Path draft = path.resolveSibling(
                "." + path.getFileName() + "." + ProcessHandle.current().pid() + ".part");
        try {
            Files.writeString(
                    draft,
                    content,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE);
            move(draft, path);
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    private static void move(Path draft, Path path) throws IOException {
        try {
            Files.move(draft, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException unsupported) {
            Files.move(draft, path, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Whether it is a pipe or a device, such as {@code /dev/stdout}, in whose place nothing may be put. */
    private static boolean special(Path path) {
        return Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path);
    }

    private static Path folder(Path path) {
        @Nullable Path parent = path.toAbsolutePath().getParent();
        return parent == null ? path.toAbsolutePath() : parent;
    }

    private static String reason(IOException failure) {
        if (failure instanceof NoSuchFileException) {
            return "its directory is gone";
        } else if (failure instanceof AccessDeniedException) {
            return "permission was denied";
        } else if (failure instanceof FileSystemException refused && refused.getReason() != null) {
            return refused.getReason();
        }
        return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
    }
}
