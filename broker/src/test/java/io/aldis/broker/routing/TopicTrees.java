package io.aldis.broker.routing;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** What the tests ask of trees that nobody else does. */
final class TopicTrees {

    private TopicTrees() {}

    /** How many nodes a tree has below its root. */
    static long nodes(TopicTree.Snapshot<?> snapshot) {
        NameWalk<?> walk = snapshot.matchedBy("#", true);
        walk.advance(Integer.MAX_VALUE, value -> {});
        return walk.visited();
    }

    /** How many nodes of the later snapshot the earlier has not. */
    static <V> int newNodes(TopicTree.Snapshot<V> earlier, TopicTree.Snapshot<V> later) {
        Set<TopicNode<V>> known = Collections.newSetFromMap(new IdentityHashMap<>());
        addAll(earlier.root, known);
        int before = known.size();
        addAll(later.root, known);
        return known.size() - before;
    }

    private static <V> void addAll(TopicNode<V> node, Set<TopicNode<V>> nodes) {
        nodes.add(node);
        node.branches.named.forEach((label, branch) -> addAll(branch, nodes));
        if (node.branches.single != null) {
            addAll(node.branches.single, nodes);
        }
        if (node.branches.multi != null) {
            addAll(node.branches.multi, nodes);
        }
    }
}
