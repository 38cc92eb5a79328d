package io.aldis.benchmark.verify;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Which messages of a stream, numbered from 0, one receiver has got. Confined to the receiver's event loop. */
final class Sequence {

    /** How a message arrived, compared with those before it. */
    enum Arrival {
        /** Its number is higher than all before. */
        IN_ORDER,
        /** A message with a higher number came earlier. */
        LATE,
        /** It had come before. */
        DUPLICATE
    }

    /** A broker that drops every other message must not fill our memory: the oldest gaps are forgotten first. */
    private static final int MOST_GAPS = 10_000;

    /** First missing number → last missing number. */
    private @Nullable TreeMap<Long, Long> gaps;

    private long next;
    private long distinct;
    private long duplicates;
    private long late;
    private int retainedOf = -1;

    /** A message has come. */
    Arrival accept(long number) {
        if (number >= next) {
            if (number > next) {
                missed(next, number - 1);
            }
            next = number + 1;
            distinct++;
            return Arrival.IN_ORDER;
        }
        if (fill(number)) {
            distinct++;
            late++;
            return Arrival.LATE;
        }
        duplicates++;
        return Arrival.DUPLICATE;
    }

    /** None before this number is missed. */
    void skipTo(long number) {
        next = Math.max(next, number);
    }

    /** A message has come that was kept for newcomers: none before it is missed. */
    void startAt(long number) {
        if (number >= next) {
            skipTo(number);
            accept(number);
        }
    }

    /** A message has come that was kept for newcomers; false if one has since the receiver subscribed that many times. */
    boolean retainedComes(int times) {
        boolean first = retainedOf != times;
        retainedOf = times;
        duplicates += first ? 0 : 1;
        return first;
    }

    /** Different messages that have come. */
    long distinct() {
        return distinct;
    }

    long duplicates() {
        return duplicates;
    }

    long late() {
        return late;
    }

    private void missed(long first, long last) {
        if (gaps == null) {
            gaps = new TreeMap<>();
        }
        gaps.put(first, last);
        if (gaps.size() > MOST_GAPS) {
            gaps.pollFirstEntry();
        }
    }

    private boolean fill(long number) {
        Map.Entry<Long, Long> gap = gaps == null ? null : gaps.floorEntry(number);
        if (gaps == null || gap == null || gap.getValue() < number) {
            return false;
        }
        gaps.remove(gap.getKey());
        if (gap.getKey() < number) {
            gaps.put(gap.getKey(), number - 1);
        }
        if (number < gap.getValue()) {
            gaps.put(number + 1, gap.getValue());
        }
        return true;
    }
}
