package io.aldis.benchmark.report;

import io.aldis.benchmark.result.Counts;
import io.aldis.benchmark.result.ExitCode;
import io.aldis.benchmark.result.Latency;
import io.aldis.benchmark.result.PhaseResult;
import io.aldis.benchmark.result.Result;
import io.aldis.benchmark.result.Sample;
import io.aldis.benchmark.result.Usage;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Results as a run might show them, the same each time. */
public final class ExampleResult {

    private static final Result.Environment ENVIRONMENT =
            new Result.Environment("aldis-benchmark 0.1.0", "17.0.15 (HotSpot)", "Linux 6.1 amd64", 8, 4711L);

    private ExampleResult() {}

    /** A broker that did well for a minute: 60 samples in four phases, one of them measured. */
    public static Result minute() {
        List<Sample> samples = new ArrayList<>();
        Counts totals = Counts.NONE;
        for (int second = 1; second <= 60; second++) {
            Sample sample = second(second);
            samples.add(sample);
            totals = totals.plus(sample.counts());
        }
        return new Result(
                "p2p",
                "./aldis bench p2p --clients 200 --qos 1 --size 256 --duration 45s --broker-pid 4711",
                "mqtt://localhost:1883",
                "5.0",
                List.of(
                        "200 publishers, each to a subscriber of its own",
                        "QoS 1, 256 bytes, window 20",
                        "as fast as the broker takes it"),
                Instant.parse("2026-03-14T15:09:26.535Z"),
                ENVIRONMENT,
                List.of(
                        phase("connect", false, 0, 3, samples),
                        phase("warm up", false, 3, 7, samples),
                        phase("measure", true, 10, 45, samples),
                        phase("drain", false, 55, 5, samples)),
                samples,
                totals,
                new Result.Verdict(
                        ExitCode.OK,
                        List.of(),
                        List.of(
                                "The tool kept 2.1 of 8 cores busy: what it shares with the broker is missing there.")));
    }

    private static Sample second(int second) {
        String phase = second <= 3 ? "connect" : second <= 10 ? "warm up" : second <= 55 ? "measure" : "drain";
        double warmth = second <= 3 || second > 56 ? 0 : Math.min(1, 0.3 + 0.1 * (second - 3));
        boolean pause = second == 31;
        double wave = 1 + 0.035 * Math.sin(second * 1.3) + 0.02 * Math.cos(second * 3.1);
        long sent = Math.round(98_000 * warmth * wave * (pause ? 0.55 : 1));
        long received = second == 55 ? sent - 640 : second == 56 ? sent + 640 : sent;
        Counts counts = new Counts(
                second <= 3 ? 134 : 0,
                0,
                second <= 3 ? 67 : 0,
                sent,
                sent,
                0,
                sent,
                received,
                received,
                0,
                0,
                0,
                0,
                0,
                0,
                sent * 291 + received * 4,
                received * 291 + sent * 4);
        double slow = 1 + 0.25 * Math.sin(second * 0.9) + (warmth < 1 ? 2.5 * (1 - warmth) : 0);
        return new Sample(
                second + 0.001 * (second % 3),
                1.0,
                phase,
                counts,
                Math.min(400, second * 134),
                received == 0 ? 0 : 0.42 * slow,
                received == 0 ? 0 : (pause ? 41.0 : 2.3) * slow,
                received == 0 ? 0 : (pause ? 83.5 : 9.0 + 6 * Math.abs(Math.sin(second * 2.2))) * slow,
                sent == 0 ? 0.11 : 1.62 * warmth * wave + (warmth < 1 ? 0.6 : 0),
                (long) ((310 + 90 * Math.min(1, second / 22.0) + 18 * Math.sin(second * 0.8)) * 1024 * 1024),
                0.15 + 1.95 * warmth * wave);
    }

    private static PhaseResult phase(String name, boolean measured, int begin, int seconds, List<Sample> samples) {
        List<Sample> its = samples.subList(begin, begin + seconds);
        Counts counts = its.stream().map(Sample::counts).reduce(Counts.NONE, Counts::plus);
        double brokerCpu = its.stream()
                .mapToDouble(sample -> sample.brokerCores() == null ? 0 : sample.brokerCores())
                .sum();
        double toolCpu = its.stream().mapToDouble(Sample::toolCores).sum();
        boolean connecting = counts.connected() > 0;
        return new PhaseResult(
                name,
                measured,
                begin,
                seconds,
                counts,
                connecting ? latency(counts.connected(), 1.9) : Latency.NONE,
                connecting ? latency(counts.subscribed(), 0.8) : Latency.NONE,
                latency(counts.acknowledged(), 0.31),
                latency(counts.received(), 0.42),
                Latency.NONE,
                Latency.NONE,
                new Usage(brokerCpu, 402L << 20, connecting ? 402L * 30_412 : 4L << 20, 437L << 20),
                new Usage(toolCpu, 260L << 20, 0, 300L << 20));
    }

    /** Latencies with a long tail. */
    static Latency latency(long count, double median) {
        if (count == 0) {
            return Latency.NONE;
        }
        List<Latency.Point> curve = new ArrayList<>();
        for (double rest = 1; rest > 1.0 / count; rest *= 0.8) {
            curve.add(new Latency.Point(100 * (1 - rest), tail(median, rest)));
        }
        double max = tail(median, 1.0 / count);
        curve.add(new Latency.Point(100, max));
        return new Latency(
                count,
                tail(median, 1),
                median * 1.3,
                tail(median, 0.5),
                tail(median, 0.1),
                tail(median, 0.01),
                Math.min(max, tail(median, 0.001)),
                max,
                curve);
    }

    private static double tail(double median, double rest) {
        double decades = -Math.log10(rest);
        return median * (0.45 + 1.7 * decades + 0.55 * Math.pow(decades, 3));
    }

    /** A broker that was bad, in round numbers, whose process is not known. */
    public static Result bad() {
        Counts counts = new Counts(
                20, 1, 10, 12_000, 11_990, 10, 12_000, 11_940, 11_950, 0, 5, 3, 2, 1, 4, 2_400_000, 2_500_000);
        Latency delivery = new Latency(
                11_950,
                0.2,
                1.5,
                1.25,
                3.5,
                12.5,
                125,
                1250,
                List.of(new Latency.Point(50, 1.25), new Latency.Point(100, 1250)));
        PhaseResult phase = new PhaseResult(
                "measure",
                true,
                0,
                10,
                counts,
                Latency.NONE,
                Latency.NONE,
                Latency.NONE,
                delivery,
                Latency.NONE,
                Latency.NONE,
                null,
                new Usage(2.395, 100 << 20, 0, 100 << 20));
        return new Result(
                "fan-out",
                "./aldis bench fan-out",
                "mqtt://broker:1883",
                "3.1.1",
                List.of("10 publishers, 10 subscribers", "QoS 1, 64 bytes"),
                Instant.parse("2026-03-14T15:09:26Z"),
                new Result.Environment("aldis-benchmark 0.1.0", "17", "Linux", 8, null),
                List.of(phase),
                List.of(new Sample(1, 1, "measure, \"first\"", counts, 19, 1.25, 12.5, 1250, null, null, 0.25)),
                counts,
                new Result.Verdict(
                        ExitCode.GUARANTEE,
                        List.of(
                                "60 messages of QoS 1 were lost.",
                                "</script><!-- tags & \"quotes\" \u2028 do no harm."),
                        List.of("5 messages of QoS 1 came twice, which is allowed.")));
    }

    /** A run that the broker refused in its own words. */
    static Result refused(String words) {
        Result nothing = nothing();
        return new Result(
                nothing.scenario(),
                nothing.command(),
                nothing.broker(),
                nothing.mqtt(),
                nothing.setting(),
                nothing.began(),
                nothing.environment(),
                nothing.phases(),
                nothing.samples(),
                nothing.totals(),
                new Result.Verdict(ExitCode.UNREACHABLE, List.of(words), List.of()));
    }

    /** A run that came to nothing: no messages, no time, and in its figures NaN where there should be none. */
    public static Result nothing() {
        return nothing(null);
    }

    /** The same with a broker whose process is known. */
    static Result nothing(@Nullable Usage broker) {
        PhaseResult phase = new PhaseResult(
                "measure",
                true,
                0,
                0,
                Counts.NONE,
                Latency.NONE,
                Latency.NONE,
                Latency.NONE,
                Latency.NONE,
                Latency.NONE,
                Latency.NONE,
                broker,
                null);
        return new Result(
                "idle",
                "./aldis bench idle",
                "mqtt://nowhere:1883",
                "5.0",
                List.of(),
                Instant.EPOCH,
                new Result.Environment("aldis-benchmark 0.1.0", "17", "Linux", 8, null),
                List.of(phase),
                List.of(new Sample(
                        0,
                        0,
                        "measure",
                        Counts.NONE,
                        0,
                        Double.NaN,
                        Double.NaN,
                        Double.NaN,
                        Double.NaN,
                        null,
                        Double.NaN)),
                Counts.NONE,
                new Result.Verdict(ExitCode.UNREACHABLE, List.of("mqtt://nowhere:1883 cannot be reached."), List.of()));
    }
}
