package io.aldis.benchmark.engine;

import io.aldis.benchmark.verify.Stream;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The packet identifiers of one publisher, 1 to its window, used in turn, and for those in flight what was sent under them.
 */
final class PacketIds {

    /** Free identifiers, in a ring. */
    private final int[] free;

    private int firstFree;
    private int freeCount;

    private final @Nullable Stream[] streams;
    private final long[] sentAt;
    private int inFlight;

    PacketIds(int window) {
        free = new int[window];
        Arrays.setAll(free, index -> index + 1);
        freeCount = window;
        streams = new Stream[window + 1];
        sentAt = new long[window + 1];
    }

    int inFlight() {
        return inFlight;
    }

    /** An identifier for a message that is sent now. There has to be one. */
    int take(Stream stream, long now) {
        int id = free[firstFree];
        firstFree = firstFree + 1 == free.length ? 0 : firstFree + 1;
        freeCount--;
        streams[id] = stream;
        sentAt[id] = now;
        inFlight++;
        return id;
    }

    /** What is in flight under this identifier, null for nothing. */
    @Nullable
    Stream stream(int id) {
        return id < streams.length ? streams[id] : null;
    }

    /** When that was sent. */
    long sentAt(int id) {
        return sentAt[id];
    }

    /** It is in flight no longer. */
    void release(int id) {
        streams[id] = null;
        int last = firstFree + freeCount;
        free[last >= free.length ? last - free.length : last] = id;
        freeCount++;
        inFlight--;
    }
}
