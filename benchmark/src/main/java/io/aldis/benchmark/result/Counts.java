package io.aldis.benchmark.result;

/**
 * What was counted, from the beginning or in one phase.
 *
 * @param connected connections accepted
 * @param failed connections that could not be made, were refused, or broke
 * @param subscribed filters granted
 * @param sent messages handed to a publisher's socket
 * @param acknowledged of them, those of QoS 1 and 2 whose last acknowledgement came
 * @param refused of these, those with a reason code of 0x80 or more
 * @param expected deliveries that what was sent should lead to
 * @param delivered of these, those that happened, each counted once
 * @param received messages that came to subscribers, everything included
 * @param retained of them, those that came with RETAIN set
 * @param duplicates of them, those that had come before
 * @param late of them, those that came after a message of the same publisher and topic that was sent later
 * @param corrupt of them, those that are not what was sent
 * @param misdirected of them, those that the subscriber had not asked for
 * @param foreign of them, those that this run did not send
 * @param bytesSent on all connections, as MQTT
 * @param bytesReceived on all connections, as MQTT
 */
public record Counts(
        long connected,
        long failed,
        long subscribed,
        long sent,
        long acknowledged,
        long refused,
        long expected,
        long delivered,
        long received,
        long retained,
        long duplicates,
        long late,
        long corrupt,
        long misdirected,
        long foreign,
        long bytesSent,
        long bytesReceived) {

    /** Nothing. */
    public static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** Deliveries that should have happened and have not. */
    public long lost() {
        return Math.max(0, expected - delivered);
    }

    /** Both together. */
    public Counts plus(Counts other) {
        return combined(other, 1);
    }

    /** What has come since {@code earlier}. */
    public Counts since(Counts earlier) {
        return combined(earlier, -1);
    }

    private Counts combined(Counts other, int sign) {
        return new Counts(
                connected + sign * other.connected,
                failed + sign * other.failed,
                subscribed + sign * other.subscribed,
                sent + sign * other.sent,
                acknowledged + sign * other.acknowledged,
                refused + sign * other.refused,
                expected + sign * other.expected,
                delivered + sign * other.delivered,
                received + sign * other.received,
                retained + sign * other.retained,
                duplicates + sign * other.duplicates,
                late + sign * other.late,
                corrupt + sign * other.corrupt,
                misdirected + sign * other.misdirected,
                foreign + sign * other.foreign,
                bytesSent + sign * other.bytesSent,
                bytesReceived + sign * other.bytesReceived);
    }
}
