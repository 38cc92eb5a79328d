package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.VirtualBroker.Client;
import io.aldis.broker.metric.DropReason;
import io.aldis.broker.settings.ReceiveMaximumPolicy;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.ConnackProperties;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.Disconnect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.PayloadFormat;
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
import io.aldis.codec.Will;
import io.aldis.codec.WillProperties;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the broker says it does and does not do, and that it holds to it (MQTT 5.0 §3.2.2.3, §3.3.4). */
class AnnouncedTest {

    private VirtualBroker broker = new VirtualBroker();

    @AfterEach
    void stop() {
        broker.close();
    }

    private void with(UnaryOperator<Settings> change) {
        broker.close();
        broker = new VirtualBroker(2, 1, change.apply(Settings.defaults()));
    }

    private Client connect(String clientId) {
        return broker.connect(Connect.v5(clientId));
    }

    private ConnackProperties greeting(Connect connect) {
        return broker.connect(connect).connack.properties();
    }

    private long refused() {
        return broker.admin().statistics().dropped().getOrDefault(DropReason.REFUSED, 0L);
    }

    @Test
    void nothingIsAnnouncedThatTheStandardLetsClientsAssume() {
        ConnackProperties greeting = greeting(Connect.v5("client"));
        assertThat(greeting.maximumQos()).isNull();
        assertThat(greeting.retainAvailable()).isNull();
        assertThat(greeting.wildcardSubscriptionAvailable()).isNull();
        assertThat(greeting.subscriptionIdentifierAvailable()).isNull();
        assertThat(greeting.sharedSubscriptionAvailable()).isNull();
        assertThat(greeting.serverKeepAlive()).isNull();
        assertThat(greeting.assignedClientIdentifier()).isNull();
        assertThat(greeting.responseInformation()).isNull();
        assertThat(greeting.sessionExpiryInterval()).isNull();
    }

    @Test
    void whatIsNotAvailableIsAnnounced() { // [MQTT-3.2.2-9]
        with(settings -> settings.withPublish(publish -> publish.withMaximumQos(Qos.AT_LEAST_ONCE))
                .withRetained(retained -> retained.withAvailable(false))
                .withSubscription(subscription ->
                        subscription.withWildcards(false).withIdentifiers(false).withShared(false)));
        ConnackProperties greeting = greeting(Connect.v5("client"));
        assertThat(greeting.maximumQos()).isEqualTo(Qos.AT_LEAST_ONCE);
        assertThat(greeting.retainAvailable()).isFalse();
        assertThat(greeting.wildcardSubscriptionAvailable()).isFalse();
        assertThat(greeting.subscriptionIdentifierAvailable()).isFalse();
        assertThat(greeting.sharedSubscriptionAvailable()).isFalse();
    }

    @Test
    void theKeepAliveOfTheServerCountsIfItIsShorter() { // [MQTT-3.1.2-21], [MQTT-3.2.2-21]
        with(settings -> settings.withConnection(connection -> connection.withMaximumKeepAlive(10)));
        assertThat(greeting(Connect.v5("short").withKeepAlive(9)).serverKeepAlive())
                .isNull();
        assertThat(greeting(Connect.v5("never").withKeepAlive(0)).serverKeepAlive())
                .isEqualTo(10);
        Client client = broker.connect(Connect.v5("long").withKeepAlive(11));
        assertThat(client.connack.properties().serverKeepAlive()).isEqualTo(10);
        broker.pass(Duration.ofMillis(14_900));
        assertThat(client.closed()).isFalse();
        broker.pass(Duration.ofMillis(200));
        assertThat(client.expect(Disconnect.class).reason()).isEqualTo(ReasonCode.KEEP_ALIVE_TIMEOUT);
    }

    @Test
    void responseInformationIsForThoseWhoAsk() { // [MQTT-3.1.2-28]
        with(settings -> settings.withConnection(connection -> connection.withResponseInformation("replies/")));
        assertThat(greeting(Connect.v5("modest")).responseInformation()).isNull();
        Connect asking =
                Connect.v5("asking").withProperties(ConnectProperties.NONE.withRequestResponseInformation(true));
        assertThat(greeting(asking).responseInformation()).isEqualTo("replies/");
    }

    // ---- Maximum QoS and retain -------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void aMessageOfAHigherQosThanTheMaximumEndsTheConnection(MqttVersion version) { // [MQTT-3.2.2-11]
        with(settings -> settings.withPublish(publish -> publish.withMaximumQos(Qos.AT_LEAST_ONCE)));
        Client client = broker.connect(Connect.of(version, "client"));
        client.send(Publish.qos1("a", Binary.EMPTY, 1));
        client.expect(Puback.class);
        client.send(Publish.qos2("a", Binary.EMPTY, 2));
        if (version == MqttVersion.V5) {
            assertThat(client.expect(Disconnect.class).reason()).isEqualTo(ReasonCode.QOS_NOT_SUPPORTED);
        } else {
            assertThat(client.received()).isEmpty();
        }
        assertThat(client.closed()).isTrue();
    }

    @Test
    void aWillOfAHigherQosThanTheMaximumIsRefused() { // [MQTT-3.2.2-12]
        with(settings -> settings.withPublish(publish -> publish.withMaximumQos(Qos.AT_MOST_ONCE)));
        Client client = broker.open(MqttVersion.V5);
        client.send(Connect.v5("client").withWill(new Will("w", Binary.EMPTY, Qos.AT_LEAST_ONCE, false, NO_MORE)));
        assertThat(client.expect(Connack.class).reason()).isEqualTo(ReasonCode.QOS_NOT_SUPPORTED);
        assertThat(client.closed()).isTrue();
    }

    private static final WillProperties NO_MORE = WillProperties.NONE;

    @Test
    void whereNothingIsRetainedRetainEndsTheConnection() { // [MQTT-3.2.2-13], [MQTT-3.2.2-14]
        with(settings -> settings.withRetained(retained -> retained.withAvailable(false)));
        Client client = connect("client");
        client.send(Publish.qos0("a", Binary.utf8("x")).withRetain(true));
        assertThat(client.expect(Disconnect.class).reason()).isEqualTo(ReasonCode.RETAIN_NOT_SUPPORTED);
        assertThat(client.closed()).isTrue();
        Client willing = broker.open(MqttVersion.V5);
        willing.send(Connect.v5("willing").withWill(new Will("w", Binary.EMPTY, Qos.AT_MOST_ONCE, true, NO_MORE)));
        assertThat(willing.expect(Connack.class).reason()).isEqualTo(ReasonCode.RETAIN_NOT_SUPPORTED);
    }

    @Test
    void whereNothingIsRetainedTheFlagOfOldClientsMeansNothing() {
        with(settings -> settings.withRetained(retained -> retained.withAvailable(false)));
        Client client = broker.connect(
                Connect.v311("client").withWill(new Will("w", Binary.utf8("x"), Qos.AT_MOST_ONCE, true, NO_MORE)));
        client.send(Publish.qos1("a", Binary.utf8("x"), 1).withRetain(true));
        client.expect(Puback.class);
        client.drop();
        assertThat(broker.admin().statistics().retained()).isZero();
    }

    // ---- Messages that are not taken --------------------------------------------------------------------------------

    @Test
    void nobodyPublishesToTheTopicsOfTheBroker() {
        Client listener = connect("listener");
        listener.send(Subscribe.of(1, "$SYS/#", Qos.EXACTLY_ONCE));
        listener.expect(Suback.class);
        Client client = connect("client");
        client.send(Publish.qos0("$SYS/x", Binary.EMPTY).withRetain(true));
        assertThat(client.received()).isEmpty();
        client.send(Publish.qos1("$SYS", Binary.EMPTY, 1));
        assertThat(client.expect(Puback.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        client.send(Publish.qos2("$SYS/x", Binary.EMPTY, 2));
        assertThat(client.expect(Pubrec.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        Client old = broker.connect(Connect.v311("old"));
        old.send(Publish.qos1("$SYS/x", Binary.utf8("x"), 1).withRetain(true));
        assertThat(old.expect(Puback.class).reason()).isEqualTo(ReasonCode.SUCCESS); // [MQTT3-3.3.5-2]
        old.send(Publish.qos2("$SYS/x", Binary.utf8("x"), 2));
        old.expect(Pubrec.class);
        old.send(new Pubrel(2));
        old.expect(Pubcomp.class);
        assertThat(listener.received()).isEmpty();
        assertThat(broker.admin().statistics().retained()).isZero();
        assertThat(refused()).isEqualTo(5);
    }

    @Test
    void aWillForATopicOfTheBrokerIsRefused() {
        for (MqttVersion version : MqttVersion.values()) {
            Client client = broker.open(version);
            client.send(Connect.of(version, "client")
                    .withWill(new Will("$SYS/x", Binary.EMPTY, Qos.AT_MOST_ONCE, false, NO_MORE)));
            assertThat(client.expect(Connack.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
            assertThat(client.closed()).isTrue();
        }
    }

    @Test
    void aWillThatOldVersionsHaveNoCodeForIsRefusedByClosing() { // [MQTT3-3.2.2-6]
        Client client = broker.open(MqttVersion.V3_1_1);
        client.send(Connect.v311("client")
                .withWill(new Will("$share/g/x", Binary.EMPTY, Qos.AT_MOST_ONCE, false, NO_MORE)));
        assertThat(client.received()).isEmpty();
        assertThat(client.closed()).isTrue();
    }

    @Test
    void aTopicThatNobodyCouldReceiveIsRefused() {
        Client client = connect("client");
        client.send(Publish.qos1("$share/g/x", Binary.EMPTY, 1), Publish.qos1("$shared", Binary.EMPTY, 2));
        assertThat(client.received(Puback.class))
                .extracting(Puback::reason)
                .containsExactly(ReasonCode.TOPIC_NAME_INVALID, ReasonCode.NO_MATCHING_SUBSCRIBERS);
    }

    @Test
    void whoCannotStayIsToldWhereToGo() { // MQTT 5.0 §4.11
        Interviewer interviewer = new Interviewer("interview");
        Settings settings =
                Settings.defaults().withConnection(connection -> connection.withServerReference("elsewhere:1883"));
        try (VirtualBroker another = new VirtualBroker(1, 1, settings, hooks -> hooks.authenticator(interviewer))) {
            Connect connect =
                    Connect.v5("in").withProperties(ConnectProperties.NONE.withAuthenticationMethod("interview"));
            Client in = another.open(MqttVersion.V5);
            in.send(connect);
            another.settle();
            interviewer.accepts("in");
            in.expect(Connack.class);
            Client asked = another.open(MqttVersion.V5);
            asked.send(connect);
            another.settle();

            another.stop();
            Disconnect disconnect = in.expect(Disconnect.class);
            assertThat(disconnect.reason()).isEqualTo(ReasonCode.USE_ANOTHER_SERVER);
            assertThat(disconnect.properties().serverReference()).isEqualTo("elsewhere:1883");
            Connack connack = asked.expect(Connack.class);
            assertThat(connack.reason()).isEqualTo(ReasonCode.USE_ANOTHER_SERVER);
            assertThat(connack.properties().serverReference()).isEqualTo("elsewhere:1883");
        }
    }

    @Test
    void aRefusedMessageIsCountedOnceHoweverOftenItIsSent() { // [MQTT3-3.3.5-2], [MQTT3-4.3.3-2]
        Client client = broker.connect(Connect.v311("client"));
        client.send(Publish.qos2("$SYS/x", Binary.EMPTY, 1));
        client.send(Publish.qos2("$SYS/x", Binary.EMPTY, 1));
        assertThat(client.received(Pubrec.class)).hasSize(2);
        assertThat(broker.admin().statistics().dropped()).containsEntry(DropReason.REFUSED, 1L);
    }

    @Test
    void topicsMayBeBoundInLevelsAndBytes() {
        with(settings -> settings.withPublish(
                publish -> publish.withMaximumTopicLevels(3).withMaximumTopicBytes(8)));
        Client client = connect("client");
        client.send(
                Publish.qos1("a/b/c", Binary.EMPTY, 1),
                Publish.qos1("a/b/c/", Binary.EMPTY, 2),
                Publish.qos1("12345678", Binary.EMPTY, 3),
                Publish.qos1("1234567ä", Binary.EMPTY, 4));
        assertThat(client.received(Puback.class))
                .extracting(Puback::reason)
                .containsExactly(
                        ReasonCode.NO_MATCHING_SUBSCRIBERS,
                        ReasonCode.TOPIC_NAME_INVALID,
                        ReasonCode.NO_MATCHING_SUBSCRIBERS,
                        ReasonCode.TOPIC_NAME_INVALID);
    }

    @Test
    void aPayloadThatIsNotTheTextItIsSaidToBeIsRefusedIfThatIsChecked() { // MQTT 5.0 §3.3.2.3.2
        PublishProperties text = PublishProperties.NONE.withPayloadFormat(PayloadFormat.UTF_8);
        Binary notText = Binary.wrap(new byte[] {(byte) 0xC3, 0x28});
        Client careless = connect("careless");
        careless.send(Publish.qos1("a", notText, 1).withProperties(text));
        assertThat(careless.expect(Puback.class).reason()).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);

        with(settings -> settings.withPublish(publish -> publish.withPayloadFormatChecked(true)));
        Client client = connect("client");
        client.send(
                Publish.qos1("a", notText, 1).withProperties(text),
                Publish.qos2("a", notText, 2).withProperties(text),
                Publish.qos1("a", Binary.utf8("t\u00e4xt\0"), 3).withProperties(text),
                Publish.qos1("a", notText, 4));
        assertThat(client.received())
                .extracting(packet -> packet instanceof Puback ack ? ack.reason() : ((Pubrec) packet).reason())
                .containsExactly(
                        ReasonCode.PAYLOAD_FORMAT_INVALID,
                        ReasonCode.PAYLOAD_FORMAT_INVALID,
                        ReasonCode.NO_MATCHING_SUBSCRIBERS,
                        ReasonCode.NO_MATCHING_SUBSCRIBERS);
        Client willing = broker.open(MqttVersion.V5);
        willing.send(Connect.v5("willing")
                .withWill(new Will(
                        "w",
                        notText,
                        Qos.AT_MOST_ONCE,
                        false,
                        WillProperties.NONE.withPayloadFormat(PayloadFormat.UTF_8))));
        assertThat(willing.expect(Connack.class).reason()).isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
    }

    @Test
    void aRefusedMessageOfQos2EndsItsExchangeAndFreesItsPlace() { // MQTT 5.0 §4.3.3
        with(settings -> settings.withSession(session -> session.withReceiveMaximum(2)));
        Client client = connect("client");
        for (int round = 0; round < 5; round++) {
            client.send(Publish.qos2("$SYS/x", Binary.EMPTY, 7));
            assertThat(client.expect(Pubrec.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        }
        client.send(new Pubrel(7));
        assertThat(client.expect(Pubcomp.class).reason()).isEqualTo(ReasonCode.PACKET_IDENTIFIER_NOT_FOUND);
        client.send(Publish.qos2("a", Binary.EMPTY, 7));
        assertThat(client.expect(Pubrec.class).reason()).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
    }

    @Test
    void aClientThatCanBeToldKeepsARetainedMessageThatHasNoRoom() {
        with(settings -> settings.withRetained(
                retained -> retained.withMaximumMessages(1).withMaximumPayloadBytes(3)));
        Client client = connect("client");
        client.send(
                Publish.qos1("a", Binary.utf8("1"), 1).withRetain(true),
                Publish.qos1("b", Binary.utf8("2"), 2).withRetain(true),
                Publish.qos1("a", Binary.utf8("1234"), 3).withRetain(true),
                Publish.qos1("a", Binary.utf8("123"), 4).withRetain(true),
                Publish.qos1("b", Binary.EMPTY, 5).withRetain(true),
                Publish.qos1("b", Binary.utf8("1234"), 6));
        assertThat(client.received(Puback.class))
                .extracting(Puback::reason)
                .containsExactly(
                        ReasonCode.NO_MATCHING_SUBSCRIBERS,
                        ReasonCode.QUOTA_EXCEEDED,
                        ReasonCode.QUOTA_EXCEEDED,
                        ReasonCode.NO_MATCHING_SUBSCRIBERS,
                        ReasonCode.NO_MATCHING_SUBSCRIBERS,
                        ReasonCode.NO_MATCHING_SUBSCRIBERS);
    }

    // ---- Receive maximum --------------------------------------------------------------------------------------------

    @Test
    void aReceiveMaximumMayBeToldAndNotInsistedOn() { // MQTT 5.0 §3.3.4
        with(settings -> settings.withSession(
                session -> session.withReceiveMaximum(2).withReceiveMaximumPolicy(ReceiveMaximumPolicy.TOLERATE)));
        Client client = connect("client");
        assertThat(client.connack.properties().receiveMaximum()).isEqualTo(2);
        for (int id = 1; id <= 10; id++) {
            client.send(Publish.qos2("a", Binary.EMPTY, id));
        }
        assertThat(client.received(Pubrec.class)).hasSize(10);
        assertThat(client.closed()).isFalse();
    }
}
