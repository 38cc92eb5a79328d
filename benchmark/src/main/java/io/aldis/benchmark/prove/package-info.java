/**
 * Kills a broker at random moments under load, starts it again, and counts what its acknowledgements were worth.
 * {@link io.aldis.benchmark.prove.Prover} conducts; {@link io.aldis.benchmark.prove.History} knows what was promised and judges what came;
 * {@link io.aldis.benchmark.prove.Proof} is what came of it. The clients are {@link io.aldis.benchmark.prove.PersistentClient}s, which keep
 * their half of a session as the standard asks.
 *
 * <p>Threads: the clients and the history live in {@link io.aldis.benchmark.prove.Turns}, which is one thread, so that there is one order of
 * all that happened. The thread that conducts asks there, and waits.
 */
@NullMarked
package io.aldis.benchmark.prove;

import org.jspecify.annotations.NullMarked;
