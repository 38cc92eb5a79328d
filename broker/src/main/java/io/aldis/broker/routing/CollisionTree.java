package io.aldis.broker.routing;

import static java.util.Objects.requireNonNull;

import io.aldis.broker.routing.PersistentMap.Keys;
import io.aldis.broker.routing.PersistentMap.Probe;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Entries of a {@link PersistentMap} with one and the same hash: an immutable AVL tree in the order of the keys.
 *
 * <p>Chance hardly ever makes one, of more than two or three entries never. It is there for those who send a hundred
 * thousand client identifiers or topic levels with equal hashes: finding and changing an entry takes a number of steps
 * that is logarithmic, and so is the depth of the recursion.
 */
final class CollisionTree<K, V> extends HashPart<K, V> {

    private final Keys<? super K> keys;
    private final K key;
    private final V value;
    private final @Nullable CollisionTree<K, V> left;
    private final @Nullable CollisionTree<K, V> right;
    private final int size;
    private final int height;
    private final long marks;

    CollisionTree(Keys<? super K> keys, K key, V value) {
        this(keys, key, value, null, null);
    }

    private CollisionTree(
            Keys<? super K> keys,
            K key,
            V value,
            @Nullable CollisionTree<K, V> left,
            @Nullable CollisionTree<K, V> right) {
        this.keys = keys;
        this.key = key;
        this.value = value;
        this.left = left;
        this.right = right;
        this.size = sizeOf(left) + 1 + sizeOf(right);
        this.height = 1 + Math.max(heightOf(left), heightOf(right));
        this.marks = marksOf(left) | keys.marks(value) | marksOf(right);
    }

    @Override
    int size() {
        return size;
    }

    @Override
    long marks() {
        return marks;
    }

    /** The most steps that finding an entry takes. */
    int height() {
        return height;
    }

    @Override
    K firstKey() {
        return key;
    }

    @Override
    V firstValue() {
        return value;
    }

    @Override
    @Nullable
    V find(int hash, Probe<? super K> probe) {
        CollisionTree<K, V> tree = this;
        while (tree != null) {
            int order = probe.compareTo(tree.key);
            if (order == 0) {
                return tree.value;
            }
            tree = order < 0 ? tree.left : tree.right;
        }
        return null;
    }

    @Override
    CollisionTree<K, V> with(K newKey, V newValue, int hash, int shift) {
        return with(newKey, newValue);
    }

    private CollisionTree<K, V> with(K newKey, V newValue) {
        int order = keys.compare(newKey, key);
        if (order == 0) {
            return newValue.equals(value) ? this : new CollisionTree<>(keys, newKey, newValue, left, right);
        }
        if (order < 0) {
            CollisionTree<K, V> changed =
                    left == null ? new CollisionTree<>(keys, newKey, newValue) : left.with(newKey, newValue);
            return changed == left ? this : balanced(changed, right);
        }
        CollisionTree<K, V> changed =
                right == null ? new CollisionTree<>(keys, newKey, newValue) : right.with(newKey, newValue);
        return changed == right ? this : balanced(left, changed);
    }

    @Override
    CollisionTree<K, V> without(K oldKey, int hash, int shift) {
        return requireNonNull(without(oldKey), "a part of a map has two entries at least");
    }

    private @Nullable CollisionTree<K, V> without(K oldKey) {
        int order = keys.compare(oldKey, key);
        if (order == 0) {
            return withoutRoot();
        }
        CollisionTree<K, V> side = order < 0 ? left : right;
        CollisionTree<K, V> changed = side == null ? null : side.without(oldKey);
        if (changed == side) {
            return this;
        }
        return order < 0 ? balanced(changed, right) : balanced(left, changed);
    }

    private @Nullable CollisionTree<K, V> withoutRoot() {
        if (left == null) {
            return right;
        }
        if (right == null) {
            return left;
        }
        CollisionTree<K, V> next = right.leftmost();
        return next.balanced(left, right.without(next.key));
    }

    private CollisionTree<K, V> leftmost() {
        CollisionTree<K, V> tree = this;
        while (tree.left != null) {
            tree = tree.left;
        }
        return tree;
    }

    /** This entry over the two sides, one of which may be deeper than the other by two. */
    private CollisionTree<K, V> balanced(@Nullable CollisionTree<K, V> lower, @Nullable CollisionTree<K, V> upper) {
        if (lower != null && heightOf(lower) > heightOf(upper) + 1) {
            if (lower.right != null && heightOf(lower.right) > heightOf(lower.left)) {
                CollisionTree<K, V> top = lower.right;
                return top.over(lower.over(lower.left, top.left), over(top.right, upper));
            }
            return lower.over(lower.left, over(lower.right, upper));
        }
        if (upper != null && heightOf(upper) > heightOf(lower) + 1) {
            if (upper.left != null && heightOf(upper.left) > heightOf(upper.right)) {
                CollisionTree<K, V> top = upper.left;
                return top.over(over(lower, top.left), upper.over(top.right, upper.right));
            }
            return upper.over(over(lower, upper.left), upper.right);
        }
        return over(lower, upper);
    }

    private CollisionTree<K, V> over(@Nullable CollisionTree<K, V> lower, @Nullable CollisionTree<K, V> upper) {
        return new CollisionTree<>(keys, key, value, lower, upper);
    }

    @Override
    void forEach(BiConsumer<? super K, ? super V> entry) {
        if (left != null) {
            left.forEach(entry);
        }
        entry.accept(key, value);
        if (right != null) {
            right.forEach(entry);
        }
    }

    private static int sizeOf(@Nullable CollisionTree<?, ?> tree) {
        return tree == null ? 0 : tree.size;
    }

    private static long marksOf(@Nullable CollisionTree<?, ?> tree) {
        return tree == null ? 0 : tree.marks;
    }

    private static int heightOf(@Nullable CollisionTree<?, ?> tree) {
        return tree == null ? 0 : tree.height;
    }
}
