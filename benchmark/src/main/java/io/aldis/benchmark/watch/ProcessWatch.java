package io.aldis.benchmark.watch;

import io.aldis.benchmark.result.Usage;
import io.aldis.benchmark.watch.ProcEntry.Identity;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Watches the CPU time and the memory of a process and of all it starts. On Linux only.
 *
 * <p>CPU time of a child that ends is passed on to its parent, so it is counted on. Where it is not, because the parent is gone or does
 * not want to know, it is remembered here as it was last seen. Without locks: one thread reads.
 */
public final class ProcessWatch {

    /** In a second. Linux tells CPU time in this unit on every machine, whatever its kernel counts in. */
    private static final double TICKS = 100;

    /** A difference that may be the rounding of user and system time. */
    private static final long ROUNDING = 2;

    /** How often the processes are looked at anew when some begin or end meanwhile. */
    private static final int ATTEMPTS = 4;

    private static final Path PROC = Path.of("/proc");

    private final Path proc;
    private final Identity root;

    // As they were last seen.
    private Map<Identity, ProcEntry> seen = Map.of();
    private boolean settled;
    private long unclaimedTicks;
    private long lastTicks;
    private long peakBytes;

    /**
     * What a process has used up to now, and its children with it.
     *
     * @param cpuSeconds user and system time since it began
     * @param residentBytes memory it holds; what several of its processes share counts for each
     * @param peakBytes the most it ever held; of several processes the sum of what each held at most
     */
    public record Reading(double cpuSeconds, long residentBytes, long peakBytes) {}

    private ProcessWatch(Path proc, Identity root) {
        this.proc = proc;
        this.root = root;
    }

    /**
     * Watches a process from now on.
     *
     * @throws WatchFailed if there is none of that number, or if this system has no {@code /proc}
     */
    public static ProcessWatch of(long pid) {
        return of(PROC, pid);
    }

    static ProcessWatch of(Path proc, long pid) {
        if (!Files.isRegularFile(proc.resolve("self").resolve("stat"))) {
            throw new WatchFailed(
                    "process " + pid + " cannot be watched: that is done with /proc, which only Linux has");
        }
        ProcEntry entry = ProcEntry.read(proc, pid)
                .filter(found -> !found.ended())
                .orElseThrow(() -> new WatchFailed("there is no process " + pid
                        + " on this machine, or it may not be seen; expected the broker's"));
        return new ProcessWatch(proc, entry.id());
    }

    /** What it has used up to now; empty from when it has ended. */
    public Optional<Reading> read() {
        Map<Identity, ProcEntry> now = look();
        boolean steady = false;
        // Whoever ends between two looks may be counted twice, or not at all; so both must show the same.
        for (int attempt = 1; attempt < ATTEMPTS && !steady; attempt++) {
            Map<Identity, ProcEntry> before = now;
            now = look();
            steady = before.keySet().equals(now.keySet()) && reaped(before) == reaped(now);
        }
        ProcEntry first = now.get(root);
        if (first == null || first.ended()) {
            return Optional.empty();
        }
        if (steady && settled) {
            unclaimedTicks += unclaimed(now);
        }
        seen = now;
        settled = steady;
        return Optional.of(sum());
    }

    private static long reaped(Map<Identity, ProcEntry> entries) {
        return entries.values().stream().mapToLong(ProcEntry::reapedTicks).sum();
    }

    /** All that can be found from the process, and from those seen before, though their parents may be gone. */
    private Map<Identity, ProcEntry> look() {
        Map<Identity, ProcEntry> found = new LinkedHashMap<>();
        Deque<ProcEntry> open = new ArrayDeque<>();
        ProcEntry.read(proc, root.pid())
                .filter(entry -> entry.id().equals(root))
                .ifPresent(open::add);
        for (Identity id : seen.keySet()) {
            ProcEntry.read(proc, id.pid())
                    .filter(entry -> entry.id().equals(id))
                    .ifPresent(open::add);
        }
        while (!open.isEmpty()) {
            ProcEntry entry = open.remove();
            if (found.putIfAbsent(entry.id(), entry) == null) {
                for (long child : ProcEntry.children(proc, entry.id().pid())) {
                    ProcEntry.read(proc, child).ifPresent(open::add);
                }
            }
        }
        return found;
    }

    /** CPU time of those that are gone which nobody who is left has taken over. */
    private long unclaimed(Map<Identity, ProcEntry> now) {
        long left = 0;
        long takenOver = 0;
        for (ProcEntry before : seen.values()) {
            ProcEntry after = now.get(before.id());
            if (after == null) {
                left += before.ticks();
            } else {
                takenOver += after.reapedTicks() - before.reapedTicks();
            }
        }
        return left - takenOver > ROUNDING ? left - takenOver : 0;
    }

    private Reading sum() {
        long ticks = unclaimedTicks;
        long resident = 0;
        long peak = 0;
        for (ProcEntry entry : seen.values()) {
            ticks += entry.ticks();
            resident += entry.residentBytes();
            peak += entry.peakBytes();
        }
        lastTicks = Math.max(lastTicks, ticks);
        peakBytes = Math.max(peakBytes, peak);
        return new Reading(lastTicks / TICKS, resident, peakBytes);
    }

    /** What this process has used up to now, without those it has started. Works on every system, though memory is then only Java's. */
    public static Reading self() {
        double cpuSeconds =
                ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                        ? Math.max(0, system.getProcessCpuTime() / 1e9)
                        : 0;
        return ProcEntry.read(PROC, ProcessHandle.current().pid())
                .map(entry -> new Reading(cpuSeconds, entry.residentBytes(), entry.peakBytes()))
                .orElseGet(() -> ofJava(cpuSeconds));
    }

    private static Reading ofJava(double cpuSeconds) {
        var memory = ManagementFactory.getMemoryMXBean();
        long bytes = memory.getHeapMemoryUsage().getCommitted()
                + memory.getNonHeapMemoryUsage().getCommitted();
        return new Reading(cpuSeconds, bytes, bytes);
    }

    /** What was used from one reading to a later one. */
    public static Usage between(Reading before, Reading after) {
        return new Usage(
                Math.max(0, after.cpuSeconds() - before.cpuSeconds()),
                after.residentBytes(),
                after.residentBytes() - before.residentBytes(),
                after.peakBytes());
    }
}
