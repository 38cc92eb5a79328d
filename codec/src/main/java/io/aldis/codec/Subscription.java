package io.aldis.codec;

import java.util.Objects;

/**
 * One topic filter of a SUBSCRIBE and how its messages are wanted (MQTT 5.0, section 3.8.3.1; MQTT 3.1.1, section 3.8.3).
 *
 * @param filter not empty. Whether it {@linkplain Topics#isValidFilter(String) is a valid filter} is not checked, since a server answers an
 *     invalid one in SUBACK
 * @param qos the highest QoS wanted
 * @param noLocal whether the client's own messages are to be left out; never on a shared subscription; only in MQTT 5.0
 * @param retainAsPublished whether the retain flag stays as the publisher set it; only in MQTT 5.0
 * @param retainHandling which retained messages are wanted at once; only in MQTT 5.0
 */
public record Subscription(
        String filter, Qos qos, boolean noLocal, boolean retainAsPublished, RetainHandling retainHandling) {
    public Subscription {
        Check.that(!filter.isEmpty(), "an empty topic filter"); // [MQTT-4.7.3-1]
        Objects.requireNonNull(qos, "qos");
        Check.that(!noLocal || !Topics.isShared(filter), "no local on a shared subscription"); // [MQTT-3.8.3-4]
        Objects.requireNonNull(retainHandling, "retainHandling");
    }

    /** With the options that MQTT 3.x always has. */
    public static Subscription of(String filter, Qos qos) {
        return new Subscription(filter, qos, false, false, RetainHandling.SEND);
    }

    /** The same, with the client's own messages or without. */
    public Subscription withNoLocal(boolean noLocal) {
        return new Subscription(filter, qos, noLocal, retainAsPublished, retainHandling);
    }

    /** The same, with the retain flag as published or not. */
    public Subscription withRetainAsPublished(boolean retainAsPublished) {
        return new Subscription(filter, qos, noLocal, retainAsPublished, retainHandling);
    }

    /** The same with this retain handling. */
    public Subscription withRetainHandling(RetainHandling retainHandling) {
        return new Subscription(filter, qos, noLocal, retainAsPublished, retainHandling);
    }
}
