package io.aldis.broker.model;

import io.aldis.codec.Publish;
import io.aldis.codec.PublishProperties;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The topic aliases of one connection (MQTT 5.0 §3.3.2.3.4), so that the reference need not know of them. */
final class Aliases {

    private final Map<Integer, String> toBroker = new HashMap<>();
    private final Map<Integer, String> fromBroker = new HashMap<>();
    private final int maximum;

    /**
     * @param maximum the client's topic alias maximum; null if it did not say one
     */
    Aliases(@Nullable Integer maximum) {
        this.maximum = maximum == null ? 0 : maximum;
    }

    /** As the client sends it: without the topic if the broker knows the alias. */
    Publish sent(Publish publish) {
        Integer alias = publish.properties().topicAlias();
        if (alias == null || !publish.topic().equals(toBroker.put(alias, publish.topic()))) {
            return publish;
        }
        return of("", publish, publish.properties());
    }

    /** As it was meant: with its topic and without an alias. */
    static Publish meant(Publish publish) {
        return of(publish.topic(), publish, withoutAlias(publish.properties()));
    }

    /** What came from the broker, as it was meant. */
    Publish received(Publish publish) {
        Integer alias = publish.properties().topicAlias();
        if (alias == null) {
            return publish;
        }
        if (!publish.topic().isEmpty()) {
            fromBroker.put(alias, publish.topic());
        }
        String topic = fromBroker.get(alias);
        if (alias > maximum || topic == null) { // [MQTT-3.1.2-26], [MQTT-3.3.2-8]
            throw new Disagreement("alias " + alias + " came in " + Words.of(publish));
        }
        return of(topic, publish, withoutAlias(publish.properties()));
    }

    private static Publish of(String topic, Publish publish, PublishProperties properties) {
        return new Publish(
                topic,
                publish.payload(),
                publish.qos(),
                publish.retain(),
                publish.dup(),
                publish.packetId(),
                properties);
    }

    private static PublishProperties withoutAlias(PublishProperties properties) {
        return new PublishProperties(
                properties.payloadFormat(),
                properties.messageExpiryInterval(),
                null,
                properties.responseTopic(),
                properties.correlationData(),
                properties.userProperties(),
                properties.subscriptionIdentifiers(),
                properties.contentType());
    }
}
