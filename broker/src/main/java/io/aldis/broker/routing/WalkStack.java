package io.aldis.broker.routing;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where a walk has still to go: places, each with the level of the path it is reached with. For one thread.
 *
 * <p>Most walks never have two places ahead of them. The first needs no array.
 */
final class WalkStack<T> {

    private @Nullable T first;
    private int firstLevel;
    private @Nullable Object[] others = {};
    private int[] otherLevels = {};
    private int depth;

    boolean isEmpty() {
        return depth == 0;
    }

    void push(T place, int level) {
        if (depth == 0) {
            first = place;
            firstLevel = level;
        } else {
            if (depth > others.length) {
                others = Arrays.copyOf(others, 4 * depth);
                otherLevels = Arrays.copyOf(otherLevels, 4 * depth);
            }
            others[depth - 1] = place;
            otherLevels[depth - 1] = level;
        }
        depth++;
    }

    /** The level of the place that {@link #pop} gives next. */
    int level() {
        return depth == 1 ? firstLevel : otherLevels[depth - 2];
    }

    T pop() {
        depth--;
        T place = requireNonNull(depth == 0 ? first : other(depth - 1));
        if (depth == 0) {
            first = null;
        } else {
            others[depth - 1] = null;
        }
        return place;
    }

    @SuppressWarnings("unchecked") // only push fills it
    private @Nullable T other(int at) {
        return (T) others[at];
    }
}
