package io.aldis.examples;

import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.Disconnect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.ReasonCode;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A tester on the codec alone: sends a broker of MQTT 5.0 what no client should send, and says how it answers. For each case there are the
 * bytes, in hexadecimal, and the reason codes that the standard lets the broker close the connection with.
 */
final class CodecTester {

    private record Case(String bytes, List<ReasonCode> expected) {}

    /** Sent after a good CONNECT. */
    private static final Map<String, Case> CASES = new TreeMap<>(Map.of(
            "SUBSCRIBE with packet identifier 0",
            new Case("82 07 00 00 00 00 01 61 00", List.of(ReasonCode.PROTOCOL_ERROR, ReasonCode.MALFORMED_PACKET)),
            "SUBSCRIBE with wrong flags",
            new Case("80 07 00 01 00 00 01 61 00", List.of(ReasonCode.MALFORMED_PACKET)),
            "PUBLISH to a topic with a wildcard",
            new Case("30 06 00 03 61 2f 23 00", List.of(ReasonCode.TOPIC_NAME_INVALID, ReasonCode.MALFORMED_PACKET)),
            "PUBLISH with QoS 3",
            new Case("36 06 00 01 61 00 01 00", List.of(ReasonCode.MALFORMED_PACKET)),
            "a second CONNECT",
            new Case("10 0d 00 04 4d 51 54 54 05 02 00 00 00 00 00", List.of(ReasonCode.PROTOCOL_ERROR)),
            "a remaining length of five bytes",
            new Case("30 ff ff ff ff 01", List.of(ReasonCode.MALFORMED_PACKET)),
            "a packet that only a server sends",
            new Case("d0 00", List.of(ReasonCode.PROTOCOL_ERROR, ReasonCode.MALFORMED_PACKET))));

    private CodecTester() {}

    /** Tries all cases; answers those that went wrong, each with what happened. */
    static List<String> test(String host, int port) throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Map.Entry<String, Case> named : CASES.entrySet()) {
            String seen = answer(host, port, named.getValue());
            System.out.println(named.getKey() + ": " + seen);
            if (!seen.startsWith("as it should be")) {
                wrong.add(named.getKey() + ": " + seen);
            }
        }
        return wrong;
    }

    private static String answer(String host, int port, Case sent) throws IOException {
        try (CodecClient client = new CodecClient(host, port)) {
            client.send(Connect.of(MqttVersion.V5, "codec-tester"));
            client.receive(Connack.class);
            client.sendBytes(HexFormat.ofDelimiter(" ").parseHex(sent.bytes));
            Packet packet = client.receive();
            boolean good = packet instanceof Disconnect disconnect && sent.expected.contains(disconnect.reason());
            return (good ? "as it should be, " : "WRONG, ") + packet;
        } catch (EOFException closed) { // Allowed, and not helpful.
            return "as it should be, closed without a word";
        }
    }

    public static void main(String[] args) throws IOException {
        System.exit(test("127.0.0.1", 1883).size());
    }
}
