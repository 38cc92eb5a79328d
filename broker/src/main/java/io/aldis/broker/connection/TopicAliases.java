package io.aldis.broker.connection;

import io.aldis.codec.Publish;
import io.aldis.codec.ReasonCode;
import java.util.HashMap;
import java.util.Map;

/** The topic aliases a client has set on its connection (MQTT 5.0 §3.3.2.3.4). Confined to the connection's loop. */
final class TopicAliases {

    private final int maximum;
    private final Map<Integer, String> topics = new HashMap<>();

    /** Aliases from 1 to {@code maximum} [MQTT-3.3.2-12]. */
    TopicAliases(int maximum) {
        this.maximum = maximum;
    }

    /** The topic name a packet means; remembers it if the packet says so. */
    String resolve(Publish publish) {
        Integer alias = publish.properties().topicAlias();
        if (alias == null) {
            return publish.topic();
        }
        if (alias < 1 || alias > maximum) { // [MQTT-3.2.2-18], [MQTT-3.2.2-17], [MQTT-3.3.2-9]
            throw new Violation(
                    ReasonCode.TOPIC_ALIAS_INVALID,
                    "Topic alias " + alias + " was used, but only 1 to " + maximum + " may be.");
        }
        if (!publish.topic().isEmpty()) {
            topics.put(alias, publish.topic());
            return publish.topic();
        }
        String topic = topics.get(alias);
        if (topic == null) { // [MQTT-3.3.2-7]
            throw new Violation(
                    ReasonCode.PROTOCOL_ERROR, "Topic alias " + alias + " was used before a topic was set for it.");
        }
        return topic;
    }
}
