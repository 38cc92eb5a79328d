package io.aldis.broker.operation;

import io.aldis.broker.admin.Page;
import io.aldis.broker.admin.SubscriptionInfo;
import io.aldis.broker.metric.Metrics;
import io.aldis.broker.routing.SubscriptionTree;
import io.aldis.broker.session.Session;
import io.aldis.broker.session.SessionTable;
import io.aldis.broker.store.SessionRecord;
import io.aldis.broker.store.StateMachine;
import io.aldis.broker.store.StoredSubscription;
import io.aldis.codec.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * Looks subscriptions up, in the order of client ids and then of filters. Safe for use by every thread.
 *
 * <p>The key of a subscription is its client id, U+0000 and its filter: in neither of them can that character be, and it comes before
 * all others.
 */
final class SubscriptionPages {

    private static final char END = '\0';

    private final StateMachine ledger;
    private final SessionTable sessions;
    private final SubscriptionTree tree;
    private final Metrics metrics;

    SubscriptionPages(OperationParts parts) {
        ledger = parts.ledger();
        sessions = parts.sessions();
        tree = parts.tree();
        metrics = parts.metrics();
    }

    /** Those of all sessions. */
    Page<SubscriptionInfo> all(String after, int limit) {
        int most = PagePicker.checked(limit);
        int end = after.indexOf(END);
        String client = end < 0 ? after : after.substring(0, end);
        List<SubscriptionInfo> entries = new ArrayList<>();
        for (SessionRecord record : ledger.sessionsFrom(client)) {
            Session session = sessions.ofNumber(record.session());
            if (session == null) {
                continue; // It begins or ends just now.
            }
            String filter = end >= 0 && record.clientId().equals(client) ? after.substring(end + 1) : "";
            for (StoredSubscription subscription : session.subscriptionsAfter(filter)) {
                if (entries.size() == most) {
                    return new Page<>(entries, key(entries.get(most - 1)), metrics.subscriptions.sum());
                }
                entries.add(info(session, subscription));
            }
        }
        return new Page<>(entries, "", metrics.subscriptions.sum());
    }

    /** Those of one client. */
    Page<SubscriptionInfo> of(String clientId, String after, int limit) {
        Session session = sessions.ofClient(clientId);
        if (session == null) {
            PagePicker.checked(limit);
            return new Page<>(List.of(), "", 0);
        }
        Page<StoredSubscription> page = PagePicker.inOrder(
                session.subscriptionsAfter(after),
                limit,
                subscription -> subscription.subscription().filter(),
                session.subscriptionCount());
        return new Page<>(
                page.entries().stream()
                        .map(subscription -> info(session, subscription))
                        .toList(),
                page.next(),
                page.total());
    }

    /** Those with exactly this filter. */
    Page<SubscriptionInfo> to(String filter, String after, int limit) {
        return pick(after, limit, page -> {
            if (Topics.isValidFilter(filter)) { // Nobody subscribes to another one.
                tree.exactly(filter, page::offer);
            }
        });
    }

    /** Those that match a topic name. */
    Page<SubscriptionInfo> matching(String topic, String after, int limit) {
        if (!Topics.isValidName(topic)) {
            throw new IllegalArgumentException(
                    "\"" + topic + "\" is no topic name: it must not be empty, and have no wildcards and no U+0000.");
        }
        return pick(after, limit, page -> tree.matching(topic, page::offer));
    }

    private static Page<SubscriptionInfo> pick(String after, int limit, Consumer<Picking> all) {
        PagePicker<SubscriptionInfo> picker = new PagePicker<>(after, limit);
        all.accept((session, subscription) -> {
            SubscriptionInfo info = info(session, subscription);
            picker.offer(key(info), info);
        });
        return picker.page();
    }

    /** Takes what is found in the tree. */
    private interface Picking {
        void offer(Session session, StoredSubscription subscription);
    }

    private static String key(SubscriptionInfo info) {
        return info.clientId() + END + info.filter();
    }

    private static SubscriptionInfo info(Session session, StoredSubscription stored) {
        return new SubscriptionInfo(session.clientId(), stored.subscription(), stored.identifier());
    }
}
