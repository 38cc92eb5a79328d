package io.aldis.broker.ledger;

import io.aldis.broker.message.Message;
import io.aldis.broker.storage.KeyValueStore.Batch;
import io.aldis.broker.storage.StorageFailed;
import io.aldis.broker.store.InboundKey;
import io.aldis.broker.store.QueueKey;
import io.aldis.broker.store.QueuedRow;
import io.aldis.broker.store.SessionRecord;
import io.aldis.broker.store.StateMachine;
import io.aldis.broker.store.StoredSubscription;
import io.aldis.broker.store.SubscriptionKey;
import io.aldis.broker.store.TimerKey;
import io.aldis.broker.store.TimerKind;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Makes a ledger of the lines of a {@link LedgerExport}, given in their order to {@link #accept} and then {@link #finish}. It holds a batch
 * of about a mebibyte, and the number of each session. Until it is finished the ledger is not one to be used.
 */
public final class LedgerImport implements AutoCloseable {

    private static final int BATCH_BYTES = 1 << 20;

    private static final List<String> KINDS =
            List.of("header", "shared", "session", "subscription", "message", "receipt", "retained", "will", "end");

    /** How far the file has come: lines of a kind come with those of the same step, or after it. */
    private static final int[] STEPS = {0, 1, 2, 2, 2, 2, 3, 4, 5};

    private static final int END = 5;

    private final Ledger ledger;
    private final Batch batch;

    private final Map<String, Long> counters = new HashMap<>();
    private final Set<Long> sessionNumbers = new HashSet<>();
    private long lines;
    private int step = -1;

    /** What the lines since are about; null if that cannot have anything. */
    private @Nullable SessionRecord session;

    private boolean hasQueue;

    // What came last, of each kind that has an order; of the present session.
    private final Map<Integer, Comparable<?>> last = new HashMap<>();

    private long lastShared;

    /** Into a ledger that is {@linkplain Ledger#isEmpty empty}. */
    public LedgerImport(Ledger ledger) {
        this.ledger = ledger;
        batch = ledger.store.batch();
    }

    /**
     * Takes the next line.
     *
     * @throws IllegalArgumentException if it cannot be; the message says what was expected and what came, and goes on after
     *     "line 7: "
     * @throws StorageFailed if the ledger could not be written
     */
    public void accept(Map<String, ?> line) {
        Fields fields = new Fields(line);
        int kind = fields.word(LedgerExport.KIND, KINDS);
        requireItsPlace(kind);
        switch (KINDS.get(kind)) {
            case "header" -> header(fields);
            case "shared" -> shared(fields);
            case "session" -> session(fields);
            case "subscription" -> subscription(fields);
            case "message" -> message(fields);
            case "receipt" -> receipt(fields);
            case "retained" -> retained(fields);
            case "will" -> will(fields);
            default -> end(fields);
        }
        fields.end();
        lines++;
        if (batch.bytes() > BATCH_BYTES) {
            commit(false);
        }
    }

    private void requireItsPlace(int kind) {
        int next = STEPS[kind];
        if (step < 0 && next != 0) {
            throw new IllegalArgumentException("expected is a header, {\"kind\":\"header\",…}, but \"kind\" is \""
                    + KINDS.get(kind) + "\"; this is no export of a store, or its beginning is missing");
        }
        if (next < step || (next == 0 && step == 0) || step == END) {
            throw new IllegalArgumentException("\"kind\" is \"" + KINDS.get(kind)
                    + "\", which is out of its place: one header, then lines of the kinds shared, session (each with its"
                    + " subscriptions, messages and receipts), retained, will and one end are expected, in this order");
        }
        if (next != step) {
            commit(false); // Shared messages are looked up by those who share them.
            step = next;
        }
    }

    private void header(Fields line) {
        int format = line.within("format", 1, Integer.MAX_VALUE);
        if (format > LedgerExport.FORMAT) {
            line.wrong("format", "a format up to " + LedgerExport.FORMAT + ", for this Aldis knows no newer one");
        }
        line.text("aldis");
        Fields all = line.object("counters");
        for (String name : all.names()) {
            long count = all.number(name);
            counters.put(name, count);
            ledger.counters.put(batch, name, count);
        }
    }

    private void shared(Fields line) {
        long number = line.number("number");
        requireOrder(1, number, line, "number");
        requireCounted(StateMachine.LAST_MESSAGE, number, line, "number");
        int sharers = line.small("rows");
        Message message = MessageFields.read(line.object("message"));
        ledger.messages.put(batch, number, message);
        ledger.references.put(batch, number, sharers);
    }

    private void session(Fields line) {
        SessionRecord record = SessionFields.readSession(line);
        requireOrder(2, record.clientId(), line, "client");
        requireCounted(StateMachine.LAST_SESSION, record.session(), line, "session");
        requireCounted(StateMachine.LAST_EPOCH, record.epoch(), line, "epoch");
        if (!sessionNumbers.add(record.session())) {
            line.wrong("session", "a number that no other session has");
        }
        ledger.sessions.put(batch, record.clientId(), record);
        hasQueue = line.has("queue");
        if (hasQueue) {
            ledger.queues.put(batch, record.session(), SessionFields.readQueue(line.object("queue")));
        }
        if (record.durable() && !record.owned()) {
            timer(record.expiresAt(), TimerKind.SESSION, record.clientId());
            timer(record.willDueAt(), TimerKind.SESSION, record.clientId());
        }
        session = record.durable() ? record : null;
        last.keySet().removeAll(Set.of(3, 4, 5));
    }

    private void subscription(Fields line) {
        long number = sessionOf(line);
        StoredSubscription subscription = SessionFields.readSubscription(line);
        String filter = subscription.subscription().filter();
        requireOrder(3, filter, line, "filter");
        ledger.subscriptions.put(batch, new SubscriptionKey(number, filter), subscription);
    }

    private void message(Fields line) {
        long number = sessionOf(line);
        if (!hasQueue) {
            throw new IllegalArgumentException(
                    "a message needs a session whose line has the field \"queue\", but that of \"" + line.text("client")
                            + "\" has none");
        }
        long place = line.number("place");
        requireOrder(4, place, line, "place");
        QueuedRow row = SessionFields.readRow(line);
        requireShared(row.shared(), line);
        ledger.queue.put(batch, new QueueKey(number, place), row);
    }

    private void requireShared(long number, Fields line) {
        if (number != QueuedRow.OWN && number != lastShared) {
            if (!ledger.references.has(number)) {
                line.wrong("shared", "the number of a line of kind shared before");
            }
            lastShared = number;
        }
    }

    private void receipt(Fields line) {
        long number = sessionOf(line);
        int packetId = line.within("packetId", 1, 65_535);
        requireOrder(5, packetId, line, "packetId");
        ledger.inbound.put(batch, new InboundKey(number, packetId), true);
    }

    private void retained(Fields line) {
        Message message = MessageFields.read(line.object("message"));
        requireOrder(6, message.topic(), line, "message");
        ledger.retained.put(batch, message.topic(), message);
        timer(message.expiresAt(), TimerKind.RETAINED, message.topic());
    }

    private void will(Fields line) {
        long number = line.number("number");
        requireOrder(7, number, line, "number");
        requireCounted(StateMachine.LAST_WILL, number, line, "number");
        ledger.wills.put(batch, number, MessageFields.read(line.object("message")));
    }

    private void end(Fields line) {
        if (line.number("lines") != lines) {
            line.wrong("lines", lines + ", for so many came before; some are missing, or too many");
        }
    }

    /**
     * All lines were given.
     *
     * @return how many lines there were
     * @throws IllegalArgumentException if the end is missing
     * @throws StorageFailed if the ledger could not be written
     */
    public long finish() {
        if (step != END) {
            throw new IllegalArgumentException(
                    "expected is {\"kind\":\"end\",…} as the last, but no more lines came; the file was cut off");
        }
        commit(true);
        return lines;
    }

    @Override
    public void close() {
        batch.close();
    }

    private void timer(long dueAt, TimerKind kind, String name) {
        if (dueAt != SessionRecord.NEVER) {
            ledger.timers.put(batch, new TimerKey(dueAt, kind, name), true);
        }
    }

    private void commit(boolean sync) {
        ledger.store.commit(batch, sync);
        batch.clear();
    }

    /** The number of the session that the line names, which must be the one that came last. */
    private long sessionOf(Fields line) {
        String clientId = line.text("client");
        SessionRecord present = session;
        if (present == null || !present.clientId().equals(clientId)) {
            return line.wrong(
                    "client",
                    present == null
                            ? "that of a durable session whose line comes before"
                            : "\"" + present.clientId() + "\", whose line of kind session came last");
        }
        return present.session();
    }

    /** Later ones have higher keys, so that none comes twice. */
    @SuppressWarnings("unchecked") // One kind always has the same keys.
    private <K extends Comparable<K>> void requireOrder(int kind, K key, Fields line, String field) {
        Comparable<?> before = last.put(kind, key);
        if (before != null && key.compareTo((K) before) <= 0) {
            line.wrong(field, "in its order and nowhere twice, so after " + before);
        }
    }

    /** A number is not given away again, so the ledger has counted beyond it. */
    private void requireCounted(String counter, long number, Fields line, String field) {
        Long counted = counters.get(counter);
        if (number > (counted == null ? 0 : counted)) {
            line.wrong(
                    field,
                    "at most " + (counted == null ? 0 : counted) + ", as the counter \"" + counter
                            + "\" in the header says");
        }
    }
}
