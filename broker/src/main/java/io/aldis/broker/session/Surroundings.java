package io.aldis.broker.session;

import io.aldis.broker.chain.Hooks;
import io.aldis.broker.metric.Metrics;
import io.aldis.broker.store.CommandLog;
import io.aldis.broker.store.StateMachine;

/**
 * What every session of a broker is given.
 *
 * @param log takes the commands
 * @param ledger is read from
 * @param sink takes back what a shared subscription had given to a session that is gone
 * @param metrics counts clients and subscriptions
 * @param hooks hear of its end
 * @param drops where messages end that do not reach their receiver
 * @param totals bound all queues together
 * @param keepsQos0 whether messages of QoS 0 wait for durable sessions
 */
public record Surroundings(
        CommandLog log,
        StateMachine ledger,
        Subscribers subscribers,
        MessageSink sink,
        Metrics metrics,
        Hooks hooks,
        Drops drops,
        QueueTotals totals,
        boolean keepsQos0) {}
