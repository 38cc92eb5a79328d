package io.aldis.broker.store;

import io.aldis.broker.message.Message;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * The tables of the ledger, and how their rows are written.
 *
 * <p>Every value begins with the number of its layout, so that a later Aldis reads what an earlier one wrote, and an earlier one says
 * so when it cannot. Keys have none: a table whose keys change gets another name.
 */
public final class LedgerFormats {

    private static final int PLAIN_LAYOUT = 1;

    // Keys.

    private static final Layout<Long> NUMBER_KEYS =
            keys("a number", RecordWriter::orderedLong, RecordReader::orderedLong, key -> Long.BYTES);

    private static final Layout<String> TEXT_KEYS =
            keys("a text", RecordWriter::orderedText, RecordReader::orderedText, String::length);

    private static final Layout<SubscriptionKey> SUBSCRIPTION_KEYS = keys(
            "a session and a filter",
            (out, key) -> out.orderedLong(key.session()).orderedText(key.filter()),
            in -> new SubscriptionKey(in.orderedLong(), in.orderedText()),
            key -> Long.BYTES + key.filter().length());

    private static final Layout<QueueKey> QUEUE_KEYS = keys(
            "a session and a place",
            (out, key) -> out.orderedLong(key.session()).orderedLong(key.sequence()),
            in -> new QueueKey(in.orderedLong(), in.orderedLong()),
            key -> 2 * Long.BYTES);

    private static final Layout<InboundKey> INBOUND_KEYS = keys(
            "a session and a packet id",
            (out, key) -> out.orderedLong(key.session()).orderedInt(key.packetId()),
            in -> new InboundKey(in.orderedLong(), in.orderedInt()),
            key -> Long.BYTES + Integer.BYTES);

    private static final Layout<TimerKey> TIMER_KEYS = keys(
            "a time, a kind and a name",
            (out, key) -> out.orderedLong(key.dueAt()).one(key.kind().code()).orderedText(key.name()),
            in -> new TimerKey(in.orderedLong(), TimerKind.of(in.one()), in.orderedText()),
            key -> Long.BYTES + 1 + key.name().length());

    // Tables.

    /** Client ids. */
    public static final TableFormat<String, SessionRecord> SESSIONS =
            table("session", TEXT_KEYS, SessionLayout::write, SessionLayout::readSession, SessionLayout::size);

    /** Subscriptions of durable sessions. */
    public static final TableFormat<SubscriptionKey, StoredSubscription> SUBSCRIPTIONS = table(
            "subscription",
            SUBSCRIPTION_KEYS,
            SessionLayout::write,
            SessionLayout::readSubscription,
            stored -> 24 + stored.subscription().filter().length());

    /** What is in the queues of durable sessions. */
    public static final TableFormat<QueueKey, QueuedRow> QUEUE =
            table("queue", QUEUE_KEYS, QueueLayout::write, QueueLayout::readRow, QueueLayout::size);

    /** The queues of durable sessions, by the session. */
    public static final TableFormat<Long, QueueState> QUEUES =
            table("queuestate", NUMBER_KEYS, QueueLayout::write, QueueLayout::readState, state -> 64);

    /** Messages that are in several queues. */
    public static final TableFormat<Long, Message> MESSAGES = messages("message", NUMBER_KEYS);

    /** In how many queues each of them is. */
    public static final TableFormat<Long, Integer> REFERENCES = table(
            "references",
            NUMBER_KEYS,
            (out, count) -> out.one(PLAIN_LAYOUT).number(count),
            in -> {
                in.layout(PLAIN_LAYOUT);
                return in.small();
            },
            count -> 12);

    /** Packet ids of QoS 2 that clients have not released; always true. */
    public static final TableFormat<InboundKey, Boolean> INBOUND = flags("inbound", INBOUND_KEYS);

    /** Retained messages, by their topics. */
    public static final TableFormat<String, Message> RETAINED = messages("retained", TEXT_KEYS);

    /** Timers; always true. */
    public static final TableFormat<TimerKey, Boolean> TIMERS = flags("timer", TIMER_KEYS);

    /** Wills that are to be published, by their numbers. */
    public static final TableFormat<Long, Message> WILLS = messages("will", NUMBER_KEYS);

    /** What the ledger counts, by name. */
    public static final TableFormat<String, Long> COUNTERS = table(
            "counter",
            TEXT_KEYS,
            (out, count) -> out.one(PLAIN_LAYOUT).number(count),
            in -> {
                in.layout(PLAIN_LAYOUT);
                return in.number();
            },
            count -> 12);

    private LedgerFormats() {}

    private static <K extends Comparable<K>> TableFormat<K, Message> messages(String name, Layout<K> keys) {
        return table(name, keys, MessageLayout::write, MessageLayout::read, Message::bytes);
    }

    private static <K extends Comparable<K>> TableFormat<K, Boolean> flags(String name, Layout<K> keys) {
        return table(
                name,
                keys,
                (out, flag) -> out.one(PLAIN_LAYOUT).one(flag ? 1 : 0),
                in -> {
                    in.layout(PLAIN_LAYOUT);
                    return in.flags(1) == 1;
                },
                flag -> 2);
    }

    private static <K extends Comparable<K>, V> TableFormat<K, V> table(
            String name,
            Layout<K> keys,
            BiConsumer<RecordWriter, V> writer,
            Function<RecordReader, V> reader,
            ToIntFunction<V> size) {
        return new TableFormat<>(
                name,
                keys.of("a key of the table \"" + name + "\" (" + keys.what() + ")"),
                new Layout<>("a row of the table \"" + name + '"', writer, reader, size));
    }

    private static <K> Layout<K> keys(
            String what, BiConsumer<RecordWriter, K> writer, Function<RecordReader, K> reader, ToIntFunction<K> size) {
        return new Layout<>(what, writer, reader, size);
    }
}
