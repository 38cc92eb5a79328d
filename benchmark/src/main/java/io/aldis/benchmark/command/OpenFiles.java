package io.aldis.benchmark.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How many connections this process may have. */
final class OpenFiles {

    /** For jars, event loops and reports. */
    private static final int OTHERS = 64;

    private static final Pattern LIMIT = Pattern.compile("(?m)^Max open files +(\\d+) ");

    private OpenFiles() {}

    /**
     * Sees to it that each client can have a socket.
     *
     * @throws Misuse if they cannot, as far as the system tells, which only Linux does
     */
    static void check(long clients) {
        try {
            Path limits = Path.of("/proc/self/limits");
            check(clients, Files.exists(limits) ? Files.readString(limits) : "");
        } catch (IOException e) {
            // Not told; too many will be told by the system.
        }
    }

    static void check(long clients, String limits) {
        Matcher limit = LIMIT.matcher(limits);
        if (limit.find() && clients + OTHERS > Long.parseLong(limit.group(1))) {
            throw new Misuse(String.format(
                    Locale.ROOT,
                    "%,d clients need %,d open files, but this process may have %,d. Raise the limit (ulimit -n), or take fewer clients.",
                    clients,
                    clients + OTHERS,
                    Long.parseLong(limit.group(1))));
        }
    }
}
