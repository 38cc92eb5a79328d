package io.aldis.broker.store;

import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Ranges of keys that are gone, those that touch made one. Confined to one thread. */
final class RemovedRanges<K extends Comparable<? super K>> {

    /** From the first key (inclusive) to the last (exclusive); they do not touch. */
    private final TreeMap<K, K> ranges = new TreeMap<>();

    /**
     * One more.
     *
     * @param to above {@code from}
     */
    void add(K from, K to) {
        K start = from;
        K end = to;
        Map.Entry<K, K> before = ranges.floorEntry(from);
        if (before != null && before.getValue().compareTo(from) >= 0) {
            start = before.getKey();
            end = later(end, before.getValue());
        }
        for (Map.Entry<K, K> next = ranges.higherEntry(start);
                next != null && next.getKey().compareTo(end) <= 0;
                next = ranges.higherEntry(start)) {
            end = later(end, next.getValue());
            ranges.remove(next.getKey());
        }
        ranges.put(start, end);
    }

    private static <K extends Comparable<? super K>> K later(K one, K other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    /** Where the range ends that a key is in; null if it is in none. */
    @Nullable
    K endOver(K key) {
        if (ranges.isEmpty()) {
            return null;
        }
        Map.Entry<K, K> range = ranges.floorEntry(key);
        return range != null && range.getValue().compareTo(key) > 0 ? range.getValue() : null;
    }

    /** Tells where each begins and ends, in order. */
    void forEach(BiConsumer<? super K, ? super K> each) {
        ranges.forEach(each);
    }

    boolean isEmpty() {
        return ranges.isEmpty();
    }

    void clear() {
        ranges.clear();
    }
}
