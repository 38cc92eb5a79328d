package io.aldis.broker.connection;

import static java.util.Objects.requireNonNull;

import io.aldis.broker.message.Message;
import io.aldis.broker.routing.NameWalk;
import io.aldis.broker.routing.RetainedMessages;
import io.aldis.broker.routing.TopicTree;
import io.aldis.broker.session.Delivery;
import io.aldis.broker.session.Replay;
import io.aldis.broker.session.Session;
import io.aldis.broker.store.StoredSubscription;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The retained messages of new subscriptions (MQTT 5.0 §3.3.1.3), as they were when the subscriptions became effective; looked
 * for in portions when it is their turn, so that neither a million of them nor a million of replays fill the memory or hold up the
 * loop.
 *
 * <p>A message that was replaced or removed meanwhile is left out: the client has got that change as it happened, and an older
 * message must not come after a newer one.
 */
final class RetainedReplay implements Replay {

    /** Messages at hand at which the search pauses. */
    private static final int PORTION = 256;

    /** Nodes that a search looks at in one turn, give or take a few; to begin with a subscription counts as one. */
    private static final int NODES = 8192;

    /** Steps of a walk, each over 32 topics at most. */
    private static final int STEPS = 8;

    /** Ways to subscribe to one filter that are told from each other; those that come later count as the last. */
    private static final int MOST_KINDS = 8;

    private final Session session;
    private final RetainedMessages retained;

    /** By their filters, in the order of these: so there are not many more than the session has subscriptions. */
    private final LinkedHashMap<String, ArrayDeque<Search>> ahead = new LinkedHashMap<>();

    private final ArrayDeque<Found> atHand = new ArrayDeque<>();
    private @Nullable StoredSubscription current;
    private @Nullable NameWalk<Message> walk;
    private boolean searching;

    RetainedReplay(Session session, RetainedMessages retained, Collection<StoredSubscription> subscriptions) {
        this.session = session;
        this.retained = retained;
        for (StoredSubscription subscription : subscriptions) {
            String filter = subscription.subscription().filter();
            add(filter, new Search(subscription, retained.snapshot(filter), 1));
        }
    }

    /** A client that subscribes twice before it has got anything gets everything twice [MQTT-3.8.4-4]. */
    private void add(String filter, Search search) {
        ArrayDeque<Search> searches = ahead.computeIfAbsent(filter, none -> new ArrayDeque<>(1));
        Search last = searches.peekLast();
        if (last != null && (last.subscription.equals(search.subscription) || searches.size() >= MOST_KINDS)) {
            searches.removeLast();
            searches.addLast(search.times(last.times + search.times));
        } else {
            searches.addLast(search);
        }
    }

    /** One that has not begun, among the messages of its time. */
    private record Search(StoredSubscription subscription, TopicTree.Snapshot<Message> messages, int times) {
        Search times(int many) {
            return new Search(subscription, messages, many);
        }
    }

    private record Found(StoredSubscription subscription, Message message) {}

    @Override
    public @Nullable Delivery peek() {
        for (Found next = atHand.peek(); next != null; next = atHand.peek()) {
            if (wanted(next)) {
                return delivery(next);
            }
            atHand.remove();
        }
        if (!ended()) {
            searchAsync();
        }
        return null;
    }

    /** Goes on in another turn: others have theirs before. */
    private void searchAsync() {
        if (!searching) {
            searching = true;
            session.loop().execute(this::searchOn);
        }
    }

    private boolean wanted(Found found) {
        Message message = found.message;
        boolean ownAndUnwanted = found.subscription.subscription().noLocal() // [MQTT-3.8.3-3]
                && message.publisher().equals(session.clientId());
        return !ownAndUnwanted
                && !message.expired(session.loop().currentTimeMillis()) // [MQTT-3.3.2-5]
                && retained.holds(message);
    }

    private static Delivery delivery(Found found) {
        int identifier = found.subscription.identifier();
        return new Delivery(
                found.message,
                found.subscription.subscription().qos().min(found.message.qos()), // [MQTT-3.8.4-8]
                true, // It tells it from a message that is published now: MQTT 5.0 §3.3.1.3, [MQTT3-3.3.1-8]
                identifier == 0 ? List.of() : List.of(identifier),
                false,
                Delivery.NO_SHARE);
    }

    @Override
    public void remove() {
        atHand.remove();
    }

    @Override
    public void join(Replay other) {
        ((RetainedReplay) other).ahead.forEach((filter, searches) -> searches.forEach(search -> add(filter, search)));
    }

    @Override
    public boolean ended() {
        return atHand.isEmpty() && current == null && ahead.isEmpty();
    }

    @Override
    public void forget(Set<String> filters) {
        StoredSubscription now = current;
        if (now != null && filters.contains(now.subscription().filter())) {
            current = null;
        }
        filters.forEach(ahead::remove);
        atHand.removeIf(
                found -> filters.contains(found.subscription.subscription().filter()));
    }

    private void searchOn() {
        searching = false;
        search();
        session.replayReady();
    }

    private void search() {
        long left = NODES;
        while (left > 0 && atHand.size() < PORTION) {
            StoredSubscription subscription = current == null ? begin() : current;
            if (subscription == null) {
                return;
            }
            NameWalk<Message> on = requireNonNull(walk);
            long before = on.visited();
            boolean more = on.advance(STEPS, message -> atHand.add(new Found(subscription, message)));
            left -= 1 + on.visited() - before;
            if (!more) {
                current = null;
            }
        }
    }

    private @Nullable StoredSubscription begin() {
        Iterator<ArrayDeque<Search>> all = ahead.values().iterator();
        if (all.hasNext()) {
            ArrayDeque<Search> searches = all.next();
            Search next = searches.remove();
            if (next.times > 1) {
                searches.addFirst(next.times(next.times - 1));
            } else if (searches.isEmpty()) {
                all.remove();
            }
            current = next.subscription;
            walk = next.messages.matchedBy(current.subscription().filter());
        }
        return current;
    }
}
