package io.aldis.benchmark.watch;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What {@code /proc} says of one process (proc(5)).
 *
 * @param id which process
 * @param ended whether it only waits for its parent to take note of its end
 * @param ownTicks CPU time it used
 * @param reapedTicks CPU time of its children that ended and that it took note of, and of theirs
 * @param residentBytes memory it holds
 * @param peakBytes the most memory it ever held
 */
record ProcEntry(Identity id, boolean ended, long ownTicks, long reapedTicks, long residentBytes, long peakBytes) {

    private static final Pattern RESIDENT = Pattern.compile("^VmRSS:\\s+(\\d+) kB", Pattern.MULTILINE);
    private static final Pattern PEAK = Pattern.compile("^VmHWM:\\s+(\\d+) kB", Pattern.MULTILINE);

    /**
     * A process, also after its number was given to another.
     *
     * @param start when it began, in ticks since the system did
     */
    record Identity(long pid, long start) {}

    /** CPU time counted with this process. */
    long ticks() {
        return ownTicks + reapedTicks;
    }

    /** The process of that number, if there is one. */
    static Optional<ProcEntry> read(Path proc, long pid) {
        Path directory = proc.resolve(Long.toString(pid));
        try {
            return Optional.of(parse(
                    pid, Files.readString(directory.resolve("stat")), Files.readString(directory.resolve("status"))));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    private static ProcEntry parse(long pid, String stat, String status) {
        // The name stands in parentheses and may hold anything, also blanks and parentheses: what follows begins with
        // field 3.
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).trim().split(" ", -1);
        return new ProcEntry(
                new Identity(pid, field(fields, 22)),
                fields[0].equals("Z") || fields[0].equals("X"),
                field(fields, 14) + field(fields, 15),
                field(fields, 16) + field(fields, 17),
                kilobytes(RESIDENT, status),
                kilobytes(PEAK, status));
    }

    private static long field(String[] fields, int number) {
        return Long.parseLong(fields[number - 3]);
    }

    /** A process that has ended holds nothing, and nothing is said of it. */
    private static long kilobytes(Pattern line, String status) {
        Matcher matcher = line.matcher(status);
        return matcher.find() ? Long.parseLong(matcher.group(1)) * 1024 : 0;
    }

    /** Numbers of the processes that a process has started and that are still there. */
    static List<Long> children(Path proc, long pid) {
        List<Long> children = new ArrayList<>();
        boolean told = false;
        // A child is listed with the thread that started it.
        try (DirectoryStream<Path> tasks =
                Files.newDirectoryStream(proc.resolve(Long.toString(pid)).resolve("task"))) {
            for (Path task : tasks) {
                String listed = text(task.resolve("children"));
                told |= listed != null;
                addNumbers(listed == null ? "" : listed, children);
            }
        } catch (IOException | DirectoryIteratorException gone) {
            return children;
        }
        // Not every kernel is built to list them; Java looks through all processes instead.
        return told ? children : childrenByJava(pid);
    }

    private static void addNumbers(String listed, List<Long> numbers) {
        for (String number : listed.trim().split(" ", -1)) {
            if (!number.isEmpty()) {
                numbers.add(Long.parseLong(number));
            }
        }
    }

    private static List<Long> childrenByJava(long pid) {
        return ProcessHandle.of(pid).stream()
                .flatMap(ProcessHandle::children)
                .map(ProcessHandle::pid)
                .toList();
    }

    private static @Nullable String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException gone) {
            return null;
        }
    }
}
