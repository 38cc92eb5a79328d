package io.aldis.broker.store;

/**
 * How the rows of a table are written.
 *
 * @param name of the table
 * @param keys as bytes whose order, unsigned, is that of the keys
 */
public record TableFormat<K extends Comparable<? super K>, V>(String name, Format<K> keys, Format<V> values) {

    /** How one thing is written. Safe for use by every thread. */
    public interface Format<T> {

        /** The thing as bytes. */
        byte[] write(T thing);

        /** Roughly how many bytes that are, told without writing it. */
        int size(T thing);

        /**
         * The thing that was written.
         *
         * @throws IllegalArgumentException if these bytes are none; the message says what was expected
         */
        T read(byte[] bytes);
    }
}
