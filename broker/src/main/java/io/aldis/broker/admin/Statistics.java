package io.aldis.broker.admin;

import io.aldis.broker.metric.DropReason;
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
        long subscriptions) {

    public Statistics {
        dropped = Map.copyOf(dropped);
    }

    /** All drops together. */
    public long droppedInTotal() {
        return dropped.values().stream().mapToLong(Long::longValue).sum();
    }
}
