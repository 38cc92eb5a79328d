package io.aldis.broker.store;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Ordered tables for the state machine.
 *
 * <p>Only the thread that applies commands uses {@link #table}, and sees its changes at once. Any thread uses {@link #committed}, and
 * sees each single change whole, when it is committed.
 */
public interface Tables extends AutoCloseable {

    /** A table for the thread that applies commands, made on first use. */
    <K extends Comparable<? super K>, V> Table<K, V> table(TableFormat<K, V> format);

    /** The same for others to read. */
    <K extends Comparable<? super K>, V> Reading<K, V> committed(TableFormat<K, V> format);

    /** Whether what is committed outlives the process. */
    boolean lasting();

    /**
     * Keeps what was changed since the last time. Called by the thread that applies commands.
     *
     * @param sync whether it must outlive the machine, not only the process
     * @throws io.aldis.broker.storage.StorageFailed if it could not be kept: then it is still to be, by the next call
     */
    void commit(boolean sync);

    /** Lets go of what they hold; what was not committed is lost. */
    @Override
    void close();

    /**
     * What can be read of a table.
     *
     * @param <K> immutable keys
     * @param <V> immutable values
     */
    interface Reading<K extends Comparable<? super K>, V> {

        /** The value of a key, or null. */
        @Nullable
        V get(K key);

        /**
         * The entries from {@code from} (inclusive) to {@code to} (exclusive), in order; may be changed while read. Reading may stop
         * anywhere, there is nothing to close.
         */
        Iterable<Map.Entry<K, V>> range(K from, K to);

        /** The entries from {@code from} (inclusive) to the last, in order; as {@link #range}. */
        Iterable<Map.Entry<K, V>> from(K from);

        /** All entries, in order; as {@link #range}. */
        Iterable<Map.Entry<K, V>> all();
    }

    /** A table. */
    interface Table<K extends Comparable<? super K>, V> extends Reading<K, V> {

        /** Sets the value of a key. */
        void put(K key, V value);

        /** Removes a key, if it is there. */
        void remove(K key);

        /** Removes the keys from {@code from} (inclusive) to {@code to} (exclusive). */
        void removeRange(K from, K to);
    }
}
