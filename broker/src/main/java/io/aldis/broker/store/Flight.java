package io.aldis.broker.store;

import io.aldis.codec.Qos;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of a queue that may be in flight, in their order. Confined to the thread that applies commands. */
final class Flight {

    /** Places at the beginning that are gone already before the others move up. */
    private static final int MOST_GONE = 64;

    private final List<@Nullable Place> places = new ArrayList<>();
    private int first;

    /** A row that may be in flight. */
    static final class Place {
        final long sequence;
        final Qos qos;
        final int bytes;
        final long shared;

        /** Done with, but not the first. */
        boolean done;

        Place(long sequence, Qos qos, int bytes, long shared) {
            this.sequence = sequence;
            this.qos = qos;
            this.bytes = bytes;
            this.shared = shared;
        }

        /** Whether it has a number. */
        boolean numbered() {
            return qos != Qos.AT_MOST_ONCE;
        }
    }

    /** Adds the last one. */
    void add(Place place) {
        places.add(place);
    }

    /** That of a row, or null. */
    @Nullable
    Place at(long sequence) {
        int low = first;
        int high = places.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            Place place = places.get(middle);
            if (place == null || place.sequence < sequence) {
                low = middle + 1;
            } else if (place.sequence > sequence) {
                high = middle - 1;
            } else {
                return place;
            }
        }
        return null;
    }

    /** The first one, or null. */
    @Nullable
    Place first() {
        return first == places.size() ? null : places.get(first);
    }

    /** Removes the first one. */
    void removeFirst() {
        places.set(first++, null);
        if (first == places.size()) {
            places.clear();
            first = 0;
        } else if (first >= MOST_GONE && first * 2 >= places.size()) {
            places.subList(0, first).clear();
            first = 0;
        }
    }
}
