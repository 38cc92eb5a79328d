package io.aldis.broker.ledger;

import io.aldis.broker.message.Message;
import io.aldis.broker.storage.KeyValueStore;
import io.aldis.broker.store.InboundKey;
import io.aldis.broker.store.LedgerFormats;
import io.aldis.broker.store.QueueKey;
import io.aldis.broker.store.QueueState;
import io.aldis.broker.store.QueuedRow;
import io.aldis.broker.store.SessionRecord;
import io.aldis.broker.store.StoredSubscription;
import io.aldis.broker.store.SubscriptionKey;
import io.aldis.broker.store.TimerKey;
import java.util.List;
import java.util.stream.Stream;

/** The tables of a store that are a ledger. Confined to one thread; the store is closed by whoever opened it. */
public final class Ledger {

    final KeyValueStore store;
    final LedgerTable<String, Long> counters;
    final LedgerTable<String, SessionRecord> sessions;
    final LedgerTable<SubscriptionKey, StoredSubscription> subscriptions;
    final LedgerTable<Long, QueueState> queues;
    final LedgerTable<QueueKey, QueuedRow> queue;
    final LedgerTable<Long, Message> messages;
    final LedgerTable<Long, Integer> references;
    final LedgerTable<InboundKey, Boolean> inbound;
    final LedgerTable<String, Message> retained;
    final LedgerTable<Long, Message> wills;
    final LedgerTable<TimerKey, Boolean> timers;

    /** That of a store that no broker has open. */
    public Ledger(KeyValueStore store) {
        this.store = store;
        counters = new LedgerTable<>(store, LedgerFormats.COUNTERS);
        sessions = new LedgerTable<>(store, LedgerFormats.SESSIONS);
        subscriptions = new LedgerTable<>(store, LedgerFormats.SUBSCRIPTIONS);
        queues = new LedgerTable<>(store, LedgerFormats.QUEUES);
        queue = new LedgerTable<>(store, LedgerFormats.QUEUE);
        messages = new LedgerTable<>(store, LedgerFormats.MESSAGES);
        references = new LedgerTable<>(store, LedgerFormats.REFERENCES);
        inbound = new LedgerTable<>(store, LedgerFormats.INBOUND);
        retained = new LedgerTable<>(store, LedgerFormats.RETAINED);
        wills = new LedgerTable<>(store, LedgerFormats.WILLS);
        timers = new LedgerTable<>(store, LedgerFormats.TIMERS);
    }

    /** Whether nothing is kept in it: a broker may have run with it, but knows of no session and no message. */
    public boolean isEmpty() {
        return rowTables().stream().allMatch(LedgerTable::isEmpty);
    }

    /** How many rows it has, in all tables. */
    public long rows() {
        return counters.count()
                + rowTables().stream().mapToLong(LedgerTable::count).sum();
    }

    private List<LedgerTable<?, ?>> rowTables() {
        return Stream.<LedgerTable<?, ?>>of(
                        sessions, subscriptions, queues, queue, messages, references, inbound, retained, wills, timers)
                .toList();
    }
}
