package io.aldis.broker.operation;

import io.aldis.broker.admin.Admin;
import io.aldis.broker.admin.Page;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Function;

/**
 * Picks, out of things that come in any order, those of one page: the first by their keys after a given one. It holds no more than
 * these, however many come.
 */
final class PagePicker<E> {

    private final String after;
    private final int limit;

    /** The page's entries and the one that follows, the last one first. */
    private final PriorityQueue<Keyed<E>> first = new PriorityQueue<>(
            Comparator.<Keyed<E>, String>comparing(Keyed::key).reversed());

    private long total;

    PagePicker(String after, int limit) {
        this.after = after;
        this.limit = checked(limit);
    }

    private record Keyed<E>(String key, E entry) {}

    /** The limit, if a page may have so many entries. */
    static int checked(int limit) {
        if (limit < 1 || limit > Admin.LARGEST_PAGE) {
            throw new IllegalArgumentException(
                    "A page has from 1 to " + Admin.LARGEST_PAGE + " entries, but " + limit + " were asked for.");
        }
        return limit;
    }

    /** One of the things; keys are never empty, and no two are equal. */
    void offer(String key, E entry) {
        total++;
        if (key.compareTo(after) <= 0) {
            return;
        }
        if (first.size() > limit) {
            if (key.compareTo(first.element().key()) > 0) {
                return;
            }
            first.remove();
        }
        first.add(new Keyed<>(key, entry));
    }

    /** The page, when all have come. */
    Page<E> page() {
        boolean more = first.size() > limit;
        if (more) {
            first.remove();
        }
        String next = more ? first.element().key() : "";
        ArrayDeque<E> entries = new ArrayDeque<>(first.size());
        while (!first.isEmpty()) {
            entries.addFirst(first.remove().entry());
        }
        return new Page<>(List.copyOf(entries), next, total);
    }

    /**
     * The page at the beginning of what comes in order.
     *
     * @param ordered what comes after the page before
     */
    static <E> Page<E> inOrder(Iterable<E> ordered, int limit, Function<E, String> key, long total) {
        int most = checked(limit);
        List<E> entries = new ArrayList<>();
        for (E entry : ordered) {
            if (entries.size() == most) {
                return new Page<>(entries, key.apply(entries.get(most - 1)), total);
            }
            entries.add(entry);
        }
        return new Page<>(entries, "", total);
    }
}
