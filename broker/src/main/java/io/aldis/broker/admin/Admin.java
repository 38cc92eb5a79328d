package io.aldis.broker.admin;

import io.aldis.broker.message.Message;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Subscription;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * What a program around the broker, a plugin or management may know and do.
 *
 * <p><b>Threads.</b> Every method may be called from any thread, the broker's own and so every hook included: none waits. What
 * changes something runs as a later task on the event loop it belongs to, never within the call, and the returned stage tells when
 * it is done and kept. Stages complete on the broker's threads, so what hangs on them must be quick; and one of the broker's threads
 * must never wait for a stage, for it may be the one that completes it. If the broker stops before, stages fail with an
 * {@link IllegalStateException}.
 *
 * <p><b>Policy.</b> What the settings deny to clients is denied here too: the stage fails with {@link OperationRefused}, which has the
 * reason code and says in words what is wrong, and nothing has changed. Hooks are not asked about what is done here: so a hook may
 * publish or subscribe without being called for that itself.
 *
 * <p><b>Pages.</b> What there may be many of is looked through in {@linkplain Page pages}. Those that come or go meanwhile never make
 * others appear twice or not at all.
 */
public interface Admin {

    /** The most entries of one page. */
    int LARGEST_PAGE = 10_000;

    // Messages.

    /**
     * Publishes a message to all who subscribe, and retains it if it says so (MQTT 5.0 §3.3.1.3).
     *
     * <p>The stage completes when the durable sessions that get it and the retained messages have it for good, so that it is as good as
     * an acknowledgement; a message of QoS 0 that nobody has to keep is done as soon as it is on its way. Messages of one topic that
     * one thread publishes keep their order. Drops at receivers are counted as always and are no failure.
     *
     * <p>Refused, with what is said in PUBACK to a client: a topic that is no valid topic name or longer or deeper than the settings
     * allow, topics under {@code $SYS} and {@code $share/}, a QoS above the maximum, a payload that is not what its format says, if
     * that is checked; and RETAIN, if nothing can be retained or the retained messages are as many or as large as they may be.
     *
     * @param message its {@linkplain Message#publisher() publisher} may name a client, whose subscriptions with <i>no local</i> then do
     *     not get it; no client needs to be there
     */
    CompletionStage<Published> publish(Message message);

    /**
     * Sends a message to one client alone, whether it subscribes to it or not, as if it had a subscription of the highest QoS that the
     * settings allow, without options and identifier. Its QoS is lowered to that; it is not retained and arrives without RETAIN.
     *
     * <p>If the client is away, a message of QoS 1 or 2 waits in its session, if this is persistent; else the message is dropped and
     * counted, as is one that finds the queue full or the client too slow. The stage completes when the session has the message for
     * good. Refused as by {@link #publish}.
     *
     * @return {@link Published#NOBODY} if there is no session of that client id
     */
    CompletionStage<Published> publishTo(String clientId, Message message);

    // Subscriptions of a client.

    /** Subscribes as {@link #subscribe(String, List, int)} does, to one filter without an identifier. */
    default CompletionStage<FilterAnswer> subscribe(String clientId, Subscription subscription) {
        return subscribe(clientId, List.of(subscription), 0);
    }

    /**
     * Makes subscriptions for a client as if it had sent SUBSCRIBE; it need not be connected. Each is new or replaces the one with the
     * same filter [MQTT-3.8.4-3]; the retained messages follow as its retain handling says, when the client is there.
     *
     * <p>The stage completes when the subscriptions are effective and, for a persistent session, kept. Filters are judged one by one,
     * by the same rules and bounds as those of clients.
     *
     * @param identifier subscription identifier, 1 to 268,435,455, or 0 for none (MQTT 5.0 §3.8.2.1.2). Refused if the settings allow
     *     none
     * @return an answer for each of the subscriptions: the granted QoS or why not
     * @throws IllegalArgumentException if the identifier is out of range
     */
    CompletionStage<FilterAnswer> subscribe(String clientId, List<Subscription> subscriptions, int identifier);

    /**
     * Ends subscriptions of a client as if it had sent UNSUBSCRIBE; it need not be connected.
     *
     * @param filters as they were subscribed to, {@code $share/} and share name included
     * @return an answer for each of the filters: {@link ReasonCode#SUCCESS} or {@link ReasonCode#NO_SUBSCRIPTION_EXISTED}
     */
    CompletionStage<FilterAnswer> unsubscribe(String clientId, List<String> filters);

    // Connections and sessions.

    /** Disconnects as {@link #disconnect(String, ReasonCode, String, boolean)} does, publishing the will. */
    default CompletionStage<Boolean> disconnect(String clientId, ReasonCode reason) {
        return disconnect(clientId, reason, "", true);
    }

    /**
     * Ends a client's connection. It hears the reason if it speaks MQTT 5.0 (§3.14). Its session goes on as after any lost connection,
     * for as long as its expiry interval says.
     *
     * @param reason an error that DISCONNECT may carry, such as {@link ReasonCode#ADMINISTRATIVE_ACTION}
     * @param words reason string for the client, "" for none
     * @param publishWill whether its will is published, after its delay [MQTT-3.1.2-8]; false throws it away
     * @return whether it was connected; true when its session knows that it no longer is
     * @throws IllegalArgumentException if the reason is none that DISCONNECT may tell a client
     */
    CompletionStage<Boolean> disconnect(String clientId, ReasonCode reason, String words, boolean publishWill);

    /** Deletes as {@link #deleteSession(String, boolean)} does, publishing the will. */
    default CompletionStage<Boolean> deleteSession(String clientId) {
        return deleteSession(clientId, true);
    }

    /**
     * Ends a session with its subscriptions and all that waits in it; if its client is connected, it hears
     * {@link ReasonCode#ADMINISTRATIVE_ACTION} and is disconnected. Messages that waited are dropped and counted as
     * {@link io.aldis.broker.metric.DropReason#SESSION_ENDED}, except those of shared subscriptions, which other members get.
     *
     * @param publishWill whether the will is published at once, as whenever a session ends [MQTT-3.1.3-9]; false throws it away
     * @return whether there was one; completes when it is gone
     */
    CompletionStage<Boolean> deleteSession(String clientId, boolean publishWill);

    // Who is there.

    /** The connected client of a client id, if there is one. */
    Optional<ClientInfo> client(String clientId);

    /**
     * Connected clients, in the order of their client ids. A page costs what its entries cost, however many clients there are.
     *
     * @param after the {@link Page#next} of the page before, or {@link Page#START}
     * @param limit most entries, 1 to {@link #LARGEST_PAGE}
     * @throws IllegalArgumentException if the limit is out of range
     */
    Page<ClientInfo> clients(String after, int limit);

    /** All sessions, in the order of their client ids: copied, so rather not where there are very many. */
    List<SessionInfo> sessions();

    /** The session of a client id, if it has one. */
    Optional<SessionInfo> session(String clientId);

    /**
     * Sessions, connected or not, in the order of their client ids. A page costs what its entries cost, however many sessions there are.
     *
     * @param after the {@link Page#next} of the page before, or {@link Page#START}
     * @param limit most entries, 1 to {@link #LARGEST_PAGE}
     * @throws IllegalArgumentException if the limit is out of range
     */
    Page<SessionInfo> sessions(String after, int limit);

    /** What only the session's own event loop knows of it: its queues and what they have seen. Empty if there is no session. */
    CompletionStage<Optional<SessionDetail>> sessionDetail(String clientId);

    /**
     * The same of a page of sessions: as {@link #sessions(String, int)}, asking each event loop once. Sessions that end meanwhile are
     * left out.
     *
     * @throws IllegalArgumentException if the limit is out of range
     */
    CompletionStage<Page<SessionDetail>> sessionDetails(String after, int limit);

    // Who wants what. Pages are in the order of client ids, then of filters.

    /**
     * All subscriptions of all sessions. A page costs what its entries cost, and a little for each session without subscriptions
     * between them.
     *
     * @param after the {@link Page#next} of the page before, or {@link Page#START}
     * @param limit most entries, 1 to {@link #LARGEST_PAGE}
     * @throws IllegalArgumentException if the limit is out of range
     */
    Page<SubscriptionInfo> subscriptions(String after, int limit);

    /**
     * The subscriptions of one client; none if it has no session. A page costs what its entries cost.
     *
     * @throws IllegalArgumentException if the limit is out of range
     */
    Page<SubscriptionInfo> subscriptionsOf(String clientId, String after, int limit);

    /**
     * The subscriptions with exactly this filter; {@code $share/}, if any, and the share name are part of it. Each page looks at all of
     * them once and copies its own only.
     *
     * @throws IllegalArgumentException if the limit is out of range
     */
    Page<SubscriptionInfo> subscriptionsTo(String filter, String after, int limit);

    /**
     * The subscriptions that match a topic name: who would get a message of it, and all the members of groups of which one would. Each
     * page looks at all of them once and copies its own only.
     *
     * @throws IllegalArgumentException if the limit is out of range
     */
    Page<SubscriptionInfo> subscriptionsMatching(String topic, String after, int limit);

    // Retained messages.

    /** The retained message of a topic, those under {@code $SYS} included. */
    Optional<Message> retained(String topic);

    /**
     * Retained messages in the order of their topics, those that a subscription with this filter would get: no wildcard stands for a
     * first level that begins with {@code $} [MQTT-4.7.2-1].
     *
     * <p>With a filter whose only wildcard is a {@code #}, a page costs what its entries cost. With others, each page looks at all messages
     * that match, and copies its own only.
     *
     * @param after the {@link Page#next} of the page before, or {@link Page#START}
     * @param limit most entries, 1 to {@link #LARGEST_PAGE}
     * @throws IllegalArgumentException if the limit is out of range, or the filter is not valid or is shared
     */
    Page<Message> retained(String filter, String after, int limit);

    /**
     * Sets the retained message of a topic without publishing it, whether it has RETAIN set or not. The stage completes when it is
     * kept. Refused as by {@link #publish}.
     *
     * @throws IllegalArgumentException if the payload is empty: that would delete
     */
    CompletionStage<Void> storeRetained(Message message);

    /**
     * Removes the retained message of a topic; nobody is told. Topics under {@code $SYS} are refused.
     *
     * @return whether there was one
     */
    CompletionStage<Boolean> deleteRetained(String topic);

    // Figures.

    /**
     * What keeps the broker from doing all it should at this moment, for an operator's eyes, a sentence each: a storage that takes nothing,
     * loops that lag. Empty if all is well.
     */
    List<String> troubles();

    /** Counters and sizes. */
    Statistics statistics();

    /** How each registered hook has been used, place by place, in the order they are called. */
    List<HookUse> hooks();
}
