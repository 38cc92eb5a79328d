package io.aldis.broker.routing;

import io.aldis.broker.session.Session;
import io.aldis.broker.session.Subscribers;
import io.aldis.broker.store.StoredSubscription;
import io.aldis.codec.Topics;
import io.aldis.codec.Topics.SharedFilter;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Who wants what (MQTT 5.0 §4.7, §4.8): all subscriptions of the broker by topic filter.
 *
 * <p>Any thread may change it, any may read it, none waits: it is one immutable tree after another.
 */
public final class SubscriptionTree implements Subscribers {

    private final TopicTree<Interest> tree = new TopicTree<>();

    /** An empty tree. */
    public SubscriptionTree() {}

    @Override
    public void add(Session session, StoredSubscription subscription) {
        String filter = subscription.subscription().filter();
        SharedFilter shared = Topics.shared(filter).orElse(null);
        if (shared == null) {
            change(filter, interest -> interest.with(session, subscription));
        } else {
            change(shared.filter(), interest -> interest.withMember(shared.group(), session, subscription));
        }
    }

    @Override
    public void remove(Session session, String filter) {
        SharedFilter shared = Topics.shared(filter).orElse(null);
        if (shared == null) {
            change(filter, interest -> interest.without(session));
        } else {
            change(shared.filter(), interest -> interest.withoutMember(shared.group(), session));
        }
    }

    private void change(String filter, UnaryOperator<Interest> change) {
        tree.update(
                filter,
                (@Nullable Interest before) ->
                        change.apply(Interest.orNobody(before)).orNull());
    }

    /** Rises with every change. */
    long generation() {
        return tree.generation();
    }

    /** Everybody whose filter matches a topic name; answers the generation that was read. */
    long match(String topic, Consumer<Interest> interest) {
        TopicTree.Snapshot<Interest> snapshot = tree.snapshot();
        snapshot.matching(topic, interest);
        return snapshot.generation();
    }
}
