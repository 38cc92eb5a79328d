package io.aldis.broker.routing;

import static java.util.Objects.requireNonNull;

import io.aldis.broker.routing.TopicNode.Branches;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Values by topic filter or by topic name, with the look-ups that MQTT's wildcards ask for (section 4.7,
 * [MQTT3-3.3.2-3]).
 *
 * <p><b>Threads</b>: any, and none ever waits. All there is is one reference to an immutable {@link Snapshot}: a reader
 * takes it and walks; a writer makes another that shares all nodes but those on the way to the change, and puts it in
 * place if no one was faster, or tries again.
 *
 * <p><b>Cost</b>: a change is linear in the length of the path and logarithmic in the number of ways on from each node on
 * it. A match looks at the nodes that match so far and at no others, at each of them once. Nothing here recurses by the
 * depth of a path. A path among a million {@code devices/<n>/state} takes 105 bytes, all but the value, and 115 where each
 * device has two ({@code TopicTreeFootprint} in microbench).
 *
 * <p>Paths are topic names or filters that have been checked before; they are compared character by character
 * [MQTT-4.7.3-4], [MQTT3-4.7.3-4].
 */
public final class TopicTree<V> {

    private final AtomicReference<Snapshot<V>> current = new AtomicReference<>(Snapshot.empty());

    /** What the tree holds now, for good. */
    public Snapshot<V> snapshot() {
        return requireNonNull(current.get());
    }

    /** The {@linkplain Snapshot#generation() generation} of what the tree holds now. */
    public long generation() {
        return snapshot().generation();
    }

    /**
     * Changes the value of one path, as one step in the eyes of every reader.
     *
     * @param change gives the new value for the present one, or null to have none; called again whenever another writer
     *     was faster, so it must do nothing else. If it gives back the same object, the tree stays as it is.
     * @return what the change gave
     */
    public @Nullable V update(String path, UnaryOperator<@Nullable V> change) {
        Levels levels = Levels.of(path);
        while (true) {
            Snapshot<V> before = snapshot();
            Edit<V> edit = new Edit<>(before.root, levels, change);
            if (publish(before, edit.root, edit.sizeChange)) {
                return edit.after;
            }
        }
    }

    /**
     * Changes the values of several paths, as one step in the eyes of every reader, and one generation.
     *
     * @param change gives the new value for a path and its present value; see {@link #update}. The whole is done again
     *     whenever another writer was faster, so that the paths should be some hundreds at most.
     */
    public void updateAll(Collection<String> paths, BiFunction<String, @Nullable V, @Nullable V> change) {
        while (true) {
            Snapshot<V> before = snapshot();
            TopicNode<V> root = before.root;
            int sizeChange = 0;
            for (String path : paths) {
                Edit<V> edit = new Edit<>(root, Levels.of(path), value -> change.apply(path, value));
                root = edit.root;
                sizeChange += edit.sizeChange;
            }
            if (publish(before, root, sizeChange)) {
                return;
            }
        }
    }

    private boolean publish(Snapshot<V> before, TopicNode<V> root, int sizeChange) {
        return root == before.root
                || current.compareAndSet(before, new Snapshot<>(root, before.size + sizeChange, before.generation + 1));
    }

    /** What a tree holds at one time. Immutable, for any thread. */
    public static final class Snapshot<V> {

        private static final Snapshot<?> EMPTY = new Snapshot<>(new TopicNode<>("", null, Branches.none()), 0, 0);

        final TopicNode<V> root;
        private final int size;
        private final long generation;

        private Snapshot(TopicNode<V> root, int size, long generation) {
            this.root = root;
            this.size = size;
            this.generation = generation;
        }

        @SuppressWarnings("unchecked") // it holds no value
        private static <V> Snapshot<V> empty() {
            return (Snapshot<V>) EMPTY;
        }

        /** Grows with every change of the tree, and names its content: the same number means the same content. */
        public long generation() {
            return generation;
        }

        /** How many paths have a value. */
        public int size() {
            return size;
        }

        public @Nullable V get(String path) {
            Levels levels = Levels.of(path);
            TopicNode<V> node = root;
            for (int level = 0; level < levels.count(); ) {
                TopicNode<V> branch = node.branches.get(levels, level);
                if (branch == null) {
                    return null;
                }
                int next = levels.afterCommon(branch.label, level);
                if (levels.length(level, next) != branch.label.length()) {
                    return null;
                }
                node = branch;
                level = next;
            }
            return node.value;
        }

        /**
         * Calls for the value of each filter in this tree that matches the topic name.
         *
         * @return how many nodes were looked at
         */
        public int matching(String topicName, Consumer<? super V> match) {
            return new FilterWalk<V>(topicName, match).from(root);
        }

        /** Calls for the value of each topic name in this tree that the filter matches. */
        public void matchedBy(String filter, Consumer<? super V> match) {
            matchedBy(filter).advance(Integer.MAX_VALUE, match);
        }

        /** The same, in portions: a filter may match a million names, and no loop shall be held up that long. */
        public NameWalk<V> matchedBy(String filter) {
            return matchedBy(filter, filter.startsWith("$"));
        }

        /** Calls for each value. */
        public void forEach(Consumer<? super V> value) {
            matchedBy("#", true).advance(Integer.MAX_VALUE, value);
        }

        NameWalk<V> matchedBy(String filter, boolean seesHidden) {
            return new NameWalk<>(root, Levels.of(filter), seesHidden);
        }
    }

    /** One change of one path, worked out on immutable nodes. */
    private static final class Edit<V> {

        final TopicNode<V> root;
        final @Nullable V after;
        final int sizeChange;

        // From the root to the node that takes the change: the one at the path, or the deepest above it.
        private final List<TopicNode<V>> trail = new ArrayList<>();

        Edit(TopicNode<V> before, Levels path, UnaryOperator<@Nullable V> change) {
            int level = descend(before, path);
            TopicNode<V> place = trail.get(trail.size() - 1);
            V value = level == path.count() ? place.value : null;
            after = change.apply(value);
            sizeChange = (after == null ? 0 : 1) - (value == null ? 0 : 1);
            root = after == value ? before : rebuilt(changed(place, path, level, after));
        }

        /** Lays the trail, and gives the first level of the path that is below its end. */
        private int descend(TopicNode<V> before, Levels path) {
            TopicNode<V> node = before;
            int level = 0;
            while (true) {
                trail.add(node);
                TopicNode<V> branch = level == path.count() ? null : node.branches.get(path, level);
                if (branch == null) {
                    return level;
                }
                int next = path.afterCommon(branch.label, level);
                if (path.length(level, next) < branch.label.length()) {
                    return level;
                }
                node = branch;
                level = next;
            }
        }

        private static <V> TopicNode<V> changed(TopicNode<V> place, Levels path, int level, @Nullable V after) {
            if (level == path.count()) {
                return place.withValue(after);
            }
            TopicNode<V> branch = place.branches.get(path, level);
            if (branch == null) {
                String label = Labels.shared(path.from(level));
                return place.withBranch(new TopicNode<>(label, after, Branches.none()));
            }
            int next = path.afterCommon(branch.label, level);
            return place.withBranch(changed(branch.splitAfter(path.length(level, next)), path, next, after));
        }

        private TopicNode<V> rebuilt(TopicNode<V> end) {
            TopicNode<V> node = end;
            for (int i = trail.size() - 1; i > 0; i--) {
                TopicNode<V> above = trail.get(i - 1);
                TopicNode<V> trimmed = node.trimmed();
                node = trimmed == null ? above.withoutBranch(node) : above.withBranch(trimmed);
            }
            return node;
        }
    }
}
