package io.aldis.broker;

/** Hears the steps of a stop as they are taken, on the thread that stops the broker. The fourth step is the end of the call. */
public interface StopProgress {

    /** Step 1: nobody new comes in. */
    void listenersClosed();

    /** Step 2: connections on which nothing was under way are closed, or about to be. */
    void idleClosed(int connections);

    /** Step 3: all others have ended, {@code inOrder} when what was under way was finished, {@code byForce} at the deadline. */
    void othersEnded(int inOrder, int byForce);
}
