package io.aldis.broker.routing;

import io.aldis.broker.message.Message;
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

    /** All there are now, for good. */
    public TopicTree.Snapshot<Message> snapshot() {
        return tree.snapshot();
    }

    /** Whether this is still the retained message of its topic. */
    public boolean holds(Message message) {
        return tree.snapshot().get(message.topic()) == message;
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
