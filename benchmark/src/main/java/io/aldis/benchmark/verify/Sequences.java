package io.aldis.benchmark.verify;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The sequences of one receiver by stream: a table of numbers that makes no objects when it is looked into. */
final class Sequences {

    private static final int FREE = -1;

    /** Spreads neighbouring numbers over the table, the best in its highest bits. */
    private static final int SPREAD = 0x9E37_79B9;

    private int[] streams = free(4);
    private @Nullable Sequence[] sequences = new Sequence[4];
    private int count;

    private static int[] free(int size) {
        int[] streams = new int[size];
        Arrays.fill(streams, FREE);
        return streams;
    }

    @Nullable
    Sequence of(int stream) {
        return sequences[place(stream)];
    }

    void put(int stream, Sequence sequence) {
        if (2 * ++count > streams.length) {
            grow();
        }
        int place = place(stream);
        streams[place] = stream;
        sequences[place] = sequence;
    }

    private void grow() {
        int[] formerStreams = streams;
        @Nullable Sequence[] former = sequences;
        streams = free(2 * formerStreams.length);
        sequences = new Sequence[2 * former.length];
        for (int i = 0; i < former.length; i++) {
            if (formerStreams[i] != FREE) {
                int place = place(formerStreams[i]);
                streams[place] = formerStreams[i];
                sequences[place] = former[i];
            }
        }
    }

    /** Where a stream is, or would be. */
    private int place(int stream) {
        int mask = streams.length - 1;
        int place = (stream * SPREAD) >>> (Integer.numberOfLeadingZeros(streams.length) + 1);
        while (streams[place] != stream && streams[place] != FREE) {
            place = (place + 1) & mask;
        }
        return place;
    }
}
