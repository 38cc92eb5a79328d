package io.aldis.microbench.load;

import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.HdrHistogram.Histogram;

/** Conducts one run, from the first connection to the figures. Used by one thread, which it makes wait. */
final class Run implements AutoCloseable {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    /** Between connecting and sending, and between the end of the window and the last count. */
    private static final long BREATH = TimeUnit.MILLISECONDS.toNanos(20);

    /** When nothing has come for so long after the window, nothing more will. */
    private static final long QUIET = 2 * SECOND;

    private final Plan plan;
    private final Optional<Long> brokerPid;
    private final MultiThreadIoEventLoopGroup group;
    private final List<Lane> lanes = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();

    /** Completes, exceptionally, when a client can go on no longer. */
    private final CompletableFuture<Void> failure = new CompletableFuture<>();

    /** @param brokerPid the broker's process on this machine, if its CPU time and memory are to be told */
    Run(Plan plan, Optional<Long> brokerPid) {
        this.plan = plan;
        this.brokerPid = brokerPid;
        this.group = new MultiThreadIoEventLoopGroup(plan.crowd().loops(), EpollIoHandler.newFactory());
        for (EventExecutor loop : group) {
            lanes.add(new Lane((EventLoop) loop));
        }
    }

    /** @throws LoadFailed if a client could not connect or subscribe, lost its connection, or got what nobody sent */
    Report conduct() {
        List<Publisher> publishers = connect();
        Timetable times = begin(publishers);
        List<Moment> window = watch(times);
        long unsent = endSending();
        boolean complete = drain();
        int smallest = publishers.stream().mapToInt(Publisher::window).min().orElseThrow();
        return new Report(plan, smallest, window, now().counts(), unsent, complete, latency(), delay());
    }

    private List<Publisher> connect() {
        // A name no other run on this machine has, so that clients and topics of two runs do not meet.
        String name = Long.toString(ProcessHandle.current().pid(), Character.MAX_RADIX);
        Connections connections = new Connections(plan, new Handshake(name, plan), lanes, failure);
        clients.addAll(connections.subscribers());
        List<Publisher> publishers = connections.publishers();
        clients.addAll(publishers);
        return publishers;
    }

    private Timetable begin(List<Publisher> publishers) {
        Timetable times = Timetable.from(System.nanoTime() + BREATH, plan.timing());
        onLanes(lane -> {
            List<Publisher> ours =
                    publishers.stream().filter(each -> each.lane() == lane).toList();
            lane.begin(times, plan, ours);
            return 0L;
        });
        return times;
    }

    /** A moment each second of the measured window, its beginning and its end included. */
    private List<Moment> watch(Timetable times) {
        List<Moment> moments = new ArrayList<>();
        for (long at = times.windowStart(); times.windowEnd() - at > SECOND / 10; at += SECOND) {
            pauseUntil(at);
            moments.add(now());
        }
        pauseUntil(times.windowEnd());
        moments.add(now());
        return moments;
    }

    private long endSending() {
        pauseUntil(System.nanoTime() + BREATH);
        return onLanes(Lane::end);
    }

    /** Waits for what is still under way; false if messages were still coming at the end of our patience. */
    private boolean drain() {
        long deadline = System.nanoTime() + plan.timing().drainLimit().toNanos();
        Counts last = now().counts();
        long lastChange = System.nanoTime();
        while (!isComplete(last) && System.nanoTime() - lastChange < QUIET) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            pauseUntil(System.nanoTime() + BREATH);
            Counts counts = now().counts();
            if (!counts.equals(last)) {
                last = counts;
                lastChange = System.nanoTime();
            }
        }
        return true;
    }

    private boolean isComplete(Counts counts) {
        long copies = plan.scenario().copies(plan.crowd().subscribers());
        return counts.delivered() >= counts.sent() * copies
                && (plan.traffic().qos() == 0 || counts.acknowledged() >= counts.sent());
    }

    private Moment now() {
        Counts counts = lanes.stream().map(lane -> lane.tally().counts()).reduce(Counts.NONE, Counts::plus);
        return new Moment(
                System.nanoTime(),
                counts,
                brokerPid.map(Usage::of),
                Usage.of(ProcessHandle.current().pid()));
    }

    private Histogram latency() {
        Histogram sum = Tally.emptyHistogram();
        onLanes(lane -> {
            lane.tally().addLatencyTo(sum);
            return 0L;
        });
        return sum;
    }

    private Histogram delay() {
        Histogram sum = Tally.emptyHistogram();
        onLanes(lane -> {
            lane.tally().addDelayTo(sum);
            return 0L;
        });
        return sum;
    }

    private interface LaneTask {
        long on(Lane lane);
    }

    /** Does something on the loop of every lane, one after the other, and adds up the answers. */
    private long onLanes(LaneTask task) {
        long sum = 0;
        for (Lane lane : lanes) {
            Callable<Long> onLoop = () -> task.on(lane);
            sum += get(lane.loop().submit(onLoop));
        }
        return sum;
    }

    private static long get(Future<Long> answer) {
        try {
            return answer.get(10, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("an event loop of the generator is stuck or broken", e);
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private void pauseUntil(long time) {
        try {
            failure.get(Math.max(0, time - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            return; // As it should be.
        } catch (ExecutionException e) {
            throw e.getCause() instanceof LoadFailed reason ? reason : new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            throw interrupted();
        }
    }

    private static LoadFailed interrupted() {
        Thread.currentThread().interrupt();
        return new LoadFailed("interrupted");
    }

    @Override
    public void close() {
        clients.forEach(client -> client.lane().loop().execute(client::leave));
        group.shutdownGracefully(100, 2000, TimeUnit.MILLISECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
    }
}
