package io.aldis.broker.session;

/**
 * What a session holds, and what it has seen.
 *
 * @param inFlight messages of QoS 1 and 2 sent and not settled
 * @param window most of them, as its last connection wanted; 0 before the first
 * @param waiting messages that wait to be sent
 * @param waitingBytes of these
 * @param unreleased QoS 2 packet ids that the client has in use and not released
 * @param delivered messages sent, repetitions not counted
 * @param dropped messages that did not reach the client
 */
public record SessionFigures(
        int inFlight, int window, long waiting, long waitingBytes, int unreleased, long delivered, long dropped) {}
