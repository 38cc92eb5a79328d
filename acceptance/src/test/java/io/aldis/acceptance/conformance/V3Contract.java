package io.aldis.acceptance.conformance;

import io.aldis.acceptance.hostile.WatchedBroker;
import io.aldis.codec.Connect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Publish;
import io.aldis.codec.Qos;
import io.aldis.testkit.RawClient;
import io.aldis.testkit.RawPacket;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What MQTT 3.1.1 asks and MQTT 3.1 asks as well, or allows: each test runs with both. What only one of them asks is in {@link
 * V311OnlyTest} and {@link V31OnlyTest}.
 *
 * <p>The clients are strict: a packet that their version does not know, or a code of MQTT 5.0, fails the test that gets it.
 */
@ParameterizedClass(name = "{0}")
@EnumSource(names = {"V3_1", "V3_1_1"})
abstract class V3Contract {

    @RegisterExtension
    static final WatchedBroker broker = WatchedBroker.withDefaults();

    /** The payload of the last message of a test, after which nothing is missed. */
    private static final String END = "the end";

    @Parameter
    MqttVersion version = MqttVersion.V3_1_1;

    /** A client that was accepted, with a clean session. */
    final RawClient client(String clientId) {
        return broker.connected(version, clientId);
    }

    /** A CONNECT without Clean Session. */
    final Connect persistent(String clientId) {
        return Connect.of(version, clientId).withCleanStart(false);
    }

    /** A client with a clean session and one subscription. */
    final RawClient subscriber(String clientId, String filter, Qos qos) {
        RawClient client = client(clientId);
        client.subscribe(filter, qos);
        return client;
    }

    /** The beginning of a CONNECT of this version: all before the payload. */
    final RawPacket rawConnect(int flags) {
        return RawPacket.of(0x10)
                .text(version.protocolName())
                .oneByte(version.level())
                .oneByte(flags)
                .twoBytes(60);
    }

    /** Sends these bytes as a stranger and expects that the connection is closed without a CONNACK. */
    final void expectClosedUnanswered(RawPacket firstPacket) {
        RawClient stranger = broker.stranger().version(version);
        stranger.sendBytes(firstPacket.bytes());
        stranger.expectClosed();
    }

    /** Sends these bytes as a client that was accepted and expects that the connection is closed. */
    final void expectClosedAfter(RawPacket packet) {
        RawClient client = client("c");
        client.sendBytes(packet.bytes());
        client.expectClosed();
    }

    /** Publishes a last message to {@code topic}. */
    static void end(RawClient publisher, String topic) {
        publisher.publish(topic, END, Qos.AT_LEAST_ONCE);
    }

    /** Takes and acknowledges all messages before the {@linkplain #end last}. */
    static List<Publish> takeAll(RawClient subscriber) {
        List<Publish> messages = new ArrayList<>();
        Publish message = subscriber.takeMessage();
        while (!message.payload().toUtf8().equals(END)) {
            messages.add(message);
            message = subscriber.takeMessage();
        }
        return messages;
    }

    /** What all messages before the {@linkplain #end last} say. */
    static List<String> takePayloads(RawClient subscriber) {
        return payloads(takeAll(subscriber));
    }

    static List<String> payloads(List<Publish> messages) {
        return messages.stream().map(message -> message.payload().toUtf8()).toList();
    }
}
