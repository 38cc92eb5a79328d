package io.aldis.broker.routing;

import io.aldis.broker.loop.Loop;
import io.aldis.broker.message.Message;
import io.aldis.broker.session.Delivery;
import io.aldis.codec.Qos;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
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
    private static final long PAUSE_BYTES = 16L * 1024 * 1024;

    /** Bytes under way at which they go on. */
    private static final long RESUME_BYTES = 4L * 1024 * 1024;

    /** Messages handed over at once at most, so that the receiving loop begins early. */
    private static final int LARGEST_BURST = 512;

    private final Lane[][] lanes;
    private final List<ArrayDeque<Runnable>> paused = new ArrayList<>();

    Fanout(List<Loop> loops) {
        lanes = new Lane[loops.size()][loops.size()];
        for (Loop from : loops) {
            paused.add(new ArrayDeque<>());
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
                Qos qos = to.qos().min(message.qos()); // [MQTT-3.8.4-8]
                if (qos == Qos.AT_MOST_ONCE || !to.session().durable()) {
                    boolean retain = message.retain() && to.retainAsPublished(); // [MQTT-3.3.1-12]
                    to.session().deliver(new Delivery(message, qos, retain, to.subscriptionIdentifiers(), shared));
                }
            }
        }
    }

    /** Whether too much is under way from this loop: its publishers should not be read from. */
    boolean congested(Loop from) {
        assert from.inEventLoop();
        for (Lane lane : lanes[from.index()]) {
            if (lane.underWay.get() > PAUSE_BYTES) {
                return true;
            }
        }
        return false;
    }

    /** Runs {@code resume} on loop {@code from} when what is under way has shrunk. */
    void whenClear(Loop from, Runnable resume) {
        assert from.inEventLoop();
        paused.get(from.index()).add(resume);
    }

    private void resume(Loop from) {
        ArrayDeque<Runnable> waiting = paused.get(from.index());
        while (!waiting.isEmpty() && !congested(from)) {
            waiting.poll().run();
        }
    }

    /** From one loop to another. Filled by the one, emptied by the other. */
    private final class Lane {
        private final Loop from;
        private final Loop to;
        private final AtomicLong underWay = new AtomicLong();

        // Confined to the sending loop.
        private List<Receiver[]> receivers = new ArrayList<>();
        private List<Message> messages = new ArrayList<>();
        private long bytes;
        private boolean scheduled;

        Lane(Loop from, Loop to) {
            this.from = from;
            this.to = to;
        }

        void add(Receiver[] group, Message message) {
            receivers.add(group);
            messages.add(message);
            bytes += message.bytes();
            if (messages.size() >= LARGEST_BURST) {
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
            if (messages.isEmpty()) {
                return;
            }
            List<Receiver[]> burstReceivers = receivers;
            List<Message> burstMessages = messages;
            long burstBytes = bytes;
            receivers = new ArrayList<>();
            messages = new ArrayList<>();
            bytes = 0;
            underWay.addAndGet(burstBytes);
            to.execute(() -> arrive(burstReceivers, burstMessages, burstBytes));
        }

        private void arrive(List<Receiver[]> burstReceivers, List<Message> burstMessages, long burstBytes) {
            for (int i = 0; i < burstMessages.size(); i++) {
                deliverHere(burstReceivers.get(i), burstMessages.get(i));
            }
            long before = underWay.getAndAdd(-burstBytes);
            if (before > RESUME_BYTES && before - burstBytes <= RESUME_BYTES) {
                from.execute(() -> resume(from));
            }
        }
    }
}
