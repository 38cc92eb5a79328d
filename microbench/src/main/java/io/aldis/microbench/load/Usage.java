package io.aldis.microbench.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What a Linux process has used, from {@code /proc}.
 *
 * @param cpuSeconds user and system time of all its threads, ended ones included
 * @param residentBytes memory it holds
 * @param peakBytes the most it ever held
 */
record Usage(double cpuSeconds, long residentBytes, long peakBytes) {
    /** The unit of times in /proc on every architecture we run on: {@code getconf CLK_TCK}. */
    private static final double TICKS_PER_SECOND = 100;

    // Columns of /proc/<pid>/stat counted from the one after the program's name, which may itself contain blanks.
    private static final int USER_TIME = 11;
    private static final int SYSTEM_TIME = 12;

    /** @throws LoadFailed if there is no such process, or no /proc */
    static Usage of(long pid) {
        Path proc = Path.of("/proc", Long.toString(pid));
        try {
            String stat = Files.readString(proc.resolve("stat"));
            List<String> columns =
                    List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
            long ticks = Long.parseLong(columns.get(USER_TIME)) + Long.parseLong(columns.get(SYSTEM_TIME));
            List<String> status = Files.readAllLines(proc.resolve("status"));
            return new Usage(ticks / TICKS_PER_SECOND, kilobytes(status, "VmRSS:"), kilobytes(status, "VmHWM:"));
        } catch (IOException e) {
            throw new LoadFailed("cannot read the process " + pid + " in /proc: is it running?");
        }
    }

    private static long kilobytes(List<String> status, String name) {
        return status.stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.replaceAll("\\D", ""))
                .mapToLong(Long::parseLong)
                .map(kilobytes -> kilobytes * 1024)
                .findFirst()
                .orElse(0);
    }
}
