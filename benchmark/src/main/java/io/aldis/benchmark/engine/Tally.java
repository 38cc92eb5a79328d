package io.aldis.benchmark.engine;

import io.aldis.benchmark.result.Counts;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/** What the clients of one event loop have counted. Written on that loop only; may be read from anywhere. */
final class Tally {

    /** What is counted; see {@link Counts}. */
    enum Item {
        CONNECTED,
        FAILED,
        SUBSCRIBED,
        SENT,
        ACKNOWLEDGED,
        REFUSED,
        EXPECTED,
        DELIVERED,
        RECEIVED,
        RETAINED,
        DUPLICATES,
        LATE,
        CORRUPT,
        MISDIRECTED,
        FOREIGN,
        BYTES_SENT,
        BYTES_RECEIVED,
        /** Connections that were accepted and are not over. */
        OPEN,
        /** Messages sent at QoS 1 and 2. */
        TO_ACKNOWLEDGE
    }

    private final Map<Item, AtomicLong> counts = new EnumMap<>(Item.class);

    Tally() {
        for (Item item : Item.values()) {
            counts.put(item, new AtomicLong());
        }
    }

    void add(Item item, long more) {
        AtomicLong count = count(item);
        count.lazySet(count.getPlain() + more);
    }

    long of(Item item) {
        return count(item).get();
    }

    private AtomicLong count(Item item) {
        return Objects.requireNonNull(counts.get(item));
    }

    Counts counts() {
        return new Counts(
                of(Item.CONNECTED),
                of(Item.FAILED),
                of(Item.SUBSCRIBED),
                of(Item.SENT),
                of(Item.ACKNOWLEDGED),
                of(Item.REFUSED),
                of(Item.EXPECTED),
                of(Item.DELIVERED),
                of(Item.RECEIVED),
                of(Item.RETAINED),
                of(Item.DUPLICATES),
                of(Item.LATE),
                of(Item.CORRUPT),
                of(Item.MISDIRECTED),
                of(Item.FOREIGN),
                of(Item.BYTES_SENT),
                of(Item.BYTES_RECEIVED));
    }
}
