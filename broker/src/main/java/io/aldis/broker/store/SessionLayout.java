package io.aldis.broker.store;

import io.aldis.broker.settings.FullQueuePolicy;
import io.aldis.codec.Qos;
import io.aldis.codec.RetainHandling;
import io.aldis.codec.Subscription;
import org.jspecify.annotations.Nullable;

/** How a session is written: the record of its client id, and its subscriptions. */
final class SessionLayout {

    private static final int SESSION_LAYOUT = 1;
    private static final int SUBSCRIPTION_LAYOUT = 1;

    // A byte of flags of a session.
    private static final int DURABLE = 0x01;
    private static final int DROPS_OLDEST = 0x02;
    private static final int WILL = 0x04;
    private static final int WILL_EXPIRES = 0x08;

    // A byte of flags of a subscription; the lowest two bits are the QoS, the next two the retain handling.
    private static final int QOS = 0x03;
    private static final int RETAIN_HANDLING = 0x0C;
    private static final int RETAIN_HANDLING_SHIFT = 2;
    private static final int NO_LOCAL = 0x10;
    private static final int RETAIN_AS_PUBLISHED = 0x20;

    private SessionLayout() {}

    static void write(RecordWriter out, SessionRecord session) {
        Testament will = session.will();
        QueueBounds bounds = session.bounds();
        out.one(SESSION_LAYOUT)
                .one((session.durable() ? DURABLE : 0)
                        | (bounds.whenFull() == FullQueuePolicy.DROP_OLDEST ? DROPS_OLDEST : 0)
                        | (will != null ? WILL : 0)
                        | (will != null && will.expirySeconds() != null ? WILL_EXPIRES : 0))
                .text(session.clientId())
                .text(session.principal())
                .number(session.session())
                .number(session.epoch())
                .number(session.link())
                .number(session.expirySeconds())
                .number(session.expiresAt())
                .number(session.willDueAt())
                .number(bounds.messages())
                .number(bounds.bytes())
                .number(bounds.totalMessages())
                .number(bounds.totalBytes())
                .number(session.window());
        if (will != null) {
            write(out, will);
        }
    }

    private static void write(RecordWriter out, Testament will) {
        Long expirySeconds = will.expirySeconds();
        out.number(will.delaySeconds());
        if (expirySeconds != null) {
            out.number(expirySeconds);
        }
        MessageLayout.write(out, will.message());
    }

    static SessionRecord readSession(RecordReader in) {
        in.layout(SESSION_LAYOUT);
        int flags = in.flags(DURABLE | DROPS_OLDEST | WILL | WILL_EXPIRES);
        String clientId = in.text();
        String principal = in.text();
        long session = in.number();
        long epoch = in.number();
        long link = in.number();
        long expirySeconds = in.number();
        long expiresAt = in.number();
        long willDueAt = in.number();
        QueueBounds bounds = new QueueBounds(
                in.number(),
                in.number(),
                in.number(),
                in.number(),
                (flags & DROPS_OLDEST) != 0 ? FullQueuePolicy.DROP_OLDEST : FullQueuePolicy.DROP_NEWEST);
        int window = in.small();
        Testament will = readWill(in, flags);
        return new SessionRecord(
                clientId,
                principal,
                session,
                epoch,
                link,
                (flags & DURABLE) != 0,
                expirySeconds,
                expiresAt,
                will,
                willDueAt,
                bounds,
                window);
    }

    private static @Nullable Testament readWill(RecordReader in, int flags) {
        if ((flags & WILL) == 0) {
            return null;
        }
        long delaySeconds = in.number();
        Long expirySeconds = (flags & WILL_EXPIRES) != 0 ? in.number() : null;
        return new Testament(MessageLayout.read(in), delaySeconds, expirySeconds);
    }

    /** Roughly. */
    static int size(SessionRecord session) {
        Testament will = session.will();
        return 96
                + session.clientId().length()
                + session.principal().length()
                + (will == null ? 0 : will.message().bytes());
    }

    static void write(RecordWriter out, StoredSubscription stored) {
        Subscription subscription = stored.subscription();
        out.one(SUBSCRIPTION_LAYOUT)
                .one(subscription.qos().level()
                        | subscription.retainHandling().code() << RETAIN_HANDLING_SHIFT
                        | (subscription.noLocal() ? NO_LOCAL : 0)
                        | (subscription.retainAsPublished() ? RETAIN_AS_PUBLISHED : 0))
                .number(stored.identifier())
                .text(subscription.filter());
    }

    static StoredSubscription readSubscription(RecordReader in) {
        in.layout(SUBSCRIPTION_LAYOUT);
        int flags = in.flags(QOS | RETAIN_HANDLING | NO_LOCAL | RETAIN_AS_PUBLISHED);
        int identifier = in.small();
        Subscription subscription = new Subscription(
                in.text(),
                Qos.of(flags & QOS),
                (flags & NO_LOCAL) != 0,
                (flags & RETAIN_AS_PUBLISHED) != 0,
                RetainHandling.of((flags & RETAIN_HANDLING) >> RETAIN_HANDLING_SHIFT));
        return new StoredSubscription(subscription, identifier);
    }
}
