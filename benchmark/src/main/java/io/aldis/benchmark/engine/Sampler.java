package io.aldis.benchmark.engine;

import io.aldis.benchmark.engine.Tally.Item;
import io.aldis.benchmark.plan.Group;
import io.aldis.benchmark.plan.Plan;
import io.aldis.benchmark.plan.Publishing;
import io.aldis.benchmark.plan.Step;
import io.aldis.benchmark.result.Counts;
import io.aldis.benchmark.result.Sample;
import io.aldis.benchmark.watch.ProcessWatch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** Looks at a run each second, on a thread of its own. */
final class Sampler {

    private final Plan plan;
    private final List<Lane> lanes;
    private final long start;
    private final @Nullable ProcessWatch broker;
    private final Observer observer;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "sampler");
        thread.setDaemon(true);
        return thread;
    });

    private final List<Sample> samples = new ArrayList<>();
    private volatile String phase = "";

    // Of the last look.
    private long lastTime;
    private Counts lastCounts = Counts.NONE;
    private ProcessWatch.@Nullable Reading lastBroker;
    private ProcessWatch.Reading lastTool = ProcessWatch.self();
    private final @Nullable Histogram[] recycled;

    Sampler(Plan plan, List<Lane> lanes, long start, @Nullable Long brokerPid, Observer observer) {
        this.plan = plan;
        this.lanes = lanes;
        this.start = start;
        broker = brokerPid == null ? null : ProcessWatch.of(brokerPid);
        this.observer = observer;
        recycled = new Histogram[lanes.size()];
        lastTime = start;
        lastBroker = broker == null ? null : broker.read().orElse(null);
    }

    void begin() {
        var unused = clock.scheduleAtFixedRate(this::look, 1, 1, TimeUnit.SECONDS);
    }

    void phase(String name) {
        phase = name;
    }

    void end() {
        clock.shutdown();
        try {
            var unused = clock.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    synchronized List<Sample> samples() {
        return List.copyOf(samples);
    }

    private synchronized void look() {
        long now = System.nanoTime();
        Counts counts = lanes.stream().map(lane -> lane.tally().counts()).reduce(Counts.NONE, Counts::plus);
        long open = lanes.stream().mapToLong(lane -> lane.tally().of(Item.OPEN)).sum();
        double seconds = (now - lastTime) / 1e9;
        Histogram delivery = Timings.empty();
        for (int i = 0; i < recycled.length; i++) {
            Histogram interval = lanes.get(i).timings().interval(recycled[i]);
            delivery.add(interval);
            recycled[i] = interval;
        }
        ProcessWatch.Reading reading = broker == null ? null : broker.read().orElse(null);
        ProcessWatch.Reading tool = ProcessWatch.self();
        ProcessWatch.Reading before = lastBroker;
        Sample sample = new Sample(
                (now - start) / 1e9,
                seconds,
                phase,
                counts.since(lastCounts),
                (int) open,
                delivery.getValueAtPercentile(50) / 1e6,
                delivery.getValueAtPercentile(99) / 1e6,
                delivery.getMaxValue() / 1e6,
                reading == null || before == null ? null : (reading.cpuSeconds() - before.cpuSeconds()) / seconds,
                reading == null ? null : reading.residentBytes(),
                (tool.cpuSeconds() - lastTool.cpuSeconds()) / seconds);
        samples.add(sample);
        lastTime = now;
        lastCounts = counts;
        lastBroker = reading;
        lastTool = tool;
        observer.sample(sample, progress(counts, (now - start) / 1e9));
    }

    /** By messages where their number is known, else by time. */
    private Observer.Progress progress(Counts counts, double elapsed) {
        long messages = 0;
        for (Group group : plan.groups()) {
            Publishing publishing = group.publish();
            messages += publishing == null ? 0 : publishing.messages() * group.clients();
        }
        double fraction;
        if (messages > 0) {
            fraction = Math.min(1, (double) counts.sent() / messages);
        } else {
            double planned = plan.steps().stream()
                    .mapToDouble(
                            step -> step instanceof Step.Wait wait ? wait.time().toNanos() / 1e9 : 0)
                    .sum();
            fraction = planned > 0 ? Math.min(1, elapsed / planned) : -1;
        }
        double left = fraction > 0 ? elapsed / fraction - elapsed : -1;
        return new Observer.Progress(counts, elapsed, left, fraction);
    }
}
