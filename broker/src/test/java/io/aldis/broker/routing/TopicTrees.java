package io.aldis.broker.routing;

/** What the tests ask of trees that nobody else does. */
final class TopicTrees {

    private TopicTrees() {}

    /** How many nodes a tree has below its root. */
    static long nodes(TopicTree.Snapshot<?> snapshot) {
        NameWalk<?> walk = snapshot.matchedBy("#", true);
        walk.advance(Integer.MAX_VALUE, value -> {});
        return walk.visited();
    }
}
