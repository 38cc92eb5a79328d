package io.aldis.broker.routing;

import io.aldis.broker.message.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The last retained message of each topic (MQTT 5.0 §3.3.1.3), found by topic filter.
 *
 * <p>Follows the ledger; any thread may read it, none waits.
 */
public final class RetainedMessages implements BiConsumer<String, @Nullable Message> {

    private final TopicTree<Message> tree = new TopicTree<>();

    /** No messages yet. */
    public RetainedMessages() {}

    /** The topic's retained message is now this one, or none. */
    @Override
    public void accept(String topic, @Nullable Message message) {
        tree.update(topic, before -> message);
    }

    /** The messages a new subscription with this filter gets at {@code now} (milliseconds since 1970). */
    public List<Message> matching(String filter, long now) {
        List<Message> found = new ArrayList<>();
        tree.snapshot().matchedBy(filter, message -> {
            if (!message.expired(now)) { // [MQTT-3.3.2-5]
                found.add(message);
            }
        });
        return found;
    }

    /** Whether a topic has one. */
    public boolean has(String topic) {
        return tree.snapshot().get(topic) != null;
    }

    /** How many topics have one. */
    public int size() {
        return tree.snapshot().size();
    }
}
