package io.aldis.benchmark.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aldis.benchmark.result.Usage;
import io.aldis.benchmark.watch.ProcessWatch.Reading;
import java.io.BufferedReader;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Processes that really run; what is hard to bring about with them is in {@link ProcessTreeTest}. */
@Timeout(60)
class ProcessWatchTest {

    /** Counts in a child, which ends, each time a line comes in. */
    private static final String COUNTING =
            "while read line; do" + " (i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; true); echo counted; done";

    private final List<Process> started = new ArrayList<>();

    @TempDir
    Path empty;

    @AfterEach
    void endProcesses() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void workOfAChildThatHasEndedCounts() throws Exception {
        Process shell = shell(COUNTING);
        ProcessWatch watch = ProcessWatch.of(shell.pid());
        Reading before = watch.read().orElseThrow();
        try (Writer in = shell.outputWriter();
                BufferedReader out = shell.inputReader()) {
            in.write("go\n");
            in.flush();
            assertThat(out.readLine()).isEqualTo("counted");
            Reading after = watch.read().orElseThrow();
            Usage usage = ProcessWatch.between(before, after);
            assertThat(usage.cpuSeconds()).isPositive();
            assertThat(usage.residentBytes()).isPositive().isLessThanOrEqualTo(usage.peakBytes());
            assertThat(usage.residentGrowth()).isEqualTo(after.residentBytes() - before.residentBytes());
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void memoryOfChildrenCounts() throws Exception {
        Process shell = shell("read line; (echo there; read line); true");
        ProcessWatch watch = ProcessWatch.of(shell.pid());
        long alone = watch.read().orElseThrow().residentBytes();
        try (Writer in = shell.outputWriter();
                BufferedReader out = shell.inputReader()) {
            in.write("go\n");
            in.flush();
            assertThat(out.readLine()).isEqualTo("there");
            assertThat(watch.read().orElseThrow().residentBytes()).isGreaterThan(alone);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void aProcessThatEndsIsNotReadAnyMore() throws Exception {
        Process shell = shell("read line");
        ProcessWatch watch = ProcessWatch.of(shell.pid());
        assertThat(watch.read()).isPresent();
        shell.outputWriter().close();
        assertThat(shell.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(watch.read()).isEmpty();
        assertThatThrownBy(() -> ProcessWatch.of(shell.pid()))
                .isInstanceOf(WatchFailed.class)
                .hasMessageStartingWith("there is no process " + shell.pid() + " on this machine");
    }

    @Test
    void withoutProcNothingIsWatched() {
        assertThatThrownBy(() -> ProcessWatch.of(empty, 1))
                .isInstanceOf(WatchFailed.class)
                .hasMessageContaining("which only Linux has");
    }

    @Test
    void thisProcessIsRead() {
        Reading self = ProcessWatch.self();
        assertThat(self.cpuSeconds()).isPositive();
        assertThat(self.residentBytes()).isPositive().isLessThanOrEqualTo(self.peakBytes());
    }

    private Process shell(String script) throws Exception {
        Process shell = new ProcessBuilder("sh", "-c", script)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        started.add(shell);
        return shell;
    }
}
