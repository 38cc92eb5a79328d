package io.aldis.benchmark.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether somebody watches, and how much room there is. */
final class Terminal {

    private static final int USUAL_COLUMNS = 80;

    private Terminal() {}

    /** Whether standard error is a terminal, and not a pipe or a file. False where the system does not tell, which only Linux does. */
    static boolean isWatching() {
        if (System.getenv("TERM") == null || System.getenv("TERM").equals("dumb")) {
            return false;
        }
        Path descriptor = Path.of("/proc/self/fd/2");
        try {
            return Files.exists(descriptor)
                    && Files.readSymbolicLink(descriptor).startsWith("/dev")
                    && !descriptor.toRealPath().endsWith("null");
        } catch (IOException e) {
            return false;
        }
    }

    /** Columns, as far as the shell tells. */
    static int columns() {
        String columns = System.getenv("COLUMNS");
        return columns != null && columns.matches("\\d{2,4}") ? Integer.parseInt(columns) : USUAL_COLUMNS;
    }
}
