package io.aldis.broker;

import io.aldis.broker.connection.ChannelLoops;
import io.aldis.broker.loop.Loop;
import io.aldis.broker.loop.Timer;
import io.aldis.codec.TopicCache;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Several event loops in one thread under virtual time: which loop takes the next turn is drawn from a seeded source, so that a
 * test runs through other interleavings with another seed, and through the same with the same.
 */
final class VirtualLoops implements ChannelLoops {

    private final List<Loop> loops = new ArrayList<>();
    private final IdentityHashMap<Channel, VirtualLoop> channels = new IdentityHashMap<>();
    private final PriorityQueue<Scheduled> schedule = new PriorityQueue<>();
    private final Random random;
    private long nanos;
    private long wallClockOffsetMillis = 1_800_000_000_000L;
    private long scheduled;
    private @Nullable VirtualLoop current;

    /** No loop of the broker: the thread of a log that applies in its own time. */
    private final VirtualLoop background = new VirtualLoop(-1);

    private final Set<Loop> held = new HashSet<>();

    VirtualLoops(int count, long seed) {
        random = new Random(seed);
        for (int i = 0; i < count; i++) {
            loops.add(new VirtualLoop(i));
        }
    }

    List<Loop> all() {
        return loops;
    }

    /** A thread beside the loops. */
    Loop background() {
        return background;
    }

    /** That loop is busy with something long: it takes no turn until {@link #free}. */
    void hold(Loop loop) {
        held.add(loop);
    }

    /** That loop takes turns again. */
    void free(Loop loop) {
        held.remove(loop);
    }

    /** Puts a channel on a loop, as a listener would. */
    void register(Channel channel, Loop loop) {
        channels.put(channel, (VirtualLoop) loop);
    }

    /** Takes turns until nobody has anything to do. */
    void settle() {
        boolean busy = true;
        while (busy) {
            busy = turn();
        }
    }

    /** Lets one of those that have something to do take a turn; false if there is none. */
    boolean turn() {
        List<VirtualLoop> ready = new ArrayList<>();
        for (Loop loop : loops) {
            if (((VirtualLoop) loop).ready() && !held.contains(loop)) {
                ready.add((VirtualLoop) loop);
            }
        }
        if (background.ready() && !held.contains(background)) {
            ready.add(background);
        }
        if (ready.isEmpty()) {
            return false;
        }
        ready.get(random.nextInt(ready.size())).turn();
        return true;
    }

    /** Lets time pass, running what becomes due on the way. */
    void pass(Duration time) {
        long end = nanos + time.toNanos();
        settle();
        while (!schedule.isEmpty() && schedule.peek().dueAt <= end) {
            Scheduled next = schedule.poll();
            nanos = Math.max(nanos, next.dueAt);
            if (!next.cancelled) {
                next.loop.execute(next.task);
            }
            settle();
        }
        nanos = Math.max(nanos, end);
    }

    /** What is running now takes so long. */
    void spend(Duration time) {
        nanos += time.toNanos();
    }

    /** Sets the wall clock forward or back; monotonic time does not notice. */
    void setWallClockBy(Duration difference) {
        wallClockOffsetMillis += difference.toMillis();
    }

    @Override
    public Loop loopOf(Channel channel) {
        return of(channel);
    }

    @Override
    public TopicCache topicsOf(Loop loop) {
        return ((VirtualLoop) loop).topics;
    }

    @Override
    public void moveAsync(Channel channel, Loop target, Runnable arrived) {
        of(channel).execute(() -> {
            channels.put(channel, (VirtualLoop) target);
            target.execute(arrived);
        });
    }

    private VirtualLoop of(Channel channel) {
        VirtualLoop loop = channels.get(channel);
        if (loop == null) {
            throw new IllegalStateException("The channel is on no loop.");
        }
        return loop;
    }

    /** One of the loops: a queue of tasks. */
    private final class VirtualLoop implements Loop {
        private final int index;
        private final TopicCache topics = new TopicCache();
        private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
        private final ArrayDeque<Runnable> jobs = new ArrayDeque<>();

        VirtualLoop(int index) {
            this.index = index;
        }

        boolean ready() {
            return !tasks.isEmpty() || !jobs.isEmpty();
        }

        /** A few tasks, then the end of the turn. */
        void turn() {
            current = this;
            try {
                int most = 1 + random.nextInt(4);
                for (int i = 0; i < most && !tasks.isEmpty(); i++) {
                    tasks.removeFirst().run();
                }
                while (!jobs.isEmpty()) {
                    jobs.removeFirst().run();
                }
            } finally {
                current = null;
            }
        }

        @Override
        public int index() {
            return index;
        }

        @Override
        public boolean inEventLoop() {
            return current == this;
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public void atEndOfTurn(Runnable job) {
            jobs.add(job);
        }

        @Override
        public Timer schedule(Runnable task, Duration delay) {
            Scheduled entry = new Scheduled(nanos + delay.toNanos(), scheduled++, this, task);
            schedule.add(entry);
            return () -> entry.cancelled = true;
        }

        @Override
        public int random(int bound) {
            return random.nextInt(bound);
        }

        @Override
        public long nanoTime() {
            return nanos;
        }

        @Override
        public long currentTimeMillis() {
            return wallClockOffsetMillis + nanos / 1_000_000;
        }

        @Override
        public String toString() {
            return "Loop " + index;
        }
    }

    private static final class Scheduled implements Comparable<Scheduled> {
        private final long dueAt;
        private final long order;
        private final VirtualLoop loop;
        private final Runnable task;
        private boolean cancelled;

        Scheduled(long dueAt, long order, VirtualLoop loop, Runnable task) {
            this.dueAt = dueAt;
            this.order = order;
            this.loop = loop;
            this.task = task;
        }

        @Override
        public int compareTo(Scheduled other) {
            int byTime = Long.compare(dueAt, other.dueAt);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }
}
