package io.aldis.benchmark.compare;

import io.aldis.benchmark.result.ExitCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where a contender is to be found for some rounds. */
sealed interface Presence extends AutoCloseable {

    Contender contender();

    /** Ends what was started for it. */
    @Override
    default void close() {}

    /** It can be reached there, or so it was said. */
    record There(
            Contender contender,
            String host,
            int port,
            @Nullable Long pid,
            @Nullable LocalBroker process) implements Presence {

        /** What is to be told of its process; empty if all is well or nothing is known. */
        List<String> findings() {
            return process == null
                    ? List.of()
                    : process.ending().map(ending -> "The broker's process is gone: " + ending).stream()
                            .toList();
        }

        @Override
        public void close() {
            if (process != null) {
                process.close();
            }
        }
    }

    /** It could not be started. */
    record Missing(Contender contender, ExitCode exit, String why) implements Presence {}

    /** Makes contenders present. */
    @FunctionalInterface
    interface Opening {
        /**
         * Starts it, if it is for us to start.
         *
         * @throws CompareFailed if it cannot be started
         */
        There open(Contender contender);
    }

    /** Starts a process for a local broker; takes one that runs by its word. */
    static There of(Contender contender) {
        if (contender instanceof Contender.Local local) {
            LocalBroker process = LocalBroker.start(local);
            return new There(contender, process.host(), process.port(), process.pid(), process);
        }
        Contender.Running running = (Contender.Running) contender;
        return new There(contender, running.host(), running.port(), running.pid(), null);
    }
}
