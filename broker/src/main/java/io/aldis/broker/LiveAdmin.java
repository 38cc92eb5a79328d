package io.aldis.broker;

import io.aldis.broker.admin.Admin;
import io.aldis.broker.admin.SessionInfo;
import io.aldis.broker.admin.Statistics;
import io.aldis.broker.metric.Metrics;
import io.aldis.broker.routing.RetainedMessages;
import io.aldis.broker.session.Session;
import io.aldis.broker.session.SessionTable;
import java.util.List;
import java.util.Optional;

/** Looks into the rooms for management. Safe for use by every thread. */
final class LiveAdmin implements Admin {

    private final SessionTable sessions;
    private final RetainedMessages retained;
    private final Metrics metrics;

    LiveAdmin(SessionTable sessions, RetainedMessages retained, Metrics metrics) {
        this.sessions = sessions;
        this.retained = retained;
        this.metrics = metrics;
    }

    @Override
    public List<SessionInfo> sessions() {
        return sessions.all().stream().map(LiveAdmin::info).toList();
    }

    @Override
    public Optional<SessionInfo> session(String clientId) {
        return Optional.ofNullable(sessions.ofClient(clientId)).map(LiveAdmin::info);
    }

    private static SessionInfo info(Session session) {
        return new SessionInfo(session.clientId(), session.connected(), session.durable(), session.subscriptionCount());
    }

    @Override
    public Statistics statistics() {
        return new Statistics(
                metrics.connectionsAccepted.sum(),
                metrics.connectionsOpen.sum(),
                metrics.connectsRefused.sum(),
                metrics.protocolErrors.sum(),
                sessions.size(),
                metrics.messagesReceived.sum(),
                metrics.messagesSent.sum(),
                metrics.drops(),
                retained.size(),
                metrics.packetsReceived.sum(),
                metrics.packetsSent.sum(),
                metrics.bytesReceived.sum(),
                metrics.bytesSent.sum(),
                metrics.clientsConnected(),
                metrics.clientsAtMost(),
                metrics.subscriptions.sum());
    }
}
