package io.aldis.broker.store;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Ordered tables for the state machine.
 *
 * <p>Only the thread that applies commands writes; any thread may read, and sees each single change whole.
 */
public interface KeyValueStore extends AutoCloseable {

    /** The table of that name, made on first use. The same name must always be asked for with the same types. */
    <K extends Comparable<? super K>, V> Table<K, V> table(String name);

    /** Lets go of what the store holds. */
    @Override
    void close();

    /**
     * One ordered table.
     *
     * @param <K> immutable keys
     * @param <V> immutable values
     */
    interface Table<K extends Comparable<? super K>, V> {

        /** The value of a key, or null. */
        @Nullable
        V get(K key);

        /** Sets the value of a key. */
        void put(K key, V value);

        /** Removes a key; answers its last value, or null. */
        @Nullable
        V remove(K key);

        /** The entries from {@code from} (inclusive) to {@code to} (exclusive), in order; may be changed while read. */
        Iterable<Map.Entry<K, V>> range(K from, K to);

        /** The entries from {@code from} (inclusive) to the last, in order; may be changed while read. */
        Iterable<Map.Entry<K, V>> from(K from);

        /** All entries, in order; may be changed while read. */
        Iterable<Map.Entry<K, V>> all();
    }
}
