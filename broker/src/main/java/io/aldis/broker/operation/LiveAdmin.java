package io.aldis.broker.operation;

import io.aldis.broker.admin.Admin;
import io.aldis.broker.admin.ClientInfo;
import io.aldis.broker.admin.FilterAnswer;
import io.aldis.broker.admin.HookUse;
import io.aldis.broker.admin.OperationRefused;
import io.aldis.broker.admin.Page;
import io.aldis.broker.admin.Published;
import io.aldis.broker.admin.SessionDetail;
import io.aldis.broker.admin.SessionInfo;
import io.aldis.broker.admin.Statistics;
import io.aldis.broker.admin.SubscriptionInfo;
import io.aldis.broker.connection.Load;
import io.aldis.broker.connection.PublishRules;
import io.aldis.broker.connection.PublishRules.Refusal;
import io.aldis.broker.connection.Subscribing;
import io.aldis.broker.connection.Subscribing.Verdict;
import io.aldis.broker.loop.Loop;
import io.aldis.broker.message.Message;
import io.aldis.broker.metric.Metrics;
import io.aldis.broker.routing.Router;
import io.aldis.broker.routing.Router.Routed;
import io.aldis.broker.session.Session;
import io.aldis.broker.session.SessionFigures;
import io.aldis.broker.settings.QueueSettings;
import io.aldis.broker.store.Command;
import io.aldis.broker.store.Command.End;
import io.aldis.broker.store.Command.Ended;
import io.aldis.broker.store.Command.Outcome;
import io.aldis.codec.Binary;
import io.aldis.codec.PacketType;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Subscription;
import io.aldis.codec.Topics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks into the rooms of a running broker, and acts on them: each change is a task on the loop it belongs to. Safe for use by every
 * thread.
 */
public final class LiveAdmin implements Admin, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LiveAdmin.class);

    private static final int LONGEST_TOPIC = 65_535;
    private static final int LARGEST_IDENTIFIER = 268_435_455;

    private final OperationParts parts;
    private final Router router;
    private final PublishRules publishRules;
    private final Subscribing subscribing;
    private final SessionPages sessionPages;
    private final SubscriptionPages subscriptionPages;
    private final RetainedPages retainedPages;
    private final Answers answers = new Answers();

    /** Of the broker with these parts. */
    public LiveAdmin(OperationParts parts) {
        this.parts = parts;
        router = parts.router();
        publishRules = PublishRules.ofPrograms(parts.settings(), parts.retained());
        subscribing = new Subscribing(parts.settings(), parts.retained(), parts.hooks());
        sessionPages = new SessionPages(parts.ledger(), parts.sessions());
        subscriptionPages = new SubscriptionPages(parts);
        retainedPages = new RetainedPages(
                parts.ledger(), parts.retained(), parts.loops().get(0));
    }

    /** What has not been answered fails: the broker has stopped. */
    @Override
    public void close() {
        answers.stop();
    }

    // How everything that changes something is done.

    /** An answer to come, and how it comes: {@code task} runs on {@code loop} and completes it, or fails. */
    private <T> CompletionStage<T> laterAsync(Loop loop, Consumer<CompletableFuture<T>> task) {
        CompletableFuture<T> answer = answers.expect();
        executeAsync(loop, answer, () -> task.accept(answer));
        return answer;
    }

    private static void executeAsync(Executor loop, CompletableFuture<?> answer, Runnable task) {
        try {
            loop.execute(() -> run(answer, task));
        } catch (RejectedExecutionException stopped) {
            answer.completeExceptionally(new IllegalStateException("The broker has stopped.", stopped));
        }
    }

    private static void run(CompletableFuture<?> answer, Runnable task) {
        try {
            task.run();
        } catch (RuntimeException bug) {
            log.error("An operation failed because of a bug", bug);
            answer.completeExceptionally(bug);
        }
    }

    /** The same on the loop of a client's session; answers {@code without} if there is none. */
    private <T> CompletionStage<T> withSessionAsync(String clientId, T without, SessionTask<T> task) {
        CompletableFuture<T> answer = answers.expect();
        findAsync(clientId, without, task, answer);
        return answer;
    }

    private <T> void findAsync(String clientId, T without, SessionTask<T> task, CompletableFuture<T> answer) {
        Session session = parts.sessions().ofClient(clientId);
        if (session == null) {
            executeAsync(parts.loops().get(0), answer, () -> answer.complete(without));
            return;
        }
        Runnable gone = () -> {
            if (parts.sessions().ofClient(clientId) == session) {
                answer.complete(without); // It begins or ends just now.
            } else {
                findAsync(clientId, without, task, answer); // Another one may have taken its place.
            }
        };
        executeAsync(session::executeAsync, answer, () -> {
            if (parts.sessions().ofNumber(session.number()) == null) {
                gone.run();
            } else {
                task.run(session, answer, gone);
            }
        });
    }

    /** What is done with a session. */
    private interface SessionTask<T> {

        /**
         * Does it, on the session's loop.
         *
         * @param gone is to be run instead of an answer if the session turns out to have ended
         */
        void run(Session session, CompletableFuture<T> answer, Runnable gone);
    }

    // Messages.

    @Override
    public CompletionStage<Published> publish(Message message) {
        Loop loop = router.loopOf(message.topic());
        return laterAsync(loop, answer -> {
            OperationRefused refused = refusal(message);
            if (refused != null) {
                answer.completeExceptionally(refused);
                return;
            }
            Routed routed = router.route(
                    loop,
                    message,
                    null,
                    parts.settings().durability().acknowledgements(),
                    (outcome, wanted) -> answer.complete(published(wanted)));
            if (routed != Routed.PENDING) {
                answer.complete(published(routed == Routed.DELIVERED));
            }
        });
    }

    private static Published published(boolean wanted) {
        return wanted ? Published.ACCEPTED : Published.NOBODY;
    }

    /** Why a message is not taken, for the reasons that clients are told of, too; null if it is. */
    private @Nullable OperationRefused refusal(Message message) {
        if (!Topics.isValidName(message.topic()) || message.topicUtf8().size() > LONGEST_TOPIC) {
            return new OperationRefused(
                    ReasonCode.TOPIC_NAME_INVALID,
                    "A topic name is not empty, has no wildcards and no U+0000, and at most " + LONGEST_TOPIC
                            + " bytes.");
        }
        Refusal refusal = publishRules.refusal(message);
        return refusal == null ? null : new OperationRefused(refusal.reason(), refusal.why());
    }

    @Override
    public CompletionStage<Published> publishTo(String clientId, Message message) {
        Qos qos = message.qos().min(parts.settings().publish().maximumQos());
        Message sent = as(message, qos, false);
        OperationRefused refused = refusal(sent);
        if (refused != null) {
            return CompletableFuture.failedStage(refused);
        }
        return withSessionAsync(
                clientId,
                Published.NOBODY,
                (session, answer, gone) -> router.send(session, sent, () -> answer.complete(Published.ACCEPTED)));
    }

    private static Message as(Message message, Qos qos, boolean retain) {
        if (qos == message.qos() && retain == message.retain()) {
            return message;
        }
        return Message.of(message.topic(), message.payload(), qos, retain, message.properties(), message.publisher(), 0)
                .expiringAt(message.expiresAt());
    }

    // Subscriptions of a client.

    @Override
    public CompletionStage<FilterAnswer> subscribe(String clientId, List<Subscription> subscriptions, int identifier) {
        if (identifier < 0 || identifier > LARGEST_IDENTIFIER) {
            throw new IllegalArgumentException("A subscription identifier is from 1 to " + LARGEST_IDENTIFIER
                    + ", or 0 for none, but it is " + identifier + ".");
        }
        if (identifier != 0 && !parts.settings().subscription().identifiers()) {
            return CompletableFuture.failedStage(new OperationRefused(
                    ReasonCode.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED, "There are no subscription identifiers here."));
        }
        List<Verdict> verdicts = subscriptions.stream().map(subscribing::judge).toList();
        return withSessionAsync(
                clientId,
                new FilterAnswer.NoSession(),
                (session, answer, gone) ->
                        subscribing.subscribeAsync(session, Command.BROKER, verdicts, identifier, result -> {
                            if (result.outcome() == Outcome.APPLIED) {
                                answer.complete(new FilterAnswer.Answered(result.verdicts().stream()
                                        .map(Verdict::reason)
                                        .toList()));
                            } else {
                                gone.run();
                            }
                        }));
    }

    @Override
    public CompletionStage<FilterAnswer> unsubscribe(String clientId, List<String> filters) {
        List<String> unwanted = List.copyOf(filters);
        return withSessionAsync(
                clientId,
                new FilterAnswer.NoSession(),
                (session, answer, gone) -> subscribing.unsubscribeAsync(session, Command.BROKER, unwanted, changed -> {
                    if (changed.outcome() == Outcome.APPLIED) {
                        answer.complete(new FilterAnswer.Answered(Subscribing.reasons(changed)));
                    } else {
                        gone.run();
                    }
                }));
    }

    // Connections and sessions.

    @Override
    public CompletionStage<Boolean> disconnect(String clientId, ReasonCode reason, String words, boolean publishWill) {
        if (!reason.isError() || !reason.isAllowedIn(PacketType.DISCONNECT)) {
            throw new IllegalArgumentException(
                    "A client is disconnected with an error that DISCONNECT may carry, such as "
                            + ReasonCode.ADMINISTRATIVE_ACTION + ", but not with " + reason + ".");
        }
        return withSessionAsync(
                clientId,
                false,
                (session, answer, gone) -> session.disconnect(reason, words, publishWill, answer::complete));
    }

    @Override
    public CompletionStage<Boolean> deleteSession(String clientId, boolean publishWill) {
        Session session = parts.sessions().ofClient(clientId);
        Loop loop = session == null ? parts.loops().get(0) : session.loop();
        return laterAsync(loop, answer -> {
            End end = new End(clientId, publishWill, loop.currentTimeMillis());
            // The session leaves its loop first: the log has given it that task before the answer.
            parts.log()
                    .propose(
                            end,
                            parts.settings().durability().acknowledgements(),
                            loop,
                            ended -> executeAsync(loop, answer, () -> answer.complete(ended == Ended.ENDED)));
        });
    }

    // Who is there.

    @Override
    public Optional<ClientInfo> client(String clientId) {
        return Optional.ofNullable(parts.connections().client(clientId));
    }

    @Override
    public Page<ClientInfo> clients(String after, int limit) {
        return PagePicker.inOrder(
                parts.connections().clientsAfter(after),
                limit,
                ClientInfo::clientId,
                parts.connections().clients());
    }

    @Override
    public List<SessionInfo> sessions() {
        return sessionPages.all();
    }

    @Override
    public Optional<SessionInfo> session(String clientId) {
        return Optional.ofNullable(sessionPages.session(clientId));
    }

    @Override
    public Page<SessionInfo> sessions(String after, int limit) {
        return sessionPages.page(after, limit, SessionPages::info);
    }

    @Override
    public CompletionStage<Optional<SessionDetail>> sessionDetail(String clientId) {
        return withSessionAsync(clientId, Optional.empty(), (session, answer, gone) -> {
            SessionDetail detail = detail(session);
            if (detail == null) {
                gone.run();
            } else {
                answer.complete(Optional.of(detail));
            }
        });
    }

    /** What the session's loop knows; null if the session has ended. */
    private @Nullable SessionDetail detail(Session session) {
        SessionInfo info = sessionPages.session(session.clientId());
        if (info == null || parts.sessions().ofNumber(session.number()) == null) {
            return null;
        }
        SessionFigures figures = session.figures();
        QueueSettings queue = parts.settings().queue();
        return new SessionDetail(
                info,
                figures.inFlight(),
                figures.window(),
                figures.waiting(),
                figures.waitingBytes(),
                queue.maximumMessages(),
                queue.maximumBytes(),
                figures.unreleased(),
                parts.settings().session().receiveMaximum(),
                figures.delivered(),
                figures.dropped());
    }

    @Override
    public CompletionStage<Page<SessionDetail>> sessionDetails(String after, int limit) {
        Page<Session> page = sessionPages.page(after, limit, (record, session) -> session);
        CompletableFuture<Page<SessionDetail>> answer = answers.expect();
        Map<Loop, List<Integer>> byLoop = new LinkedHashMap<>();
        for (int i = 0; i < page.entries().size(); i++) {
            byLoop.computeIfAbsent(page.entries().get(i).loop(), loop -> new ArrayList<>())
                    .add(i);
        }
        @Nullable SessionDetail[] details = new SessionDetail[page.entries().size()];
        AtomicInteger missing = new AtomicInteger(byLoop.size());
        byLoop.forEach((loop, places) -> executeAsync(loop, answer, () -> {
            places.forEach(place -> details[place] = detail(page.entries().get(place)));
            if (missing.decrementAndGet() == 0) {
                answer.complete(new Page<>(present(details), page.next(), page.total()));
            }
        }));
        if (byLoop.isEmpty()) {
            answer.complete(new Page<>(List.of(), page.next(), page.total()));
        }
        return answer;
    }

    private static List<SessionDetail> present(@Nullable SessionDetail[] details) {
        List<SessionDetail> present = new ArrayList<>(details.length);
        for (SessionDetail detail : details) {
            if (detail != null) {
                present.add(detail);
            }
        }
        return present;
    }

    // Who wants what.

    @Override
    public Page<SubscriptionInfo> subscriptions(String after, int limit) {
        return subscriptionPages.all(after, limit);
    }

    @Override
    public Page<SubscriptionInfo> subscriptionsOf(String clientId, String after, int limit) {
        return subscriptionPages.of(clientId, after, limit);
    }

    @Override
    public Page<SubscriptionInfo> subscriptionsTo(String filter, String after, int limit) {
        return subscriptionPages.to(filter, after, limit);
    }

    @Override
    public Page<SubscriptionInfo> subscriptionsMatching(String topic, String after, int limit) {
        return subscriptionPages.matching(topic, after, limit);
    }

    // Retained messages.

    @Override
    public Optional<Message> retained(String topic) {
        return Optional.ofNullable(retainedPages.of(topic));
    }

    @Override
    public Page<Message> retained(String filter, String after, int limit) {
        return retainedPages.page(filter, after, limit);
    }

    @Override
    public CompletionStage<Void> storeRetained(Message message) {
        if (message.payload().isEmpty()) {
            throw new IllegalArgumentException(
                    "A retained message has a payload; to remove that of a topic, use deleteRetained.");
        }
        return retainAsync(as(message, message.qos(), true), nothing -> null);
    }

    @Override
    public CompletionStage<Boolean> deleteRetained(String topic) {
        Message nothing = Message.of(topic, Binary.EMPTY, Qos.AT_MOST_ONCE, true, PublishProperties.NONE, "", 0);
        return retainAsync(nothing, former -> former);
    }

    /** Replaces the retained message of a topic; {@code answer} is made of whether there was one. */
    private <T> CompletionStage<T> retainAsync(Message message, Function<Boolean, T> answerOf) {
        Loop loop = router.loopOf(message.topic());
        return laterAsync(loop, answer -> {
            OperationRefused refused = refusal(message);
            if (refused != null) {
                answer.completeExceptionally(refused);
                return;
            }
            boolean former = parts.retained().has(message.topic());
            router.retain(loop, message, () -> answer.complete(answerOf.apply(former)));
        });
    }

    // Figures.

    @Override
    public List<HookUse> hooks() {
        return parts.hooks().uses();
    }

    @Override
    public List<String> troubles() {
        List<String> troubles = new ArrayList<>();
        String storage = parts.log().trouble();
        if (!storage.isEmpty()) {
            troubles.add(
                    "The storage takes nothing, so that messages that must be kept are not acknowledged: " + storage);
        }
        if (parts.load().state() != Load.State.KEEPS_UP) {
            troubles.add("Loops lag, so that nobody new is let in.");
        }
        return List.copyOf(troubles);
    }

    @Override
    public Statistics statistics() {
        Metrics metrics = parts.metrics();
        return new Statistics(
                metrics.connectionsAccepted.sum(),
                metrics.connectionsOpen.sum(),
                metrics.connectsRefused.sum(),
                metrics.protocolErrors.sum(),
                metrics.proxyHeadersRefused.sum(),
                parts.sessions().size(),
                metrics.messagesReceived.sum(),
                metrics.messagesSent.sum(),
                metrics.drops(),
                parts.retained().size(),
                metrics.packetsReceived.sum(),
                metrics.packetsSent.sum(),
                metrics.bytesReceived.sum(),
                metrics.bytesSent.sum(),
                metrics.clientsConnected(),
                metrics.clientsAtMost(),
                metrics.subscriptions.sum(),
                metrics.turnedAway(),
                Math.max(0, metrics.handshakes.sum()),
                metrics.throttled.sum(),
                TimeUnit.NANOSECONDS.toMillis(metrics.throttledNanos.sum()),
                parts.load().overloads(),
                parts.load().lag().toMillis());
    }
}
