package io.aldis.microbench.load;

import java.util.Map;
import java.util.TreeMap;

/** Which of a publisher's messages, numbered from 0, one subscriber has got. Confined to the subscriber's event loop. */
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
    private final TreeMap<Long, Long> gaps = new TreeMap<>();

    private long next;

    Arrival accept(long number) {
        if (number == next) {
            next++;
            return Arrival.IN_ORDER;
        }
        if (number > next) {
            missed(next, number - 1);
            next = number + 1;
            return Arrival.IN_ORDER;
        }
        return fill(number) ? Arrival.LATE : Arrival.DUPLICATE;
    }

    private void missed(long first, long last) {
        gaps.put(first, last);
        if (gaps.size() > MOST_GAPS) {
            gaps.pollFirstEntry();
        }
    }

    private boolean fill(long number) {
        Map.Entry<Long, Long> gap = gaps.floorEntry(number);
        if (gap == null || gap.getValue() < number) {
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
