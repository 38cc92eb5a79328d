package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.aldis.broker.VirtualBroker.Client;
import io.aldis.broker.metric.DropReason;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.Disconnect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.PacketEncoder;
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
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/** One connection from its first byte to its last (MQTT 5.0 §3.1.4, §4.13). */
class ConnectionTest {

    private final VirtualBroker broker = new VirtualBroker(
            2,
            1,
            Settings.defaults()
                    .withConnection(connection -> connection.withMaximumPacketSize(2000))
                    .withSession(session -> session.withReceiveMaximum(5)));

    @AfterEach
    void stop() {
        broker.close();
    }

    private static ByteBuf hex(String bytes) {
        return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(bytes.replace(" ", "")));
    }

    @Test
    void packetsSentRightAfterConnectAreHandledAfterConnack() { // [MQTT3-3.2.0-1]
        Client client = broker.open(MqttVersion.V3_1_1);
        client.send(Connect.v311("eager"), Subscribe.of(1, "a", Qos.AT_MOST_ONCE), Publish.qos0("a", Binary.EMPTY));
        assertThat(client.received())
                .extracting(Packet::type)
                .map(Enum::name)
                .containsExactly("CONNACK", "SUBACK", "PUBLISH");
    }

    @Test
    void packetsMayComeByteByByte() {
        Client client = broker.open(MqttVersion.V5);
        ByteBuf bytes = Unpooled.buffer();
        PacketEncoder.encode(Connect.v5("slow"), MqttVersion.V5, bytes);
        PacketEncoder.encode(Publish.qos1("a/b", Binary.utf8("x".repeat(300)), 7), MqttVersion.V5, bytes);
        PacketEncoder.encode(new Pingreq(), MqttVersion.V5, bytes);
        while (bytes.isReadable()) {
            client.sendBytes(bytes.readRetainedSlice(1));
            broker.settle();
        }
        assertThat(client.received())
                .containsSubsequence(new Puback(7, ReasonCode.NO_MATCHING_SUBSCRIBERS), new Pingresp());
    }

    @Test
    void aSocketThatSendsNoConnectIsClosedInTime() {
        Client client = broker.open(MqttVersion.V5);
        broker.pass(Duration.ofSeconds(9));
        assertThat(client.closed()).isFalse();
        broker.pass(Duration.ofSeconds(2));
        assertThat(client.closed()).isTrue();
    }

    @Test
    void silenceIsEndedAtOneAndAHalfKeepAlivesAlsoWhereTheSumIsLarge() { // [MQTT-3.1.2-22]
        Client client = broker.connect(Connect.v5("silent").withKeepAlive(65_535));
        broker.pass(Duration.ofSeconds(98_000));
        assertThat(client.closed()).isFalse();
        client.send(new Pingreq());
        client.expect(Pingresp.class);
        broker.pass(Duration.ofSeconds(98_000));
        assertThat(client.closed()).isFalse();
        broker.pass(Duration.ofSeconds(400));
        assertThat(client.expect(Disconnect.class).reason()).isEqualTo(ReasonCode.KEEP_ALIVE_TIMEOUT);
        assertThat(client.closed()).isTrue();
    }

    @Test
    void anUnknownLevelIsAnsweredInWordsItsClientKnows() { // [MQTT-3.1.2-2], [MQTT3-3.1.2-2]
        Client old = broker.open(MqttVersion.V3_1_1);
        // CONNECT, 12 bytes: "MQTT", level 2, clean session, keep alive 0, client id ""
        old.sendBytes(hex("10 0c 0004 4d515454 02 02 0000 0000"));
        assertThat(old.expect(Connack.class).reason()).isEqualTo(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION);
        assertThat(old.closed()).isTrue();
    }

    @Test
    void whatIsNotMqttIsClosedWithoutAnAnswer() {
        for (ByteBuf first : List.of(
                Unpooled.copiedBuffer("GET / HTTP/1.1\r\nHost: x\r\n\r\n", StandardCharsets.US_ASCII),
                hex("16 03 01 00 2f 01 00 00"),
                hex("c0 00"),
                hex("00 00"),
                hex("ff ff ff ff ff"))) {
            Client stranger = broker.open(MqttVersion.V3_1_1);
            stranger.sendBytes(first);
            assertThat(stranger.received()).isEmpty();
            assertThat(stranger.closed()).isTrue();
        }
        assertThat(broker.admin().statistics().protocolErrors()).isEqualTo(5);
    }

    @Test
    void aBrokenRuleEndsTheConnectionWithItsReasonInVersion5() {
        Client malformed = broker.connect(Connect.v5("malformed"));
        malformed.sendBytes(hex("36 07 0001 61 0001 00 78")); // PUBLISH at QoS 3
        assertThat(malformed.expect(Disconnect.class).reason()).isEqualTo(ReasonCode.MALFORMED_PACKET);
        assertThat(malformed.closed()).isTrue();

        Client large = broker.connect(Connect.v5("large"));
        assertThat(large.connack.properties().maximumPacketSize()).isEqualTo(2000);
        large.send(Publish.qos0("a", Binary.utf8("x".repeat(2000))));
        assertThat(large.expect(Disconnect.class).reason()).isEqualTo(ReasonCode.PACKET_TOO_LARGE);
        assertThat(large.closed()).isTrue();

        Client greedy = broker.connect(Connect.v5("greedy"));
        assertThat(greedy.connack.properties().receiveMaximum()).isEqualTo(5);
        for (int id = 1; id <= 6; id++) {
            greedy.send(Publish.qos2("a", Binary.EMPTY, id));
        }
        assertThat(greedy.received(Disconnect.class))
                .extracting(Disconnect::reason)
                .containsExactly(ReasonCode.RECEIVE_MAXIMUM_EXCEEDED);
        assertThat(greedy.closed()).isTrue();

        Client again = broker.connect(Connect.v5("again"));
        again.send(Connect.v5("again"));
        assertThat(again.expect(Disconnect.class).reason()).isEqualTo(ReasonCode.PROTOCOL_ERROR);
        assertThat(again.closed()).isTrue();
    }

    @Test
    void aBrokenRuleEndsTheConnectionSilentlyInVersion3() { // [MQTT3-3.3.1-4], [MQTT3-4.8.0-1]
        Client client = broker.connect(Connect.v311("three"));
        client.sendBytes(hex("36 06 0001 61 0001 78"));
        assertThat(client.received()).isEmpty();
        assertThat(client.closed()).isTrue();
    }

    @Test
    void topicAliasesStandForTheirTopics() { // MQTT 5.0 §3.3.2.3.4
        Client receiver = broker.connect(Connect.v5("receiver"));
        receiver.send(Subscribe.of(1, "long/topic", Qos.AT_MOST_ONCE));
        receiver.expect(Suback.class);
        Client publisher = broker.connect(Connect.v5("publisher"));
        int most = Objects.requireNonNull(publisher.connack.properties().topicAliasMaximum());
        PublishProperties alias = PublishProperties.NONE.withTopicAlias(most);
        publisher.send(Publish.qos0("long/topic", Binary.utf8("one")).withProperties(alias));
        publisher.send(new Publish("", Binary.utf8("two"), Qos.AT_MOST_ONCE, false, false, 0, alias));
        assertThat(receiver.received(Publish.class))
                .extracting(Publish::topic)
                .containsExactly("long/topic", "long/topic");
        publisher.send(Publish.qos0("a", Binary.EMPTY).withProperties(PublishProperties.NONE.withTopicAlias(most + 1)));
        assertThat(publisher.expect(Disconnect.class).reason()).isEqualTo(ReasonCode.TOPIC_ALIAS_INVALID);
    }

    @Test
    void anAliasThatWasNeverSetIsAProtocolError() {
        Client publisher = broker.connect(Connect.v5("publisher"));
        PublishProperties alias = PublishProperties.NONE.withTopicAlias(1);
        publisher.send(new Publish("", Binary.EMPTY, Qos.AT_MOST_ONCE, false, false, 0, alias));
        assertThat(publisher.expect(Disconnect.class).reason()).isEqualTo(ReasonCode.PROTOCOL_ERROR);
    }

    @Test
    void aMessageLargerThanTheClientTakesIsNotSentAndCounted() { // [MQTT-3.1.2-24], [MQTT-3.1.2-25]
        Client receiver = broker.connect(
                Connect.v5("receiver").withProperties(ConnectProperties.NONE.withMaximumPacketSize(100)));
        receiver.send(Subscribe.of(1, "a", Qos.AT_LEAST_ONCE));
        receiver.expect(Suback.class);
        Client publisher = broker.connect(Connect.v5("publisher"));
        publisher.send(
                Publish.qos1("a", Binary.utf8("x".repeat(200)), 1),
                Publish.qos0("a", Binary.utf8("x".repeat(200))),
                Publish.qos1("a", Binary.utf8("small"), 2));
        assertThat(receiver.received(Publish.class))
                .extracting(publish -> publish.payload().toUtf8())
                .containsExactly("small");
        assertThat(broker.admin().statistics().dropped()).containsEntry(DropReason.PACKET_TOO_LARGE, 2L);
    }

    @Test
    void disconnectClosesTheSocket() { // [MQTT-3.14.4-2], [MQTT3-3.14.4-1]
        Client client = broker.connect(Connect.v311("client"));
        client.send(new Disconnect());
        assertThat(client.closed()).isTrue();
    }

    @Test
    void whatAClientDidNotReleaseInAnEarlierConnectionDoesNotUseUpItsReceiveMaximum() { // MQTT 5.0 §4.9
        Connect persistent = Connect.v5("forgetful")
                .withCleanStart(false)
                .withProperties(ConnectProperties.NONE.withSessionExpiryInterval(1000));
        Client client = broker.connect(persistent);
        for (int id = 1; id <= 5; id++) {
            client.send(Publish.qos2("a", Binary.EMPTY, id));
        }
        assertThat(client.received(Pubrec.class)).hasSize(5);
        client.drop();
        client = broker.connect(persistent);
        client.send(Publish.qos2("a", Binary.EMPTY, 6));
        assertThat(client.expect(Pubrec.class).packetId()).isEqualTo(6);
    }

    @Test
    void theReceiveMaximumMayBeUsedUpWholeWhileTheLedgerIsLate() { // MQTT 5.0 §4.9
        Settings settings = Settings.defaults().withSession(session -> session.withReceiveMaximum(5));
        try (VirtualBroker late = VirtualBroker.ofLateAnswers(1, 1, settings)) {
            Client client = late.connect(
                    Connect.v5("eager").withProperties(ConnectProperties.NONE.withSessionExpiryInterval(1000)));
            for (int round = 0; round < 3; round++) {
                for (int id = 1; id <= 5; id++) {
                    client.send(Publish.qos2("a", Binary.EMPTY, id));
                }
                assertThat(client.received(Pubrec.class)).hasSize(5);
                for (int id = 1; id <= 5; id++) {
                    client.send(new Pubrel(id));
                }
                assertThat(client.received(Pubcomp.class)).hasSize(5);
            }
        }
    }

    @Test
    void aClientThatDoesNotReadIsNotReadFrom() {
        Client deaf = broker.connect(Connect.v5("deaf").withKeepAlive(0));
        deaf.readNothing();
        deaf.send(new Pingreq());
        broker.settle();
        for (int i = 0; i < 100; i++) {
            deaf.send(new Pingreq());
        }
        assertThat(deaf.received()).hasSizeLessThan(2);
        assertThat(deaf.isReadFrom()).isFalse();
        deaf.readAgain();
        assertThat(deaf.received().size()).isGreaterThanOrEqualTo(100);
        assertThat(deaf.isReadFrom()).isTrue();
    }

    @Test
    void aClientThatIsNotReadFromIsNotTakenForSilent() { // [MQTT-3.1.2-22]
        Settings settings = Settings.defaults()
                .withQueue(queue -> queue.withMaximumMessages(4000))
                .withSession(session -> session.withMaximumInFlight(1000));
        try (VirtualBroker slow = new VirtualBroker(2, 1, settings)) {
            Client receiver = slow.connect(Connect.v5("receiver").withKeepAlive(0));
            receiver.send(Subscribe.of(1, "a", Qos.AT_LEAST_ONCE));
            receiver.expect(Suback.class);
            Client publisher = slow.connect(Connect.v311("publisher").withKeepAlive(1));
            for (int id = 1; id <= 4000; id++) {
                publisher.send(Publish.qos1("a", Binary.EMPTY, id));
            }
            for (int tenth = 0; tenth < 30; tenth++) { // 300 messages a second
                List<Publish> got = receiver.received(Publish.class);
                waiting.addAll(got);
                for (int i = 0; i < 30 && !waiting.isEmpty(); i++) {
                    receiver.send(new Puback(waiting.remove(0).packetId()));
                }
                slow.pass(Duration.ofMillis(100));
                publisher.send(new Pingreq());
            }
            assertThat(publisher.closed()).isFalse();
        }
    }

    private final List<Publish> waiting = new ArrayList<>();

    @ParameterizedTest
    @EnumSource(names = {"V3_1_1", "V5"})
    void aPassingErrorEndsTheConnectionItHappensOnAndNoOther(MqttVersion version) { // [MQTT3-4.8.0-2]
        AtomicBoolean broken = new AtomicBoolean(true);
        Logger logger = (Logger) LoggerFactory.getLogger("io.aldis.broker");
        logger.setLevel(Level.OFF); // It would tell of a bug, and rightly.
        try (VirtualBroker troubled = VirtualBroker.ofClientIds(() -> {
            if (broken.get()) {
                throw new IllegalStateException("no client ids just now; this test wants it so");
            }
            return "made-up";
        })) {
            Client other = troubled.connect(Connect.of(version, "other"));
            Client client = troubled.open(version);
            client.send(Connect.of(version, ""));
            if (version == MqttVersion.V5) { // The other has no word for it.
                assertThat(client.expect(Connack.class).reason()).isEqualTo(ReasonCode.UNSPECIFIED_ERROR);
            } else {
                assertThat(client.received()).isEmpty();
            }
            assertThat(client.closed()).isTrue();
            other.send(new Pingreq());
            other.expect(Pingresp.class);
            broken.set(false);
            troubled.connect(Connect.of(version, ""));
        } finally {
            logger.setLevel(null);
        }
    }

    @Test
    void aClientOfVersion3KeepsTheKeepAliveItChose() { // [MQTT3-3.1.2-24]
        try (VirtualBroker strict = new VirtualBroker(
                1, 1, Settings.defaults().withConnection(connection -> connection.withMaximumKeepAlive(10)))) {
            Client client = strict.connect(Connect.v311("client").withKeepAlive(60));
            strict.pass(Duration.ofSeconds(61));
            assertThat(client.closed()).isFalse();
            strict.pass(Duration.ofSeconds(60));
            assertThat(client.closed()).isTrue();
        }
    }

    @Test
    void nothingAClientSendsBreaksALineOfTheLog() {
        Logger logger = (Logger) LoggerFactory.getLogger("io.aldis.broker");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.setLevel(Level.INFO);
        logger.addAppender(lines);
        try {
            Client client = broker.open(MqttVersion.V5);
            client.send(Connect.v5("forger")
                    .withProperties(ConnectProperties.NONE.withAuthenticationMethod(
                            "x\r\n2026-01-01 INFO all is well" + "y".repeat(1000))));
            assertThat(client.closed()).isTrue();
        } finally {
            logger.detachAppender(lines);
            logger.setLevel(null);
        }
        assertThat(lines.list)
                .isNotEmpty()
                .allSatisfy(line -> assertThat(line.getFormattedMessage())
                        .doesNotContain("\n", "\r")
                        .hasSizeLessThan(400));
    }
}
