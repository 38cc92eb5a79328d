package io.aldis.broker.settings;

import io.aldis.codec.Topics;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What acknowledgements promise, if the broker has a storage: PUBACK and PUBREC of messages that a persistent session or the retained
 * messages must keep, PUBCOMP, and SUBACK, UNSUBACK and CONNACK of persistent sessions.
 *
 * @param acknowledgements what they promise where nothing else is said; a listener may say something else for its clients
 * @param topics what those of messages promise, by topic filter: the first filter that matches a message's topic counts, before what its
 *     listener says
 */
public record DurabilitySettings(Durability acknowledgements, Map<String, Durability> topics) {

    public DurabilitySettings {
        topics = Collections.unmodifiableMap(new LinkedHashMap<>(topics));
        for (String filter : topics.keySet()) {
            if (!Topics.isValidFilter(filter) || Topics.isShared(filter)) {
                throw new IllegalArgumentException(
                        "topics has \"" + filter + "\", but it must have topic filters, such as alarms/#.");
            }
        }
    }

    /** The defaults. */
    public static DurabilitySettings defaults() {
        return new DurabilitySettings(Durability.SYNCED, Map.of());
    }

    /** These with other {@code acknowledgements}. */
    public DurabilitySettings withAcknowledgements(Durability value) {
        return new DurabilitySettings(value, topics);
    }

    /** These with other {@code topics}. */
    public DurabilitySettings withTopics(Map<String, Durability> value) {
        return new DurabilitySettings(acknowledgements, value);
    }
}
