package io.aldis.codec;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One topic filter of a SUBSCRIBE and how its messages are wanted (MQTT 5.0, section 3.8.3.1; MQTT 3.1.1, section
 * 3.8.3).
 *
 * @param filter not empty. Whether it {@linkplain Topics#isValidFilter(String) is a valid filter} is not checked,
 *     since a server answers an invalid one in SUBACK
 * @param qos the highest QoS wanted
 * @param noLocal whether the client's own messages are to be left out; never on a shared subscription; only in MQTT 5.0
 * @param retainAsPublished whether the retain flag stays as the publisher set it; only in MQTT 5.0
 * @param retainHandling which retained messages are wanted at once; only in MQTT 5.0
 */
public record Subscription(
        String filter, Qos qos, boolean noLocal, boolean retainAsPublished, RetainHandling retainHandling) {
    // The subscription options (3.8.3.1).
    private static final int NO_LOCAL = 0x04;
    private static final int RETAIN_AS_PUBLISHED = 0x08;
    private static final int RETAIN_HANDLING_SHIFT = 4;
    private static final int RESERVED = 0xC0;

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

    static Subscription read(PacketReader in) {
        String filter = in.topicFilter();
        int options = in.oneByte("subscription options");
        int qos = options & 3;
        if (!in.is(MqttVersion.V5)) {
            // MQTT 3.1 lets the reserved bits be anything.
            boolean reserved = (options & ~3) != 0 && in.is(MqttVersion.V3_1_1);
            if (qos == 3 || reserved) {
                throw in.malformed("requested QoS " + options + "; 0, 1 or 2 expected"); // section 3.8.3 of MQTT 3.1.1
            }
            return of(filter, Qos.of(qos));
        }
        if ((options & RESERVED) != 0) {
            throw in.malformed("reserved subscription options are not 0"); // [MQTT-3.8.3-5]
        }
        if (qos == 3) {
            throw in.protocolError("maximum QoS 3; 0, 1 or 2 expected");
        }
        int retainHandling = options >> RETAIN_HANDLING_SHIFT & 3;
        if (retainHandling == 3) {
            throw in.protocolError("retain handling 3; 0, 1 or 2 expected");
        }
        boolean noLocal = (options & NO_LOCAL) != 0;
        if (noLocal && Topics.isShared(filter)) {
            throw in.protocolError("no local on a shared subscription"); // [MQTT-3.8.3-4]
        }
        return new Subscription(
                filter, Qos.of(qos), noLocal, (options & RETAIN_AS_PUBLISHED) != 0, RetainHandling.of(retainHandling));
    }

    int put(@Nullable ByteBuf out, MqttVersion version) {
        return PacketWriter.string(out, filter)
                + PacketWriter.oneByte(out, version == MqttVersion.V5 ? options() : qos.level());
    }

    private int options() {
        return qos.level()
                | (noLocal ? NO_LOCAL : 0)
                | (retainAsPublished ? RETAIN_AS_PUBLISHED : 0)
                | retainHandling.code() << RETAIN_HANDLING_SHIFT;
    }
}
