package io.aldis.broker.hook;

import io.aldis.broker.admin.Admin;
import io.aldis.codec.PacketType;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Subscription;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/**
 * Decides about each filter of a SUBSCRIBE (MQTT 5.0 §3.8), after the settings have let it through: grants it, also at a lower QoS or with
 * other options, or refuses it.
 *
 * <p>Called on the connection's loop. One that fails or is too late refuses the filter with {@code NOT_AUTHORIZED} (0x87), which clients of
 * MQTT 3.x are told as 0x80.
 */
@FunctionalInterface
public interface OnSubscribe {

    /** Decides about a subscription. */
    Answer onSubscribe(Subscribing event);

    /** The same, answered later and from any thread. */
    @FunctionalInterface
    interface Async {
        /** Decides about a subscription. */
        CompletionStage<? extends Answer> onSubscribe(Subscribing event);
    }

    /** A client that wants to subscribe. */
    final class Subscribing extends ClientEvent {
        private Subscription subscription;

        /** A client that wants to subscribe. */
        public Subscribing(Admin broker, Client client, Subscription subscription) {
            super(broker, client);
            this.subscription = subscription;
        }

        /** What it wants, as the hooks asked before have left it. */
        public Subscription subscription() {
            return subscription;
        }

        /** The topic filter, as the client wrote it. */
        public String filter() {
            return subscription.filter();
        }

        /** It is now this, at the QoS it had at most. Called by the broker, with what a hook answered. */
        public void become(Subscription granted) {
            subscription = atMost(subscription.qos(), granted);
        }

        private static Subscription atMost(Qos most, Subscription wanted) {
            return new Subscription(
                    wanted.filter(),
                    wanted.qos().min(most),
                    wanted.noLocal(),
                    wanted.retainAsPublished(),
                    wanted.retainHandling());
        }

        /** It is granted as it stands. */
        public Answer grant() {
            return new Grant(subscription);
        }

        /** It is granted at this QoS at most. */
        public Answer grant(Qos most) {
            return new Grant(atMost(most, subscription));
        }

        /** It is granted with these options. */
        public Answer grant(Subscription with) {
            return new Grant(with);
        }

        /** It is refused with {@code NOT_AUTHORIZED}. */
        public Answer refuse(String why) {
            return new Refuse(ReasonCode.NOT_AUTHORIZED, why);
        }

        /** It is refused. */
        public Answer refuse(ReasonCode reason, String why) {
            return new Refuse(reason, why);
        }
    }

    /** What is said to a subscription. */
    sealed interface Answer {}

    /**
     * Granted, as far as this hook is concerned: the next one is asked.
     *
     * @param subscription with the filter the client asked for: another one is taken for a failure. It is made at the QoS that was
     *     asked for and left by the hooks before at most, whatever is said here
     */
    record Grant(Subscription subscription) implements Answer {
        public Grant {
            Objects.requireNonNull(subscription, "subscription");
        }
    }

    /**
     * The subscription is not made.
     *
     * @param reason one that a SUBACK may carry, 0x80 or above
     * @param message what was wrong, for the log and for the client
     */
    record Refuse(ReasonCode reason, String message) implements Answer {
        public Refuse {
            Objects.requireNonNull(message, "message");
            Reasons.check(reason, PacketType.SUBACK);
        }
    }
}
