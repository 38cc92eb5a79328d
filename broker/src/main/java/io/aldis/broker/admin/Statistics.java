package io.aldis.broker.admin;

import io.aldis.broker.metric.DropReason;
import io.aldis.broker.metric.TurnedAway;
import java.util.Map;

/**
 * What a broker has counted since its start, and what it holds now.
 *
 * @param connectionsAccepted since the start
 * @param connectionsOpen now, with or without a CONNECT
 * @param connectsRefused CONNECT packets answered with a refusal
 * @param protocolErrors connections closed for what the client sent
 * @param proxyHeadersRefused connections closed for want of the header of the PROXY protocol: none came, a wrong one, or one from a
 *     stranger
 * @param sessions now, connected or not
 * @param messagesReceived PUBLISH packets from clients
 * @param messagesSent PUBLISH packets to clients, repetitions included
 * @param dropped messages that did not reach one receiver, by reason, every reason included
 * @param retained topics with a retained message now, those under {@code $SYS} left out
 * @param packetsReceived packets of all types from clients
 * @param packetsSent packets of all types to clients
 * @param bytesReceived from sockets
 * @param bytesSent to sockets
 * @param clientsConnected sessions whose client is connected now
 * @param clientsAtMost the most that were connected at the same time
 * @param subscriptions of all sessions now
 * @param turnedAway connections that a listener did not let in, by reason, every reason included
 * @param handshakes connections that have been accepted and have not got their CONNACK yet
 * @param throttled how often a client was not read from because it had sent more than its listener allows
 * @param throttledMillis for how long together, in milliseconds
 * @param overloads how often loops of the broker have begun to lag
 * @param lagMillis by how much the loop that lags most does so now, in milliseconds
 */
public record Statistics(
        long connectionsAccepted,
        long connectionsOpen,
        long connectsRefused,
        long protocolErrors,
        long proxyHeadersRefused,
        long sessions,
        long messagesReceived,
        long messagesSent,
        Map<DropReason, Long> dropped,
        long retained,
        long packetsReceived,
        long packetsSent,
        long bytesReceived,
        long bytesSent,
        long clientsConnected,
        long clientsAtMost,
        long subscriptions,
        Map<TurnedAway, Long> turnedAway,
        long handshakes,
        long throttled,
        long throttledMillis,
        long overloads,
        long lagMillis) {

    public Statistics {
        dropped = Map.copyOf(dropped);
        turnedAway = Map.copyOf(turnedAway);
    }

    /** All drops together. */
    public long droppedInTotal() {
        return dropped.values().stream().mapToLong(Long::longValue).sum();
    }
}
