package io.aldis.broker.connection;

import io.aldis.broker.chain.Hooks;
import io.aldis.broker.connection.FilterRules.Refusal;
import io.aldis.broker.hook.OnSubscribed.Subscribed;
import io.aldis.broker.hook.OnUnsubscribed.Unsubscribed;
import io.aldis.broker.routing.RetainedMessages;
import io.aldis.broker.session.Session;
import io.aldis.broker.settings.Settings;
import io.aldis.broker.store.Command.Changed;
import io.aldis.broker.store.Command.Effect;
import io.aldis.broker.store.Command.Outcome;
import io.aldis.broker.store.StoredSubscription;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Subscription;
import io.aldis.codec.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a session gets subscriptions, whoever wants them for it: by the rules for filters, and with the retained messages that follow.
 *
 * <p>Immutable; any thread may judge.
 */
public final class Subscribing {

    private final Settings settings;
    private final RetainedMessages retained;
    private final Hooks hooks;
    private final FilterRules rules;

    /** As the settings say; {@code hooks} hear of it. */
    public Subscribing(Settings settings, RetainedMessages retained, Hooks hooks) {
        this.settings = settings;
        this.hooks = hooks;
        this.retained = retained;
        rules = new FilterRules(settings.subscription());
    }

    /**
     * What becomes of one filter.
     *
     * @param subscription as it is granted
     * @param refused why it is not; null if it is
     */
    public record Verdict(
            Subscription subscription, @Nullable Refused refused) {

        /** As SUBACK says it. */
        public ReasonCode reason() {
            if (refused != null) {
                return refused.reason;
            }
            return switch (subscription.qos()) { // [MQTT-3.8.4-7]
                case AT_MOST_ONCE -> ReasonCode.SUCCESS;
                case AT_LEAST_ONCE -> ReasonCode.GRANTED_QOS_1;
                case EXACTLY_ONCE -> ReasonCode.GRANTED_QOS_2;
            };
        }
    }

    /**
     * Why a filter is not granted.
     *
     * @param words for people
     * @param announced whether a client of MQTT 5.0 was told so in CONNACK and breaks the protocol
     */
    public record Refused(ReasonCode reason, String words, boolean announced) {

        private static Refused of(Refusal refusal, String filter) {
            return new Refused(refusal.reason(), refusal.words(filter), refusal.announced());
        }
    }

    /** Whether a filter may be subscribed to, and how. */
    public Verdict judge(Subscription wanted) {
        Refusal refusal = rules.refusal(wanted.filter());
        return new Verdict(capped(wanted), refusal == null ? null : Refused.of(refusal, wanted.filter()));
    }

    /** At the highest QoS that messages have here at all, whatever is asked for [MQTT-3.2.2-10]. */
    Subscription capped(Subscription wanted) {
        Qos qos = wanted.qos().min(settings.publish().maximumQos());
        return qos == wanted.qos()
                ? wanted
                : new Subscription(
                        wanted.filter(), qos, wanted.noLocal(), wanted.retainAsPublished(), wanted.retainHandling());
    }

    /**
     * Makes those of the subscriptions that are granted; called on the session's loop, where {@code then} runs when they are effective
     * and kept. The retained messages follow after that.
     *
     * @param epoch of the connection that wants so, or {@link io.aldis.broker.store.Command#BROKER}
     * @param identifier subscription identifier, 0 for none
     * @param then hears the verdicts, after it was seen which subscriptions would have been one too many; or that nothing came of it,
     *     for the session has ended or another connection has it
     */
    public void subscribeAsync(
            Session session, long epoch, List<Verdict> verdicts, int identifier, Consumer<Result> then) {
        List<StoredSubscription> granted = new ArrayList<>(verdicts.size());
        for (Verdict verdict : verdicts) {
            if (verdict.refused == null) {
                granted.add(new StoredSubscription(verdict.subscription, identifier));
            }
        }
        int maximum = settings.subscription().maximumPerSession();
        session.subscribeAsync(epoch, granted, maximum, changed -> {
            boolean made = changed.outcome() == Outcome.APPLIED;
            List<Verdict> settled = made ? settled(verdicts, changed) : List.of();
            then.accept(new Result(changed.outcome(), settled));
            if (made) {
                sendRetained(session, granted, changed);
                tellSubscribed(session, settled);
            }
        });
    }

    private void tellSubscribed(Session session, List<Verdict> settled) {
        if (!hooks.onSubscribed.any()) {
            return;
        }
        for (Verdict verdict : settled) {
            if (verdict.refused == null) {
                Subscribed event = new Subscribed(hooks.broker(), session.clientId(), verdict.subscription);
                hooks.onSubscribed.tell(event, session.clientId());
            }
        }
    }

    /**
     * What came of it.
     *
     * @param verdicts one for each filter; none if the outcome is stale
     */
    public record Result(Outcome outcome, List<Verdict> verdicts) {}

    /** The verdicts, after it was seen which subscriptions would have been one too many. */
    private static List<Verdict> settled(List<Verdict> verdicts, Changed changed) {
        if (!changed.effects().contains(Effect.ONE_TOO_MANY)) {
            return verdicts;
        }
        List<Verdict> settled = new ArrayList<>(verdicts.size());
        int next = 0;
        for (Verdict verdict : verdicts) {
            boolean tooMany = verdict.refused == null && changed.effects().get(next++) == Effect.ONE_TOO_MANY;
            Subscription wanted = verdict.subscription;
            settled.add(tooMany ? new Verdict(wanted, Refused.of(Refusal.ONE_TOO_MANY, wanted.filter())) : verdict);
        }
        return settled;
    }

    private void sendRetained(Session session, List<StoredSubscription> granted, Changed changed) {
        if (!settings.retained().available()) {
            return;
        }
        List<StoredSubscription> wanting = new ArrayList<>(granted.size());
        for (int i = 0; i < granted.size(); i++) {
            Subscription subscription = granted.get(i).subscription();
            if (wantsRetained(subscription, changed.effects().get(i)) && mayBeRetained(subscription.filter())) {
                wanting.add(granted.get(i));
            }
        }
        if (!wanting.isEmpty()) {
            session.replay(new RetainedReplay(session, retained, wanting));
        }
    }

    /** Most subscriptions are to one topic, and nothing is retained there: then nothing needs to be looked for. */
    private boolean mayBeRetained(String filter) {
        return !Topics.isValidName(filter) || retained.has(filter);
    }

    private static boolean wantsRetained(Subscription subscription, Effect effect) {
        if (effect == Effect.ONE_TOO_MANY || Topics.isShared(subscription.filter())) {
            return false; // MQTT 5.0 §4.8.2: a shared subscription gets no retained messages when it begins.
        }
        return switch (subscription.retainHandling()) {
            case SEND -> true; // [MQTT-3.3.1-9], [MQTT-3.8.4-4], [MQTT3-3.3.1-6]
            case SEND_IF_NEW -> effect == Effect.BEGUN; // [MQTT-3.3.1-10]
            case DO_NOT_SEND -> false; // [MQTT-3.3.1-11]
        };
    }

    /**
     * Ends subscriptions; called on the session's loop, where {@code then} runs when no further message will match.
     *
     * @param epoch of the connection that wants so, or {@link io.aldis.broker.store.Command#BROKER}
     * @param then hears what became of each filter; none if the session has ended or another connection has it
     */
    public void unsubscribeAsync(Session session, long epoch, List<String> filters, Consumer<Changed> then) {
        session.unsubscribeAsync(epoch, filters, changed -> {
            if (changed.outcome() == Outcome.APPLIED) {
                session.forgetReplays(filters); // [MQTT-3.10.4-3]
            }
            then.accept(changed);
            tellUnsubscribed(session, filters, changed);
        });
    }

    private void tellUnsubscribed(Session session, List<String> filters, Changed changed) {
        if (!hooks.onUnsubscribed.any() || changed.outcome() != Outcome.APPLIED) {
            return;
        }
        for (int i = 0; i < filters.size(); i++) {
            if (changed.effects().get(i) == Effect.ENDED) {
                Unsubscribed event = new Unsubscribed(hooks.broker(), session.clientId(), filters.get(i));
                hooks.onUnsubscribed.tell(event, session.clientId());
            }
        }
    }

    /** As UNSUBACK says it. */
    public static List<ReasonCode> reasons(Changed unsubscribed) {
        return unsubscribed.effects().stream()
                .map(effect -> effect == Effect.ENDED ? ReasonCode.SUCCESS : ReasonCode.NO_SUBSCRIPTION_EXISTED)
                .toList();
    }
}
