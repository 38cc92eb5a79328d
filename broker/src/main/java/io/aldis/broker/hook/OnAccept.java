package io.aldis.broker.hook;

import io.aldis.broker.admin.Admin;
import java.net.SocketAddress;
import java.util.Objects;
import java.util.concurrent.CompletionStage;

/**
 * Decides whether a connection that has just been accepted is read from at all. Asked before the first byte, or after the header of
 * the PROXY protocol where the listener has that; one that is refused is closed without a word.
 *
 * <p>Called on the connection's loop. One that fails or is too late closes the connection.
 */
@FunctionalInterface
public interface OnAccept {

    /** Decides about a connection. */
    Answer onAccept(Accepting event);

    /** The same, answered later and from any thread. */
    @FunctionalInterface
    interface Async {
        /** Decides about a connection. */
        CompletionStage<? extends Answer> onAccept(Accepting event);
    }

    /** A connection from somewhere. */
    final class Accepting extends HookEvent {
        private final long connection;
        private final SocketAddress remoteAddress;
        private final SocketAddress localAddress;
        private final String listener;

        /** A connection that has just been accepted. */
        public Accepting(
                Admin broker,
                long connection,
                SocketAddress remoteAddress,
                SocketAddress localAddress,
                String listener) {
            super(broker);
            this.connection = connection;
            this.remoteAddress = remoteAddress;
            this.localAddress = localAddress;
            this.listener = listener;
        }

        /** Its number, the same as {@link Client#connection()} later. */
        public long connection() {
            return connection;
        }

        /** Where it comes from: the client's address, if a header of the PROXY protocol has told it. */
        public SocketAddress remoteAddress() {
            return remoteAddress;
        }

        /** The name of the listener it came to: its URI, unless its settings name it. */
        public String listener() {
            return listener;
        }

        /** The address of the broker it came to. */
        public SocketAddress localAddress() {
            return localAddress;
        }

        /** It may come in. */
        public Answer accept() {
            return Answer.ACCEPTED;
        }

        /** It is closed; {@code why} is for the log. */
        public Answer refuse(String why) {
            return new Refuse(why);
        }
    }

    /** What is said to a connection. */
    sealed interface Answer {
        /** The connection may come in. */
        Answer ACCEPTED = new Accept();
    }

    /** The connection may come in, as far as this hook is concerned: the next one is asked. */
    record Accept() implements Answer {}

    /**
     * The connection is closed.
     *
     * @param why for the log
     */
    record Refuse(String why) implements Answer {
        public Refuse {
            Objects.requireNonNull(why, "why");
        }
    }
}
