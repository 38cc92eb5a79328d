package io.aldis.broker.routing;

import io.aldis.broker.loop.Loop;
import io.aldis.broker.message.Message;
import io.aldis.broker.session.Delivery;
import io.aldis.codec.Qos;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Takes messages to the loops of their receivers: directly on the publisher's own loop, and to every other loop in one task for
 * all messages of a turn.
 *
 * <p>What is under way between two loops is bounded: beyond the bound the publishers of the sending loop are to pause
 * ({@link #congested}), so that a loop that is behind is not buried.
 */
final class Fanout {

    /** Bytes under way from one loop to another at which publishers pause. */
    private static final long MOST_BYTES = 16L * 1024 * 1024;

    /** Messages of QoS 1 and 2 under way at which publishers pause: so few that a receiver's queue has room for them. */
    private static final int MOST_MESSAGES = 512;

    /** Publishers go on at this fraction of both. */
    private static final int EASED = 4;

    /** Messages handed over at once at most, so that the receiving loop begins early. */
    private static final int LARGEST_BURST = 512;

    private final Lane[][] lanes;
    /** By loop: its publishers that wait. Confined to that loop. */
    private final List<ArrayDeque<Runnable>> waiting = new ArrayList<>();

    /** By loop: 1 if somebody waits. */
    private final AtomicIntegerArray anyWaiting;

    Fanout(List<Loop> loops) {
        lanes = new Lane[loops.size()][loops.size()];
        anyWaiting = new AtomicIntegerArray(loops.size());
        for (Loop from : loops) {
            waiting.add(new ArrayDeque<>());
            for (Loop to : loops) {
                lanes[from.index()][to.index()] = new Lane(from, to);
            }
        }
    }

    /** Delivers a message to receivers that live on loop {@code to}; called on loop {@code from}. */
    void deliver(Loop from, int to, Receiver[] receivers, Message message) {
        assert from.inEventLoop();
        if (from.index() == to) {
            deliverHere(receivers, message);
        } else {
            lanes[from.index()][to].add(receivers, message);
        }
    }

    private static void deliverHere(Receiver[] receivers, Message message) {
        boolean shared = receivers.length > 1;
        for (Receiver receiver : receivers) {
            Receiver to = receiver.noLocal() ? receiver.towards(message.publisher()) : receiver;
            if (to != null) {
                Qos qos = to.qos().min(message.qos()); // [MQTT-3.8.4-8], [MQTT3-3.8.4-6]
                if (!to.session().queues(qos)) {
                    boolean retain = message.retain() && to.retainAsPublished(); // [MQTT-3.3.1-12], [MQTT3-3.3.1-9]
                    to.session()
                            .deliver(new Delivery(
                                    message, qos, retain, to.subscriptionIdentifiers(), shared, to.share()));
                }
            }
        }
    }

    /** Whether too much is under way from this loop: its publishers should wait. */
    boolean congested(Loop from) {
        assert from.inEventLoop();
        return moreUnderWay(from, MOST_BYTES, MOST_MESSAGES);
    }

    private boolean moreUnderWay(Loop from, long bytes, int messages) {
        for (Lane lane : lanes[from.index()]) {
            if (lane.bytesUnderWay.get() > bytes || lane.messagesUnderWay.get() > messages) {
                return true;
            }
        }
        return false;
    }

    /** Runs {@code resume} on loop {@code from} when what is under way has shrunk. */
    void whenClear(Loop from, Runnable resume) {
        assert from.inEventLoop();
        waiting.get(from.index()).add(resume);
        anyWaiting.set(from.index(), 1);
        from.atEndOfTurn(() -> resume(from)); // All may have arrived before this loop was known to wait.
    }

    private void resume(Loop from) {
        ArrayDeque<Runnable> paused = waiting.get(from.index());
        int most = paused.size();
        for (int i = 0; i < most && !moreUnderWay(from, MOST_BYTES / EASED, MOST_MESSAGES / EASED); i++) {
            paused.remove().run();
        }
        anyWaiting.set(from.index(), paused.isEmpty() ? 0 : 1);
    }

    /** From one loop to another. Filled by the one, emptied by the other. */
    private final class Lane {
        private final Loop from;
        private final Loop to;

        // Counted up by the sending loop, down by the receiving one.
        private final AtomicLong bytesUnderWay = new AtomicLong();
        private final AtomicInteger messagesUnderWay = new AtomicInteger();

        // Confined to the sending loop.
        private Burst burst = new Burst();
        private boolean scheduled;

        Lane(Loop from, Loop to) {
            this.from = from;
            this.to = to;
        }

        void add(Receiver[] receivers, Message message) {
            burst.add(receivers, message);
            if (message.qos() != Qos.AT_MOST_ONCE) {
                messagesUnderWay.incrementAndGet();
                burst.counted++;
            }
            if (burst.messages.size() >= LARGEST_BURST) {
                handOver();
            } else if (!scheduled) {
                scheduled = true;
                from.atEndOfTurn(() -> {
                    scheduled = false;
                    handOver();
                });
            }
        }

        private void handOver() {
            Burst whole = burst;
            if (!whole.messages.isEmpty()) {
                burst = new Burst();
                bytesUnderWay.addAndGet(whole.bytes);
                to.execute(() -> arrive(whole));
            }
        }

        private void arrive(Burst whole) {
            for (int i = 0; i < whole.messages.size(); i++) {
                deliverHere(whole.receivers.get(i), whole.messages.get(i));
            }
            bytesUnderWay.addAndGet(-whole.bytes);
            messagesUnderWay.addAndGet(-whole.counted);
            if (anyWaiting.get(from.index()) != 0) {
                from.execute(() -> resume(from));
            }
        }
    }

    /** The messages of one turn from one loop to another [MQTT-4.6.0-5], [MQTT-4.6.0-6]. */
    private static final class Burst {
        private final List<Receiver[]> receivers = new ArrayList<>();
        private final List<Message> messages = new ArrayList<>();
        private long bytes;

        /** Those of QoS 1 and 2. */
        private int counted;

        void add(Receiver[] group, Message message) {
            receivers.add(group);
            messages.add(message);
            bytes += message.bytes();
        }
    }
}
