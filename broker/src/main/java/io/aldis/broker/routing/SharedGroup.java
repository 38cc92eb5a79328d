package io.aldis.broker.routing;

import io.aldis.broker.loop.Loop;
import io.aldis.broker.message.Message;
import io.aldis.broker.session.Session;
import io.aldis.broker.settings.SharedStrategy;
import io.aldis.codec.Qos;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The members of one shared subscription (MQTT 5.0 §4.8.2): each message goes to one of them. Those that are connected and keep up
 * come first, then those that are connected, then, if the message can wait, those that keep it for a client that is away; among
 * members of like state the {@link SharedStrategy} decides.
 *
 * <p>Where it always decides for the same member, it goes by the client ids alone, highest random weight first. So all loops agree,
 * also after a restart, and a member that comes or leaves moves no message between two others.
 *
 * <p>Part of a loop's {@link Match}; confined to that loop.
 */
final class SharedGroup {

    private static final int NOBODY = Integer.MAX_VALUE;

    private final SharedStrategy strategy;
    private final Receiver[] members;

    /** Where the next look at the members begins. */
    private int next;

    // What each member had unacknowledged when it was looked at last, and how many it was given since then.
    private final long[] seen;
    private final long[] given;

    /**
     * @param members at least one
     * @param topic that their messages have
     * @param turn spreads the first choices, where the strategy leaves them open
     */
    SharedGroup(SharedStrategy strategy, List<Receiver> members, String topic, int turn) {
        this.strategy = strategy;
        this.members = members.toArray(new Receiver[0]);
        seen = new long[this.members.length];
        given = new long[this.members.length];
        switch (strategy) {
            case ROUND_ROBIN, LEAST_IN_FLIGHT -> next = turn % this.members.length;
            case STICKY -> sort(share());
            case HASH_TOPIC -> sort(topic);
            case RANDOM, HASH_CLIENT -> {}
        }
    }

    /** The shared subscription, as its members wrote it. */
    String share() {
        return members[0].share();
    }

    /** The member that gets the message; null if nobody can. */
    @Nullable
    Receiver choose(Message message, Loop loop) {
        int best = -1;
        int bestState = NOBODY;
        long bestRank = 0;
        for (int i = 0; i < members.length; i++) {
            int at = (next + i) % members.length;
            int state = state(members[at], message);
            if (state == NOBODY || state > bestState) {
                continue;
            }
            long rank = rank(at, message, loop);
            if (state < bestState || rank < bestRank) {
                best = at;
                bestState = state;
                bestRank = rank;
            }
            if (state == 0 && !ranks()) {
                break;
            }
        }
        if (best < 0) {
            return null;
        }
        given[best]++;
        if (strategy == SharedStrategy.ROUND_ROBIN || strategy == SharedStrategy.LEAST_IN_FLIGHT) {
            next = (best + 1) % members.length;
        }
        return members[best];
    }

    /** The less, the better; {@link #NOBODY} for a member that cannot have the message. */
    private static int state(Receiver member, Message message) {
        Session session = member.session();
        if (session.connected()) {
            return session.pressed() ? 1 : 0;
        }
        boolean keeps = session.durable() && member.qos().min(message.qos()) != Qos.AT_MOST_ONCE;
        return keeps ? 2 : NOBODY;
    }

    /** Whether members of like state differ by more than their place. */
    private boolean ranks() {
        return switch (strategy) {
            case RANDOM, LEAST_IN_FLIGHT, HASH_CLIENT -> true;
            case ROUND_ROBIN, STICKY, HASH_TOPIC -> false;
        };
    }

    /** The less, the better, among members of like state. */
    private long rank(int at, Message message, Loop loop) {
        return switch (strategy) {
            case RANDOM -> loop.random(Integer.MAX_VALUE);
            case LEAST_IN_FLIGHT -> unacknowledged(at);
            case HASH_CLIENT -> rank(message.publisher(), members[at]);
            case ROUND_ROBIN, STICKY, HASH_TOPIC -> 0;
        };
    }

    /** What the member told last, and what it was given here since: it learns of that only after a while. */
    private long unacknowledged(int at) {
        long now = members[at].session().unacknowledged();
        if (now != seen[at]) {
            seen[at] = now;
            given[at] = 0;
        }
        return now + given[at];
    }

    private void sort(String key) {
        Arrays.sort(
                members,
                Comparator.comparingLong((Receiver member) -> rank(key, member))
                        .thenComparing(member -> member.session().clientId()));
    }

    private static long rank(String key, Receiver member) {
        long mixed = (long) key.hashCode() << 32 | (member.session().clientId().hashCode() & 0xFFFF_FFFFL);
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58_476D_1CE4_E5B9L; // The finalizer of SplitMix64.
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D0_49BB_1331_11EBL;
        return mixed ^ (mixed >>> 31);
    }

    /** A member that publishers should wait for, because all that are connected are behind; null if there is none. */
    @Nullable
    Session pressed() {
        Session behind = null;
        for (Receiver member : members) {
            if (member.session().pressed()) {
                behind = member.session();
            } else if (member.session().connected()) {
                return null;
            }
        }
        return behind;
    }
}
