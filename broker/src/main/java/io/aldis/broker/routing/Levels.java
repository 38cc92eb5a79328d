package io.aldis.broker.routing;

import io.aldis.broker.routing.PersistentMap.Probe;
import java.util.Arrays;

/**
 * A topic name or filter, seen as its levels: what stands between the slashes, and may be empty.
 *
 * <p>As a {@link Probe} it stands for one of its levels, the one {@linkplain #at chosen last}, and compares that to
 * the first level of a label: so a level is looked up in a map of labels without being copied out of its path.
 *
 * <p><b>Thread</b>: one; made for one walk. <b>Cost</b>: one pass over the path, eight bytes a level, and the hash of a
 * level is taken at most once.
 */
final class Levels implements Probe<String> {

    /** What {@link #afterName} and {@link #afterFilter} say of a label that does not match. */
    static final int NO_MATCH = -1;

    /** What they say of a label under which, because of a {@code #}, everything matches. */
    static final int ALL = -2;

    private static final char SEPARATOR = '/';

    private final String path;
    private final int count;
    private final int[] starts; // one more than there are levels: where a next one would start
    private final int[] hashes; // 0 where not yet taken
    private int chosen;

    private Levels(String path, int count, int[] starts) {
        this.path = path;
        this.count = count;
        this.starts = starts;
        this.hashes = new int[count];
    }

    static Levels of(String path) {
        int[] starts = new int[8];
        int count = 1;
        for (int slash = path.indexOf(SEPARATOR); slash >= 0; slash = path.indexOf(SEPARATOR, slash + 1)) {
            if (count + 1 == starts.length) {
                starts = Arrays.copyOf(starts, 2 * starts.length);
            }
            starts[count++] = slash + 1;
        }
        starts[count] = path.length() + 1;
        return new Levels(path, count, starts);
    }

    /** How many levels there are; at least one, which is empty in an empty path. */
    int count() {
        return count;
    }

    /** This path from the level on, to its end. */
    String from(int level) {
        return path.substring(starts[level]);
    }

    /** Names the level that {@code compareTo} is about. */
    Levels at(int level) {
        chosen = level;
        return this;
    }

    int hash(int level) {
        if (hashes[level] == 0) {
            hashes[level] = hash(path, starts[level], end(level));
        }
        return hashes[level];
    }

    /**
     * Two of 64 bits that stand for a level: a set of levels, each by its bits, tells at once of most levels that they are not
     * in it.
     */
    private static long mark(int hash) {
        int spread = hash * 0x9e3779b1;
        return 1L << (spread >>> 26) | 1L << ((spread >>> 20) & 63);
    }

    /** The mark of a label's last level. */
    static long markOfLast(String label) {
        return mark(hash(label, label.lastIndexOf(SEPARATOR) + 1, label.length()));
    }

    /** What the last level of every name that this filter matches has among its marks: nothing if it ends with a wildcard. */
    long markOfLast() {
        int last = count - 1;
        return isMulti(last) || isSingle(last) ? 0 : mark(hash(last));
    }

    /** The hash of a label's first level. */
    static int firstHash(String label) {
        return hash(label, 0, firstEnd(label));
    }

    private static int hash(String text, int from, int to) {
        int hash = 1;
        for (int i = from; i < to; i++) {
            // 31, the usual factor, is smaller than the range of a letter: short levels would share hashes by the
            // dozen.
            hash = hash * 0x2c1b3c6d + text.charAt(i);
        }
        return hash;
    }

    @Override
    public int compareTo(String label) {
        int to = firstEnd(label);
        return isSame(chosen, label, 0, to) ? 0 : compare(path, starts[chosen], end(chosen), label, 0, to);
    }

    static int compareFirst(String label, String other) {
        return compare(label, 0, firstEnd(label), other, 0, firstEnd(other));
    }

    private static int compare(String a, int aFrom, int aTo, String b, int bFrom, int bTo) {
        int shorter = Math.min(aTo - aFrom, bTo - bFrom);
        for (int i = 0; i < shorter; i++) {
            int order = a.charAt(aFrom + i) - b.charAt(bFrom + i);
            if (order != 0) {
                return order;
            }
        }
        return (aTo - aFrom) - (bTo - bFrom);
    }

    /** The first level of this path, from the given one on, in which it parts from the label or that the label lacks. */
    int afterCommon(String label, int level) {
        for (int from = 0; from <= label.length() && level < count; level++) {
            int to = end(label, from);
            if (!isSame(level, label, from, to)) {
                return level;
            }
            from = to + 1;
        }
        return level;
    }

    /** How many characters the levels take, with the slashes between them. */
    int length(int from, int to) {
        return starts[to] - 1 - starts[from];
    }

    /** Whether the level is a {@code #}, which in a valid filter is the last. */
    boolean isMulti(int level) {
        return isOnly('#', path, starts[level], end(level));
    }

    /** Whether the level is a {@code +}. */
    boolean isSingle(int level) {
        return isOnly('+', path, starts[level], end(level));
    }

    /**
     * Matches this filter, from the level on, to the label, a part of a topic name.
     *
     * @return the first level after those the label used up, {@link #ALL} or {@link #NO_MATCH}
     */
    int afterName(String label, int level) {
        for (int from = 0; from <= label.length(); level++) {
            if (level == count) {
                return NO_MATCH;
            }
            if (isMulti(level)) {
                return ALL;
            }
            int to = end(label, from);
            if (!isSingle(level) && !isSame(level, label, from, to)) {
                return NO_MATCH;
            }
            from = to + 1;
        }
        return level;
    }

    /**
     * Matches this topic name, from the level on, to the label, a part of a filter, from one of its characters on.
     *
     * @return the first level after those the label used up, {@link #ALL} or {@link #NO_MATCH}
     */
    int afterFilter(String label, int start, int level) {
        for (int from = start; from <= label.length(); level++) {
            int to = end(label, from);
            if (to == label.length() && isOnly('#', label, from, to)) {
                return ALL; // section 4.7.1.2: also if no level is left, since a/# matches a
            }
            if (level == count) {
                return NO_MATCH;
            }
            if (!isOnly('+', label, from, to) && !isSame(level, label, from, to)) {
                return NO_MATCH;
            }
            from = to + 1;
        }
        return level;
    }

    private boolean isSame(int level, String label, int from, int to) {
        int start = starts[level];
        return end(level) - start == to - from && path.regionMatches(start, label, from, to - from);
    }

    private int end(int level) {
        return starts[level + 1] - 1;
    }

    /** Where a label's first level ends. */
    static int firstEnd(String label) {
        return end(label, 0);
    }

    private static int end(String label, int from) {
        int slash = label.indexOf(SEPARATOR, from);
        return slash < 0 ? label.length() : slash;
    }

    private static boolean isOnly(char wildcard, String text, int from, int to) {
        return to - from == 1 && text.charAt(from) == wildcard;
    }
}
