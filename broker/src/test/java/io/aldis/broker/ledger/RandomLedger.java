package io.aldis.broker.ledger;

import io.aldis.broker.message.Message;
import io.aldis.broker.storage.HeapKeyValueStore;
import io.aldis.broker.storage.KeyValueStore.Batch;
import io.aldis.broker.store.InboundKey;
import io.aldis.broker.store.QueueKey;
import io.aldis.broker.store.QueueState;
import io.aldis.broker.store.QueuedRow;
import io.aldis.broker.store.RandomRecords;
import io.aldis.broker.store.SessionRecord;
import io.aldis.broker.store.StateMachine;
import io.aldis.broker.store.StoredSubscription;
import io.aldis.broker.store.SubscriptionKey;
import io.aldis.broker.store.TimerKey;
import io.aldis.broker.store.TimerKind;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** A ledger with anything in it, as a state machine would have left it. */
final class RandomLedger {

    final HeapKeyValueStore store = new HeapKeyValueStore();
    final Ledger ledger = new Ledger(store);
    private final Random random;
    private final RandomRecords records;
    private final Batch batch = store.batch();
    private final Map<Long, Message> shared = new TreeMap<>();
    private final Map<Long, Integer> references = new TreeMap<>();

    RandomLedger(long seed) {
        random = new Random(seed);
        records = new RandomRecords(seed);
        for (long number = 1; number <= random.nextInt(4); number++) {
            shared.put(number, records.message());
        }
        int sessions = random.nextInt(6);
        for (long number = 1; number <= sessions; number++) {
            session(number, sessions);
        }
        shared.forEach((number, message) -> {
            Integer rows = references.get(number);
            if (rows != null) {
                ledger.messages.put(batch, number, message);
                ledger.references.put(batch, number, rows);
            }
        });
        for (int i = random.nextInt(5); i > 0; i--) {
            Message message = records.message();
            if (!ledger.retained.has(message.topic())) {
                ledger.retained.put(batch, message.topic(), message);
                timer(message.expiresAt(), TimerKind.RETAINED, message.topic());
                store.commit(batch, false);
                batch.clear();
            }
        }
        for (long number = 3; number < 3 + random.nextInt(3); number++) {
            ledger.wills.put(batch, number, records.message());
        }
        counter(StateMachine.LAST_SESSION, sessions + 3);
        counter(StateMachine.LAST_EPOCH, 1000);
        counter(StateMachine.LAST_MESSAGE, 5);
        counter(StateMachine.LAST_WILL, 7);
        counter(StateMachine.TIME, 1_700_000_000_000L);
        store.commit(batch, true);
    }

    private void counter(String name, long value) {
        ledger.counters.put(batch, name, value);
    }

    private void session(long number, int sessions) {
        SessionRecord any = records.session();
        String clientId = any.clientId() + (sessions - number); // Not in the order of the numbers.
        SessionRecord record = new SessionRecord(
                clientId,
                any.principal(),
                number,
                random.nextInt(1000),
                any.link(),
                any.durable(),
                any.expirySeconds(),
                any.expiresAt(),
                any.will(),
                any.willDueAt(),
                any.bounds(),
                any.window());
        ledger.sessions.put(batch, clientId, record);
        if (!record.durable()) {
            return;
        }
        if (!record.owned()) {
            timer(record.expiresAt(), TimerKind.SESSION, clientId);
            timer(record.willDueAt(), TimerKind.SESSION, clientId);
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            StoredSubscription subscription = records.subscription();
            ledger.subscriptions.put(
                    batch,
                    new SubscriptionKey(number, subscription.subscription().filter()),
                    subscription);
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            ledger.inbound.put(batch, new InboundKey(number, 1 + random.nextInt(65_535)), true);
        }
        if (random.nextBoolean()) {
            queue(number);
        }
    }

    private void queue(long session) {
        int rows = random.nextInt(10);
        long head = random.nextInt(1000);
        long boundary = head + random.nextInt(rows + 1);
        long messages = 0;
        long bytes = 0;
        long waiting = 0;
        long waitingBytes = 0;
        for (long place = head; place < head + rows; place++) {
            QueuedRow row = row(place >= boundary);
            ledger.queue.put(batch, new QueueKey(session, place), row);
            if (row.state() == QueuedRow.State.DONE) {
                continue;
            }
            Message own = row.message();
            Message message = own != null ? own : shared.getOrDefault(row.shared(), own);
            int size = message == null ? 0 : message.bytes();
            messages++;
            bytes += size;
            waiting += place >= boundary ? 1 : 0;
            waitingBytes += place >= boundary ? size : 0;
        }
        ledger.queues.put(
                batch,
                session,
                new QueueState(head + rows, head, boundary, 17, messages, bytes, waiting, waitingBytes));
    }

    private QueuedRow row(boolean waits) {
        QueuedRow any = records.queuedRow();
        QueuedRow.State state = waits ? QueuedRow.State.OPEN : any.state();
        if (state == QueuedRow.State.DONE) {
            return new QueuedRow(state, any.qos(), false, List.of(), "", null, QueuedRow.OWN);
        }
        long number = 1L + random.nextInt(6);
        boolean isShared = shared.containsKey(number);
        if (isShared) {
            references.merge(number, 1, Integer::sum);
        }
        return new QueuedRow(
                state,
                any.qos(),
                any.retain(),
                any.subscriptionIdentifiers(),
                any.share(),
                isShared ? null : records.message(),
                isShared ? number : QueuedRow.OWN);
    }

    private void timer(long dueAt, TimerKind kind, String name) {
        if (dueAt != SessionRecord.NEVER) {
            ledger.timers.put(batch, new TimerKey(dueAt, kind, name), true);
        }
    }
}
