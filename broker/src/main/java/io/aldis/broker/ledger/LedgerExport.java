package io.aldis.broker.ledger;

import io.aldis.broker.storage.StorageFailed;
import io.aldis.broker.store.InboundKey;
import io.aldis.broker.store.QueueKey;
import io.aldis.broker.store.QueueState;
import io.aldis.broker.store.SessionRecord;
import io.aldis.broker.store.SubscriptionKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Writes a ledger out as lines, one thing a line, in an order that is always the same: a header; the messages that several queues share;
 * each session with its subscriptions, the rows of its queue and its receipts; retained messages; wills under way; an end, which says how
 * many lines came before it. {@link LedgerImport} reads them back.
 *
 * <p>A line is a map, in the order of its fields, of texts, numbers ({@link Long} or {@link Integer}), truth values, {@link
 * io.aldis.codec.Binary} for bytes, lists, and maps again. Rows that belong to nothing are left out; timers follow from what they are for.
 * No more than one row is in memory.
 */
public final class LedgerExport {

    /** The newest format, which is the one that is written. */
    public static final int FORMAT = 1;

    static final String KIND = "kind";

    private final Ledger ledger;
    private final Consumer<Map<String, Object>> out;
    private long lines;

    private LedgerExport(Ledger ledger, Consumer<Map<String, Object>> out) {
        this.ledger = ledger;
        this.out = out;
    }

    /**
     * Writes all of it.
     *
     * @param version which Aldis writes, for the eyes of whoever reads
     * @param out takes the lines
     * @return how many there were
     * @throws StorageFailed if a row cannot be read
     */
    public static long write(Ledger ledger, String version, Consumer<Map<String, Object>> out) {
        LedgerExport export = new LedgerExport(ledger, out);
        export.header(version);
        export.shared();
        ledger.sessions.each((clientId, session) -> export.session(session));
        export.retained();
        export.wills();
        export.end();
        return export.lines;
    }

    private void header(String version) {
        Map<String, Object> line = line("header");
        line.put("format", FORMAT);
        line.put("aldis", version);
        Map<String, Object> counters = new TreeMap<>();
        ledger.counters.each(counters::put);
        line.put("counters", counters);
        write(line);
    }

    private void shared() {
        ledger.messages.each((number, message) -> {
            Map<String, Object> line = line("shared");
            line.put("number", number);
            Integer rows = ledger.references.get(number);
            line.put("rows", rows == null ? 0 : rows);
            line.put("message", MessageFields.write(message));
            write(line);
        });
    }

    private void session(SessionRecord session) {
        long number = session.session();
        QueueState queue = ledger.queues.get(number);
        Map<String, Object> sessionLine = line("session");
        SessionFields.write(sessionLine, session, queue);
        write(sessionLine);
        if (!session.durable()) {
            return;
        }
        String clientId = session.clientId();
        ledger.subscriptions.each(
                new SubscriptionKey(number, ""), new SubscriptionKey(number + 1, ""), (key, subscription) -> {
                    Map<String, Object> line = lineOf(clientId, "subscription");
                    SessionFields.write(line, subscription);
                    write(line);
                });
        if (queue != null) {
            queue(session);
        }
        ledger.inbound.each(new InboundKey(number, 0), new InboundKey(number + 1, 0), (key, received) -> {
            Map<String, Object> line = lineOf(clientId, "receipt");
            line.put("packetId", key.packetId());
            write(line);
        });
    }

    private void queue(SessionRecord session) {
        long number = session.session();
        ledger.queue.each(new QueueKey(number, 0), new QueueKey(number + 1, 0), (key, row) -> {
            Map<String, Object> line = lineOf(session.clientId(), "message");
            line.put("place", key.sequence());
            SessionFields.write(line, row);
            write(line);
        });
    }

    private void retained() {
        ledger.retained.each((topic, message) -> {
            Map<String, Object> line = line("retained");
            line.put("message", MessageFields.write(message));
            write(line);
        });
    }

    private void wills() {
        ledger.wills.each((number, message) -> {
            Map<String, Object> line = line("will");
            line.put("number", number);
            line.put("message", MessageFields.write(message));
            write(line);
        });
    }

    private void end() {
        Map<String, Object> line = line("end");
        line.put("lines", lines);
        write(line);
    }

    private static Map<String, Object> line(String kind) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put(KIND, kind);
        return line;
    }

    private static Map<String, Object> lineOf(String clientId, String kind) {
        Map<String, Object> line = line(kind);
        line.put("client", clientId);
        return line;
    }

    private void write(Map<String, Object> line) {
        out.accept(line);
        lines++;
    }
}
