package io.aldis.broker.store;

import io.aldis.broker.message.Message;

/** STUB. */
final class LedgerFormats {
    static final TableFormat<String, SessionRecord> SESSIONS = of("session");
    static final TableFormat<SubscriptionKey, StoredSubscription> SUBSCRIPTIONS = of("subscription");
    static final TableFormat<QueueKey, QueuedRow> QUEUE = of("queue");
    static final TableFormat<Long, QueueState> QUEUES = of("queuestate");
    static final TableFormat<Long, Message> MESSAGES = of("message");
    static final TableFormat<Long, Integer> REFERENCES = of("references");
    static final TableFormat<InboundKey, Boolean> INBOUND = of("inbound");
    static final TableFormat<String, Message> RETAINED = of("retained");
    static final TableFormat<TimerKey, Boolean> TIMERS = of("timer");
    static final TableFormat<Long, Message> WILLS = of("will");
    static final TableFormat<String, Long> COUNTERS = of("counter");

    private LedgerFormats() {}

    private static <K extends Comparable<? super K>, V> TableFormat<K, V> of(String name) {
        return new TableFormat<K, V>(name, new None<K>(), new None<V>());
    }

    private static final class None<T> implements TableFormat.Format<T> {
        @Override
        public byte[] write(T thing) {
            throw new UnsupportedOperationException();
        }

        @Override
        public T read(byte[] bytes) {
            throw new UnsupportedOperationException();
        }
    }
}
