package io.aldis.junit;

import io.aldis.codec.Packet;
import io.aldis.codec.PacketType;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A fault that is being described. It ends with whose packets it is about, {@link #toClient} or one of the three beside it, and
 * counts from then on. Unless said otherwise it befalls the next packet of its type, once.
 *
 * <p>Not safe for use by several threads.
 */
public final class FaultPlan {

    private final Faults all;
    private final String name;
    private final PacketType type;
    private final Deed deed;
    private int first = 1;
    private int most = 1;
    private Predicate<Packet> condition = packet -> true;

    FaultPlan(Faults all, String name, PacketType type, Deed deed) {
        this.all = all;
        this.name = name;
        this.type = type;
        this.deed = deed;
        all.begun(this);
    }

    /**
     * Lets those before the n-th packet pass. They are counted over all connections of the clients meant.
     *
     * @param n 1 or more
     */
    public FaultPlan nth(int n) {
        first = positive(n);
        return this;
    }

    /**
     * Befalls that many packets, one after the other.
     *
     * @param n 1 or more
     */
    public FaultPlan times(int n) {
        most = positive(n);
        return this;
    }

    /** Befalls every packet, from the first or the {@linkplain #nth n-th} on. */
    public FaultPlan every() {
        return times(Integer.MAX_VALUE);
    }

    /** Means only packets like these; others are not counted. Asked on the broker's threads. */
    public FaultPlan matching(Predicate<Packet> meant) {
        condition = condition.and(meant);
        return this;
    }

    private static int positive(int n) {
        if (n < 1) {
            throw new IllegalArgumentException("Packets are counted from 1, but " + n + " was given.");
        }
        return n;
    }

    /** The fault, for packets to the client with this id. From now on it can happen. */
    public Fault toClient(String clientId) {
        return end(Direction.TO_CLIENT, clientId);
    }

    /** The fault, for packets to any client. From now on it can happen. */
    public Fault toAnyClient() {
        return end(Direction.TO_CLIENT, null);
    }

    /** The fault, for packets from the client with this id. From now on it can happen. */
    public Fault fromClient(String clientId) {
        return end(Direction.FROM_CLIENT, clientId);
    }

    /** The fault, for packets from any client. From now on it can happen. */
    public Fault fromAnyClient() {
        return end(Direction.FROM_CLIENT, null);
    }

    private Fault end(Direction said, @Nullable String clientId) {
        boolean refusal = deed instanceof Deed.Refuse;
        if (refusal ? said != Direction.TO_CLIENT : !said.carries(type)) {
            Direction other = said == Direction.TO_CLIENT ? Direction.FROM_CLIENT : Direction.TO_CLIENT;
            throw new IllegalArgumentException(
                    (refusal ? "Refusals" : type + " packets") + " go " + other + " clients, not " + said + " them.");
        }
        return all.ended(this, new Fault(this, refusal ? Direction.FROM_CLIENT : said, clientId, all));
    }

    PacketType type() {
        return type;
    }

    Deed deed() {
        return deed;
    }

    int first() {
        return first;
    }

    int most() {
        return most;
    }

    Predicate<Packet> condition() {
        return condition;
    }

    /** How it was said: a refusal sees what comes from the client, and is told to it. */
    Direction told(Direction seen) {
        return deed instanceof Deed.Refuse ? Direction.TO_CLIENT : seen;
    }

    @Override
    public String toString() {
        return name
                + (first == 1 ? "" : ", from number " + first + " on")
                + (most == 1 ? ", once" : most == Integer.MAX_VALUE ? ", always" : ", " + most + " times") + ",";
    }
}
