package io.aldis.benchmark.engine;

import io.netty.channel.EventLoop;
import java.lang.management.ManagementFactory;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What the clients of one event loop share: buffers for the packets at hand, the tally, and the order in which publishers get their turn.
 * Confined to the loop, but for what may be read from anywhere.
 */
final class Lane {

    /** How long publishers wait that may send nothing because too much is owed. */
    private static final long HELD_MICROS = 100;

    private final EventLoop loop;
    private volatile long threadId;
    private final Stage stage;
    private final Tally tally = new Tally();
    private final Timings timings = new Timings();
    private final List<Client> clients = new ArrayList<>();

    /** Publishers that could send at once. */
    private final ArrayDeque<Publisher> ready = new ArrayDeque<>();

    private boolean turnsScheduled;

    /** Publishers at a fixed rate, the one whose message is due first at the head. */
    private final PriorityQueue<Publisher> paced = new PriorityQueue<>(Comparator.comparingLong(Publisher::nextDue));

    /** For when {@link #wake} is scheduled; {@link Long#MAX_VALUE} for never. */
    private long wakesAt = Long.MAX_VALUE;

    /** Since the loop sleeps between reads; null if it does not. */
    private @Nullable Gathering gathering;

    private final Runnable turns;
    private final Runnable gatherOn;

    private byte[] inbound = new byte[256 * 1024];
    private byte[] outbound = new byte[64 * 1024];

    Lane(EventLoop loop, Stage stage) {
        this.loop = loop;
        loop.execute(() -> threadId = Thread.currentThread().getId());
        this.stage = stage;
        turns = stage.guarded(this::turns);
        gatherOn = stage.guarded(this::gatherOn);
    }

    EventLoop loop() {
        return loop;
    }

    Tally tally() {
        return tally;
    }

    Timings timings() {
        return timings;
    }

    List<Client> clients() {
        return clients;
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

    /** Processor time of the loop's thread so far, in nanoseconds. Callable from any thread. */
    long busy() {
        long thread = threadId;
        return thread == 0 ? 0 : Math.max(0, ManagementFactory.getThreadMXBean().getThreadCpuTime(thread));
    }

    // Reading.

    /** Bytes were read from a socket. */
    void read(int count) {
        Gathering present = gathering;
        if (present != null) {
            present.read(count);
        }
    }

    /** From now on the loop sleeps a little between reads, where that loses nothing. */
    void gather() {
        if (gathering == null) {
            gathering = new Gathering(clients.stream().filter(Client::publishes).count());
            gatherOn();
        }
    }

    private void gatherOn() {
        Gathering present = gathering;
        if (present != null) {
            long nap = present.nap(tally.of(Tally.Item.BYTES_SENT));
            if (nap > 0) {
                LockSupport.parkNanos(nap);
            }
            var unused = loop.schedule(gatherOn, 0, TimeUnit.NANOSECONDS);
        }
    }

    // As fast as the broker takes them.

    /** The publisher could send at once: it gets a turn. */
    void ready(Publisher publisher) {
        assert loop.inEventLoop();
        ready.add(publisher);
        if (!turnsScheduled) {
            turnsScheduled = true;
            scheduleTurns(0);
        }
    }

    private void turns() {
        long allowance = stage.allowance();
        long now = System.nanoTime();
        for (int turns = allowance > 0 ? ready.size() : 0; turns > 0; turns--) {
            Publisher publisher = ready.remove();
            if (publisher.sendBatch(now, allowance)) {
                ready.add(publisher);
            }
            if (allowance != Long.MAX_VALUE) {
                allowance = stage.allowance();
                turns = allowance > 0 ? turns : 0;
            }
        }
        if (ready.isEmpty()) {
            turnsScheduled = false;
        } else {
            scheduleTurns(allowance > 0 ? 0 : HELD_MICROS);
        }
    }

    // A scheduled task, unlike one that is executed, lets the loop read its sockets first. Without that messages would
    // only ever be sent.
    private void scheduleTurns(long micros) {
        var unused = loop.schedule(turns, micros, TimeUnit.MICROSECONDS);
    }

    // At fixed times.

    /** The publisher is to be woken when its next message is due. */
    void pace(Publisher publisher) {
        assert loop.inEventLoop();
        paced.add(publisher);
        wakeInTime();
    }

    void unpace(Publisher publisher) {
        paced.remove(publisher);
    }

    private void wakeInTime() {
        Publisher first = paced.peek();
        if (first != null && first.nextDue() < wakesAt) {
            wakesAt = first.nextDue();
            long at = wakesAt;
            var unused = loop.schedule(stage.guarded(() -> wake(at)), at - System.nanoTime(), TimeUnit.NANOSECONDS);
        }
    }

    private void wake(long at) {
        if (at != wakesAt) {
            return; // An earlier one has been scheduled since, which sees to the rest.
        }
        wakesAt = Long.MAX_VALUE;
        long now = System.nanoTime();
        for (Publisher first = paced.peek(); first != null && first.nextDue() <= now; first = paced.peek()) {
            paced.remove();
            if (first.sendDue(now)) {
                paced.add(first);
            }
        }
        wakeInTime();
    }
}
