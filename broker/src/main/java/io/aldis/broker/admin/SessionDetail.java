package io.aldis.broker.admin;

/**
 * What a session holds, as its event loop knew it a moment ago.
 *
 * @param session what anybody knows of it
 * @param inFlight messages of QoS 1 and 2 that were sent to the client and are not settled
 * @param maximumInFlight most of them; 0 if the client was never there
 * @param queued messages that wait to be sent; those in flight not counted
 * @param queuedBytes their bytes, topics and overhead included
 * @param maximumQueued most messages that wait or are in flight
 * @param maximumQueuedBytes most bytes of these
 * @param awaitingRelease messages of QoS 2 from the client that were received, and for which PUBREL has not come
 * @param maximumAwaitingRelease most of them, for a client that keeps to the Receive Maximum
 * @param delivered messages that were sent to the client, repetitions not counted
 * @param dropped messages for this session that did not reach its client
 */
public record SessionDetail(
        SessionInfo session,
        int inFlight,
        int maximumInFlight,
        long queued,
        long queuedBytes,
        long maximumQueued,
        long maximumQueuedBytes,
        int awaitingRelease,
        int maximumAwaitingRelease,
        long delivered,
        long dropped) {}
