package io.aldis.broker.hook;

import io.aldis.broker.admin.Admin;
import io.aldis.codec.Qos;
import java.util.concurrent.CompletionStage;

/**
 * Decides what a client may publish and subscribe to, all in one place: each PUBLISH after its topic alias is resolved and before
 * {@link OnMsgArrived}, the will when the client connects, and each filter of a SUBSCRIBE before {@link OnSubscribe}.
 *
 * <p>A broker with at least one lets nobody do what none of them allows: the first that allows or denies has decided, one that passes
 * leaves it to the next, and if all pass, it is denied. The client hears {@code NOT_AUTHORIZED} (0x87) where its version has words for it: in
 * PUBACK, PUBREC, SUBACK, and for a will in CONNACK. In MQTT 3.x a message that is denied is acknowledged and goes to nobody
 * [MQTT3-3.3.5-2].
 *
 * <p>Called on the connection's loop. One that fails or is too late denies.
 */
@FunctionalInterface
public interface Authorizer {

    /** Decides about an access. */
    Answer authorize(Access event);

    /** The same, answered later and from any thread. */
    @FunctionalInterface
    interface Async {
        /** Decides about an access. */
        CompletionStage<? extends Answer> authorize(Access event);
    }

    /** What a client wants to do. */
    enum Action {
        /** A message is to be published now. */
        PUBLISH,
        /** A will is to be published when the client is lost. */
        WILL,
        /** A subscription is to be made. */
        SUBSCRIBE
    }

    /** A client that wants something. */
    final class Access extends ClientEvent {
        private final Action action;
        private final String topic;
        private final Qos qos;
        private final boolean retain;

        /** A client that wants to publish or subscribe. */
        public Access(Admin broker, Client client, Action action, String topic, Qos qos, boolean retain) {
            super(broker, client);
            this.action = action;
            this.topic = topic;
            this.qos = qos;
            this.retain = retain;
        }

        /** What it wants to do. */
        public Action action() {
            return action;
        }

        /** The topic name to publish to; the filter to subscribe to, as the client wrote it, so it may begin with {@code $share/}. */
        public String topic() {
            return topic;
        }

        /** Of the message, or asked for. */
        public Qos qos() {
            return qos;
        }

        /** Whether the message is to be retained. */
        public boolean retain() {
            return retain;
        }

        /** It may. */
        public Answer allow() {
            return Answer.ALLOW;
        }

        /** It may not. */
        public Answer deny() {
            return Answer.DENY;
        }

        /** This one has nothing to say of it: the next is asked. */
        public Answer pass() {
            return Answer.PASS;
        }
    }

    /** What is said to an access. */
    enum Answer {
        /** It may; nobody else is asked. */
        ALLOW,
        /** It may not; nobody else is asked. */
        DENY,
        /** The next is asked. */
        PASS
    }
}
