package io.aldis.benchmark.prove;

import java.util.BitSet;

/** What one subscriber is owed of one line, and has of it. */
final class Reception {

    /** How a message came. */
    enum Arrival {
        /** In its place. */
        FIRST,
        /** For the first time, though owed before one that was sent later and has come. */
        OVERTAKEN,
        /** Not for the first time. */
        AGAIN
    }

    private final BitSet owed = new BitSet();
    private final BitSet delivered = new BitSet();
    private boolean subscribed;
    private int latest = -1;

    /** SUBACK has come. */
    void subscribe() {
        subscribed = true;
    }

    boolean isSubscribed() {
        return subscribed;
    }

    /** The session was lost, and its subscriptions with it; what was sent before stays owed. */
    void forgotten() {
        subscribed = false;
    }

    /**
     * UNSUBSCRIBE is about to leave: what is still to come may come, and need not.
     *
     * @return messages that were owed and have not come
     */
    int unsubscribe() {
        subscribed = false;
        int lacking = lacking().cardinality();
        owed.clear();
        return lacking;
    }

    /** A message leaves its publisher for the first time; true if this subscriber is owed it from now on. */
    boolean sent(int number) {
        owed.set(number, subscribed);
        return subscribed;
    }

    /** The broker has not taken it, or cannot know of it any more; true if it was owed and has not come. */
    boolean withdraw(int number) {
        boolean lacking = owed.get(number) && !delivered.get(number);
        owed.clear(number);
        return lacking;
    }

    /** Whether it was promised and has not come. */
    boolean lacks(int number) {
        return owed.get(number) && !delivered.get(number);
    }

    Arrival deliver(int number) {
        if (delivered.get(number)) {
            return Arrival.AGAIN;
        }
        delivered.set(number);
        // What was sent before SUBACK came may have missed the subscription at first, and come when it is sent again.
        boolean overtaken = number < latest && owed.get(number);
        latest = Math.max(latest, number);
        return overtaken ? Arrival.OVERTAKEN : Arrival.FIRST;
    }

    /** What was owed and acknowledged and has not come: it is owed no more, for it is lost. */
    BitSet settle(BitSet acknowledged) {
        BitSet lost = lacking();
        lost.and(acknowledged);
        owed.andNot(lost);
        return lost;
    }

    private BitSet lacking() {
        BitSet lacking = (BitSet) owed.clone();
        lacking.andNot(delivered);
        return lacking;
    }
}
