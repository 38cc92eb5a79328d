package io.aldis.broker.storage;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Tables of rows, ordered by their keys as unsigned bytes. Changes are made by batches, each of them whole or not at all, even if
 * the process or the machine ends in the middle.
 *
 * <p>One thread at a time makes and commits batches; any thread reads, and sees what was committed. Arrays that are given or
 * answered belong to whoever has them afterwards and are not changed.
 */
public interface KeyValueStore extends AutoCloseable {

    /** The table of that name, made on first use. Names are few and known: letters of the alphabet and digits. */
    Table table(String name);

    /** Changes to be made together. */
    Batch batch();

    /**
     * Makes changes. When it returns, they outlive the end of the process, and with {@code sync} that of the machine: they are on the
     * disk, with all that was committed before.
     *
     * @param batch stays as it is, so that it may be committed again after a failure
     * @throws StorageFailed if they could not be kept; then none of them is seen
     */
    void commit(Batch batch, boolean sync);

    /**
     * Copies all that is committed now into a directory, while the store goes on; the copy can be opened as a store.
     *
     * @param directory does not exist, or is empty
     * @throws StorageFailed if it could not be copied
     * @throws UnsupportedOperationException if this store cannot
     */
    void backup(Path directory);

    /** What it occupies, and how it is. */
    Figures figures();

    /** Lets go of it. What was committed is on the disk afterwards. */
    @Override
    void close();

    /** One table. */
    interface Table {

        /**
         * The value of a key, or null.
         *
         * @throws StorageFailed if it cannot be read
         */
        byte @Nullable [] get(byte[] key);

        /**
         * The rows from one key (inclusive) to another (exclusive, null for the last), in order. To be closed. A row that is there all
         * the while comes once, as it was when the rows were asked for or as it was after a later commit; of those that are committed
         * or removed meanwhile each may come or not. There are none if {@code to} is not above {@code from}.
         *
         * @throws StorageFailed if they cannot be read
         */
        Rows rows(byte[] from, byte @Nullable [] to);
    }

    /** Rows in order; at first before the first of them. Confined to one thread. */
    interface Rows extends AutoCloseable {

        /**
         * Goes on to the next row; false if there is none.
         *
         * @throws StorageFailed if it cannot be read
         */
        boolean next();

        /** The key of the present row. */
        byte[] key();

        /** The value of the present row. */
        byte[] value();

        @Override
        void close();
    }

    /** Changes, made in the order they were named. Confined to one thread at a time. To be closed. */
    interface Batch extends AutoCloseable {

        /** Sets the value of a key. */
        void put(Table table, byte[] key, byte[] value);

        /** Removes a key, if it is there. */
        void remove(Table table, byte[] key);

        /** Removes the keys from one (inclusive) to another (exclusive); none if {@code to} is not above {@code from}. */
        void removeRange(Table table, byte[] from, byte[] to);

        /** Forgets all changes, to be filled anew. */
        void clear();

        /** Roughly how many bytes it holds. */
        long bytes();

        @Override
        void close();
    }

    /**
     * What a store occupies, and how it is.
     *
     * @param diskBytes on disk, as far as it knows; 0 if it has none
     * @param heapBytes outside the Java heap, as far as it knows
     * @param trouble what keeps it from writing, for an operator's eyes; "" if nothing does
     */
    record Figures(long diskBytes, long heapBytes, String trouble) {}
}
