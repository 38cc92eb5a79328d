package io.aldis.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.PacketEncoder;
import io.aldis.codec.PacketType;
import io.aldis.codec.Pingreq;
import io.aldis.codec.Pingresp;
import io.aldis.codec.Puback;
import io.aldis.codec.Pubcomp;
import io.aldis.codec.Publish;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Pubrec;
import io.aldis.codec.Pubrel;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.testkit.RawClient;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each fault as bare packets show it: in every version, over sockets and within the program. */
class FaultsTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    @RegisterExtension
    static final AldisBroker BROKER = AldisBroker.builder().virtualClock().build();

    private final List<RawClient> clients = new ArrayList<>();

    static Stream<Arguments> wires() {
        return Arrays.stream(MqttVersion.values())
                .flatMap(version -> Stream.of(Arguments.of(version, true), Arguments.of(version, false)));
    }

    @AfterEach
    void closeAll() {
        clients.forEach(RawClient::close);
    }

    private RawClient opened(boolean tcp) {
        RawClient client = tcp ? RawClient.connect(BROKER.port()) : RawClient.over(BROKER.connect());
        clients.add(client);
        return client;
    }

    private RawClient connected(Connect connect, boolean tcp) {
        RawClient client = opened(tcp);
        client.connect(connect);
        return client;
    }

    private static Publish qos1(int packetId) {
        return Publish.qos1("t", Binary.utf8("message " + packetId), packetId);
    }

    // Losing.

    @ParameterizedTest
    @MethodSource("wires")
    void theNthPacketToAClientIsLost(MqttVersion version, boolean tcp) {
        RawClient sensor = connected(Connect.of(version, "sensor"), tcp);
        RawClient other = connected(Connect.of(version, "other"), tcp);
        Fault fault = BROKER.faults().lose(PacketType.PUBACK).nth(2).toClient("sensor");

        sensor.send(qos1(1), qos1(2), qos1(3));
        other.send(qos1(1), qos1(2), qos1(3));

        assertThat(sensor.expect(Puback.class).packetId()).isEqualTo(1);
        assertThat(sensor.expect(Puback.class).packetId()).isEqualTo(3);
        for (int i = 1; i <= 3; i++) {
            assertThat(other.expect(Puback.class).packetId()).isEqualTo(i);
        }
        assertThat(fault.times()).isEqualTo(1);
        sensor.expectNothing();
    }

    @ParameterizedTest
    @MethodSource("wires")
    void packetsFromAClientAreLost(MqttVersion version, boolean tcp) {
        Fault fault = BROKER.faults()
                .lose(PacketType.PUBLISH)
                .matching(packet -> ((Publish) packet).payload().toUtf8().contains("3"))
                .fromAnyClient();
        RawClient client = connected(Connect.of(version, "client"), tcp);
        client.send(qos1(1), qos1(3), qos1(2), qos1(3));
        assertThat(client.expect(Puback.class).packetId()).isEqualTo(1);
        assertThat(client.expect(Puback.class).packetId()).isEqualTo(2);
        assertThat(client.expect(Puback.class).packetId()).isEqualTo(3);
        assertThat(fault.happened()).isTrue();
    }

    @Test
    void oneHappensOnceUnlessSaidOtherwise() {
        RawClient client = connected(Connect.v5("client"), false);
        Fault once = BROKER.faults().lose(PacketType.PINGRESP).toAnyClient();
        client.send(new Pingreq(), new Pingreq(), new Pingreq());
        client.expect(Pingresp.class);
        client.expect(Pingresp.class);
        assertThat(once.times()).isEqualTo(1);

        Fault twice = BROKER.faults().lose(PacketType.PINGRESP).nth(2).times(2).toAnyClient();
        client.send(new Pingreq(), new Pingreq(), new Pingreq(), new Pingreq());
        client.expect(Pingresp.class);
        client.expect(Pingresp.class);
        assertThat(twice.times()).isEqualTo(2);

        Fault always = BROKER.faults().lose(PacketType.PINGRESP).every().toAnyClient();
        client.send(new Pingreq(), new Pingreq(), qos1(7));
        client.expect(Puback.class);
        assertThat(always.times()).isEqualTo(2);

        always.remove();
        client.expectNothing();
    }

    @Test
    void packetsAreCountedAcrossReconnections() {
        Fault fault = BROKER.faults().lose(PacketType.CONNACK).nth(2).toClient("client");
        connected(Connect.v5("client"), true).close();
        RawClient second = opened(true);
        second.send(Connect.v5("client"));
        fault.await(SOON);
        connected(Connect.v5("client"), true).expectNothing();
    }

    @Test
    void oneMayBeAskedForInTheMiddleOfAPacket() {
        RawClient client = connected(Connect.v311("client"), true);
        byte[] large = encoded(Publish.qos1("t", Binary.copyOf(new byte[3000]), 1));
        client.sendBytes(Arrays.copyOf(large, 1000));
        BROKER.clock().settle();
        Fault fault = BROKER.faults().lose(PacketType.PUBLISH).fromAnyClient();
        client.sendBytes(Arrays.copyOfRange(large, 1000, large.length));
        assertThat(client.expect(Puback.class).packetId()).isEqualTo(1);
        assertThat(fault.happened()).isFalse();

        client.sendBytes(large);
        fault.await(SOON);
        client.expectNothing();
    }

    @Test
    void packetsAreFoundHoweverTheirBytesCome() {
        RawClient client = connected(Connect.v311("client"), false);
        Fault fault = BROKER.faults().lose(PacketType.PUBLISH).nth(2).fromAnyClient();
        ByteBuf all = Unpooled.buffer();
        for (int i = 1; i <= 3; i++) {
            all.writeBytes(encoded(Publish.qos1("t", Binary.copyOf(new byte[200]), i)));
        }
        while (all.isReadable()) {
            client.sendBytes(new byte[] {all.readByte()});
            BROKER.clock().settle();
        }
        assertThat(client.expect(Puback.class).packetId()).isEqualTo(1);
        assertThat(client.expect(Puback.class).packetId()).isEqualTo(3);
        assertThat(fault.times()).isEqualTo(1);
    }

    private static byte[] encoded(Publish publish) {
        ByteBuf out = Unpooled.buffer();
        PacketEncoder.encode(publish, MqttVersion.V3_1_1, out);
        return Arrays.copyOf(out.array(), out.readableBytes());
    }

    // Delaying.

    @ParameterizedTest
    @MethodSource("wires")
    void aPacketWaitsForItsGateAndAllOthersBehindIt(MqttVersion version, boolean tcp) {
        RawClient client = connected(Connect.of(version, "client"), tcp);
        Gate gate = new Gate();
        Fault fault = BROKER.faults().delay(PacketType.PUBACK).until(gate).toAnyClient();
        client.send(new Pingreq(), qos1(1), new Pingreq(), qos1(2));
        client.expect(Pingresp.class);
        fault.await(SOON);
        client.deadline(Duration.ofMillis(50));
        assertThatExceptionOfType(AssertionError.class).isThrownBy(client::receive);
        client.deadline(SOON);

        gate.open();
        assertThat(client.expect(Puback.class).packetId()).isEqualTo(1);
        client.expect(Pingresp.class);
        assertThat(client.expect(Puback.class).packetId()).isEqualTo(2);
        client.expectNothing();
    }

    @ParameterizedTest
    @MethodSource("wires")
    void aPacketFromAClientWaits(MqttVersion version, boolean tcp) {
        Gate gate = new Gate();
        Fault fault = BROKER.faults().delay(PacketType.CONNECT).until(gate).fromAnyClient();
        RawClient client = opened(tcp);
        client.send(Connect.of(version, "late"));
        client.send(new Pingreq());
        fault.await(SOON);
        assertThat(BROKER.broker().admin().session("late")).isEmpty();
        gate.open();
        client.expect(Connack.class);
        client.expect(Pingresp.class);
    }

    @ParameterizedTest
    @MethodSource("wires")
    void aPacketWaitsForTimeToPass(MqttVersion version, boolean tcp) {
        Fault fault = BROKER.faults()
                .delay(PacketType.CONNACK)
                .by(Duration.ofSeconds(30))
                .toAnyClient();
        RawClient client = opened(tcp);
        client.send(Connect.of(version, "client"));
        fault.await(SOON);
        BROKER.clock().advance(Duration.ofSeconds(29));
        client.deadline(Duration.ofMillis(50));
        assertThatExceptionOfType(AssertionError.class).isThrownBy(client::receive);
        client.deadline(SOON);
        BROKER.clock().advance(Duration.ofSeconds(1));
        client.expect(Connack.class);
        client.expectNothing();
    }

    @Test
    void inRealTimeADelayIsRealTime() {
        try (AldisBroker real = AldisBroker.create().start();
                RawClient client = RawClient.connect(real.port())) {
            real.faults().delay(PacketType.CONNACK).by(Duration.ofMillis(100)).toAnyClient();
            long began = System.nanoTime();
            client.connect(Connect.v5("client"));
            assertThat(System.nanoTime() - began)
                    .isGreaterThanOrEqualTo(Duration.ofMillis(100).toNanos());
        }
    }

    @Test
    void whatARemovedDelayHeldGoesOn() {
        Gate never = new Gate();
        BROKER.faults().delay(PacketType.CONNACK).until(never).toAnyClient();
        RawClient client = opened(false);
        client.send(Connect.v5("client"));
        BROKER.clock().settle();
        BROKER.faults().clear();
        client.expect(Connack.class);
        client.expectNothing();
    }

    @Test
    void aRefusalOfTheBrokerArrivesAlsoIfItIsDelayed() {
        Gate gate = new Gate();
        Fault fault = BROKER.faults().delay(PacketType.CONNACK).until(gate).toAnyClient();
        RawClient client = opened(true);
        client.send(Connect.v31(""));
        fault.await(SOON);
        gate.open();
        client.expectRefusal(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID);
    }

    // Cutting.

    @ParameterizedTest
    @MethodSource("wires")
    void theConnectionIsCutAfterAPacket(MqttVersion version, boolean tcp) {
        RawClient client = connected(Connect.of(version, "client"), tcp);
        Fault fault = BROKER.faults().cutAfter(PacketType.PUBREC).toClient("client");
        client.send(new Pingreq(), Publish.qos2("t", Binary.utf8("x"), 1), new Pingreq());
        client.expect(Pingresp.class);
        client.expect(Pubrec.class);
        client.expectClosed();
        assertThat(fault.times()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("wires")
    void theConnectionIsCutBeforeAPacket(MqttVersion version, boolean tcp) {
        RawClient client = connected(Connect.of(version, "client"), tcp);
        BROKER.faults().cutBefore(PacketType.PUBREC).toClient("client");
        client.send(new Pingreq(), Publish.qos2("t", Binary.utf8("x"), 1));
        client.expect(Pingresp.class);
        client.expectClosed();
    }

    @ParameterizedTest
    @MethodSource("wires")
    void theBrokerGetsWhatTheConnectionIsCutAfter(MqttVersion version, boolean tcp) {
        RawClient subscriber = connected(Connect.of(version, "subscriber"), tcp);
        subscriber.subscribe("t", Qos.AT_MOST_ONCE);
        RawClient publisher = connected(Connect.of(version, "publisher"), tcp);
        BROKER.faults().cutAfter(PacketType.PUBLISH).nth(2).fromClient("publisher");
        publisher.send(qos1(1), qos1(2), qos1(3));
        assertThat(subscriber.takeMessage().payload().toUtf8()).isEqualTo("message 1");
        assertThat(subscriber.takeMessage().payload().toUtf8()).isEqualTo("message 2");
        List<Integer> acknowledged = publisher.receiveAll().stream()
                .map(packet -> ((Puback) packet).packetId())
                .toList();
        assertThat(acknowledged).doesNotContain(2, 3);
        publisher.close();
        subscriber.expectNothing();
    }

    /** The client does not close its side: the broker hears of the end nevertheless. */
    @Test
    void aCutConnectionEndsAlsoIfTheClientStays() {
        RawClient stubborn = connected(Connect.v5("stubborn"), true);
        BROKER.faults().cutBefore(PacketType.PINGRESP).toAnyClient();
        stubborn.send(new Pingreq());
        stubborn.expectClosed();
        RawClient watcher = connected(Connect.v5("watcher"), true);
        while (BROKER.broker().admin().session("stubborn").isPresent()) {
            watcher.expectNothing();
        }
    }

    // Doubling.

    @ParameterizedTest
    @MethodSource("wires")
    void aPacketComesTwice(MqttVersion version, boolean tcp) {
        RawClient subscriber = connected(Connect.of(version, "subscriber"), tcp);
        subscriber.subscribe("t", Qos.EXACTLY_ONCE);
        Fault exact = BROKER.faults().duplicate(PacketType.PUBLISH).toClient("subscriber");
        RawClient publisher = connected(Connect.of(version, "publisher"), tcp);
        publisher.publish(Publish.qos2("t", Binary.utf8("twice"), 1));
        Publish first = subscriber.expect(Publish.class);
        assertThat(subscriber.expect(Publish.class)).isEqualTo(first);
        assertThat(exact.times()).isEqualTo(1);

        BROKER.faults().resendPublish().toClient("subscriber");
        publisher.publish(Publish.qos2("t", Binary.utf8("again"), 2));
        assertThat(subscriber.expect(Publish.class).dup()).isFalse();
        Publish again = subscriber.expect(Publish.class);
        assertThat(again.dup()).isTrue();
        assertThat(again.payload().toUtf8()).isEqualTo("again");
    }

    @Test
    void aDoubledMessageOfQos2IsPublishedOnce() {
        RawClient subscriber = connected(Connect.v5("subscriber"), false);
        subscriber.subscribe("t", Qos.AT_MOST_ONCE);
        RawClient publisher = connected(Connect.v5("publisher"), false);
        BROKER.faults().duplicate(PacketType.PUBLISH).fromClient("publisher");
        publisher.send(Publish.qos2("t", Binary.utf8("once"), 1));
        publisher.expect(Pubrec.class);
        publisher.expect(Pubrec.class);
        publisher.send(new Pubrel(1));
        publisher.expect(Pubcomp.class);
        subscriber.takeMessage();
        subscriber.expectNothing();
    }

    // Refusing.

    @ParameterizedTest
    @MethodSource("wires")
    void aClientIsRefused(MqttVersion version, boolean tcp) {
        Fault fault = BROKER.faults().refuse(ReasonCode.NOT_AUTHORIZED).toClient("client");
        RawClient other = opened(tcp);
        other.connect(Connect.of(version, "other"));
        RawClient client = opened(tcp);
        client.send(Connect.of(version, "client"));
        client.expectRefusal(ReasonCode.NOT_AUTHORIZED);
        assertThat(fault.happened()).isTrue();
        assertThat(BROKER.broker().admin().session("client")).isEmpty();

        connected(Connect.of(version, "client"), tcp);
    }

    @Test
    void aReasonWithoutReturnCodeIsNotSaidInMqtt3() {
        BROKER.faults().refuse(ReasonCode.QOS_NOT_SUPPORTED).times(2).toAnyClient();
        RawClient old = opened(true);
        old.send(Connect.v311("old"));
        old.expectClosed();
        RawClient young = opened(true);
        young.send(Connect.v5("young"));
        young.expectRefusal(ReasonCode.QOS_NOT_SUPPORTED);
    }

    @Test
    void onlyFailuresOfConnackRefuse() {
        for (ReasonCode wrong : List.of(ReasonCode.SUCCESS, ReasonCode.SESSION_TAKEN_OVER)) {
            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(() -> BROKER.faults().refuse(wrong))
                    .withMessageContaining(wrong.name());
        }
    }

    // Changing.

    @ParameterizedTest
    @MethodSource("wires")
    void aPacketIsReplaced(MqttVersion version, boolean tcp) {
        RawClient client = connected(Connect.of(version, "client"), tcp);
        BROKER.faults()
                .replace(PacketType.PUBACK, puback -> new Puback(((Puback) puback).packetId() + 100))
                .toAnyClient();
        client.send(qos1(1), qos1(2));
        assertThat(client.expect(Puback.class).packetId()).isEqualTo(101);
        assertThat(client.expect(Puback.class).packetId()).isEqualTo(2);
    }

    @ParameterizedTest
    @MethodSource("wires")
    void aPacketIsCorrupted(MqttVersion version, boolean tcp) {
        RawClient client = connected(Connect.of(version, "client"), tcp);
        BROKER.faults().corrupt(PacketType.PINGRESP).toAnyClient();
        client.send(new Pingreq());
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(client::receive)
                .withMessageContaining("packet type 0");

        RawClient sender = connected(Connect.of(version, "sender"), tcp);
        BROKER.faults().corrupt(PacketType.PINGREQ).fromAnyClient();
        sender.send(new Pingreq());
        sender.expectEnd(ReasonCode.MALFORMED_PACKET);
    }

    @Test
    void bytesAreReplaced() {
        RawClient client = connected(Connect.v311("client"), false);
        BROKER.faults()
                .replaceBytes(PacketType.PINGRESP, bytes -> new byte[] {0x40, 2, 0, 9})
                .toAnyClient();
        client.send(new Pingreq());
        assertThat(client.expect(Puback.class).packetId()).isEqualTo(9);
    }

    // Without faults.

    @ParameterizedTest
    @MethodSource("wires")
    void withoutFaultsBytesAreUntouched(MqttVersion version, boolean tcp) {
        // Looked at, and left alone.
        Fault never = BROKER.faults().lose(PacketType.PUBLISH).nth(1_000_000).toAnyClient();
        RawClient subscriber = connected(Connect.of(version, "subscriber"), tcp);
        subscriber.subscribe("t", Qos.EXACTLY_ONCE);
        RawClient publisher = connected(Connect.of(version, "publisher"), tcp);
        for (int size : new int[] {0, 1, 100, 20_000, 300_000}) {
            Binary payload = Binary.copyOf(new byte[size]);
            for (Qos qos : Qos.values()) {
                int packetId = qos == Qos.AT_MOST_ONCE ? 0 : publisher.nextPacketId();
                publisher.publish(new Publish("t", payload, qos, false, false, packetId, PublishProperties.NONE));
                Publish message = subscriber.takeMessage();
                assertThat(message.payload()).isEqualTo(payload);
                assertThat(message.qos()).isEqualTo(qos);
            }
        }
        assertThat(never.happened()).isFalse();
    }

    @Test
    void whatIsNoMqttReachesTheBroker() {
        BROKER.faults().lose(PacketType.PUBLISH).fromAnyClient();
        RawClient http = opened(true);
        http.sendBytes("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        http.expectClosed();
        RawClient endless = connected(Connect.v5("endless"), true);
        endless.sendBytes("30 ff ff ff ff ff");
        endless.expectDisconnect(ReasonCode.MALFORMED_PACKET);
    }

    // Telling.

    @Test
    void theySayWhetherTheyHaveHappened() {
        RawClient client = connected(Connect.v5("client"), false);
        Fault happens = BROKER.faults().duplicate(PacketType.PINGRESP).toClient("client");
        Fault waits = BROKER.faults().lose(PacketType.PUBACK).nth(2).toClient("client");
        client.send(new Pingreq(), qos1(1));
        client.expect(Pingresp.class);
        client.expect(Pingresp.class);
        client.expect(Puback.class);

        assertThat(BROKER.faults().unhappened()).containsExactly(waits);
        assertThat(happens.times()).isEqualTo(1);
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(BROKER.faults()::expectAllHappened)
                .withMessageContaining("lose PUBACK, from number 2 on, once, to client \"client\"");
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> waits.await(Duration.ofMillis(1)))
                .withMessageContaining("so far 1 of its packets");
        waits.remove();
        BROKER.faults().expectAllHappened();
    }

    @Test
    void aWrongWayIsSaidAtOnce() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> BROKER.faults().lose(PacketType.SUBSCRIBE).toAnyClient())
                .withMessageContaining("SUBSCRIBE packets go from clients");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> BROKER.faults().lose(PacketType.CONNACK).fromClient("x"))
                .withMessageContaining("CONNACK packets go to clients");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> BROKER.faults().refuse(ReasonCode.BANNED).fromClient("x"))
                .withMessageContaining("Refusals go to clients");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> BROKER.faults().lose(PacketType.PUBACK).nth(0));
        BROKER.faults().clear();
    }

    @Test
    void whatTheTestGaveAndFailsIsTold() {
        RawClient client = connected(Connect.v5("client"), false);
        Fault fault = BROKER.faults()
                .replace(PacketType.PINGRESP, ping -> {
                    throw new IllegalStateException("a bug of the test");
                })
                .toAnyClient();
        client.expectNothing();
        assertThat(fault.happened()).isFalse();
        assertThatExceptionOfType(AssertionError.class)
                .isThrownBy(() -> fault.await(SOON))
                .havingRootCause()
                .withMessage("a bug of the test");
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(BROKER.faults()::judge)
                .havingRootCause()
                .withMessage("a bug of the test");
        fault.remove();
    }

    @Test
    void severalMayBefallOneClient() {
        RawClient client = connected(Connect.v5("client"), true);
        BROKER.faults().lose(PacketType.PUBACK).nth(1).toClient("client");
        BROKER.faults().duplicate(PacketType.PUBACK).nth(2).toClient("client");
        BROKER.faults().cutAfter(PacketType.PUBACK).nth(4).toClient("client");
        client.send(IntStream.rangeClosed(1, 5).mapToObj(FaultsTest::qos1).toArray(Publish[]::new));
        List<Integer> acknowledged = client.receiveAll().stream()
                .map(packet -> ((Puback) packet).packetId())
                .toList();
        assertThat(acknowledged).containsExactly(2, 2, 3, 4);
        BROKER.faults().expectAllHappened();
    }
}
