package io.aldis.acceptance.differential;

import io.aldis.codec.Connack;
import io.aldis.codec.Disconnect;
import io.aldis.codec.Packet;
import io.aldis.codec.Puback;
import io.aldis.codec.Pubcomp;
import io.aldis.codec.Publish;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Pubrec;
import io.aldis.codec.Pubrel;
import io.aldis.codec.Qos;
import io.aldis.codec.Suback;
import io.aldis.codec.Unsuback;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What one client saw of one step, apart from what a broker may choose: packet identifiers, words, limits it announces.
 *
 * @param answers to what it did, in their order
 * @param messages in their order, if that is laid down; retained ones of a new subscription come in any
 * @param closed whether its connection ended
 */
record Seen(List<String> answers, List<SeenMessage> messages, boolean closed) {

    Seen {
        answers = List.copyOf(answers);
        messages = List.copyOf(messages);
    }

    /** One message; its payload tells it from all others. */
    record SeenMessage(
            String topic,
            String payload,
            Qos qos,
            boolean retain,
            boolean dup,
            List<Integer> identifiers,
            PublishProperties properties) {

        @Override
        public String toString() {
            return "%s '%s' QoS %d%s%s ids %s %s"
                    .formatted(
                            topic,
                            payload,
                            qos.level(),
                            retain ? " retain" : "",
                            dup ? " dup" : "",
                            identifiers,
                            properties.equals(PublishProperties.NONE) ? "" : properties);
        }

        private static SeenMessage of(Publish publish) {
            PublishProperties properties = publish.properties();
            return new SeenMessage(
                    publish.topic(),
                    publish.payload().toUtf8(),
                    publish.qos(),
                    publish.retain(),
                    publish.dup(),
                    properties.subscriptionIdentifiers().stream().sorted().toList(),
                    properties.withSubscriptionIdentifiers(List.of()));
        }
    }

    /** Sorts out what came. */
    static Seen of(List<Packet> packets, boolean closed) {
        List<String> answers = new ArrayList<>();
        List<SeenMessage> messages = new ArrayList<>();
        List<SeenMessage> retained = new ArrayList<>();
        for (Packet packet : packets) {
            if (packet instanceof Publish publish) {
                (publish.retain() ? retained : messages).add(SeenMessage.of(publish));
            } else {
                answers.add(told(packet));
            }
        }
        retained.sort(Comparator.comparing(SeenMessage::payload));
        messages.addAll(retained);
        return new Seen(answers, messages, closed);
    }

    private static String told(Packet packet) {
        if (packet instanceof Connack connack) {
            return "CONNACK " + connack.reason() + (connack.sessionPresent() ? ", session present" : "");
        } else if (packet instanceof Suback suback) {
            return "SUBACK " + suback.reasons();
        } else if (packet instanceof Unsuback unsuback) {
            return "UNSUBACK " + unsuback.reasons();
        } else if (packet instanceof Puback puback) {
            return "PUBACK " + puback.reason();
        } else if (packet instanceof Pubrec pubrec) {
            return "PUBREC " + pubrec.reason();
        } else if (packet instanceof Pubrel pubrel) {
            return "PUBREL " + pubrel.reason();
        } else if (packet instanceof Pubcomp pubcomp) {
            return "PUBCOMP " + pubcomp.reason();
        } else if (packet instanceof Disconnect disconnect) {
            return "DISCONNECT " + disconnect.reason();
        }
        return packet.type().toString();
    }

    boolean nothing() {
        return answers.isEmpty() && messages.isEmpty() && !closed;
    }
}
