package io.aldis.junit;

import io.aldis.codec.Packet;
import io.aldis.codec.PacketType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Something that goes wrong between clients and the broker, and tells whether it has. Safe for use by every thread. */
public final class Fault {

    private final FaultPlan plan;
    private final Direction direction;

    /** Null for all clients. */
    private final @Nullable String clientId;

    private final Faults all;

    // Guarded by this.
    private int seen;
    private int happened;
    private boolean removed;
    private @Nullable Throwable failure;
    private final List<Runnable> whenRemoved = new ArrayList<>();

    Fault(FaultPlan plan, Direction direction, @Nullable String clientId, Faults all) {
        this.plan = plan;
        this.direction = direction;
        this.clientId = clientId;
        this.all = all;
    }

    /** Whether it has happened at least once. */
    public boolean happened() {
        return times() > 0;
    }

    /** How often it has happened. */
    public synchronized int times() {
        return happened;
    }

    /**
     * Waits until it has happened at least once.
     *
     * @throws AssertionError if it does not happen in that time, which is real time also under a virtual clock
     */
    public synchronized void await(Duration atMost) {
        long end = System.nanoTime() + atMost.toNanos();
        while (happened == 0) {
            long left = end - System.nanoTime();
            if (failure != null || left <= 0) {
                throw new AssertionError(
                        "Expected within " + atMost + ": " + this + "; but so far " + seen
                                + " of its packets have passed",
                        failure);
            }
            try {
                wait(TimeUnit.NANOSECONDS.toMillis(left) + 1);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new AssertionError("Interrupted while waiting for: " + this, interrupted);
            }
        }
    }

    /** Lets it happen no more. What it holds back goes on. Without effect if it has been removed. */
    public void remove() {
        all.forget(this);
        List<Runnable> letGo;
        synchronized (this) {
            removed = true;
            letGo = List.copyOf(whenRemoved);
            whenRemoved.clear();
        }
        letGo.forEach(Runnable::run);
    }

    // For the man in the middle.

    Deed deed() {
        return plan.deed();
    }

    /** Whether it looks at packets of this type. */
    boolean concerns(Direction way, PacketType type) {
        return way == direction && type == plan.type();
    }

    /** Counts a packet if it is one of those meant, and tells whether its turn has come. */
    boolean strikes(Direction way, String from, Packet packet) {
        if (!concerns(way, packet.type()) || (clientId != null && !clientId.equals(from)) || !isMeant(packet)) {
            return false;
        }
        synchronized (this) {
            seen++;
            return !removed && seen >= plan.first() && seen - plan.first() < plan.most();
        }
    }

    private boolean isMeant(Packet packet) {
        try {
            return plan.condition().test(packet);
        } catch (RuntimeException | AssertionError bug) {
            failed(bug);
            return false;
        }
    }

    /** It has happened. */
    synchronized void done() {
        happened++;
        notifyAll();
    }

    /** What the test gave it does not work. */
    synchronized void failed(Throwable bug) {
        failure = bug;
        notifyAll();
    }

    synchronized @Nullable Throwable failure() {
        return failure;
    }

    /** Runs {@code letGo} when it is removed; at once if it is. */
    void whenRemoved(Runnable letGo) {
        synchronized (this) {
            if (!removed) {
                whenRemoved.add(letGo);
                return;
            }
        }
        letGo.run();
    }

    @Override
    public String toString() {
        String whose = clientId == null ? "any client" : "client \"" + clientId + "\"";
        return plan + " " + plan.told(direction) + " " + whose;
    }
}
