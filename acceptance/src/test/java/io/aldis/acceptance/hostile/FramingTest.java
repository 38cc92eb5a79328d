package io.aldis.acceptance.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.aldis.broker.metric.TurnedAway;
import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.Disconnect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.PacketEncoder;
import io.aldis.codec.Pingreq;
import io.aldis.codec.Pingresp;
import io.aldis.codec.Puback;
import io.aldis.codec.Pubcomp;
import io.aldis.codec.Publish;
import io.aldis.codec.Pubrec;
import io.aldis.codec.Pubrel;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.codec.Unsuback;
import io.aldis.codec.Unsubscribe;
import io.aldis.testkit.RawClient;
import io.aldis.testkit.RawPacket;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bytes on the way to be packets: lengths that lie, packets in pieces and in heaps, and what is not MQTT at all.
 *
 * <p>Not here yet, because the broker does not speak it yet: WebSocket frames (text, fragments, unmasked, empty, floods of
 * pings), and the header of the PROXY protocol (oversized, late, absent).
 */
class FramingTest {

    private static final int MEBIBYTE = 1024 * 1024;

    @RegisterExtension
    static final WatchedBroker broker = WatchedBroker.ofOneLoop(settings -> settings);

    /** Waits for CONNECT as short as no broker should. */
    @RegisterExtension
    static final WatchedBroker impatient = WatchedBroker.ofOneLoop(
            settings -> settings.withConnection(connection -> connection.withConnectTimeout(Duration.ofMillis(300))));

    /** CONNECT, MQTT 5.0, clean start, keep alive 60 s, no properties, client id "c"; its first byte is left out. */
    private static final String CONNECT_5_BODY = "0004 4d515454 05 02 003c 00 0001 63";

    private static byte[] encoded(MqttVersion version, Packet... packets) {
        ByteBuf out = Unpooled.buffer();
        for (Packet packet : packets) {
            PacketEncoder.encode(packet, version, out);
        }
        return ByteBufUtil.getBytes(out);
    }

    private static long directMemory() {
        return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT)
                .metric()
                .usedDirectMemory();
    }

    // ---- The remaining length ---------------------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {0x10, 0x30, 0xC0})
    void aRemainingLengthOfFiveBytesEndsAStrangersConnection(int firstByte) {
        RawClient stranger = broker.stranger();
        stranger.sendBytes(new byte[] {(byte) firstByte, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 1});
        stranger.expectClosed();
    }

    @ParameterizedTest
    @EnumSource
    void aRemainingLengthOfFiveBytesEndsAClientsConnection(MqttVersion version) { // [MQTT-4.13.1-1], [MQTT3-4.8.0-1]
        RawClient client = broker.connected(version, "c");
        client.sendBytes("30 ff ff ff ff 01");
        client.expectEnd(ReasonCode.MALFORMED_PACKET);
    }

    @Test
    void aConnectOf5WithALengthInMoreBytesThanItNeedsIsRefused() { // [MQTT-1.5.5-1]
        RawClient stranger = broker.stranger();
        stranger.sendBytes(RawPacket.of(0x10).hex(CONNECT_5_BODY).lengthIn(2).bytes());
        stranger.expectRefusal(ReasonCode.MALFORMED_PACKET);
    }

    @Test
    void aPacketOf5WithALengthInMoreBytesThanItNeedsEndsTheConnection() { // [MQTT-1.5.5-1]
        RawClient client = broker.connected(MqttVersion.V5, "c");
        client.sendBytes(RawPacket.of(0xC0).lengthIn(2).bytes());
        client.expectEnd(ReasonCode.MALFORMED_PACKET);
    }

    @Test
    void propertiesOf5WithALengthInMoreBytesThanItNeedsEndTheConnection() { // [MQTT-1.5.5-1]
        RawClient client = broker.connected(MqttVersion.V5, "c");
        // PUBLISH, QoS 0, topic "t", property length 0 in two bytes
        client.sendBytes(RawPacket.of(0x30).text("t").hex("80 00").bytes());
        client.expectEnd(ReasonCode.MALFORMED_PACKET);
    }

    /** The earlier standards do not ask for the fewest bytes, and nothing can be misunderstood. */
    @ParameterizedTest
    @EnumSource(names = {"V3_1", "V3_1_1"})
    void aLengthInMoreBytesThanItNeedsIsALengthBefore5(MqttVersion version) {
        RawClient client = broker.connected(version, "c");
        client.sendBytes(RawPacket.of(0xC0).lengthIn(4).bytes());
        client.expect(new Pingresp());
    }

    @Test
    void a256MebibyteConnectIsNotWaitedForAndTakesNoMemory() {
        long before = directMemory();
        for (int i = 0; i < 20; i++) {
            RawClient stranger = broker.stranger();
            stranger.sendBytes("10 ff ff ff 7f 0004 4d515454 05");
            stranger.expectClosed();
        }
        assertThat(directMemory() - before).isLessThan(32L * MEBIBYTE);
    }

    @Test
    void theLargestAllowedConnectTakesNoMemoryBeforeItComes() {
        long before = directMemory();
        List<RawClient> strangers = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            RawClient stranger = broker.stranger();
            stranger.sendBytes("10 80 80 27 0004 4d515454 05"); // 638,976 bytes are to follow.
            strangers.add(stranger);
        }
        broker.settle();
        assertThat(directMemory() - before).isLessThan(32L * MEBIBYTE);
        strangers.forEach(RawClient::close);
    }

    @ParameterizedTest
    @EnumSource
    void a256MebibytePublishIsNotWaitedFor(MqttVersion version) { // [MQTT-4.13.1-1]
        RawClient client = broker.connected(version, "c");
        client.sendBytes("30 ff ff ff 7f 0001 74");
        client.expectEnd(ReasonCode.PACKET_TOO_LARGE);
    }

    /** Fixed headers whose length no packet of their type can have. */
    static Stream<Arguments> impossibleLengths() {
        return Stream.of(
                argumentSet("PUBLISH without a topic", "30 01 00"),
                argumentSet("PUBACK of one byte", "40 01 00"),
                argumentSet("PUBREL of one byte", "62 01 00"),
                argumentSet("SUBSCRIBE of one byte", "82 01 00"),
                argumentSet("PINGREQ with something in it", "c0 01 00"));
    }

    @ParameterizedTest
    @MethodSource("impossibleLengths")
    void aLengthThatItsPacketCannotHaveEndsTheConnection(String hex) { // [MQTT-4.13.1-1], [MQTT3-4.8.0-1]
        for (MqttVersion version : MqttVersion.values()) {
            RawClient client = broker.connected(version, "c");
            client.sendBytes(hex);
            client.expectEnd(ReasonCode.MALFORMED_PACKET);
        }
    }

    // ---- The first packet -------------------------------------------------------------------------------------------

    static Stream<Arguments> notConnect() {
        return Stream.of(
                argumentSet("type 0", "00 00"),
                argumentSet("CONNACK", "20 02 00 00"),
                argumentSet("PUBLISH", "30 04 0001 74 6d"),
                argumentSet("PUBACK", "40 02 0001"),
                argumentSet("PUBREC", "50 02 0001"),
                argumentSet("PUBREL", "62 02 0001"),
                argumentSet("PUBCOMP", "70 02 0001"),
                argumentSet("SUBSCRIBE", "82 06 0001 0001 74 00"),
                argumentSet("SUBACK", "90 03 0001 00"),
                argumentSet("UNSUBSCRIBE", "a2 05 0001 0001 74"),
                argumentSet("UNSUBACK", "b0 02 0001"),
                argumentSet("PINGREQ", "c0 00"),
                argumentSet("PINGRESP", "d0 00"),
                argumentSet("DISCONNECT", "e0 00"),
                argumentSet("AUTH", "f0 00"),
                argumentSet("zeroes", "00 00 00 00 00 00"),
                argumentSet("all ones", "ff ff ff ff ff ff"));
    }

    @ParameterizedTest
    @MethodSource("notConnect")
    void aFirstPacketThatIsNotConnectEndsTheConnectionWithoutAWord( // [MQTT-3.1.0-1], [MQTT3-3.1.0-1], [MQTT-3.14.0-1]
            String hex) {
        long errors = broker.statistics().protocolErrors();
        RawClient stranger = broker.stranger();
        stranger.sendBytes(hex);
        stranger.expectClosed();
        assertThat(broker.statistics().protocolErrors()).isEqualTo(errors + 1);
        assertThat(broker.log()) // Where there are not too many of its kind.
                .hasSizeLessThan(2)
                .allMatch(line -> line.contains("closed before CONNECT: "));
    }

    // ---- Slowly, and in pieces --------------------------------------------------------------------------------------

    /** A byte every now and then does not keep a connection open that has not said who it is. */
    @Test
    void aConnectThatComesAByteAtATimeAndNeverEndsIsNotWaitedFor() throws IOException {
        // 65,535 bytes of client id are to follow: far more than come in time.
        byte[] connect = RawPacket.of(0x10)
                .hex("0004 4d515454 05 02 003c 00")
                .text("x".repeat(65_535))
                .bytes();
        try (Socket dawdler = new Socket(InetAddress.getLoopbackAddress(), impatient.port())) {
            dawdler.setTcpNoDelay(true);
            dawdler.setSoTimeout(1);
            int sent = 0;
            while (!hasEnded(dawdler)) {
                dawdler.getOutputStream().write(connect[sent++]);
            }
            assertThat(sent).isLessThan(connect.length);
        }
        assertThat(impatient.log()).singleElement().asString().contains("no CONNECT came within");
    }

    private static boolean hasEnded(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException stillOpen) {
            return false;
        }
    }

    @Test
    void aConnectionOnWhichNothingComesIsClosed() {
        RawClient silent = impatient.stranger();
        silent.expectClosed();
        assertThat(impatient.log()).singleElement().asString().contains("no CONNECT came within");
    }

    /** A program that uses every kind of packet a client may send, subscribed to what it publishes itself. */
    private static byte[] program(MqttVersion version) {
        return encoded(
                version,
                Connect.of(version, "c"),
                Subscribe.of(1, "own/#", Qos.AT_MOST_ONCE),
                Publish.qos0("own/0", Binary.utf8("zero")),
                Publish.qos1("own/1", Binary.utf8("one"), 2),
                Publish.qos2("own/2", Binary.utf8("two"), 3),
                new Pubrel(3),
                Unsubscribe.of(4, "own/#"),
                new Pingreq(),
                new Disconnect());
    }

    private static void expectTheWholeProgram(RawClient client) {
        assertThat(client.expect(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
        assertThat(client.expect(Suback.class).packetId()).isEqualTo(1);
        assertThat(client.expect(Publish.class).payload().toUtf8()).isEqualTo("zero");
        assertThat(client.expect(Publish.class).payload().toUtf8()).isEqualTo("one");
        client.expect(new Puback(2));
        assertThat(client.expect(Publish.class).payload().toUtf8()).isEqualTo("two");
        client.expect(new Pubrec(3));
        client.expect(new Pubcomp(3));
        assertThat(client.expect(Unsuback.class).packetId()).isEqualTo(4);
        client.expect(new Pingresp());
        client.expectClosed();
    }

    @ParameterizedTest
    @EnumSource
    void packetsMayBeSplitAtEveryByte(MqttVersion version) {
        byte[] program = program(version);
        for (int split = 1; split < program.length; split++) {
            RawClient client = broker.stranger().version(version);
            client.sendBytes(Arrays.copyOfRange(program, 0, split));
            broker.settle(); // So that the broker reads the beginning alone.
            client.sendBytes(Arrays.copyOfRange(program, split, program.length));
            expectTheWholeProgram(client);
            client.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void packetsMayComeOneByteAtATime(MqttVersion version) { // [MQTT3-7.1.1-1]
        RawClient client = broker.stranger().version(version);
        for (byte one : program(version)) {
            client.sendBytes(new byte[] {one});
            broker.settle(); // So that the broker reads it alone.
        }
        expectTheWholeProgram(client);
    }

    @ParameterizedTest
    @EnumSource
    void packetsMayComeOneByteAtATimeInAHurry(MqttVersion version) {
        RawClient client = broker.stranger().version(version);
        for (byte one : program(version)) {
            client.sendBytes(new byte[] {one});
        }
        expectTheWholeProgram(client);
    }

    // ---- In heaps ---------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void aThousandPacketsMayComeInOneRead(MqttVersion version) { // [MQTT-3.12.4-1], [MQTT3-3.12.4-1]
        Packet[] heap = new Packet[1001];
        heap[0] = Connect.of(version, "c");
        Arrays.fill(heap, 1, heap.length, new Pingreq());
        RawClient client = broker.stranger();
        client.send(heap);
        client.expect(Connack.class);
        for (int i = 0; i < 1000; i++) {
            client.expect(new Pingresp());
        }
        client.expectNothing();
    }

    @ParameterizedTest
    @EnumSource
    void aThousandMessagesInOneReadAreAcknowledgedInTheirOrder(MqttVersion version) { // [MQTT3-4.6.0-2]
        RawClient client = broker.connected(version, "c");
        Packet[] heap = new Packet[1000];
        for (int i = 0; i < heap.length; i++) {
            heap[i] = Publish.qos1("nobody/listens", Binary.utf8("m"), i + 1);
        }
        client.send(heap);
        for (int i = 0; i < heap.length; i++) {
            assertThat(client.expect(Puback.class).packetId()).isEqualTo(i + 1);
        }
        client.expectNothing();
    }

    /** What came with it in one read, before and after, is not mistaken for a part of it. */
    @ParameterizedTest
    @EnumSource
    void whatComesBeforeABadPacketCountsAndWhatComesAfterDoesNot(MqttVersion version) {
        RawClient listener = broker.connected(version, "listener");
        listener.subscribe("heap/#", Qos.AT_MOST_ONCE);
        RawClient client = broker.connected(version, "c");
        byte[] good = encoded(version, Publish.qos0("heap/before", Binary.utf8("m")));
        byte[] bad = {0x06, 0};
        byte[] after = encoded(version, Publish.qos0("heap/after", Binary.utf8("m")));
        client.sendBytes(ByteBufUtil.getBytes(Unpooled.wrappedBuffer(good, bad, after)));
        client.expectEnd(ReasonCode.MALFORMED_PACKET);
        assertThat(listener.takeMessage().topic()).isEqualTo("heap/before");
        listener.expectNothing();
    }

    // ---- Other protocols --------------------------------------------------------------------------------------------

    private static long otherProtocols() {
        return broker.statistics().turnedAway().getOrDefault(TurnedAway.ANOTHER_PROTOCOL, 0L);
    }

    @Test
    void aTlsHelloOnThePlainPortIsClosedAndTheLogSaysWhatItLooksLike() {
        long before = otherProtocols();
        RawClient stranger = broker.stranger();
        // A record of type handshake, TLS 1.0 for compatibility, with the beginning of a ClientHello
        stranger.sendBytes("16 03 01 00 c8 01 00 00 c4 03 03 5f 5f 5f 5f");
        stranger.expectClosed();
        assertThat(otherProtocols()).isEqualTo(before + 1);
        assertThat(broker.log()) // Where there are not too many of its kind.
                .hasSizeLessThan(2)
                .allMatch(line -> line.contains("looks like TLS") && line.contains("use a TLS listener's port"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST", "HEAD"})
    void anHttpRequestOnThePlainPortIsClosedAndTheLogSaysWhatItLooksLike(String method) {
        long before = otherProtocols();
        RawClient stranger = broker.stranger();
        String request = method + " /mqtt HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n\r\n";
        stranger.sendBytes(request.getBytes(StandardCharsets.US_ASCII));
        stranger.expectClosed();
        assertThat(otherProtocols()).isEqualTo(before + 1);
        assertThat(broker.log()) // Where there are not too many of its kind.
                .hasSizeLessThan(2)
                .allMatch(
                        line -> line.contains("looks like HTTP") && line.contains("WebSocket or management listener"));
    }
}
