package io.aldis.broker.store;

import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * How keys or values of a table are written, by a writer and a reader of one.
 *
 * @param what it is, for an operator's eyes
 * @param estimate roughly how many bytes; for a key without characters beyond ASCII exactly, so that it is not copied once more
 */
record Layout<T>(
        String what, BiConsumer<RecordWriter, T> writer, Function<RecordReader, T> reader, ToIntFunction<T> estimate)
        implements TableFormat.Format<T> {

    /** The same for something else. */
    Layout<T> of(String other) {
        return new Layout<>(other, writer, reader, estimate);
    }

    @Override
    public byte[] write(T thing) {
        RecordWriter out = new RecordWriter(Math.min(size(thing), RecordWriter.USUAL));
        writer.accept(out, thing);
        return out.finish();
    }

    @Override
    public T read(byte[] bytes) {
        RecordReader in = new RecordReader(bytes);
        try {
            T thing = reader.apply(in);
            in.end();
            return thing;
        } catch (IllegalArgumentException e) { // Of the reader, or of the thing that does not want to be so.
            throw new IllegalArgumentException("Cannot read " + what + ": " + e.getMessage() + ".", e);
        }
    }

    @Override
    public int size(T thing) {
        return estimate.applyAsInt(thing);
    }
}
