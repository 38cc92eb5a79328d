/**
 * Where code runs and what time it is: {@link io.aldis.broker.loop.Loop}, one thread's turn-taking as the core sees it.
 *
 * <p>A leaf. Sessions, routing and the ledger know their thread only through these interfaces, so a whole broker can run
 * in one thread under virtual time. Nothing of Netty, MQTT or the operating system enters.
 */
@NullMarked
package io.aldis.broker.loop;

import org.jspecify.annotations.NullMarked;
