package io.aldis.microbench.load;

import io.netty.channel.EventLoop;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What the clients of one event loop share: buffers for the packets at hand, the tally, and the order in which
 * publishers get their turn. Confined to the loop, but for the tally's counts.
 */
final class Lane {
    private final EventLoop loop;
    private final Tally tally = new Tally();
    private final ArrayDeque<Publisher> ready = new ArrayDeque<>();
    private final List<Publisher> publishers = new ArrayList<>();

    private byte[] inbound = new byte[256 * 1024];
    private byte[] outbound = new byte[64 * 1024];
    private Timetable timetable = new Timetable(0, 0, 0);
    private boolean turnsScheduled;

    Lane(EventLoop loop) {
        this.loop = loop;
    }

    EventLoop loop() {
        return loop;
    }

    Tally tally() {
        return tally;
    }

    Timetable timetable() {
        assert loop.inEventLoop();
        return timetable;
    }

    /** Room for bytes read; what was in it before is gone when it had to grow. */
    byte[] inbound(int size) {
        assert loop.inEventLoop();
        if (inbound.length < size) {
            inbound = new byte[Math.max(size, 2 * inbound.length)];
        }
        return inbound;
    }

    /** Room for bytes to be written. */
    byte[] outbound(int size) {
        assert loop.inEventLoop();
        if (outbound.length < size) {
            outbound = new byte[Math.max(size, 2 * outbound.length)];
        }
        return outbound;
    }

    /** Sending begins at the start of the timetable, which the publishers keep by themselves. */
    void begin(Timetable times, Plan plan, List<Publisher> ours) {
        assert loop.inEventLoop();
        timetable = times;
        publishers.addAll(ours);
        if (plan.traffic().paced()) {
            new Pacer(this, plan, ours).begin();
        } else {
            ours.forEach(this::ready);
        }
    }

    /** The publisher could send at once: it gets a turn. */
    void ready(Publisher publisher) {
        assert loop.inEventLoop();
        ready.add(publisher);
        if (!turnsScheduled) {
            turnsScheduled = true;
            scheduleTurns();
        }
    }

    /** Sending is over; tells how many messages should have been sent by now and were not. */
    long end() {
        assert loop.inEventLoop();
        ready.clear();
        return publishers.stream().mapToLong(Publisher::end).sum();
    }

    private void turns() {
        for (int turns = ready.size(); turns > 0; turns--) {
            Publisher publisher = ready.remove();
            if (publisher.sendBatch()) {
                ready.add(publisher);
            }
        }
        if (ready.isEmpty()) {
            turnsScheduled = false;
        } else {
            scheduleTurns();
        }
    }

    // A scheduled task, unlike one that is executed, lets the loop read its sockets first. Without that the messages
    // would only ever be sent.
    private void scheduleTurns() {
        var unused = loop.schedule(this::turns, 0, TimeUnit.NANOSECONDS);
    }
}
