package io.aldis.benchmark.report;

import io.aldis.benchmark.result.Counts;
import io.aldis.benchmark.result.Latency;
import io.aldis.benchmark.result.PhaseResult;
import io.aldis.benchmark.result.Result;
import io.aldis.benchmark.result.Usage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What the reports for people have in common: which phases count, their tables, and what the verdict is called. */
final class Summary {

    private Summary() {}

    /** One kind of latency. */
    record Kind(String name, Latency latency) {}

    /** The phases the run is about, or all if it did not get that far. */
    static List<PhaseResult> phases(Result result) {
        List<PhaseResult> measured = result.measured();
        return measured.isEmpty() ? result.phases() : measured;
    }

    /** The phase whose figures stand for the run: of those it is about the one with most messages, or else connections. */
    static Optional<PhaseResult> headline(Result result) {
        return phases(result).stream()
                .max(Comparator.comparingLong((PhaseResult phase) ->
                                phase.counts().sent() + phase.counts().received())
                        .thenComparingLong(phase -> phase.counts().connected()));
    }

    /** The phase in which most connections were made while the broker's memory was watched. */
    static Optional<PhaseResult> connecting(Result result) {
        return result.phases().stream()
                .filter(phase -> phase.brokerBytesPerConnection() > 0)
                .max(Comparator.comparingLong(phase -> phase.counts().connected()));
    }

    /** The latencies of a phase of which there are values. */
    static List<Kind> latencies(PhaseResult phase) {
        return List.of(
                        new Kind("delivery", phase.delivery()),
                        new Kind("acknowledge", phase.acknowledge()),
                        new Kind("retained", phase.retained()),
                        new Kind("subscribe", phase.subscribe()),
                        new Kind("connect", phase.connect()),
                        new Kind("delay", phase.delay()))
                .stream()
                .filter(kind -> kind.latency().count() > 0)
                .toList();
    }

    /** Cores kept busy in a phase; NaN if it is not known. */
    static double cores(@Nullable Usage usage, PhaseResult phase) {
        return usage == null || phase.seconds() <= 0 ? Double.NaN : usage.cpuSeconds() / phase.seconds();
    }

    /** Megabytes (of 1,000,000 bytes) that came each second. */
    static double megabytes(PhaseResult phase) {
        return phase.perSecond(phase.counts().bytesReceived()) / 1e6;
    }

    /** How much went in and came out. */
    static Table rates(List<PhaseResult> phases) {
        List<List<String>> rows = new ArrayList<>();
        for (PhaseResult phase : phases) {
            Counts counts = phase.counts();
            rows.add(List.of(
                    phase.name(),
                    Figure.rounded(phase.seconds(), 1),
                    Figure.rate(phase.perSecond(counts.sent())),
                    Figure.rate(phase.perSecond(counts.received())),
                    Figure.rounded(megabytes(phase), 2),
                    Figure.count(counts.sent()),
                    Figure.count(counts.acknowledged()),
                    Figure.count(counts.received()),
                    Figure.count(counts.connected())));
        }
        return new Table(
                "Throughput",
                List.of("seconds", "in/s", "out/s", "out MB/s", "sent", "acked", "received", "connected"),
                rows);
    }

    /** How long things took. */
    static Table latencies(List<PhaseResult> phases) {
        List<List<String>> rows = new ArrayList<>();
        for (PhaseResult phase : phases) {
            for (Kind kind : latencies(phase)) {
                Latency latency = kind.latency();
                rows.add(List.of(
                        phases.size() > 1 ? phase.name() + ": " + kind.name() : kind.name(),
                        Figure.count(latency.count()),
                        Figure.precise(latency.min()),
                        Figure.precise(latency.mean()),
                        Figure.precise(latency.p50()),
                        Figure.precise(latency.p90()),
                        Figure.precise(latency.p99()),
                        Figure.precise(latency.p999()),
                        Figure.precise(latency.max())));
            }
        }
        return new Table("Latency, ms", List.of("count", "min", "mean", "p50", "p90", "p99", "p99.9", "max"), rows);
    }

    /** What it took. A process that is not known has no row. */
    static Table resources(List<PhaseResult> phases) {
        List<List<String>> rows = new ArrayList<>();
        for (PhaseResult phase : phases) {
            String prefix = phases.size() > 1 ? phase.name() + ": " : "";
            usage(rows, prefix + "broker", phase.broker(), phase, phase.brokerMicrosPerMessage());
            usage(rows, prefix + "this tool", phase.tool(), phase, phase.toolMicrosPerMessage());
        }
        return new Table("CPU and memory", List.of("CPU s", "cores", "µs/message", "memory", "peak"), rows);
    }

    private static void usage(
            List<List<String>> rows, String name, @Nullable Usage usage, PhaseResult phase, double microsPerMessage) {
        if (usage != null) {
            rows.add(List.of(
                    name,
                    Figure.rounded(usage.cpuSeconds(), 2),
                    Figure.rounded(cores(usage, phase), 2),
                    Figure.precise(microsPerMessage),
                    Figure.bytes(usage.residentBytes()),
                    Figure.bytes(usage.peakBytes())));
        }
    }

    /** What was counted of messages, by name. */
    static List<List<String>> totals(Counts counts) {
        return List.of(
                List.of("sent", Figure.count(counts.sent())),
                List.of("acknowledged", Figure.count(counts.acknowledged())),
                List.of("refused", Figure.count(counts.refused())),
                List.of("expected", Figure.count(counts.expected())),
                List.of("received", Figure.count(counts.received())),
                List.of("duplicates", Figure.count(counts.duplicates())),
                List.of("late", Figure.count(counts.late())),
                List.of("corrupt", Figure.count(counts.corrupt())),
                List.of("misdirected", Figure.count(counts.misdirected())),
                List.of("foreign", Figure.count(counts.foreign())));
    }

    /** What the verdict is called, a sentence. */
    static String verdict(Result.Verdict verdict) {
        return switch (verdict.exit()) {
            case OK -> "The broker kept its promises.";
            case BUG -> "The benchmark tool failed.";
            case USAGE -> "The run makes no sense as it was asked for.";
            case UNREACHABLE -> "The broker could not be reached, or refused clients or subscriptions.";
            case BROKEN_OFF -> "The broker ended connections in the middle of the run.";
            case GUARANTEE -> "The broker broke its promises.";
            case UNFINISHED -> "Not all was there in time.";
            case INTERRUPTED -> "The run was ended by the user.";
        };
    }
}
