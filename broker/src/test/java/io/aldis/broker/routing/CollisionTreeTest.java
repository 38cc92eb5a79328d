package io.aldis.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.routing.PersistentMap.Keys;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What {@link PersistentMapTest} cannot see from outside: the shape of the tree. */
class CollisionTreeTest {

    private static final Keys<Integer> KEYS = new Keys<>() {
        @Override
        public int hash(Integer key) {
            return 0;
        }

        @Override
        public int compare(Integer a, Integer b) {
            return a.compareTo(b);
        }
    };

    @Test
    void staysAsLowAsABalancedTreeWhateverComesAndGoes() {
        for (long seed = 1; seed <= 50; seed++) {
            Random random = new Random(seed);
            TreeMap<Integer, Integer> model = new TreeMap<>();
            CollisionTree<Integer, Integer> tree = new CollisionTree<>(KEYS, 0, 0);
            model.put(0, 0);
            int range = 4 << random.nextInt(9);
            for (int step = 0; step < 2_000; step++) {
                int key = random.nextInt(range);
                if (random.nextInt(100) < 45 && model.size() > 2) {
                    tree = tree.without(key, 0, 0);
                    model.remove(key);
                } else {
                    tree = tree.with(key, step, 0, 0);
                    model.put(key, step);
                }
                assertBalanced(tree, model.size(), seed);
            }
            assertThat(keys(tree)).as("seed %d", seed).isEqualTo(List.copyOf(model.keySet()));
        }
    }

    @Test
    void staysLowWhenKeysComeInOrderOrFromBothEnds() {
        CollisionTree<Integer, Integer> rising = new CollisionTree<>(KEYS, 0, 0);
        CollisionTree<Integer, Integer> falling = new CollisionTree<>(KEYS, 0, 0);
        CollisionTree<Integer, Integer> inwards = new CollisionTree<>(KEYS, 0, 0);
        for (int i = 1; i < 1_000; i++) {
            rising = rising.with(i, i, 0, 0);
            falling = falling.with(-i, i, 0, 0);
            inwards = inwards.with(i % 2 == 0 ? 1_000 - i : i - 1_000, i, 0, 0);
            assertBalanced(rising, i + 1, 0);
            assertBalanced(falling, i + 1, 0);
            assertBalanced(inwards, i + 1, 0);
        }
    }

    private static void assertBalanced(CollisionTree<Integer, Integer> tree, int size, long seed) {
        assertThat(tree.size()).as("seed %d", seed).isEqualTo(size);
        // An AVL tree of height h has at least fib(h + 2) - 1 entries.
        int smaller = 0;
        int smallest = 1;
        for (int height = 1; height < tree.height(); height++) {
            int next = smaller + smallest + 1;
            smaller = smallest;
            smallest = next;
        }
        assertThat(size)
                .as("entries of a tree %d high, seed %d", tree.height(), seed)
                .isGreaterThanOrEqualTo(smallest);
    }

    private static List<Integer> keys(CollisionTree<Integer, Integer> tree) {
        List<Integer> keys = new ArrayList<>();
        tree.forEach((key, value) -> keys.add(key));
        return keys;
    }
}
