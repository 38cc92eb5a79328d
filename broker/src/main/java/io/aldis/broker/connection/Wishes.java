package io.aldis.broker.connection;

import io.aldis.codec.ConnectProperties;
import io.aldis.codec.MqttVersion;
import org.jspecify.annotations.Nullable;

/**
 * How a client wants to be spoken to, as its CONNECT said (MQTT 5.0 §3.1.2.11).
 *
 * @param maximumPacketSize largest packet it takes, in bytes
 * @param topicAliasMaximum highest topic alias it takes, 0 for none
 * @param problemInformation whether it wants to be told in words what is wrong
 * @param durability whether it wants to be told what acknowledgements of its messages promise
 * @param sessionExpiry whether it asked for a session that outlives the connection
 */
record Wishes(
        MqttVersion version,
        long maximumPacketSize,
        int topicAliasMaximum,
        boolean problemInformation,
        boolean durability,
        boolean sessionExpiry) {

    /** A user property of CONNECT that asks to be told, and of PUBACK and PUBREC that tells, what they promise. */
    static final String DURABILITY = "aldis-durability";

    /** Of a client whose CONNECT has not come: the defaults of the standard. */
    static final Wishes UNKNOWN = new Wishes(MqttVersion.V3_1_1, Long.MAX_VALUE, 0, true, false, false);

    static Wishes of(MqttVersion version, ConnectProperties properties) {
        return new Wishes(
                version,
                or(properties.maximumPacketSize(), Long.MAX_VALUE),
                or(properties.topicAliasMaximum(), 0),
                properties.requestProblemInformation(),
                properties.requestProblemInformation() && asksForDurability(properties),
                or(properties.sessionExpiryInterval(), 0L) != 0);
    }

    private static boolean asksForDurability(ConnectProperties properties) {
        return properties.userProperties().stream()
                .anyMatch(property -> property.name().equals(DURABILITY));
    }

    private static <N extends Number> N or(@Nullable N said, N unsaid) {
        return said == null ? unsaid : said;
    }
}
