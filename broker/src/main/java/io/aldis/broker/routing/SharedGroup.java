package io.aldis.broker.routing;

import io.aldis.broker.loop.Loop;
import io.aldis.broker.message.Message;
import io.aldis.broker.session.Session;
import io.aldis.broker.settings.SharedStrategy;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The members of one shared subscription (MQTT 5.0 §4.8.2): each message goes to one of them. Those that are connected and keep up
 * come first, then those that are behind, then those that are stuck, then, if the message can wait, those that keep it for a client
 * that is away; among members of like state the {@link SharedStrategy} decides.
 *
 * <p>Where it always decides for the same member, it goes by the client ids alone, highest random weight first. So all loops agree,
 * also after a restart, and a member that comes or leaves moves no message between two others.
 *
 * <p>Part of a loop's {@link Match}; confined to that loop.
 */
final class SharedGroup {

    // The states of a member, the better before.
    private static final int KEEPS_UP = 0;
    private static final int BEHIND = 1;
    private static final int STUCK = 2;
    private static final int AWAY = 3;
    private static final int NOBODY = 4;

    private final SharedStrategy strategy;
    private final Receiver[] members;

    /** Where the next look at the members begins. */
    private int next;

    // What each member had unacknowledged when it was looked at last, and how many it was given
    // since then in this turn.
    private final long[] seen;
    private final long[] given;
    private boolean counting;

    /**
     * @param members at least one
     * @param topic that their messages have
     * @param turn spreads the first choices, where the strategy leaves them open
     */
    SharedGroup(SharedStrategy strategy, List<Receiver> members, String topic, int turn) {
        this.strategy = strategy;
        this.members = members.toArray(new Receiver[0]);
        int counted = strategy == SharedStrategy.LEAST_IN_FLIGHT ? this.members.length : 0;
        seen = new long[counted];
        given = new long[counted];
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
            if (state == KEEPS_UP && !ranks()) {
                break;
            }
        }
        if (best < 0) {
            return null;
        }
        if (strategy == SharedStrategy.ROUND_ROBIN || strategy == SharedStrategy.LEAST_IN_FLIGHT) {
            next = (best + 1) % members.length;
        }
        if (strategy == SharedStrategy.LEAST_IN_FLIGHT) {
            count(best, loop);
        }
        return members[best];
    }

    private void count(int chosen, Loop loop) {
        given[chosen]++;
        if (!counting) {
            counting = true;
            loop.atEndOfTurn(() -> {
                counting = false;
                Arrays.fill(given, 0);
            });
        }
    }

    private static int state(Receiver member, Message message) {
        Session session = member.session();
        if (session.keepsUp()) {
            return KEEPS_UP;
        }
        if (session.connected()) {
            return session.pressed() ? BEHIND : STUCK;
        }
        boolean keeps = session.queues(member.qos().min(message.qos()));
        return keeps ? AWAY : NOBODY;
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

    /** What the member told last, and what it was given here since: it learns of that only after this turn. */
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
            if (member.session().keepsUp()) {
                return null;
            }
            if (member.session().pressed()) {
                behind = member.session();
            }
        }
        return behind;
    }
}
