package io.aldis.broker.routing;

import io.aldis.broker.routing.PersistentMap.Keys;
import org.jspecify.annotations.Nullable;

/**
 * A place in a {@link TopicTree} that has a value or where ways part. Immutable; equal only to itself.
 *
 * <p>The label is the way here from the node above: one level or several ({@code devices}, or {@code 4711/state}), so that a
 * tree has fewer than two nodes for each value in it, however many levels their paths have.
 */
final class TopicNode<V> {

    final String label;
    final @Nullable V value;
    final Branches<V> branches;

    /** The {@linkplain Levels#mark marks} of the last levels of all paths that end here or below. */
    final long marks;

    TopicNode(String label, @Nullable V value, Branches<V> branches) {
        this.label = label;
        this.value = value;
        this.branches = branches;
        this.marks = branches.marks() | (value == null ? 0 : Levels.markOfLast(label));
    }

    TopicNode<V> withValue(@Nullable V newValue) {
        return new TopicNode<>(label, newValue, branches);
    }

    TopicNode<V> withBranch(TopicNode<V> branch) {
        return new TopicNode<>(label, value, branches.with(branch));
    }

    TopicNode<V> withoutBranch(TopicNode<V> branch) {
        return new TopicNode<>(label, value, branches.without(branch));
    }

    /** This node, with the first characters of its label, which are whole levels, as a node of their own above it. */
    TopicNode<V> splitAfter(int characters) {
        TopicNode<V> lower = new TopicNode<>(Labels.shared(label.substring(characters + 1)), value, branches);
        return new TopicNode<>(
                label.substring(0, characters), null, Branches.<V>none().with(lower));
    }

    /** The node that says the same with nothing to spare: none without a value and branches, one with its only branch. */
    @Nullable
    TopicNode<V> trimmed() {
        if (value != null) {
            return this;
        }
        TopicNode<V> only = branches.only();
        if (only != null) {
            return new TopicNode<>(label + '/' + only.label, only.value, only.branches);
        }
        return branches.isEmpty() ? null : this;
    }

    /** The ways on from a node, each by another first level: the two wildcards at hand, all others in a map. */
    static final class Branches<V> {

        private static final Keys<String> FIRST_LEVEL = new Keys<>() {
            @Override
            public int hash(String label) {
                return Levels.firstHash(label);
            }

            @Override
            public int compare(String label, String other) {
                return Levels.compareFirst(label, other);
            }

            @Override
            public long marks(Object node) {
                return ((TopicNode<?>) node).marks;
            }
        };
        private static final Branches<?> NONE = new Branches<>(PersistentMap.empty(FIRST_LEVEL), null, null);

        /** By label; found by its first level. */
        final PersistentMap<String, TopicNode<V>> named;
        /** The way by {@code +}. */
        final @Nullable TopicNode<V> single;
        /** The way by {@code #}. */
        final @Nullable TopicNode<V> multi;

        private Branches(
                PersistentMap<String, TopicNode<V>> named,
                @Nullable TopicNode<V> single,
                @Nullable TopicNode<V> multi) {
            this.named = named;
            this.single = single;
            this.multi = multi;
        }

        @SuppressWarnings("unchecked") // it holds no value
        static <V> Branches<V> none() {
            return (Branches<V>) NONE;
        }

        long marks() {
            return named.marks() | (single == null ? 0 : single.marks) | (multi == null ? 0 : multi.marks);
        }

        boolean isEmpty() {
            return named.isEmpty() && single == null && multi == null;
        }

        /** The one way on, if there is just one. */
        @Nullable
        TopicNode<V> only() {
            if (named.isEmpty()) {
                return single == null ? multi : multi == null ? single : null;
            }
            return named.size() == 1 && single == null && multi == null ? named.firstValue() : null;
        }

        /** The way whose first level is, character by character, this level of the path. */
        @Nullable
        TopicNode<V> get(Levels path, int level) {
            if (path.isSingle(level)) {
                return single;
            }
            return path.isMulti(level) ? multi : named(path, level);
        }

        /** The same for a level that is no wildcard. */
        @Nullable
        TopicNode<V> named(Levels path, int level) {
            return named.isEmpty() ? null : named.find(path.hash(level), path.at(level));
        }

        Branches<V> with(TopicNode<V> branch) {
            return switch (kind(branch.label)) {
                case SINGLE -> new Branches<>(named, branch, multi);
                case MULTI -> new Branches<>(named, single, branch);
                case NAMED -> new Branches<>(named.with(branch.label, branch), single, multi);
            };
        }

        Branches<V> without(TopicNode<V> branch) {
            return switch (kind(branch.label)) {
                case SINGLE -> new Branches<>(named, null, multi);
                case MULTI -> new Branches<>(named, single, null);
                case NAMED -> new Branches<>(named.without(branch.label), single, multi);
            };
        }

        private enum Kind {
            NAMED,
            SINGLE,
            MULTI
        }

        private static Kind kind(String label) {
            if (label.startsWith("+") && Levels.firstEnd(label) == 1) {
                return Kind.SINGLE;
            }
            return label.startsWith("#") && Levels.firstEnd(label) == 1 ? Kind.MULTI : Kind.NAMED;
        }
    }
}
