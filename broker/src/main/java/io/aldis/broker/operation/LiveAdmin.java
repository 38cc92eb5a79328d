package io.aldis.broker.operation;

import io.aldis.broker.admin.Admin;
import io.aldis.broker.admin.ClientInfo;
import io.aldis.broker.admin.FilterAnswer;
import io.aldis.broker.admin.Page;
import io.aldis.broker.admin.Published;
import io.aldis.broker.admin.SessionDetail;
import io.aldis.broker.admin.SessionInfo;
import io.aldis.broker.admin.Statistics;
import io.aldis.broker.admin.SubscriptionInfo;
import io.aldis.broker.message.Message;
import io.aldis.broker.metric.Metrics;
import io.aldis.broker.routing.RetainedMessages;
import io.aldis.broker.session.Session;
import io.aldis.broker.session.SessionTable;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Subscription;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Looks into the rooms for management. Safe for use by every thread. */
public final class LiveAdmin implements Admin {

    private final SessionTable sessions;
    private final RetainedMessages retained;
    private final Metrics metrics;

    /** Of the broker with these sessions. */
    public LiveAdmin(SessionTable sessions, RetainedMessages retained, Metrics metrics) {
        this.sessions = sessions;
        this.retained = retained;
        this.metrics = metrics;
    }

    @Override
    public CompletionStage<Published> publish(Message message) {
        return notYet();
    }

    private static <T> CompletionStage<T> notYet() {
        return CompletableFuture.failedStage(new UnsupportedOperationException("Not yet."));
    }

    @Override
    public CompletionStage<Published> publishTo(String clientId, Message message) {
        return notYet();
    }

    @Override
    public CompletionStage<FilterAnswer> subscribe(String clientId, List<Subscription> subscriptions, int identifier) {
        return notYet();
    }

    @Override
    public CompletionStage<FilterAnswer> unsubscribe(String clientId, List<String> filters) {
        return notYet();
    }

    @Override
    public CompletionStage<Boolean> disconnect(String clientId, ReasonCode reason, String words, boolean publishWill) {
        return notYet();
    }

    @Override
    public CompletionStage<Boolean> deleteSession(String clientId, boolean publishWill) {
        return notYet();
    }

    @Override
    public Optional<ClientInfo> client(String clientId) {
        return Optional.empty();
    }

    @Override
    public Page<ClientInfo> clients(String after, int limit) {
        return new Page<>(List.of(), "", 0);
    }

    @Override
    public List<SessionInfo> sessions() {
        return sessions.all().stream().map(LiveAdmin::info).toList();
    }

    @Override
    public Optional<SessionInfo> session(String clientId) {
        return Optional.ofNullable(sessions.ofClient(clientId)).map(LiveAdmin::info);
    }

    @Override
    public Page<SessionInfo> sessions(String after, int limit) {
        return new Page<>(List.of(), "", 0);
    }

    @Override
    public CompletionStage<Optional<SessionDetail>> sessionDetail(String clientId) {
        return notYet();
    }

    @Override
    public CompletionStage<Page<SessionDetail>> sessionDetails(String after, int limit) {
        return notYet();
    }

    @Override
    public Page<SubscriptionInfo> subscriptions(String after, int limit) {
        return new Page<>(List.of(), "", 0);
    }

    @Override
    public Page<SubscriptionInfo> subscriptionsOf(String clientId, String after, int limit) {
        return new Page<>(List.of(), "", 0);
    }

    @Override
    public Page<SubscriptionInfo> subscriptionsTo(String filter, String after, int limit) {
        return new Page<>(List.of(), "", 0);
    }

    @Override
    public Page<SubscriptionInfo> subscriptionsMatching(String topic, String after, int limit) {
        return new Page<>(List.of(), "", 0);
    }

    @Override
    public Optional<Message> retained(String topic) {
        return Optional.empty();
    }

    @Override
    public Page<Message> retained(String filter, String after, int limit) {
        return new Page<>(List.of(), "", 0);
    }

    @Override
    public CompletionStage<Void> storeRetained(Message message) {
        return notYet();
    }

    @Override
    public CompletionStage<Boolean> deleteRetained(String topic) {
        return notYet();
    }

    private static SessionInfo info(Session session) {
        return new SessionInfo(
                session.clientId(),
                "",
                session.connected(),
                session.durable(),
                session.subscriptionCount(),
                0,
                Instant.EPOCH,
                null,
                null);
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
