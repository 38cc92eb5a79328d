package io.aldis.broker.routing;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds, in a {@linkplain TopicTree.Snapshot snapshot} of topic names, those that one filter matches, in portions.
 *
 * <p>For one thread at a time, and one walk; the snapshot stays as it was, however long the walk takes. The order is
 * without meaning.
 *
 * <p>A wildcard has many ways on: {@code devices/+/alarm} as many as there are devices. Those that do not lead to the last level of
 * the filter are passed over in bulk, see {@link TopicNode#marks}.
 */
public final class NameWalk<V> {

    private final Levels filter;
    private final boolean seesHidden;

    /** Where these marks are missing, no name has the last level of the filter. */
    private final long wanted;

    private final WalkStack<TopicNode<V>> nodes = new WalkStack<>();
    private final WalkStack<PersistentMap<String, TopicNode<V>>> maps = new WalkStack<>();
    private long visited;

    /** @param seesHidden whether names that begin with {@code $} are seen by wildcards */
    NameWalk(TopicNode<V> root, Levels filter, boolean seesHidden) {
        this.filter = filter;
        this.seesHidden = seesHidden;
        this.wanted = filter.markOfLast();
        nodes.push(root, 0);
    }

    /**
     * Goes on for a number of steps, and calls for each match on the way. A step looks at 32 nodes at most.
     *
     * @return whether there may be more
     */
    public boolean advance(int steps, Consumer<? super V> match) {
        for (int step = 0; step < steps && hasMore(); step++) {
            if (!nodes.isEmpty()) {
                int level = nodes.level();
                look(nodes.pop(), level, match);
            } else {
                int level = maps.level();
                expand(maps.pop(), level);
            }
        }
        return hasMore();
    }

    private boolean mayHaveMatches(long marks) {
        return (wanted & ~marks) == 0;
    }

    /** How many nodes were looked at so far; parts of maps that were passed over in bulk do not count. */
    public long visited() {
        return visited;
    }

    private boolean hasMore() {
        return !nodes.isEmpty() || !maps.isEmpty();
    }

    private void look(TopicNode<V> node, int level, Consumer<? super V> match) {
        boolean isEnd = level == filter.count();
        boolean isBelowMulti = level == Levels.ALL || (!isEnd && filter.isMulti(level)); // a/# matches a, too
        if (node.value != null && (isEnd || isBelowMulti)) {
            match.accept(node.value);
        }
        if (isEnd) {
            return;
        }
        if (isBelowMulti || filter.isSingle(level)) {
            maps.push(node.branches.named, level);
            follow(node.branches.single, level);
            follow(node.branches.multi, level);
        } else {
            follow(node.branches.named(filter, level), level);
        }
    }

    private void expand(PersistentMap<String, TopicNode<V>> map, int level) {
        map.forEachShallow((label, branch) -> follow(branch, level), part -> {
            if (mayHaveMatches(part.marks())) {
                maps.push(part, level);
            }
        });
    }

    private void follow(@Nullable TopicNode<V> branch, int level) {
        if (branch == null) {
            return;
        }
        visited++;
        if (!mayHaveMatches(branch.marks)) {
            return;
        }
        if (level == 0 && !seesHidden && branch.label.startsWith("$")) {
            return; // [MQTT-4.7.2-1]
        }
        int next = level == Levels.ALL ? Levels.ALL : filter.afterName(branch.label, level);
        if (next != Levels.NO_MATCH) {
            nodes.push(branch, next);
        }
    }
}
