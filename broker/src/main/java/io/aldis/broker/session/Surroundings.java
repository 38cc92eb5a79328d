package io.aldis.broker.session;

import io.aldis.broker.metric.Metrics;
import io.aldis.broker.store.CommandLog;
import io.aldis.broker.store.StateMachine;

/**
 * What every session of a broker is given.
 *
 * @param log takes the commands
 * @param ledger is read from
 */
public record Surroundings(CommandLog log, StateMachine ledger, Subscribers subscribers, Metrics metrics) {}
