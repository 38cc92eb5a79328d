package io.aldis.codec;

/**
 * A control packet of any version (MQTT 5.0, section 2). Immutable, so that it may cross threads.
 *
 * <p>A packet says what is meant; {@link PacketEncoder} says it in a version. The constructors refuse what no version
 * can say: numbers out of range, combinations that are forbidden. Text is checked when it is encoded: at most 65,535
 * bytes of well-formed UTF-8 without U+0000.
 */
public sealed interface Packet
        permits Connect,
                Connack,
                Publish,
                Puback,
                Pubrec,
                Pubrel,
                Pubcomp,
                Subscribe,
                Suback,
                Unsubscribe,
                Unsuback,
                Pingreq,
                Pingresp,
                Disconnect,
                Auth {
    /** Which of the fifteen it is. */
    PacketType type();
}
