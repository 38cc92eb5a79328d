package io.aldis.microbench.load;

/**
 * What has happened up to a moment.
 *
 * @param sent messages handed to a publisher's socket
 * @param acknowledged of them, those with a PUBACK (QoS 1)
 * @param refused of the acknowledged, those with a reason code of 0x80 or more
 * @param received messages that came to a subscriber, duplicates included
 * @param duplicates of them, those that had come before
 * @param late of them, those that came after a message the publisher sent later
 */
record Counts(long sent, long acknowledged, long refused, long received, long duplicates, long late) {
    static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0);

    Counts plus(Counts other) {
        return new Counts(
                sent + other.sent,
                acknowledged + other.acknowledged,
                refused + other.refused,
                received + other.received,
                duplicates + other.duplicates,
                late + other.late);
    }

    /** Different messages that arrived. */
    long delivered() {
        return received - duplicates;
    }
}
