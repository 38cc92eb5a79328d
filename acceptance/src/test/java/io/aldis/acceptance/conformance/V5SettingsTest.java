package io.aldis.acceptance.conformance;

import static io.aldis.codec.Qos.AT_LEAST_ONCE;
import static io.aldis.codec.Qos.AT_MOST_ONCE;
import static io.aldis.codec.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.Broker;
import io.aldis.broker.Listener;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.PacketEncoder;
import io.aldis.codec.PayloadFormat;
import io.aldis.codec.Puback;
import io.aldis.codec.Pubcomp;
import io.aldis.codec.Publish;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Pubrec;
import io.aldis.codec.Pubrel;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Will;
import io.aldis.testkit.RawClient;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server may leave out, may check and may add: said in CONNACK, and obeyed (MQTT 5.0 §3.2.2.3, §3.3.2.3, §4.13). */
class V5SettingsTest {

    private static final Binary NO_TEXT = Binary.copyOf(new byte[] {(byte) 0xC3});

    private static Broker broker(UnaryOperator<Settings> change) {
        return Broker.builder()
                .listener(Listener.tcp("127.0.0.1", 0))
                .loops(1)
                .settings(change.apply(Settings.defaults()))
                .start();
    }

    private static RawClient connected(Broker broker, String clientId) {
        return RawClient.connected(broker.port(), Connect.v5(clientId));
    }

    private static Publish text(Binary payload, Qos qos, int packetId) {
        return new Publish(
                "t",
                payload,
                qos,
                false,
                false,
                packetId,
                PublishProperties.NONE.withPayloadFormat(PayloadFormat.UTF_8));
    }

    // ---- Maximum QoS and retained messages --------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource(names = {"AT_MOST_ONCE", "AT_LEAST_ONCE"})
    void aServerWithoutEveryQosSaysSoAndHoldsToIt(Qos most) { // [MQTT-3.2.2-9], [MQTT-3.2.2-11]
        try (Broker broker = broker(settings -> settings.withPublish(publish -> publish.withMaximumQos(most)));
                RawClient client = RawClient.connect(broker.port())) {
            assertThat(client.connect(Connect.v5("client")).properties().maximumQos())
                    .isEqualTo(most);
            client.publish("t", "x", most);
            client.send(
                    new Publish("t", Binary.EMPTY, Qos.of(most.level() + 1), false, false, 1, PublishProperties.NONE));
            client.expectDisconnect(ReasonCode.QOS_NOT_SUPPORTED);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"AT_MOST_ONCE", "AT_LEAST_ONCE"})
    void aServerWithoutEveryQosTakesASubscriptionForAny(Qos most) { // [MQTT-3.2.2-10]
        try (Broker broker = broker(settings -> settings.withPublish(publish -> publish.withMaximumQos(most)));
                RawClient client = connected(broker, "client")) {
            for (Qos qos : Qos.values()) {
                client.subscribe("t", qos);
            }
            client.publish("t", "x", most);
            assertThat(client.takeMessage().qos()).isEqualTo(most);
        }
    }

    @Test
    void aWillAboveTheHighestQosIsRefused() { // [MQTT-3.2.2-12]
        try (Broker broker =
                        broker(settings -> settings.withPublish(publish -> publish.withMaximumQos(AT_LEAST_ONCE)));
                RawClient client = RawClient.connect(broker.port())) {
            client.send(Connect.v5("client").withWill(Will.of("t", Binary.EMPTY, EXACTLY_ONCE)));
            client.expectRefusal(ReasonCode.QOS_NOT_SUPPORTED);
        }
    }

    @Test
    void aServerThatRetainsNothingSaysSoAndHoldsToIt() { // [MQTT-3.2.2-13], [MQTT-3.2.2-14]
        try (Broker broker = broker(settings -> settings.withRetained(retained -> retained.withAvailable(false)));
                RawClient client = RawClient.connect(broker.port());
                RawClient willing = RawClient.connect(broker.port())) {
            assertThat(client.connect(Connect.v5("client")).properties().retainAvailable())
                    .isFalse();
            client.send(Publish.qos0("t", Binary.utf8("x")).withRetain(true));
            client.expectDisconnect(ReasonCode.RETAIN_NOT_SUPPORTED);
            willing.send(Connect.v5("willing")
                    .withWill(Will.of("t", Binary.EMPTY, AT_MOST_ONCE).withRetain(true)));
            willing.expectRefusal(ReasonCode.RETAIN_NOT_SUPPORTED);
        }
    }

    @Test
    void responseInformationIsForThoseWhoAskForIt() { // [MQTT-3.1.2-28]
        try (Broker broker = broker(settings ->
                        settings.withConnection(connection -> connection.withResponseInformation("answers/")));
                RawClient modest = RawClient.connect(broker.port());
                RawClient asking = RawClient.connect(broker.port())) {
            assertThat(modest.connect(Connect.v5("modest")).properties().responseInformation())
                    .isNull();
            Connack told = asking.connect(
                    Connect.v5("asking").withProperties(ConnectProperties.NONE.withRequestResponseInformation(true)));
            assertThat(told.properties().responseInformation()).isEqualTo("answers/");
        }
    }

    // ---- Refused messages -------------------------------------------------------------------------------------------

    @Test
    void anIdentifierWhosePubrecWasARefusalMeansANewMessage() { // [MQTT-4.3.3-9], [MQTT-3.5.2-1]
        try (Broker broker =
                        broker(settings -> settings.withPublish(publish -> publish.withPayloadFormatChecked(true)));
                RawClient subscriber = connected(broker, "subscriber");
                RawClient client = connected(broker, "client")) {
            subscriber.subscribe("t", EXACTLY_ONCE);
            client.send(text(NO_TEXT, EXACTLY_ONCE, 7));
            assertThat(client.expect(Pubrec.class).reason()).isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
            client.send(text(Binary.utf8("good"), EXACTLY_ONCE, 7));
            client.expect(new Pubrec(7));
            assertThat(subscriber.takeMessage().payload()).isEqualTo(Binary.utf8("good"));
            client.send(new Pubrel(7));
            client.expect(new Pubcomp(7));
        }
    }

    @Test
    void theWordsOfARefusalAreLeftOutIfTheyDoNotFitOrAreNotWanted() {
        // [MQTT-3.4.2-1], [MQTT-3.4.2-2], [MQTT-3.5.2-2], [MQTT-3.1.2-29]
        try (Broker broker =
                        broker(settings -> settings.withPublish(publish -> publish.withPayloadFormatChecked(true)));
                RawClient told = connected(broker, "told");
                RawClient limited = RawClient.connected(
                        broker.port(),
                        Connect.v5("limited").withProperties(ConnectProperties.NONE.withMaximumPacketSize(30)));
                RawClient untold = RawClient.connected(
                        broker.port(),
                        Connect.v5("untold")
                                .withProperties(ConnectProperties.NONE.withRequestProblemInformation(false)))) {
            told.send(text(NO_TEXT, AT_LEAST_ONCE, 1), text(NO_TEXT, EXACTLY_ONCE, 2));
            Puback puback = told.expect(Puback.class);
            Pubrec pubrec = told.expect(Pubrec.class);
            assertThat(puback.properties().reasonString()).isNotNull();
            assertThat(pubrec.properties().reasonString()).isNotNull();
            assertThat(PacketEncoder.size(puback, MqttVersion.V5)).isGreaterThan(30);
            for (RawClient client : new RawClient[] {limited, untold}) {
                client.send(text(NO_TEXT, AT_LEAST_ONCE, 1), text(NO_TEXT, EXACTLY_ONCE, 2));
                client.expect(new Puback(1, ReasonCode.PAYLOAD_FORMAT_INVALID));
                client.expect(new Pubrec(2, ReasonCode.PAYLOAD_FORMAT_INVALID));
            }
        }
    }

    @Test
    void theWordsOfAnEndAreLeftOutIfTheyDoNotFit() { // [MQTT-3.14.2-3], [MQTT-3.2.2-19]
        try (Broker broker = broker(settings -> settings);
                RawClient told = connected(broker, "told");
                RawClient refused = RawClient.connect(broker.port());
                RawClient limited = RawClient.connected(
                        broker.port(),
                        Connect.v5("limited").withProperties(ConnectProperties.NONE.withMaximumPacketSize(30)));
                RawClient limitedToo = RawClient.connect(broker.port())) {
            String malformed = "36 06 0001 74 0001 00"; // PUBLISH with both QoS bits
            told.sendBytes(malformed);
            assertThat(told.expectDisconnect(ReasonCode.MALFORMED_PACKET)
                            .properties()
                            .reasonString())
                    .isNotNull();
            limited.sendBytes(malformed);
            assertThat(limited.expectDisconnect(ReasonCode.MALFORMED_PACKET)
                            .properties()
                            .reasonString())
                    .isNull();
            refused.send(Connects.refused("refused"));
            assertThat(refused.expectRefusal(ReasonCode.BAD_AUTHENTICATION_METHOD)
                            .properties()
                            .reasonString())
                    .isNotNull();
            limitedToo.send(Connect.v5("refused")
                    .withProperties(ConnectProperties.NONE
                            .withAuthenticationMethod("of nobody")
                            .withMaximumPacketSize(30)));
            assertThat(limitedToo
                            .expectRefusal(ReasonCode.BAD_AUTHENTICATION_METHOD)
                            .properties()
                            .reasonString())
                    .isNull();
        }
    }

    // ---- Topic aliases towards the client ---------------------------------------------------------------------------

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void theServerUsesNoAliasAboveTheClientsMaximum(int most) { // [MQTT-3.1.2-26], [MQTT-3.3.2-11]
        try (Broker broker = broker(settings -> settings);
                RawClient client = RawClient.connected(
                        broker.port(),
                        Connect.v5("client").withProperties(ConnectProperties.NONE.withTopicAliasMaximum(most)))) {
            client.subscribe("#", AT_MOST_ONCE);
            Map<Integer, String> aliases = new HashMap<>();
            for (int i = 0; i < 200; i++) {
                String topic = "a/topic/of/some/length/" + i % 7;
                client.send(Publish.qos0(topic, Binary.EMPTY));
                Publish message = client.takeMessage();
                Integer alias = message.properties().topicAlias();
                if (alias == null) {
                    assertThat(message.topic()).isEqualTo(topic);
                } else {
                    assertThat(alias).isBetween(1, most);
                    if (!message.topic().isEmpty()) {
                        aliases.put(alias, message.topic());
                    }
                    assertThat(Objects.requireNonNull(aliases.get(alias))).isEqualTo(topic);
                }
            }
            assertThat(aliases).isNotEmpty();
        }
    }

    @Test
    void anAliasOfTheServerMeansNothingOnTheNextConnection() { // [MQTT-3.3.2-7]
        try (Broker broker = broker(settings -> settings)) {
            Connect connect = Connect.v5("client")
                    .withCleanStart(false)
                    .withProperties(
                            ConnectProperties.NONE.withTopicAliasMaximum(10).withSessionExpiryInterval(3600));
            for (int connection = 0; connection < 3; connection++) {
                try (RawClient client = RawClient.connected(broker.port(), connect)) {
                    client.subscribe("t", AT_MOST_ONCE);
                    client.send(Publish.qos0("t", Binary.EMPTY));
                    assertThat(client.takeMessage().topic()).isEqualTo("t");
                    client.send(Publish.qos0("t", Binary.EMPTY), Publish.qos0("t", Binary.EMPTY));
                    client.takeMessage();
                    client.takeMessage();
                    client.disconnect();
                }
            }
        }
    }
}
