package io.aldis.broker.ledger;

import io.aldis.broker.storage.StorageFailed;
import io.aldis.broker.store.StateMachine;

/**
 * What is in a ledger, in numbers. Bytes of messages are as {@link io.aldis.broker.message.Message#bytes} counts them, against the bounds
 * of queues; a message that is in several queues counts in each.
 *
 * @param sessions that outlive their connection
 * @param connections client ids that a connection owned when the broker ended, or owns in a copy of a running one's store
 * @param subscriptions of these sessions
 * @param queuedMessages in flight and waiting
 * @param queuedBytes of these
 * @param waitingMessages those of them that have not been sent
 * @param sharedMessages kept once for several queues
 * @param receipts packet ids of QoS 2 that clients have not released
 * @param retainedMessages retained
 * @param retainedBytes of these
 * @param wills of clients, and those under way
 * @param timers for ends of sessions, wills and retained messages
 * @param time the ledger's, in milliseconds since 1970: of the last change that had one; 0 if there was none
 * @param diskBytes what its files occupy
 */
public record LedgerStatistics(
        long sessions,
        long connections,
        long subscriptions,
        long queuedMessages,
        long queuedBytes,
        long waitingMessages,
        long sharedMessages,
        long receipts,
        long retainedMessages,
        long retainedBytes,
        long wills,
        long timers,
        long time,
        long diskBytes) {

    /**
     * Counts.
     *
     * @throws StorageFailed if a row cannot be read
     */
    public static LedgerStatistics of(Ledger ledger) {
        Count count = new Count();
        ledger.sessions.each((clientId, session) -> {
            count.sessions += session.durable() ? 1 : 0;
            count.connections += session.owned() ? 1 : 0;
            count.wills += session.will() != null ? 1 : 0;
        });
        ledger.queues.each((session, queue) -> {
            count.queued += queue.messages();
            count.queuedBytes += queue.bytes();
            count.waiting += queue.waiting();
        });
        ledger.retained.each((topic, message) -> {
            count.retained++;
            count.retainedBytes += message.bytes();
        });
        Long time = ledger.counters.get(StateMachine.TIME);
        return new LedgerStatistics(
                count.sessions,
                count.connections,
                ledger.subscriptions.count(),
                count.queued,
                count.queuedBytes,
                count.waiting,
                ledger.messages.count(),
                ledger.inbound.count(),
                count.retained,
                count.retainedBytes,
                count.wills + ledger.wills.count(),
                ledger.timers.count(),
                time == null ? 0 : time,
                ledger.store.figures().diskBytes());
    }

    /** While it counts. */
    private static final class Count {
        private long sessions;
        private long connections;
        private long wills;
        private long queued;
        private long queuedBytes;
        private long waiting;
        private long retained;
        private long retainedBytes;
    }
}
