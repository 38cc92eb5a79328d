package io.aldis.server;

import io.aldis.broker.Broker;

/** What a running broker is kept running for: a signal from outside, or the end of a rehearsal. */
@FunctionalInterface
interface StopCause {

    /**
     * Returns when {@code broker} is to be stopped.
     *
     * @return what ended it, in a word for the user
     */
    String await(Broker broker);
}
