package io.aldis.broker.session;

import io.aldis.broker.message.MessageSink;
import io.aldis.broker.metric.Metrics;
import io.aldis.broker.store.CommandLog;
import io.aldis.broker.store.StateMachine;

/**
 * What every session of a broker is given.
 *
 * @param log takes the commands
 * @param ledger is read from
 * @param sink takes back what a shared subscription had given to a session that is gone
 */
public record Surroundings(
        CommandLog log, StateMachine ledger, Subscribers subscribers, MessageSink sink, Metrics metrics) {}
