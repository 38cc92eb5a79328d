package io.aldis.junit;

import io.aldis.codec.Packet;
import io.aldis.codec.PacketType;
import io.aldis.codec.ReasonCode;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What is to go wrong between clients and the broker, for tests of clients:
 *
 * <pre>{@code
 * Fault lost = broker.faults().lose(PacketType.PUBACK).nth(2).toClient("sensor-1");
 * // ... the client publishes twice, reconnects, and has to publish the second message again
 * lost.await(Duration.ofSeconds(5));
 * }</pre>
 *
 * <p>A fault is described in steps and begins to count with the last, which says whose packets it is about. It may be asked for
 * before clients connect or while they are connected; a packet that is under way already is let through. If several faults are due
 * for a packet, the one that was asked for first befalls it; all count it.
 *
 * <p>Client ids are those of CONNECT; a client that leaves it to the broker has the id "". As long as no fault looks at a type of
 * packets, their bytes pass untouched.
 *
 * <p>Safe for use by every thread.
 */
public final class Faults {

    private final List<Fault> present = new CopyOnWriteArrayList<>();
    private final List<FaultPlan> unfinished = new CopyOnWriteArrayList<>();

    Faults() {}

    // What can go wrong.

    /** Packets of this type do not arrive; the connection stays. */
    public FaultPlan lose(PacketType type) {
        return new FaultPlan(this, "lose " + type, type, new Deed.Lose());
    }

    /** Packets of this type are late, and with them all that comes after them on the same way of the same connection. */
    public DelayPlan delay(PacketType type) {
        return new DelayPlan(this, type);
    }

    /** The connection ends instead of a packet of this type; what was sent before arrives. */
    public FaultPlan cutBefore(PacketType type) {
        return new FaultPlan(this, "cut before " + type, type, new Deed.CutBefore());
    }

    /** The connection ends after a packet of this type, which still arrives. What comes after it on either way does not. */
    public FaultPlan cutAfter(PacketType type) {
        return new FaultPlan(this, "cut after " + type, type, new Deed.CutAfter());
    }

    /** Packets of this type arrive twice, with the same bytes. */
    public FaultPlan duplicate(PacketType type) {
        return new FaultPlan(this, "duplicate " + type, type, new Deed.Duplicate(false));
    }

    /** A PUBLISH arrives twice, the second time with the DUP flag, as if it were sent again (MQTT 5.0 §3.3.1.1). */
    public FaultPlan resendPublish() {
        return new FaultPlan(this, "resend PUBLISH", PacketType.PUBLISH, new Deed.Duplicate(true));
    }

    /**
     * A client is not let in: CONNACK has this reason, then the connection ends (MQTT 5.0 §3.2.2.2). The broker does not hear of
     * it. In MQTT 3.x it is the {@linkplain ReasonCode#returnCode() return code} that comes nearest, or no CONNACK if none does.
     *
     * @param reason a failure that CONNACK may have
     */
    public FaultPlan refuse(ReasonCode reason) {
        if (!reason.isError() || !reason.isAllowedIn(PacketType.CONNACK)) {
            throw new IllegalArgumentException("CONNACK cannot refuse with " + reason + ".");
        }
        return new FaultPlan(this, "refuse with " + reason, PacketType.CONNECT, new Deed.Refuse(reason));
    }

    /** Packets of this type come as packets of the type 0, which does not exist. */
    public FaultPlan corrupt(PacketType type) {
        return new FaultPlan(this, "corrupt " + type, type, new Deed.ReplaceBytes(bytes -> {
            bytes[0] &= 0x0F;
            return bytes;
        }));
    }

    /**
     * Another packet arrives instead.
     *
     * @param change makes it, on the broker's threads; it must be one that the version of the connection can say
     */
    public FaultPlan replace(PacketType type, UnaryOperator<Packet> change) {
        return new FaultPlan(this, "replace " + type, type, new Deed.Replace(change));
    }

    /**
     * Other bytes arrive instead.
     *
     * @param change makes them of the bytes of the whole packet, which it may change; called on the broker's threads
     */
    public FaultPlan replaceBytes(PacketType type, UnaryOperator<byte[]> change) {
        return new FaultPlan(this, "replace the bytes of " + type, type, new Deed.ReplaceBytes(change));
    }

    // What becomes of them.

    /** Removes all faults. What they hold back goes on. */
    public void clear() {
        present.forEach(Fault::remove);
        unfinished.clear();
    }

    /** Those present that have not happened. */
    public List<Fault> unhappened() {
        return present.stream().filter(fault -> !fault.happened()).toList();
    }

    /**
     * Expects that all those present have happened.
     *
     * @throws AssertionError that names those that have not
     */
    public void expectAllHappened() {
        List<Fault> missing = unhappened();
        if (!missing.isEmpty()) {
            throw new AssertionError("Expected that all faults have happened, but these have not: " + missing);
        }
    }

    /** Finds out faults that a test has described wrongly. */
    void judge() {
        if (!unfinished.isEmpty()) {
            throw new IllegalStateException("Faults were begun and not ended: " + unfinished
                    + " End them with toClient(…), toAnyClient(), fromClient(…) or fromAnyClient().");
        }
        for (Fault fault : present) {
            Throwable failure = fault.failure();
            if (failure != null) {
                throw new IllegalStateException("What the test gave to a fault failed: " + fault, failure);
            }
        }
    }

    void begun(FaultPlan plan) {
        unfinished.add(plan);
    }

    Fault ended(FaultPlan plan, Fault fault) {
        unfinished.remove(plan);
        present.add(fault);
        return fault;
    }

    void forget(Fault fault) {
        present.remove(fault);
    }

    // For the man in the middle.

    /** Whether any fault looks at packets of this type. */
    boolean concern(Direction way, PacketType type) {
        for (Fault fault : present) {
            if (fault.concerns(way, type)) {
                return true;
            }
        }
        return false;
    }

    /** The fault that befalls this packet, if any does. */
    @Nullable
    Fault striking(Direction way, String clientId, Packet packet) {
        Fault striking = null;
        for (Fault fault : present) {
            if (fault.strikes(way, clientId, packet) && striking == null) {
                striking = fault;
            }
        }
        return striking;
    }

    @Override
    public String toString() {
        return "Faults" + present;
    }
}
