package io.aldis.broker.routing;

import io.aldis.broker.session.Session;
import io.aldis.broker.session.Subscribers;
import io.aldis.broker.store.StoredSubscription;
import io.aldis.codec.Topics;
import io.aldis.codec.Topics.SharedFilter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Who wants what (MQTT 5.0 §4.7, §4.8): all subscriptions of the broker by topic filter.
 *
 * <p>Any thread may change it, any may read it, none waits: it is one immutable tree after another.
 */
public final class SubscriptionTree implements Subscribers {

    /** Filters that change at once: the more there are, the more is done again if another thread was faster. */
    private static final int MOST_PATHS = 512;

    private final TopicTree<Interest> tree = new TopicTree<>();

    /** An empty tree. */
    public SubscriptionTree() {}

    @Override
    public void add(Session session, List<StoredSubscription> subscriptions) {
        Changes changes = new Changes();
        for (StoredSubscription subscription : subscriptions) {
            String filter = subscription.subscription().filter();
            SharedFilter shared = Topics.shared(filter).orElse(null);
            if (shared == null) {
                changes.add(filter, interest -> interest.with(session, subscription));
            } else {
                changes.add(shared.filter(), interest -> interest.withMember(shared.group(), session, subscription));
            }
        }
        changes.make();
    }

    @Override
    public void remove(Session session, Collection<String> filters) {
        Changes changes = new Changes();
        for (String filter : filters) {
            SharedFilter shared = Topics.shared(filter).orElse(null);
            if (shared == null) {
                changes.add(filter, interest -> interest.without(session));
            } else {
                changes.add(shared.filter(), interest -> interest.withoutMember(shared.group(), session));
            }
        }
        changes.make();
    }

    /** What one packet changes, by the path in the tree: the same filter may come alone and in several groups. */
    private final class Changes {
        private final Map<String, List<UnaryOperator<Interest>>> byPath = new LinkedHashMap<>();

        void add(String path, UnaryOperator<Interest> change) {
            byPath.computeIfAbsent(path, ignored -> new ArrayList<>(1)).add(change);
        }

        /** Makes them, as one change of the tree unless there are very many. */
        void make() {
            List<String> paths = List.copyOf(byPath.keySet());
            for (int from = 0; from < paths.size(); from += MOST_PATHS) {
                tree.updateAll(paths.subList(from, Math.min(from + MOST_PATHS, paths.size())), this::changed);
            }
        }

        private @Nullable Interest changed(String path, @Nullable Interest before) {
            Interest after = Interest.orNobody(before);
            for (UnaryOperator<Interest> change : byPath.getOrDefault(path, List.of())) {
                after = change.apply(after);
            }
            return after.orNull();
        }
    }

    /** Calls for each subscription with exactly this filter, in no order. */
    public void exactly(String filter, BiConsumer<Session, StoredSubscription> subscription) {
        SharedFilter shared = Topics.shared(filter).orElse(null);
        Interest interest = tree.snapshot().get(shared == null ? filter : shared.filter());
        if (interest == null) {
            return;
        }
        if (shared == null) {
            interest.own().forEach(subscription);
        } else {
            interest.members(shared.group()).forEach(subscription);
        }
    }

    /** Calls for each subscription that matches a topic name, members of groups included, in no order. */
    public void matching(String topic, BiConsumer<Session, StoredSubscription> subscription) {
        tree.snapshot().matching(topic, interest -> {
            interest.own().forEach(subscription);
            interest.groups().forEach((group, members) -> members.forEach(subscription));
        });
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
