package io.aldis.broker.model;

import io.aldis.codec.AckProperties;
import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.Disconnect;
import io.aldis.codec.Packet;
import io.aldis.codec.Puback;
import io.aldis.codec.Pubcomp;
import io.aldis.codec.Publish;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Pubrec;
import io.aldis.codec.Pubrel;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.codec.Subscription;
import io.aldis.codec.Unsuback;
import io.aldis.codec.Unsubscribe;
import io.aldis.codec.Will;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Packets in few words, and without what the reference does not speak of. */
final class Words {

    private Words() {}

    /** Without the properties of answers. */
    static Packet bare(Packet packet) {
        if (packet instanceof Connack connack) {
            return new Connack(
                    connack.sessionPresent(),
                    connack.reason(),
                    Connack.accepted(false).properties());
        } else if (packet instanceof Disconnect disconnect) {
            return new Disconnect(disconnect.reason());
        } else if (packet instanceof Puback puback) {
            return new Puback(puback.packetId(), puback.reason());
        } else if (packet instanceof Pubrec pubrec) {
            return new Pubrec(pubrec.packetId(), pubrec.reason());
        } else if (packet instanceof Pubrel pubrel) {
            return new Pubrel(pubrel.packetId(), pubrel.reason());
        } else if (packet instanceof Pubcomp pubcomp) {
            return new Pubcomp(pubcomp.packetId(), pubcomp.reason());
        } else if (packet instanceof Suback suback) {
            return new Suback(suback.packetId(), suback.reasons(), AckProperties.NONE);
        } else if (packet instanceof Unsuback unsuback) {
            return new Unsuback(unsuback.packetId(), unsuback.reasons(), AckProperties.NONE);
        }
        return packet;
    }

    /** With the subscription identifiers in order, for theirs has no meaning. */
    static Publish sorted(Publish publish) {
        PublishProperties properties = publish.properties();
        return publish.withProperties(properties.withSubscriptionIdentifiers(
                properties.subscriptionIdentifiers().stream().sorted().toList()));
    }

    static String of(Packet packet) {
        if (packet instanceof Connect connect) {
            return connect(connect);
        } else if (packet instanceof Publish publish) {
            return publish(publish);
        } else if (packet instanceof Subscribe subscribe) {
            return "SUBSCRIBE " + subscribe.packetId()
                    + optional(", identifier ", subscribe.properties().subscriptionIdentifier())
                    + subscribe.subscriptions().stream()
                            .map(Words::subscription)
                            .collect(Collectors.joining());
        } else if (packet instanceof Unsubscribe unsubscribe) {
            return "UNSUBSCRIBE " + unsubscribe.packetId() + " " + unsubscribe.filters();
        } else if (packet instanceof Connack connack) {
            return "CONNACK " + connack.reason() + (connack.sessionPresent() ? ", session present" : "");
        } else if (packet instanceof Disconnect disconnect) {
            return "DISCONNECT " + disconnect.reason()
                    + optional(", session expiry ", disconnect.properties().sessionExpiryInterval());
        } else if (packet instanceof Puback puback) {
            return "PUBACK " + puback.packetId() + " " + puback.reason();
        } else if (packet instanceof Pubrec pubrec) {
            return "PUBREC " + pubrec.packetId() + " " + pubrec.reason();
        } else if (packet instanceof Pubrel pubrel) {
            return "PUBREL " + pubrel.packetId() + " " + pubrel.reason();
        } else if (packet instanceof Pubcomp pubcomp) {
            return "PUBCOMP " + pubcomp.packetId() + " " + pubcomp.reason();
        } else if (packet instanceof Suback suback) {
            return "SUBACK " + suback.packetId() + " " + suback.reasons();
        } else if (packet instanceof Unsuback unsuback) {
            return "UNSUBACK " + unsuback.packetId() + " " + unsuback.reasons();
        }
        return packet.type().toString();
    }

    private static String connect(Connect connect) {
        Will will = connect.will();
        return "CONNECT " + connect.version() + (connect.cleanStart() ? ", clean start" : "")
                + (connect.keepAlive() == 0 ? "" : ", keep alive " + connect.keepAlive())
                + optional(", session expiry ", connect.properties().sessionExpiryInterval())
                + optional(", topic alias maximum ", connect.properties().topicAliasMaximum())
                + optional(", receive maximum ", connect.properties().receiveMaximum())
                + optional(", maximum packet size ", connect.properties().maximumPacketSize())
                + (will == null ? "" : ", will [" + will(will) + "]");
    }

    private static String will(Will will) {
        return will.topic() + " " + payload(will.payload()) + " at QoS "
                + will.qos().level() + (will.retain() ? ", retain" : "")
                + optional(", delay ", will.properties().delayInterval())
                + optional(", expiry ", will.properties().messageExpiryInterval());
    }

    private static String publish(Publish publish) {
        PublishProperties properties = publish.properties();
        return "PUBLISH " + (publish.packetId() == 0 ? "" : publish.packetId() + " ") + publish.topic() + " "
                + payload(publish.payload()) + " at QoS " + publish.qos().level() + (publish.dup() ? ", dup" : "")
                + (publish.retain() ? ", retain" : "")
                + optional(", expiry ", properties.messageExpiryInterval())
                + (properties.subscriptionIdentifiers().isEmpty()
                        ? ""
                        : ", identifiers " + properties.subscriptionIdentifiers())
                + optional(", alias ", properties.topicAlias())
                + optional(", content type ", properties.contentType())
                + (properties.userProperties().isEmpty() ? "" : ", " + properties.userProperties());
    }

    private static String payload(Binary payload) {
        return payload.size() > 9 ? payload.toUtf8().substring(0, 9) + "…" : "\"" + payload.toUtf8() + "\"";
    }

    private static String subscription(Subscription subscription) {
        return " [" + subscription.filter() + " at QoS " + subscription.qos().level()
                + (subscription.noLocal() ? ", no local" : "")
                + (subscription.retainAsPublished() ? ", retain as published" : "") + ", retained "
                + subscription.retainHandling() + "]";
    }

    private static String optional(String words, @Nullable Object value) {
        return value == null ? "" : words + Objects.toString(value);
    }
}
