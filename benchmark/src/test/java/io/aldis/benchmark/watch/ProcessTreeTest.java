package io.aldis.benchmark.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.benchmark.watch.ProcessWatch.Reading;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of CPU time and memory as processes come and go, in a {@code /proc} made up for it. Times are in ticks of 10 ms. */
class ProcessTreeTest {

    private static final long ROOT = 100;
    private static final long CHILD = 101;
    private static final long GRANDCHILD = 102;

    @TempDir
    Path proc;

    @BeforeEach
    void beginWithOneProcess() throws IOException {
        Files.createDirectories(proc.resolve("self"));
        Files.writeString(proc.resolve("self/stat"), "");
        process(ROOT, 1, 50, 0, CHILD);
    }

    @Test
    void allThatDescendsFromTheProcessCounts() throws IOException {
        process(CHILD, 2, 20, 3, GRANDCHILD);
        process(GRANDCHILD, 3, 7, 0);
        Reading reading = ProcessWatch.of(proc, ROOT).read().orElseThrow();
        assertThat(reading.cpuSeconds()).isEqualTo(0.80);
        assertThat(reading.residentBytes()).isEqualTo(3 * 1000 * 1024);
        assertThat(reading.peakBytes()).isEqualTo(3 * 1500 * 1024);
    }

    @Test
    void aNameMayLookLikeMore() throws IOException {
        Files.writeString(proc.resolve("100/stat"), stat(ROOT, "a) R 1 (b", "S", 1, 50, 0));
        assertThat(cpu(ProcessWatch.of(proc, ROOT))).isEqualTo(0.50);
    }

    @Test
    void aChildThatEndsIsCountedOnceThroughItsParent() throws IOException {
        process(CHILD, 2, 20, 0);
        ProcessWatch watch = ProcessWatch.of(proc, ROOT);
        assertThat(cpu(watch)).isEqualTo(0.70);
        gone(CHILD);
        process(ROOT, 1, 51, 25);
        assertThat(cpu(watch)).isEqualTo(0.76);
    }

    @Test
    void aChildThatEndsUnnoticedByItsParentDoesNotVanish() throws IOException {
        process(CHILD, 2, 20, 0);
        ProcessWatch watch = ProcessWatch.of(proc, ROOT);
        assertThat(cpu(watch)).isEqualTo(0.70);
        gone(CHILD);
        process(ROOT, 1, 55, 0);
        assertThat(cpu(watch)).isEqualTo(0.75);
        process(ROOT, 1, 60, 0);
        assertThat(cpu(watch)).isEqualTo(0.80);
    }

    @Test
    void anOrphanIsWatchedOn() throws IOException {
        process(CHILD, 2, 20, 0, GRANDCHILD);
        process(GRANDCHILD, 3, 10, 0);
        ProcessWatch watch = ProcessWatch.of(proc, ROOT);
        assertThat(cpu(watch)).isEqualTo(0.80);
        gone(CHILD);
        process(ROOT, 1, 50, 20);
        process(GRANDCHILD, 3, 15, 0);
        assertThat(cpu(watch)).isEqualTo(0.85);
        gone(GRANDCHILD);
        assertThat(cpu(watch)).isEqualTo(0.85);
    }

    @Test
    void anotherProcessOfTheSameNumberIsNotMistakenForIt() throws IOException {
        process(CHILD, 2, 20, 0, GRANDCHILD);
        process(GRANDCHILD, 3, 10, 0);
        ProcessWatch watch = ProcessWatch.of(proc, ROOT);
        assertThat(cpu(watch)).isEqualTo(0.80);
        gone(CHILD);
        process(ROOT, 1, 50, 30);
        process(GRANDCHILD, 99, 1000, 0);
        assertThat(cpu(watch)).isEqualTo(0.80);
        process(ROOT, 99, 1000, 0);
        assertThat(watch.read()).isEmpty();
    }

    @Test
    void aProcessThatOnlyWaitsForItsParentHasEnded() throws IOException {
        ProcessWatch watch = ProcessWatch.of(proc, ROOT);
        Files.writeString(proc.resolve("100/stat"), stat(ROOT, "broker", "Z", 1, 50, 0));
        Files.writeString(proc.resolve("100/status"), "Name:\tbroker\n");
        assertThat(watch.read()).isEmpty();
    }

    @Test
    void thePeakStaysWhenAChildIsGone() throws IOException {
        process(CHILD, 2, 20, 0);
        ProcessWatch watch = ProcessWatch.of(proc, ROOT);
        assertThat(watch.read().orElseThrow().peakBytes()).isEqualTo(2 * 1500 * 1024);
        gone(CHILD);
        Reading after = watch.read().orElseThrow();
        assertThat(after.residentBytes()).isEqualTo(1000 * 1024);
        assertThat(after.peakBytes()).isEqualTo(2 * 1500 * 1024);
    }

    private static double cpu(ProcessWatch watch) {
        return watch.read().orElseThrow().cpuSeconds();
    }

    private void process(long pid, long start, long ticks, long reaped, long... children) throws IOException {
        Path task = Files.createDirectories(
                proc.resolve(Long.toString(pid)).resolve("task").resolve(Long.toString(pid)));
        Files.writeString(
                task.resolve("children"),
                Arrays.stream(children).mapToObj(child -> child + " ").collect(Collectors.joining()));
        Path directory = proc.resolve(Long.toString(pid));
        Files.writeString(directory.resolve("stat"), stat(pid, "broker", "S", start, ticks, reaped));
        Files.writeString(
                directory.resolve("status"), "Name:\tbroker\nVmHWM:\t    1500 kB\nVmRSS:\t    1000 kB\nThreads:\t1\n");
    }

    /** Of the fields of proc(5), those from the state on: half of the time is user time, the other system time. */
    private static String stat(long pid, String name, String state, long start, long ticks, long reaped) {
        return pid + " (" + name + ") " + state + " 1 1 1 0 -1 0 0 0 0 0 " + (ticks - ticks / 2) + " " + ticks / 2 + " "
                + (reaped - reaped / 2) + " " + reaped / 2 + " 20 0 1 0 " + start + " 0 250 0\n";
    }

    private void gone(long pid) throws IOException {
        try (var files = Files.walk(proc.resolve(Long.toString(pid)))) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.delete(file);
            }
        }
    }
}
