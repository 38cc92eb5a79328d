package io.aldis.broker.ledger;

import io.aldis.broker.message.Message;
import io.aldis.broker.store.QueueState;
import io.aldis.broker.store.QueuedRow;
import io.aldis.broker.store.SessionRecord;
import io.aldis.broker.store.StateMachine;
import io.aldis.broker.store.TimerKey;
import io.aldis.broker.store.TimerKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads every row of a ledger, and sees whether they fit each other. It holds about 100 bytes for each session and each message that
 * several queues share.
 */
public final class LedgerCheck {

    private static final int EXAMPLES = 3;

    private final Ledger ledger;
    private final Map<String, Kind> found = new LinkedHashMap<>();

    /** What is known of sessions, by their numbers. */
    private final Map<Long, Queue> sessions = new HashMap<>();

    /** What is known of shared messages, by their numbers. */
    private final Map<Long, Shared> shared = new HashMap<>();

    private LedgerCheck(Ledger ledger) {
        this.ledger = ledger;
    }

    /** What is wrong; nothing if all is well. */
    public static List<Finding> of(Ledger ledger) {
        LedgerCheck check = new LedgerCheck(ledger);
        check.sessions();
        check.subscriptions();
        check.sharedMessages();
        check.queues();
        check.receipts();
        check.retained();
        check.wills();
        check.timers();
        return check.findings();
    }

    // Sessions.

    private void sessions() {
        long counted = counter(StateMachine.LAST_SESSION);
        long countedEpochs = counter(StateMachine.LAST_EPOCH);
        each(ledger.counters, (name, value) -> {});
        each(ledger.sessions, (clientId, session) -> {
            if (!clientId.equals(session.clientId())) {
                found("sessions under another client id than theirs", clientId + " has that of " + session.clientId());
            }
            if (session.session() > counted || session.epoch() > countedEpochs) {
                found("sessions with a number that is yet to be given away", clientId);
            }
            if (sessions.put(session.session(), new Queue(session)) != null) {
                found("sessions that have one number with others", clientId + " has " + session.session());
            }
            if (session.durable() && !session.owned()) {
                requireTimer(session.expiresAt(), TimerKind.SESSION, clientId);
                requireTimer(session.willDueAt(), TimerKind.SESSION, clientId);
            }
        });
    }

    private void requireTimer(long dueAt, TimerKind kind, String name) {
        if (dueAt != SessionRecord.NEVER && !ledger.timers.has(new TimerKey(dueAt, kind, name))) {
            found("sessions, wills and retained messages that have an end but no timer for it", name);
        }
    }

    private void subscriptions() {
        each(ledger.subscriptions, (key, subscription) -> {
            if (!sessions.containsKey(key.session())) {
                found("subscriptions of no session", key.filter() + " of session number " + key.session());
            }
            if (!key.filter().equals(subscription.subscription().filter())) {
                found("subscriptions under another filter than theirs", key.filter());
            }
        });
    }

    // Queues.

    private void sharedMessages() {
        long counted = counter(StateMachine.LAST_MESSAGE);
        each(ledger.messages, (number, message) -> {
            shared.put(number, new Shared(message.bytes()));
            if (number > counted) {
                found("shared messages with a number that is yet to be given away", "number " + number);
            }
        });
        each(ledger.references, (number, rows) -> {
            Shared message = shared.get(number);
            if (message == null) {
                found("reference counts of no message", "number " + number);
            } else {
                message.references = rows;
            }
        });
    }

    private void queues() {
        each(ledger.queues, (number, state) -> {
            Queue queue = sessions.get(number);
            if (queue == null) {
                found("queues of no session", "session number " + number);
            } else {
                queue.state = state;
            }
        });
        each(ledger.queue, (key, row) -> row(key.session(), key.sequence(), row));
        sessions.values().forEach(this::totals);
        shared.forEach((number, message) -> {
            if (message.references != message.rows) {
                found(
                        "shared messages whose reference count does not fit",
                        "number %d has the count %d, and %d rows refer to it"
                                .formatted(number, message.references, message.rows));
            }
        });
    }

    private void row(long session, long place, QueuedRow row) {
        Queue queue = sessions.get(session);
        if (queue == null) {
            found("rows of queues that belong to no session", "session number " + session + ", place " + place);
        }
        int bytes = bytes(row);
        if (bytes == Shared.MISSING) {
            found(
                    "rows of queues whose message is missing",
                    "%s, place %d, shared message %d".formatted(name(queue, session), place, row.shared()));
            bytes = 0;
        }
        if (queue != null) {
            queue.count(place, row, bytes);
        }
    }

    /** Bytes of the message of a row; {@link Shared#MISSING} if it has none. */
    private int bytes(QueuedRow row) {
        Message own = row.message();
        if (row.shared() != QueuedRow.OWN) {
            Shared message = shared.get(row.shared());
            if (message == null) {
                return Shared.MISSING;
            }
            message.rows++;
            return message.bytes;
        }
        if (own != null) {
            return own.bytes();
        }
        return row.state() == QueuedRow.State.DONE ? 0 : Shared.MISSING;
    }

    private void totals(Queue queue) {
        String clientId = queue.session.clientId();
        if (queue.outside > 0) {
            found("queues with rows outside of their bounds", clientId + " has " + queue.outside);
        }
        QueueState state = queue.state == null ? Queue.NONE : queue.state;
        if (state.messages() != queue.messages
                || state.bytes() != queue.bytes
                || state.waiting() != queue.waiting
                || state.waitingBytes() != queue.waitingBytes) {
            found(
                    "queues whose totals do not fit their rows",
                    "%s: %d messages of %d bytes (%d of %d wait) are told, %d of %d (%d of %d) are there"
                            .formatted(
                                    clientId,
                                    state.messages(),
                                    state.bytes(),
                                    state.waiting(),
                                    state.waitingBytes(),
                                    queue.messages,
                                    queue.bytes,
                                    queue.waiting,
                                    queue.waitingBytes));
        }
    }

    private static String name(@Nullable Queue queue, long session) {
        return queue == null ? "session number " + session : queue.session.clientId();
    }

    // What else there is.

    private void receipts() {
        each(ledger.inbound, (key, received) -> {
            if (!sessions.containsKey(key.session())) {
                found("receipts of no session", "packet id " + key.packetId() + " of session number " + key.session());
            }
        });
    }

    private void retained() {
        each(ledger.retained, (topic, message) -> {
            if (!topic.equals(message.topic())) {
                found("retained messages under another topic than theirs", topic);
            }
            requireTimer(message.expiresAt(), TimerKind.RETAINED, topic);
        });
    }

    private void wills() {
        long counted = counter(StateMachine.LAST_WILL);
        each(ledger.wills, (number, message) -> {
            if (number > counted) {
                found("wills with a number that is yet to be given away", "number " + number);
            }
        });
    }

    private void timers() {
        each(ledger.timers, (timer, set) -> {});
    }

    private long counter(String name) {
        try {
            Long value = ledger.counters.get(name);
            return value == null ? 0 : value;
        } catch (RuntimeException e) {
            return Long.MAX_VALUE; // It is found unreadable when all are read.
        }
    }

    // Findings.

    private <K extends Comparable<? super K>, V> void each(LedgerTable<K, V> table, BiConsumer<K, V> reader) {
        table.each(reader, (row, why) -> found("rows that cannot be read", row + ": " + why.getMessage()));
    }

    private void found(String what, String example) {
        Kind kind = found.computeIfAbsent(what, first -> new Kind());
        kind.count++;
        if (kind.examples.size() < EXAMPLES) {
            kind.examples.add(example);
        }
    }

    private List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        found.forEach((what, kind) -> findings.add(new Finding(what, kind.count, kind.examples)));
        return findings;
    }

    /** What is wrong, of one kind. */
    private static final class Kind {
        private final List<String> examples = new ArrayList<>(EXAMPLES);
        private long count;
    }

    /** A shared message. */
    private static final class Shared {
        private static final int MISSING = -1;

        private final int bytes;
        private long references;
        private long rows;

        Shared(int bytes) {
            this.bytes = bytes;
        }
    }

    /** A session's queue: what is told of it, and what is there. */
    private static final class Queue {
        private static final QueueState NONE = new QueueState(0, 0, 0, 0, 0, 0, 0, 0);

        private final SessionRecord session;
        private @Nullable QueueState state;
        private long messages;
        private long bytes;
        private long waiting;
        private long waitingBytes;
        private long outside;

        Queue(SessionRecord session) {
            this.session = session;
        }

        void count(long place, QueuedRow row, int size) {
            QueueState told = state == null ? NONE : state;
            if (place < told.head() || place >= told.next()) {
                outside++;
            }
            if (row.state() == QueuedRow.State.DONE) {
                return;
            }
            messages++;
            bytes += size;
            if (place >= told.boundary()) {
                waiting++;
                waitingBytes += size;
            }
        }
    }
}
