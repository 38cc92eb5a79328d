package io.aldis.acceptance.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.aldis.codec.Pingreq;
import io.aldis.codec.Pingresp;
import io.aldis.codec.Puback;
import io.aldis.codec.Pubcomp;
import io.aldis.codec.Publish;
import io.aldis.codec.Pubrec;
import io.aldis.codec.Pubrel;
import io.aldis.codec.Qos;
import io.aldis.codec.Suback;
import io.aldis.codec.Unsuback;
import io.aldis.testkit.RawClient;
import io.aldis.testkit.RawPacket;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Fixed headers, packet identifiers, and packets that have nothing else (MQTT 3.1.1, sections 2, 3.12, 3.14 and 4.8). */
class V3FramingTest extends V3Contract {

    /** Packets of a client with each of the flags that they must not have. */
    static Stream<Arguments> wrongFlags() {
        return Stream.of(
                        wrong("PUBACK", 0x40, 0, RawPacket.of(0).hex("0001")),
                        wrong("PUBREC", 0x50, 0, RawPacket.of(0).hex("0001")),
                        wrong("PUBREL", 0x60, 2, RawPacket.of(0).hex("0001")), // [MQTT3-3.6.1-1]
                        wrong("PUBCOMP", 0x70, 0, RawPacket.of(0).hex("0001")),
                        wrong( // [MQTT3-3.8.1-1]
                                "SUBSCRIBE",
                                0x80,
                                2,
                                RawPacket.of(0).hex("0001").text("a").oneByte(0)),
                        wrong( // [MQTT3-3.10.1-1]
                                "UNSUBSCRIBE",
                                0xA0,
                                2,
                                RawPacket.of(0).hex("0001").text("a")),
                        wrong("PINGREQ", 0xC0, 0, RawPacket.of(0)),
                        wrong("DISCONNECT", 0xE0, 0, RawPacket.of(0))) // [MQTT3-3.14.1-1]
                .flatMap(each -> each);
    }

    private static Stream<Arguments> wrong(String name, int type, int right, RawPacket packet) {
        return IntStream.range(0, 16)
                // MQTT 3.1 knows DUP of these three; 3.1.1 has a test of its own for it.
                .filter(flags -> flags != right && !(right == 2 && flags == 0x0A))
                .mapToObj(flags -> {
                    byte[] bytes = packet.bytes();
                    bytes[0] = (byte) (type | flags);
                    return argumentSet(name + " with flags " + Integer.toBinaryString(flags), (Object) bytes);
                });
    }

    @ParameterizedTest
    @MethodSource("wrongFlags")
    void wrongFlagsEndTheConnection(byte[] packet) { // [MQTT3-2.2.2-1], [MQTT3-2.2.2-2], [MQTT3-4.8.0-1]
        RawClient client = client("c");
        client.sendBytes(packet);
        client.expectClosed();
    }

    @Test
    void aPublishOfQos3EndsTheConnection() { // [MQTT3-3.3.1-4]
        expectClosedAfter(RawPacket.of(0x36).text("a").hex("0001"));
        expectClosedAfter(RawPacket.of(0x3F).text("a").hex("0001"));
    }

    @Test
    void packetIdentifier0EndsTheConnection() { // [MQTT3-2.3.1-1], [MQTT3-4.8.0-1]
        expectClosedAfter(RawPacket.of(0x32).text("a").hex("0000"));
        expectClosedAfter(RawPacket.of(0x34).text("a").hex("0000"));
        expectClosedAfter(RawPacket.of(0x82).hex("0000").text("a").oneByte(0));
        expectClosedAfter(RawPacket.of(0xA2).hex("0000").text("a"));
    }

    @Test
    void noIdentifierIsReadOrWrittenAtQos0() { // [MQTT3-2.3.1-5]
        RawClient client = subscriber("c", "a", Qos.EXACTLY_ONCE);
        // Two bytes that might be taken for an identifier are what the message says.
        client.sendBytes(RawPacket.of(0x30).text("a").hex("0001").bytes());
        assertThat(client.expect(Publish.class).payload().toArray()).containsExactly(0, 1);
    }

    @Test
    void acknowledgementsCarryTheIdentifierOfWhatTheyAnswer() { // [MQTT3-2.3.1-6], [MQTT3-2.3.1-7]
        RawClient client = client("c");
        for (int id : new int[] {1, 0x1234, 0xFFFF, 2}) {
            String hex = String.format("%04x", id);
            client.sendBytes(RawPacket.of(0x32).text("nobody").hex(hex).bytes());
            client.expect(new Puback(id));
            client.sendBytes(RawPacket.of(0x34).text("nobody").hex(hex).bytes());
            client.expect(new Pubrec(id));
            client.send(new Pubrel(id));
            client.expect(new Pubcomp(id));
            client.sendBytes(RawPacket.of(0x82).hex(hex).text("a").oneByte(0).bytes());
            assertThat(client.expect(Suback.class).packetId()).isEqualTo(id);
            client.sendBytes(RawPacket.of(0xA2).hex(hex).text("a").bytes());
            assertThat(client.expect(Unsuback.class).packetId()).isEqualTo(id);
        }
    }

    @Test
    void everyPingreqIsAnswered() { // [MQTT3-3.12.4-1]
        RawClient client = client("c");
        client.send(new Pingreq());
        client.expect(new Pingresp());
        client.send(new Pingreq(), new Pingreq());
        client.expect(new Pingresp());
        client.expect(new Pingresp());
    }

    @Test
    void aDisconnectClosesTheConnectionAndNothingBehindItCounts() { // [MQTT3-3.14.4-1], [MQTT3-3.14.4-2]
        RawClient listener = subscriber("listener", "bye", Qos.AT_LEAST_ONCE);
        RawClient leaving = client("leaving");
        leaving.sendBytes(RawPacket.of(0xE0).bytes());
        leaving.expectClosed();
        RawClient talking = client("talking");
        // DISCONNECT, and in the same write a PUBLISH of QoS 0 to "bye".
        talking.sendBytes("e0 00 30 06 0003 627965 78");
        talking.expectClosed();
        end(client("publisher"), "bye");
        assertThat(takeAll(listener)).isEmpty();
    }

    static Stream<Arguments> violations() {
        return Stream.of(
                argumentSet("packet type 0", RawPacket.of(0x00)),
                argumentSet("packet type 15", RawPacket.of(0xF0)),
                argumentSet("CONNACK", RawPacket.of(0x20).hex("0000")),
                argumentSet("SUBACK", RawPacket.of(0x90).hex("0001 00")),
                argumentSet("UNSUBACK", RawPacket.of(0xB0).hex("0001")),
                argumentSet("PINGRESP", RawPacket.of(0xD0)),
                argumentSet("PUBACK that is too long", RawPacket.of(0x40).hex("0001 00")),
                argumentSet(
                        "DISCONNECT with something in it", RawPacket.of(0xE0).hex("00")),
                argumentSet(
                        "SUBSCRIBE of QoS 3",
                        RawPacket.of(0x82).hex("0001").text("a").oneByte(3)),
                argumentSet(
                        "SUBSCRIBE without a QoS",
                        RawPacket.of(0x82).hex("0001").text("a")));
    }

    @ParameterizedTest
    @MethodSource("violations")
    void aViolationClosesItsConnectionAndNoOther(RawPacket packet) { // [MQTT3-4.8.0-1]
        RawClient other = client("other");
        expectClosedAfter(packet);
        other.expectNothing();
    }
}
