/**
 * What outlives a connection: the ledger of client ids, durable sessions, their queues, retained messages, wills and timers.
 *
 * <p>It changes only by {@link io.aldis.broker.store.Command}s, put in one order by a {@link io.aldis.broker.store.CommandLog}
 * and applied by one deterministic {@link io.aldis.broker.store.StateMachine} to the tables of a
 * {@link io.aldis.broker.store.KeyValueStore}. Applying reads no clock, no chance and no local setting: what it needs travels
 * in the command. One thread applies at a time; tables may be read by all. No connection, packet or socket enters.
 */
@NullMarked
package io.aldis.broker.store;

import org.jspecify.annotations.NullMarked;
