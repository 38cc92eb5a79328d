package io.aldis.broker.routing;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Where a walk has still to go: places, each with the level of the path it is reached with. For one thread. */
final class WalkStack<T> {

    private @Nullable Object[] places = new @Nullable Object[8];
    private int[] levels = new int[8];
    private int depth;

    boolean isEmpty() {
        return depth == 0;
    }

    void push(T place, int level) {
        if (depth == places.length) {
            places = Arrays.copyOf(places, 2 * depth);
            levels = Arrays.copyOf(levels, 2 * depth);
        }
        places[depth] = place;
        levels[depth++] = level;
    }

    /** The level of the place that {@link #pop} gives next. */
    int level() {
        return levels[depth - 1];
    }

    @SuppressWarnings("unchecked") // only push fills it
    T pop() {
        Object place = places[--depth];
        places[depth] = null;
        return (T) place;
    }
}
