package io.aldis.broker.routing;

import io.aldis.broker.session.Delivery;
import io.aldis.broker.session.Session;
import io.aldis.broker.store.StoredSubscription;
import io.aldis.codec.Qos;
import io.aldis.codec.Topics;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One session that gets a message: by one of its subscriptions, or by all that match together, once at the highest of their QoS
 * [MQTT-3.3.4-2], [MQTT3-3.3.5-1].
 *
 * @param retainAsPublished whether RETAIN stays as the publisher set it [MQTT-3.3.1-13]
 * @param subscriptionIdentifiers all that the matching subscriptions carry [MQTT-3.3.4-4]
 * @param noLocal whether some matching subscription does not want the session's own messages [MQTT-3.8.3-3]
 * @param share the shared subscription it is a member of, as it wrote it, or {@link Delivery#NO_SHARE}
 * @param ofOwn what the session gets of its own messages, null for nothing; of use only with {@code noLocal}
 */
record Receiver(
        Session session,
        Qos qos,
        boolean retainAsPublished,
        List<Integer> subscriptionIdentifiers,
        boolean noLocal,
        String share,
        @Nullable Receiver ofOwn) {

    static Receiver of(Session session, StoredSubscription stored) {
        return new Receiver(
                session,
                stored.subscription().qos(),
                stored.subscription().retainAsPublished(),
                stored.identifier() == 0 ? List.of() : List.of(stored.identifier()),
                stored.subscription().noLocal(),
                Topics.isShared(stored.subscription().filter())
                        ? stored.subscription().filter()
                        : Delivery.NO_SHARE,
                null);
    }

    /** The same session with one more matching subscription. */
    Receiver and(StoredSubscription stored) {
        Receiver other = of(session, stored);
        boolean anyNoLocal = noLocal || other.noLocal;
        return merge(other, anyNoLocal, anyNoLocal ? mergeOwn(other) : null);
    }

    private Receiver merge(Receiver other, boolean anyNoLocal, @Nullable Receiver own) {
        List<Integer> identifiers = subscriptionIdentifiers;
        if (!other.subscriptionIdentifiers.isEmpty()) {
            identifiers = new ArrayList<>(subscriptionIdentifiers);
            identifiers.addAll(other.subscriptionIdentifiers);
        }
        return new Receiver(
                session,
                qos.level() >= other.qos.level() ? qos : other.qos,
                retainAsPublished || other.retainAsPublished,
                List.copyOf(identifiers),
                anyNoLocal,
                Delivery.NO_SHARE, // Only a session's own subscriptions are put together.
                own);
    }

    private @Nullable Receiver mergeOwn(Receiver other) {
        Receiver mine = noLocal ? ofOwn : this;
        if (other.noLocal) {
            return mine;
        }
        return mine == null ? other : mine.merge(other, false, null);
    }

    /** What this receiver is for a message of that publisher; null if it gets nothing. */
    @Nullable
    Receiver towards(String publisher) {
        return noLocal && session.clientId().equals(publisher) ? ofOwn : this;
    }
}
