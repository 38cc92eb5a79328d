package io.aldis.broker.routing;

import io.aldis.broker.message.Message;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The last retained message of each topic (MQTT 5.0 §3.3.1.3), found by topic filter. They belong to no session
 * [MQTT3-3.1.2-7].
 *
 * <p>Follows the ledger; any thread may read it, none waits. What the broker says of itself is kept apart: those messages are this
 * node's own, no command keeps them, and they count towards no bound.
 */
public final class RetainedMessages implements BiConsumer<String, @Nullable Message> {

    private final TopicTree<Message> tree = new TopicTree<>();
    private final TopicTree<Message> own = new TopicTree<>();

    /** No messages yet. */
    public RetainedMessages() {}

    /** The topic's retained message is now this one, or none. */
    @Override
    public void accept(String topic, @Nullable Message message) {
        tree.update(topic, before -> message);
    }

    /** What the broker says of itself on a topic under $SYS is now this. */
    public void acceptOwn(Message message) {
        own.update(message.topic(), before -> message);
    }

    /** All there are now, for good, that a filter may match. */
    public TopicTree.Snapshot<Message> snapshot(String filter) {
        return treeOf(filter).snapshot();
    }

    /** Whether this is still the retained message of its topic. */
    public boolean holds(Message message) {
        return treeOf(message.topic()).snapshot().get(message.topic()) == message;
    }

    /** No wildcard stands for the first level of a topic under $SYS [MQTT-4.7.2-1], and no client has one there. */
    private TopicTree<Message> treeOf(String path) {
        return path.startsWith("$SYS/") || path.equals("$SYS") ? own : tree;
    }

    /** That of a topic, or null. */
    public @Nullable Message get(String topic) {
        return treeOf(topic).snapshot().get(topic);
    }

    /** Whether a topic has one. */
    public boolean has(String topic) {
        return get(topic) != null;
    }

    /** How many topics have one. */
    public int size() {
        return tree.snapshot().size();
    }
}
