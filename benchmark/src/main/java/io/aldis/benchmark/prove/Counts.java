package io.aldis.benchmark.prove;

/**
 * What was counted. A message that goes to several subscribers is delivered, lost and so on once for each.
 *
 * @param acknowledgedQos1 messages for which PUBACK came
 * @param acknowledgedQos2 messages for which PUBREC came
 * @param refused messages that the broker has said it does not take
 * @param delivered first arrivals
 * @param lost acknowledged, and never came to a subscriber that was subscribed before they were sent
 * @param repeatedQos1 came again at QoS 1, which is allowed
 * @param duplicatedQos2 came again at QoS 2, which is not
 * @param outOfOrder came for the first time after one of the same publisher, topic and QoS that was sent later
 * @param foreign came, but were never sent like this
 * @param sessionsLost connections that found no session where one had been acknowledged
 * @param retainedSeen retained messages that were looked at
 * @param retainedWrong of these, older than what was acknowledged last, or missing
 */
public record Counts(
        long acknowledgedQos1,
        long acknowledgedQos2,
        long refused,
        long delivered,
        long lost,
        long repeatedQos1,
        long duplicatedQos2,
        long outOfOrder,
        long foreign,
        long sessionsLost,
        long retainedSeen,
        long retainedWrong) {

    /** Whether no promise was broken. */
    public boolean kept() {
        return lost + duplicatedQos2 + outOfOrder + foreign + sessionsLost + retainedWrong == 0;
    }
}
