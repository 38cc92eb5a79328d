package io.aldis.broker.hook;

import io.aldis.codec.Binary;
import io.aldis.codec.PacketType;
import io.aldis.codec.ReasonCode;
import java.util.Objects;

/** What an {@link EnhancedAuthenticator} says to a step of a client. Immutable. */
public sealed interface AuthenticationAnswer {

    /**
     * One more step: the client gets AUTH with {@code CONTINUE_AUTHENTICATION} (0x18) and answers it.
     *
     * @param data for the client, 0 to 65,535 bytes; empty for none
     */
    record Continue(Binary data) implements AuthenticationAnswer {
        public Continue {
            Sizes.check(data);
        }

        /** How much it says, not what. */
        @Override
        public String toString() {
            return "Continue[" + data.size() + " bytes]";
        }
    }

    /**
     * The client is who it says. It hears this in CONNACK, or in AUTH with {@code SUCCESS} if it was connected before.
     *
     * @param principal who the client is, never empty. The session and the will under the client id are from now on this principal's:
     *     nobody else gets them, not even to end them. Whoever authenticates anew has to be the same as before
     * @param data the last word to the client, 0 to 65,535 bytes; empty for none
     * @param limits of its connection; they count at CONNECT, and not when it authenticates anew
     */
    record Accept(String principal, Binary data, ConnectLimits limits) implements AuthenticationAnswer {
        public Accept {
            Objects.requireNonNull(limits, "limits");
            if (principal.isEmpty()) {
                throw new IllegalArgumentException("An accepted client is somebody, but the principal is empty.");
            }
            Sizes.check(data);
        }

        /** The client is accepted, and there is nothing more to say. */
        public Accept(String principal) {
            this(principal, Binary.EMPTY);
        }

        /** The client is accepted, and held to the broker's settings. */
        public Accept(String principal, Binary data) {
            this(principal, data, ConnectLimits.NONE);
        }

        /** Who it is, and how much it is told. */
        @Override
        public String toString() {
            return "Accept[" + principal + ", " + data.size() + " bytes]";
        }
    }

    /**
     * The client is not let in, or is disconnected if it was connected before.
     *
     * @param reason one that a CONNACK may carry, 0x80 or above. Where DISCONNECT may not carry it, {@code NOT_AUTHORIZED} is said
     * @param message what was wrong, for the log and for the client: nothing that an attacker could use
     */
    record Refuse(ReasonCode reason, String message) implements AuthenticationAnswer {
        public Refuse {
            Objects.requireNonNull(message, "message");
            if (!reason.isError() || !reason.isAllowedIn(PacketType.CONNACK)) {
                throw new IllegalArgumentException("A client cannot be refused with " + reason + ".");
            }
        }

        /** The usual refusal: {@code NOT_AUTHORIZED} (0x87). */
        public Refuse(String message) {
            this(ReasonCode.NOT_AUTHORIZED, message);
        }
    }
}
