package io.aldis.broker.routing;

import io.aldis.broker.routing.TopicNode.Branches;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Finds, in a tree of topic filters, those that match one topic name. For one thread and one walk. */
final class FilterWalk<V> {

    private final Levels name;
    private final boolean isHidden;
    private final Consumer<? super V> match;
    private final WalkStack<TopicNode<V>> ahead = new WalkStack<>();
    private int visited;

    FilterWalk(String topicName, Consumer<? super V> match) {
        this.name = Levels.of(topicName);
        this.isHidden = topicName.startsWith("$");
        this.match = match;
    }

    /** Walks the tree, and gives the number of nodes it looked at: each node once, since there is one way to each. */
    int from(TopicNode<V> root) {
        ahead.push(root, 0);
        while (!ahead.isEmpty()) {
            int level = ahead.level();
            look(ahead.pop(), level);
        }
        return visited;
    }

    private void look(TopicNode<V> node, int level) {
        Branches<V> branches = node.branches;
        if (level > 0 || !isHidden) { // [MQTT-4.7.2-1], [MQTT3-4.7.2-1]
            follow(branches.single, level);
            follow(branches.multi, level);
        }
        if (level == name.count()) {
            call(node.value);
            return;
        }
        TopicNode<V> named = branches.named(name, level);
        if (named != null) { // its first level has been compared
            follow(named, Levels.firstEnd(named.label) + 1, level + 1);
        }
    }

    private void follow(@Nullable TopicNode<V> wildcard, int level) {
        if (wildcard != null) {
            follow(wildcard, 0, level);
        }
    }

    private void follow(TopicNode<V> branch, int from, int level) {
        visited++;
        int next = name.afterFilter(branch.label, from, level);
        if (next == Levels.ALL) {
            call(branch.value);
        } else if (next != Levels.NO_MATCH) {
            ahead.push(branch, next);
        }
    }

    private void call(@Nullable V value) {
        if (value != null) {
            match.accept(value);
        }
    }
}
