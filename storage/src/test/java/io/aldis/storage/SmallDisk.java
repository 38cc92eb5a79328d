package io.aldis.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file system of its own, in memory, which only root can have. */
record SmallDisk(Path path) implements AutoCloseable {

    /**
     * Mounts one.
     *
     * @param path is not there yet
     * @return null if that is not allowed here
     */
    static @Nullable SmallDisk mount(Path path, int mebibytes) throws Exception {
        Files.createDirectory(path);
        boolean isRoot = "root".equals(System.getProperty("user.name"));
        return isRoot && run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", path.toString()) == 0
                ? new SmallDisk(path)
                : null;
    }

    /** A file that takes what space there is, but so many bytes. */
    Path fill(long left) throws Exception {
        Path filler = path.resolve("filler");
        long size = path.toFile().getUsableSpace() - left;
        if (run("fallocate", "-l", Long.toString(size), filler.toString()) != 0) {
            throw new IOException("No file of " + size + " bytes could be made");
        }
        return filler;
    }

    @Override
    public void close() throws Exception {
        run("umount", "-l", path.toString());
    }

    private static int run(String... command) throws Exception {
        try {
            return new ProcessBuilder(command).start().waitFor();
        } catch (IOException e) {
            return -1; // There is no such program.
        }
    }
}
