package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aldis.broker.VirtualBroker.Client;
import io.aldis.broker.VirtualBroker.Owner;
import io.aldis.broker.hook.ConnectLimits;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.ConnackProperties;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.Disconnect;
import io.aldis.codec.DisconnectProperties;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Puback;
import io.aldis.codec.Publish;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Pubrec;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.codec.UserProperty;
import io.aldis.codec.Will;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The limits that hooks set for a connection: each is told in CONNACK (MQTT 5.0 §3.2.2.3), and holds. */
class ConnectLimitsTest {

    private static VirtualBroker broker(ConnectLimits limits, Settings settings) {
        return new VirtualBroker(
                2,
                1,
                settings,
                hooks -> hooks.onConnect(event ->
                        event.client().clientId().startsWith("free") ? event.proceed() : event.proceed(limits)));
    }

    private static VirtualBroker broker(ConnectLimits limits) {
        return broker(limits, Settings.defaults());
    }

    private static Connect v5() {
        return Connect.v5("client").withKeepAlive(0);
    }

    private static Connect lasting(long seconds) {
        return v5().withCleanStart(false).withProperties(ConnectProperties.NONE.withSessionExpiryInterval(seconds));
    }

    private static void assertSentAway(Client client, ReasonCode reason) {
        assertThat(client.received(Disconnect.class))
                .extracting(Disconnect::reason)
                .containsExactly(reason);
        assertThat(client.closed()).isTrue();
    }

    @Test
    void noneSaysNothing() {
        try (VirtualBroker broker = broker(ConnectLimits.NONE)) {
            ConnackProperties limited = broker.connect(v5()).connack.properties();
            assertThat(limited)
                    .isEqualTo(broker.connect(Connect.v5("free").withKeepAlive(0))
                            .connack
                            .properties());
        }
    }

    // sessionExpiry

    @Test
    void sessionExpiryBoundsWhatConnectAndDisconnectAskFor() {
        try (VirtualBroker broker = broker(ConnectLimits.NONE.withSessionExpiry(10))) {
            Client client = broker.connect(lasting(1000));
            assertThat(client.connack.properties().sessionExpiryInterval()).isEqualTo(10);
            client.drop();
            assertEndsAfter(broker, 10);
            client = broker.connect(lasting(5));
            assertThat(client.connack.properties().sessionExpiryInterval()).isNull();
            client.send(new Disconnect(ReasonCode.SUCCESS, DisconnectProperties.NONE.withSessionExpiryInterval(1000)));
            broker.settle();
            assertEndsAfter(broker, 10);
        }
    }

    private static void assertEndsAfter(VirtualBroker broker, int seconds) {
        broker.pass(Duration.ofSeconds(seconds).minusMillis(1));
        assertThat(broker.admin().session("client")).isPresent();
        broker.pass(Duration.ofMillis(1));
        assertThat(broker.admin().session("client")).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = MqttVersion.class,
            names = {"V3_1", "V3_1_1"})
    void sessionExpiryHoldsForMqtt3WithoutBeingTold(MqttVersion version) {
        try (VirtualBroker broker = broker(ConnectLimits.NONE.withSessionExpiry(10))) {
            broker.connect(Connect.of(version, "client").withCleanStart(false)).drop();
            assertEndsAfter(broker, 10);
        }
    }

    @Test
    void sessionExpiryMayBeWiderThanTheSetting() {
        Settings settings = Settings.defaults().withSession(session -> session.withMaximumExpiry(10));
        try (VirtualBroker broker = broker(ConnectLimits.NONE.withSessionExpiry(100), settings)) {
            assertThat(broker.connect(lasting(50)).connack.properties().sessionExpiryInterval())
                    .isNull();
            Client other = broker.connect(
                    Connect.v5("free").withProperties(ConnectProperties.NONE.withSessionExpiryInterval(50)));
            assertThat(other.connack.properties().sessionExpiryInterval()).isEqualTo(10);
        }
    }

    // receiveMaximum

    @Test
    void receiveMaximumBoundsWhatIsUnacknowledged() {
        try (VirtualBroker broker = broker(ConnectLimits.NONE.withReceiveMaximum(2))) {
            Client client = broker.connect(v5());
            assertThat(client.connack.properties().receiveMaximum()).isEqualTo(2);
            client.send(Publish.qos2("t", Binary.EMPTY, 1), Publish.qos2("t", Binary.EMPTY, 2));
            assertThat(client.received(Pubrec.class)).hasSize(2);
            client.send(Publish.qos1("t", Binary.EMPTY, 3));
            assertSentAway(client, ReasonCode.RECEIVE_MAXIMUM_EXCEEDED);
        }
    }

    @Test
    void receiveMaximumMayBeWiderThanTheSetting() {
        Settings settings = Settings.defaults().withSession(session -> session.withReceiveMaximum(1));
        try (VirtualBroker broker = broker(ConnectLimits.NONE.withReceiveMaximum(65_535), settings)) {
            Client client = broker.connect(v5());
            assertThat(client.connack.properties().receiveMaximum()).isNull();
            client.send(Publish.qos2("t", Binary.EMPTY, 1), Publish.qos2("t", Binary.EMPTY, 2));
            assertThat(client.received(Pubrec.class)).hasSize(2);
        }
    }

    // maximumQos

    @Test
    void maximumQosBoundsWhatIsPublishedAndGranted() {
        try (VirtualBroker broker = broker(ConnectLimits.NONE.withMaximumQos(Qos.AT_LEAST_ONCE))) {
            Client client = broker.connect(v5());
            assertThat(client.connack.properties().maximumQos()).isEqualTo(Qos.AT_LEAST_ONCE);
            client.send(Subscribe.of(1, "t", Qos.EXACTLY_ONCE));
            assertThat(client.expect(Suback.class).reasons()).containsExactly(ReasonCode.GRANTED_QOS_1);
            client.send(Publish.qos1("u", Binary.EMPTY, 1));
            client.expect(Puback.class);
            client.send(Publish.qos2("u", Binary.EMPTY, 2));
            assertSentAway(client, ReasonCode.QOS_NOT_SUPPORTED);
        }
    }

    @Test
    void aWillAboveTheMaximumQosIsRefused() {
        try (VirtualBroker broker = broker(ConnectLimits.NONE.withMaximumQos(Qos.AT_LEAST_ONCE))) {
            Client client = broker.open(MqttVersion.V5);
            client.send(v5().withWill(Will.of("t", Binary.EMPTY, Qos.EXACTLY_ONCE)));
            assertThat(client.expect(Connack.class).reason()).isEqualTo(ReasonCode.QOS_NOT_SUPPORTED);
            assertThat(broker.admin().sessions()).isEmpty();
        }
    }

    @Test
    void maximumQosHoldsForMqtt3WithoutBeingTold() {
        try (VirtualBroker broker = broker(ConnectLimits.NONE.withMaximumQos(Qos.AT_MOST_ONCE))) {
            Client client = broker.connect(Connect.v311("client"));
            client.send(Subscribe.of(1, "t", Qos.EXACTLY_ONCE));
            assertThat(client.expect(Suback.class).reasons()).containsExactly(ReasonCode.GRANTED_QOS_0);
            client.send(Publish.qos1("u", Binary.EMPTY, 1));
            assertThat(client.received()).isEmpty();
            assertThat(client.closed()).isTrue();
        }
    }

    @Test
    void maximumQosMayBeWiderThanTheSetting() {
        Settings settings = Settings.defaults().withPublish(publish -> publish.withMaximumQos(Qos.AT_MOST_ONCE));
        try (VirtualBroker broker = broker(ConnectLimits.NONE.withMaximumQos(Qos.EXACTLY_ONCE), settings)) {
            Client client = broker.connect(v5());
            assertThat(client.connack.properties().maximumQos()).isNull();
            client.send(Publish.qos2("t", Binary.EMPTY, 1));
            client.expect(Pubrec.class);
        }
    }

    // maximumPacketSize

    @ParameterizedTest
    @EnumSource(MqttVersion.class)
    void maximumPacketSizeBoundsWhatIsSent(MqttVersion version) {
        try (VirtualBroker broker = broker(ConnectLimits.NONE.withMaximumPacketSize(1024))) {
            Client client = broker.connect(Connect.of(version, "client"));
            Binary large = Binary.wrap(new byte[1100]);
            if (version == MqttVersion.V5) {
                assertThat(client.connack.properties().maximumPacketSize()).isEqualTo(1024);
            }
            client.send(Publish.qos0("t", large));
            if (version == MqttVersion.V5) {
                assertSentAway(client, ReasonCode.PACKET_TOO_LARGE);
            }
            assertThat(client.closed()).isTrue();
            Client free = broker.connect(Connect.of(version, "free"));
            free.send(Publish.qos0("t", large));
            assertThat(free.closed()).isFalse();
        }
    }

    @Test
    void maximumPacketSizeMayBeWiderThanTheSetting() {
        Settings settings = Settings.defaults().withConnection(connection -> connection.withMaximumPacketSize(1024));
        try (VirtualBroker broker = broker(ConnectLimits.NONE.withMaximumPacketSize(1_000_000), settings)) {
            Client client = broker.connect(v5());
            assertThat(client.connack.properties().maximumPacketSize()).isEqualTo(1_000_000);
            client.send(Publish.qos1("t", Binary.wrap(new byte[900_000]), 1));
            client.expect(Puback.class);
        }
    }

    // topicAliasMaximum

    @Test
    void topicAliasMaximumBoundsTheAliasesOfTheClient() {
        try (VirtualBroker broker = broker(ConnectLimits.NONE.withTopicAliasMaximum(1))) {
            Client client = broker.connect(v5());
            assertThat(client.connack.properties().topicAliasMaximum()).isEqualTo(1);
            client.send(Publish.qos0("t", Binary.EMPTY).withProperties(PublishProperties.NONE.withTopicAlias(1)));
            assertThat(client.closed()).isFalse();
            client.send(Publish.qos0("t", Binary.EMPTY).withProperties(PublishProperties.NONE.withTopicAlias(2)));
            assertSentAway(client, ReasonCode.TOPIC_ALIAS_INVALID);
        }
    }

    // keepAlive

    @Test
    void keepAliveBoundsTheSilenceOfTheClient() {
        try (VirtualBroker broker = broker(ConnectLimits.NONE.withKeepAlive(10))) {
            Client client = broker.connect(v5());
            assertThat(client.connack.properties().serverKeepAlive()).isEqualTo(10);
            broker.pass(Duration.ofSeconds(15).minusMillis(1));
            assertThat(client.closed()).isFalse();
            broker.pass(Duration.ofMillis(1));
            assertSentAway(client, ReasonCode.KEEP_ALIVE_TIMEOUT);
        }
    }

    @Test
    void aClientThatCannotBeToldKeepsItsKeepAlive() {
        try (VirtualBroker broker = broker(ConnectLimits.NONE.withKeepAlive(10))) {
            Client client = broker.connect(Connect.v311("client").withKeepAlive(100));
            broker.pass(Duration.ofSeconds(149));
            assertThat(client.closed()).isFalse();
            broker.pass(Duration.ofSeconds(2));
            assertThat(client.closed()).isTrue();
        }
    }

    @Test
    void keepAliveMayBeWiderThanTheSetting() {
        Settings settings = Settings.defaults().withConnection(connection -> connection.withMaximumKeepAlive(5));
        try (VirtualBroker broker = broker(ConnectLimits.NONE.withKeepAlive(100), settings)) {
            assertThat(broker.connect(v5().withKeepAlive(50))
                            .connack
                            .properties()
                            .serverKeepAlive())
                    .isNull();
        }
    }

    // assignedClientId

    @ParameterizedTest
    @EnumSource(
            value = MqttVersion.class,
            names = {"V5", "V3_1_1"})
    void assignedClientIdIsThatOfAClientWithoutOne(MqttVersion version) {
        Chronicle chronicle = new Chronicle();
        try (VirtualBroker broker = new VirtualBroker(
                2,
                1,
                Settings.defaults(),
                hooks -> hooks.onConnect(event -> event.proceed(ConnectLimits.NONE.withAssignedClientId("given")))
                        .onConnected(event -> chronicle.add(event.client().clientId()))
                        .onMsgArrived(event -> {
                            chronicle.add("from " + event.message().publisher());
                            return event.route();
                        }))) {
            Client client = broker.connect(Connect.of(version, ""));
            if (version == MqttVersion.V5) {
                assertThat(client.connack.properties().assignedClientIdentifier())
                        .isEqualTo("given");
            }
            client.send(Publish.qos0("t", Binary.EMPTY));
            broker.settle();
            assertThat(chronicle.news()).containsExactly("given", "from given");
            assertThat(broker.admin().session("given")).isPresent();
            Client named = broker.connect(Connect.of(version, "named"));
            assertThat(named.connack.properties().assignedClientIdentifier()).isNull();
            assertThat(chronicle.news()).containsExactly("named");
            assertThat(client.closed()).isFalse();
        }
    }

    // responseInformation

    @Test
    void responseInformationIsToldToThoseWhoAskForIt() {
        try (VirtualBroker broker = broker(ConnectLimits.NONE.withResponseInformation("replies/client"))) {
            Connect asking = v5().withProperties(ConnectProperties.NONE.withRequestResponseInformation(true));
            assertThat(broker.connect(asking).connack.properties().responseInformation())
                    .isEqualTo("replies/client");
            assertThat(broker.connect(v5()).connack.properties().responseInformation())
                    .isNull();
        }
    }

    // userProperties

    @Test
    void userPropertiesAreTold() {
        try (VirtualBroker broker =
                broker(ConnectLimits.NONE.withUserProperty("region", "north").withUserProperty("region", "east"))) {
            assertThat(broker.connect(v5()).connack.properties().userProperties())
                    .containsExactly(new UserProperty("region", "north"), new UserProperty("region", "east"));
        }
    }

    @Test
    void userPropertiesThatDoNotFitAreLeftOut() { // [MQTT-3.2.2-20]
        try (VirtualBroker broker = broker(ConnectLimits.NONE.withUserProperty("long", "x".repeat(1000)))) {
            Client client = broker.connect(v5().withProperties(ConnectProperties.NONE.withMaximumPacketSize(100)));
            assertThat(client.connack.reason()).isEqualTo(ReasonCode.SUCCESS);
            assertThat(client.connack.properties().userProperties()).isEmpty();
            assertThat(client.closed()).isFalse();
        }
    }

    // Several hooks.

    @Test
    void whatIsSaidLastHoldsAndUserPropertiesAddUp() {
        ConnectLimits first = ConnectLimits.NONE
                .withReceiveMaximum(5)
                .withTopicAliasMaximum(5)
                .withKeepAlive(5)
                .withUserProperty("said by", "one");
        ConnectLimits second = ConnectLimits.NONE.withReceiveMaximum(6).withTopicAliasMaximum(6);
        ConnectLimits third = ConnectLimits.NONE.withReceiveMaximum(7).withUserProperty("said by", "three");
        try (VirtualBroker broker = VirtualBroker.of(
                new VirtualLoops(2, 1),
                Settings.defaults(),
                false,
                List.of(
                        new Owner(
                                "one",
                                hooks -> hooks.onConnect(event -> {
                                    assertThat(event.limits()).isEqualTo(ConnectLimits.NONE);
                                    return event.proceed(first);
                                })),
                        new Owner(
                                "two",
                                hooks -> hooks.onConnect(event -> {
                                    assertThat(event.limits()).isEqualTo(first);
                                    return event.proceed(second);
                                })),
                        Owner.embedder(hooks -> hooks.onBasicAuth(event -> event.accept(third)))))) {
            ConnackProperties told = broker.connect(v5()).connack.properties();
            assertThat(told.receiveMaximum()).isEqualTo(7);
            assertThat(told.topicAliasMaximum()).isEqualTo(6);
            assertThat(told.serverKeepAlive()).isEqualTo(5);
            assertThat(told.userProperties())
                    .containsExactly(new UserProperty("said by", "one"), new UserProperty("said by", "three"));
        }
    }

    @Test
    void limitsThatCannotBeAreNotMade() {
        assertThatThrownBy(() -> ConnectLimits.NONE.withKeepAlive(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ConnectLimits.NONE.withReceiveMaximum(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ConnectLimits.NONE.withMaximumPacketSize(1023))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ConnectLimits.NONE.withAssignedClientId(""))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void wordsThatNoPacketCanSayAreNotMade() { // [MQTT-1.5.4-1], [MQTT-1.5.4-2]
        for (String unsayable : List.of("x".repeat(65_536), "nul \0", "half \uD800")) {
            assertThatThrownBy(() -> ConnectLimits.NONE.withAssignedClientId(unsayable))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("assigned client id");
            assertThatThrownBy(() -> ConnectLimits.NONE.withResponseInformation(unsayable))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("response information");
            assertThatThrownBy(() -> ConnectLimits.NONE.withUserProperty(unsayable, "value"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("user property");
            assertThatThrownBy(() -> ConnectLimits.NONE.withUserProperty("name", unsayable))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("user property");
        }
    }
}
