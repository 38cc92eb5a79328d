package io.aldis.broker.routing;

import io.aldis.broker.routing.PersistentMap.Probe;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a {@link PersistentMap} whose hashes begin alike, or, in a {@link CollisionTree}, are equal.
 *
 * <p>The hash in {@code with} and {@code without} is the mixed one that the trie branches by; {@code shift} says how many
 * of its bits the way from the root to this part has used up. No part but the root of a map has fewer than two entries.
 */
abstract sealed class HashPart<K, V> permits PersistentMap, CollisionTree {

    abstract int size();

    /** The marks of all values in this part, see {@link PersistentMap.Keys#marks}. */
    abstract long marks();

    abstract @Nullable V find(int hash, Probe<? super K> probe);

    abstract HashPart<K, V> with(K key, V value, int hash, int shift);

    abstract HashPart<K, V> without(K key, int hash, int shift);

    abstract void forEach(BiConsumer<? super K, ? super V> entry);

    /** A key: the only one, if the part has shrunk to one entry. */
    abstract K firstKey();

    /** The value of {@link #firstKey}. */
    abstract V firstValue();
}
