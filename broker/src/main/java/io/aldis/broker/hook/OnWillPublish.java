package io.aldis.broker.hook;

import io.aldis.broker.admin.Admin;
import io.aldis.broker.message.Message;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/**
 * Decides about a will that is to be published now (MQTT 5.0 §3.1.2.5): lets it through, as it is or changed, or drops it. Its client is gone, so there
 * is only the client id: {@link Message#publisher()}.
 *
 * <p>Called on a loop of the broker. One that fails or is too late drops the will.
 */
@FunctionalInterface
public interface OnWillPublish {

    /** Decides about a will. */
    Answer onWillPublish(WillDue event);

    /** The same, answered later and from any thread. */
    @FunctionalInterface
    interface Async {
        /** Decides about a will. */
        CompletionStage<? extends Answer> onWillPublish(WillDue event);
    }

    /** A will whose time has come. */
    final class WillDue extends HookEvent {
        private Message message;

        /** A will that is to be published. */
        public WillDue(Admin broker, Message message) {
            super(broker);
            this.message = message;
        }

        /** The will, as the hooks asked before have left it. */
        public Message message() {
            return message;
        }

        /** It is now this. Called by the broker, with what a hook answered. */
        public void become(Message changed) {
            message = changed;
        }

        /** It goes on as it stands. */
        public Answer publish() {
            return new Publish(message);
        }

        /** It goes on as this message. */
        public Answer publish(Message changed) {
            return new Publish(changed);
        }

        /** Nobody gets it. */
        public Answer drop() {
            return Drop.DROPPED;
        }
    }

    /** What is said to a will. */
    sealed interface Answer {}

    /**
     * The will goes on, as far as this hook is concerned: the next one is asked.
     *
     * @param message as it was or changed; its publisher stays who it was
     */
    record Publish(Message message) implements Answer {
        public Publish {
            Objects.requireNonNull(message, "message");
        }
    }

    /** Nobody gets the will. Counted as {@code REFUSED}. */
    record Drop() implements Answer {
        static final Drop DROPPED = new Drop();
    }
}
