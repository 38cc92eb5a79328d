package io.aldis.broker.ledger;

import io.aldis.broker.settings.FullQueuePolicy;
import io.aldis.broker.store.QueueBounds;
import io.aldis.broker.store.QueueState;
import io.aldis.broker.store.QueuedRow;
import io.aldis.broker.store.SessionRecord;
import io.aldis.broker.store.StoredSubscription;
import io.aldis.broker.store.Testament;
import io.aldis.codec.Qos;
import io.aldis.codec.RetainHandling;
import io.aldis.codec.Subscription;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A session, its subscriptions and the rows of its queue as fields. Times that do not come are left out. */
final class SessionFields {

    private static final List<String> POLICIES = List.of("drop-newest", "drop-oldest");
    private static final List<String> STATES = List.of("open", "received", "done");

    private SessionFields() {}

    // Sessions.

    static void write(Map<String, Object> line, SessionRecord session, @Nullable QueueState queue) {
        line.put("client", session.clientId());
        if (!session.principal().isEmpty()) {
            line.put("principal", session.principal());
        }
        line.put("session", session.session());
        line.put("epoch", session.epoch());
        if (session.owned()) {
            line.put("link", session.link());
        }
        line.put("durable", session.durable());
        line.put("expirySeconds", session.expirySeconds());
        putTime(line, "expiresAt", session.expiresAt());
        putTime(line, "willDueAt", session.willDueAt());
        line.put("bounds", bounds(session.bounds()));
        line.put("window", session.window());
        Testament will = session.will();
        if (will != null) {
            line.put("will", will(will));
        }
        if (queue != null) {
            line.put("queue", queue(queue));
        }
    }

    private static void putTime(Map<String, Object> line, String name, long time) {
        if (time != SessionRecord.NEVER) {
            line.put(name, time);
        }
    }

    private static Map<String, Object> bounds(QueueBounds bounds) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("messages", bounds.messages());
        fields.put("bytes", bounds.bytes());
        fields.put("totalMessages", bounds.totalMessages());
        fields.put("totalBytes", bounds.totalBytes());
        fields.put("whenFull", POLICIES.get(bounds.whenFull() == FullQueuePolicy.DROP_OLDEST ? 1 : 0));
        return fields;
    }

    private static Map<String, Object> will(Testament will) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("delaySeconds", will.delaySeconds());
        Long expirySeconds = will.expirySeconds();
        if (expirySeconds != null) {
            fields.put("expirySeconds", expirySeconds);
        }
        fields.put("message", MessageFields.write(will.message()));
        return fields;
    }

    private static Map<String, Object> queue(QueueState queue) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("next", queue.next());
        fields.put("head", queue.head());
        fields.put("boundary", queue.boundary());
        fields.put("firstNumber", queue.firstNumber());
        fields.put("messages", queue.messages());
        fields.put("bytes", queue.bytes());
        fields.put("waiting", queue.waiting());
        fields.put("waitingBytes", queue.waitingBytes());
        return fields;
    }

    static SessionRecord readSession(Fields line) {
        return new SessionRecord(
                line.text("client"),
                line.textOrNone("principal"),
                line.number("session"),
                line.number("epoch"),
                line.number("link", SessionRecord.NOBODY),
                line.flag("durable"),
                line.number("expirySeconds"),
                line.number("expiresAt", SessionRecord.NEVER),
                line.has("will") ? readWill(line.object("will")) : null,
                line.number("willDueAt", SessionRecord.NEVER),
                readBounds(line.object("bounds")),
                line.small("window"));
    }

    private static Testament readWill(Fields fields) {
        Testament will = new Testament(
                MessageFields.read(fields.object("message")),
                fields.number("delaySeconds"),
                fields.has("expirySeconds") ? fields.number("expirySeconds") : null);
        fields.end();
        return will;
    }

    private static QueueBounds readBounds(Fields fields) {
        QueueBounds bounds = new QueueBounds(
                fields.number("messages"),
                fields.number("bytes"),
                fields.number("totalMessages"),
                fields.number("totalBytes"),
                fields.word("whenFull", POLICIES) == 1 ? FullQueuePolicy.DROP_OLDEST : FullQueuePolicy.DROP_NEWEST);
        fields.end();
        return bounds;
    }

    static QueueState readQueue(Fields fields) {
        QueueState queue = new QueueState(
                fields.number("next"),
                fields.number("head"),
                fields.number("boundary"),
                fields.number("firstNumber"),
                fields.number("messages"),
                fields.number("bytes"),
                fields.number("waiting"),
                fields.number("waitingBytes"));
        fields.end();
        return queue;
    }

    // Subscriptions.

    static void write(Map<String, Object> line, StoredSubscription stored) {
        Subscription subscription = stored.subscription();
        line.put("filter", subscription.filter());
        line.put("qos", subscription.qos().level());
        if (stored.identifier() != 0) {
            line.put("identifier", stored.identifier());
        }
        if (subscription.noLocal()) {
            line.put("noLocal", true);
        }
        if (subscription.retainAsPublished()) {
            line.put("retainAsPublished", true);
        }
        line.put("retainHandling", subscription.retainHandling().code());
    }

    static StoredSubscription readSubscription(Fields line) {
        return new StoredSubscription(
                new Subscription(
                        line.text("filter"),
                        Qos.of(line.within("qos", 0, 2)),
                        line.flag("noLocal"),
                        line.flag("retainAsPublished"),
                        RetainHandling.of(line.within("retainHandling", 0, 2))),
                line.has("identifier") ? line.small("identifier") : 0);
    }

    // Rows of queues.

    static void write(Map<String, Object> line, QueuedRow row) {
        line.put("state", row.state().name().toLowerCase(Locale.ROOT));
        line.put("qos", row.qos().level());
        if (row.retain()) {
            line.put("retain", true);
        }
        if (!row.subscriptionIdentifiers().isEmpty()) {
            line.put("subscriptionIdentifiers", row.subscriptionIdentifiers());
        }
        if (!row.share().isEmpty()) {
            line.put("share", row.share());
        }
        if (row.shared() != QueuedRow.OWN) {
            line.put("shared", row.shared());
        }
        if (row.message() != null) {
            line.put("message", MessageFields.write(row.message()));
        }
    }

    static QueuedRow readRow(Fields line) {
        return new QueuedRow(
                QueuedRow.State.valueOf(STATES.get(line.word("state", STATES)).toUpperCase(Locale.ROOT)),
                Qos.of(line.within("qos", 0, 2)),
                line.flag("retain"),
                readIdentifiers(line),
                line.textOrNone("share"),
                line.has("message") ? MessageFields.read(line.object("message")) : null,
                line.number("shared", QueuedRow.OWN));
    }

    private static List<Integer> readIdentifiers(Fields line) {
        List<Integer> identifiers = new ArrayList<>();
        for (Object identifier : line.list("subscriptionIdentifiers")) {
            if (!(identifier instanceof Integer number)) {
                return line.wrong("subscriptionIdentifiers", "a list of whole numbers");
            }
            identifiers.add(number);
        }
        return List.copyOf(identifiers);
    }
}
