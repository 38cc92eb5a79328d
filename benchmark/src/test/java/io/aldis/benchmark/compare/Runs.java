package io.aldis.benchmark.compare;

import io.aldis.benchmark.engine.Observer;
import io.aldis.benchmark.engine.Runner;
import io.aldis.benchmark.plan.Plan;
import io.aldis.benchmark.plan.Target;
import io.aldis.benchmark.result.Counts;
import io.aldis.benchmark.result.ExitCode;
import io.aldis.benchmark.result.Latency;
import io.aldis.benchmark.result.PhaseResult;
import io.aldis.benchmark.result.Result;
import io.aldis.benchmark.result.Usage;
import io.aldis.codec.MqttVersion;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs that were never made: results by hand, given out by a runner that notes who asked. */
final class Runs implements Runner {

    /** Such as "p2p a:1", in their order. */
    final List<String> log = new ArrayList<>();

    /** The process ids that were given with them. */
    final List<@Nullable Long> pids = new ArrayList<>();

    private final Map<String, Deque<Result>> prepared = new HashMap<>();

    /** What the runs against a broker show, one after the other; the last one from then on. */
    Runs show(String host, Result... results) {
        prepared.put(host, new ArrayDeque<>(List.of(results)));
        return this;
    }

    @Override
    public Result run(Plan plan, @Nullable Long brokerPid, Observer observer) {
        log.add(plan.name() + " " + plan.target().host() + ":" + plan.target().port());
        pids.add(brokerPid);
        Deque<Result> left = prepared.get(plan.target().host());
        if (left == null) {
            throw new IllegalStateException("No result was prepared for " + plan.target());
        }
        return left.size() > 1 ? left.pop() : left.getFirst();
    }

    static Plan plan(String name) {
        return new Plan(name, "bench " + name, Target.tcp("nowhere", 1, MqttVersion.V3_1_1), List.of(), List.of(), 1);
    }

    /** A run with a phase of ten seconds: so many messages came in each of them. */
    static Result received(long perSecond) {
        return result(ExitCode.OK, List.of(), phase("load", 10 * perSecond, new Usage(5, 0, 0, 64 << 20)));
    }

    static Result result(ExitCode exit, List<String> findings, PhaseResult... phases) {
        Counts totals = Counts.NONE;
        for (PhaseResult phase : phases) {
            totals = totals.plus(phase.counts());
        }
        return new Result(
                "p2p",
                "bench p2p",
                "mqtt://nowhere:1",
                "3.1.1",
                List.of("100 publishers <fast> | QoS 1"),
                Instant.EPOCH,
                new Result.Environment("1", "17", "Linux", 2, null),
                List.of(phases),
                List.of(),
                totals,
                new Result.Verdict(exit, findings, List.of()));
    }

    /** Ten seconds in which as many were sent as came. */
    static PhaseResult phase(String name, long received, @Nullable Usage broker) {
        return new PhaseResult(
                name,
                true,
                0,
                10,
                counts(0, received, received, received, 0),
                Latency.NONE,
                Latency.NONE,
                Latency.NONE,
                new Latency(received, 0.5, 1.5, 1, 2, 4, 8.25, 1234, List.of()),
                Latency.NONE,
                Latency.NONE,
                broker,
                new Usage(1, 0, 0, 0));
    }

    static Counts counts(long connected, long sent, long expected, long received, long duplicates) {
        return new Counts(
                connected,
                0,
                0,
                sent,
                0,
                0,
                expected,
                received - duplicates,
                received,
                0,
                duplicates,
                0,
                0,
                0,
                0,
                0,
                0);
    }
}
