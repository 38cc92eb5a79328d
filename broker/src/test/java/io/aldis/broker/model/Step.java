package io.aldis.broker.model;

import io.aldis.codec.Connect;
import io.aldis.codec.Packet;

/**
 * One thing that happens in a program. A step says nothing of packet ids: a program from which steps are left out is still one, and
 * a step that makes no sense any more does nothing.
 */
sealed interface Step {

    /** The client connects, also if it is connected. */
    record Connects(Connect connect) implements Step {
        @Override
        public String toString() {
            return connect.clientId() + " sends " + Words.of(connect);
        }
    }

    /** The client, if connected, sends this, with a free packet id where it needs one. */
    record Sends(String client, Packet packet) implements Step {
        @Override
        public String toString() {
            return client + " sends " + Words.of(packet);
        }
    }

    /** The client answers one packet that it has had and not answered; the first is 0. */
    record Answers(String client, int which, boolean refuses) implements Step {
        @Override
        public String toString() {
            return client + (refuses ? " refuses " : " answers ") + "number " + which + " of what it has not answered";
        }
    }

    /** The client answers all that it has not answered. */
    record AnswersAll(String client) implements Step {
        @Override
        public String toString() {
            return client + " answers all that it has not answered";
        }
    }

    /** The client sends a QoS 2 message again that is not released. */
    record Repeats(String client, int which) implements Step {
        @Override
        public String toString() {
            return client + " repeats number " + which + " of its messages that are not released";
        }
    }

    /** The client releases a QoS 2 message. */
    record Releases(String client, int which) implements Step {
        @Override
        public String toString() {
            return client + " releases number " + which + " of its messages";
        }
    }

    /** The client's socket breaks. */
    record Breaks(String client) implements Step {
        @Override
        public String toString() {
            return client + "'s socket breaks";
        }
    }

    /** Time passes. */
    record Passes(long millis) implements Step {
        @Override
        public String toString() {
            return millis + " ms pass";
        }
    }
}
