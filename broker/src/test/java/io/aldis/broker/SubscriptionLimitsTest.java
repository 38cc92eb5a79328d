package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.VirtualBroker.Client;
import io.aldis.broker.settings.Settings;
import io.aldis.broker.settings.SubscriptionSettings;
import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.Disconnect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Publish;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.codec.SubscribeProperties;
import io.aldis.codec.Subscription;
import io.aldis.codec.Unsuback;
import io.aldis.codec.Unsubscribe;
import io.aldis.codec.UnsubscribeProperties;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What may be subscribed to, and how much of it (MQTT 5.0 §3.2.2.3, §3.8, §3.9). */
class SubscriptionLimitsTest {

    private static final int MANY = 100_000;

    private static VirtualBroker broker(UnaryOperator<SubscriptionSettings> settings) {
        return new VirtualBroker(2, 1, Settings.defaults().withSubscription(settings));
    }

    private static Connect durable(String clientId) {
        return Connect.v5(clientId)
                .withCleanStart(false)
                .withProperties(ConnectProperties.NONE.withSessionExpiryInterval(1000));
    }

    private static List<ReasonCode> subscribe(Client client, String... filters) {
        Subscription[] wanted = List.of(filters).stream()
                .map(filter -> Subscription.of(filter, Qos.AT_LEAST_ONCE))
                .toArray(Subscription[]::new);
        client.send(Subscribe.of(7, wanted));
        Suback suback = client.expect(Suback.class);
        assertThat(suback.packetId()).isEqualTo(7);
        return suback.reasons();
    }

    @ParameterizedTest
    @EnumSource(MqttVersion.class)
    void aFilterOnTheListOfRefusedOnesIsRefusedAloneAndInAGroup(MqttVersion version) {
        // [MQTT-3.8.4-6], [MQTT-3.8.4-7], [MQTT-3.9.3-1], [MQTT3-3.8.4-5], [MQTT3-3.9.3-1]
        try (VirtualBroker broker =
                broker(settings -> settings.withRefused(List.of("test/nosubscribe", "$share/g/b")))) {
            Client client = broker.connect(Connect.of(version, "client"));
            ReasonCode refused = ReasonCode.UNSPECIFIED_ERROR;
            assertThat(subscribe(
                            client,
                            "a",
                            "test/nosubscribe",
                            "$share/g/test/nosubscribe",
                            "test/+",
                            "$share/g/b",
                            "$share/h/b",
                            "b"))
                    .containsExactly(
                            ReasonCode.GRANTED_QOS_1,
                            refused,
                            refused,
                            ReasonCode.GRANTED_QOS_1,
                            refused,
                            ReasonCode.GRANTED_QOS_1,
                            ReasonCode.GRANTED_QOS_1);
            assertThat(broker.admin().sessions()).extracting("subscriptions").containsExactly(4);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V3_1", "V3_1_1"})
    void wildcardsAreRefusedWhereTheyAreNotAvailable(MqttVersion version) { // [MQTT3-3.8.3-2]
        try (VirtualBroker broker = broker(settings -> settings.withWildcards(false))) {
            Client client = broker.connect(Connect.of(version, "client"));
            ReasonCode refused = ReasonCode.UNSPECIFIED_ERROR;
            assertThat(subscribe(client, "a/b", "a/+", "#", "$share/g/a/#", "$share/g/a"))
                    .containsExactly(ReasonCode.GRANTED_QOS_1, refused, refused, refused, ReasonCode.GRANTED_QOS_1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/+", "#", "$share/g/a/#"})
    void aWildcardEndsTheConnectionOfAClientThatWasToldThatThereAreNone(String filter) { // MQTT 5.0 §3.2.2.3.11
        try (VirtualBroker broker = broker(settings -> settings.withWildcards(false))) {
            Client client = broker.connect(Connect.v5("client"));
            assertThat(subscribe(client, "a/b", "$share/g/a"))
                    .containsExactly(ReasonCode.GRANTED_QOS_1, ReasonCode.GRANTED_QOS_1);
            client.send(Subscribe.of(2, filter, Qos.AT_MOST_ONCE));
            Disconnect disconnect = client.expect(Disconnect.class);
            assertThat(disconnect.reason()).isEqualTo(ReasonCode.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED);
            assertThat(disconnect.properties().reasonString()).contains(filter);
        }
    }

    @Test
    void aSharedSubscriptionEndsTheConnectionOfAClientThatWasToldThatThereAreNone() { // MQTT 5.0 §3.2.2.3.13
        try (VirtualBroker broker = broker(settings -> settings.withShared(false))) {
            Client client = broker.connect(Connect.v5("client"));
            client.send(Subscribe.of(1, "$share/g/a", Qos.AT_MOST_ONCE));
            assertThat(client.expect(Disconnect.class).reason())
                    .isEqualTo(ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"V3_1", "V3_1_1"})
    void sharedSubscriptionsAreRefusedWhereTheyAreNotAvailable(MqttVersion version) {
        try (VirtualBroker broker = broker(settings -> settings.withShared(false))) {
            Client client = broker.connect(Connect.of(version, "client"));
            assertThat(subscribe(client, "$share/g/a", "$shared/g/a", "$share"))
                    .containsExactly(ReasonCode.UNSPECIFIED_ERROR, ReasonCode.GRANTED_QOS_1, ReasonCode.GRANTED_QOS_1);
        }
    }

    @Test
    void aSubscriptionIdentifierWhereThereAreNoneEndsTheConnection() { // MQTT 5.0 §3.2.2.3.12
        try (VirtualBroker broker = broker(settings -> settings.withIdentifiers(false))) {
            Client client = broker.connect(Connect.v5("client"));
            assertThat(subscribe(client, "a")).containsExactly(ReasonCode.GRANTED_QOS_1);
            client.send(Subscribe.of(1, "b", Qos.AT_MOST_ONCE)
                    .withProperties(SubscribeProperties.NONE.withSubscriptionIdentifier(3)));
            assertThat(client.expect(Disconnect.class).reason())
                    .isEqualTo(ReasonCode.SUBSCRIPTION_IDENTIFIERS_NOT_SUPPORTED);
        }
    }

    @Test
    void aFilterMayHaveSoManyLevelsAndBytesAndNoMore() {
        try (VirtualBroker broker =
                broker(settings -> settings.withMaximumFilterLevels(3).withMaximumFilterBytes(16))) {
            Client client = broker.connect(Connect.v5("client"));
            assertThat(subscribe(client, "a/b/c", "a/b/c/d", "$share/g/a/b/c", "//", "///", "ééééé/ä/ä", "ééééé/ä/äx"))
                    .containsExactly(
                            ReasonCode.GRANTED_QOS_1,
                            ReasonCode.TOPIC_FILTER_INVALID,
                            ReasonCode.GRANTED_QOS_1,
                            ReasonCode.GRANTED_QOS_1,
                            ReasonCode.TOPIC_FILTER_INVALID,
                            ReasonCode.GRANTED_QOS_1,
                            ReasonCode.TOPIC_FILTER_INVALID);
        }
    }

    @Test
    void aSessionHasSoManySubscriptionsAndNoMoreButMayReplaceThem() {
        try (VirtualBroker broker = broker(settings -> settings.withMaximumPerSession(3))) {
            for (Connect connect : List.of(Connect.v5("transient"), durable("durable"))) {
                Client client = broker.connect(connect);
                assertThat(subscribe(client, "a", "b", "a", "a/#/b", "c", "d", "$share/g/a"))
                        .containsExactly(
                                ReasonCode.GRANTED_QOS_1,
                                ReasonCode.GRANTED_QOS_1,
                                ReasonCode.GRANTED_QOS_1,
                                ReasonCode.TOPIC_FILTER_INVALID,
                                ReasonCode.GRANTED_QOS_1,
                                ReasonCode.QUOTA_EXCEEDED,
                                ReasonCode.QUOTA_EXCEEDED);
                assertThat(subscribe(client, "d", "b"))
                        .containsExactly(ReasonCode.QUOTA_EXCEEDED, ReasonCode.GRANTED_QOS_1);
                client.send(Unsubscribe.of(2, "c", "never"));
                client.expect(Unsuback.class);
                assertThat(subscribe(client, "d", "e"))
                        .containsExactly(ReasonCode.GRANTED_QOS_1, ReasonCode.QUOTA_EXCEEDED);
                client.send(Publish.qos0("e", Binary.utf8("refused")), Publish.qos0("d", Binary.utf8("granted")));
                assertThat(client.expect(Publish.class).topic()).isEqualTo("d");
            }
            assertThat(broker.admin().sessions()).extracting("subscriptions").containsExactly(3, 3);
            Client again = broker.connect(durable("durable"));
            again.send(Subscribe.of(1, "f", Qos.AT_MOST_ONCE));
            assertThat(again.expect(Suback.class).properties().reasonString())
                    .isEqualTo("No subscription to \"f\": the session has as many subscriptions as it may have.");
        }
    }

    @ParameterizedTest
    @EnumSource(Qos.class)
    void noMoreIsGrantedThanTheHighestQosThereIs(Qos most) { // [MQTT-3.2.2-9], [MQTT-3.2.2-10]
        try (VirtualBroker broker =
                new VirtualBroker(2, 1, Settings.defaults().withPublish(publish -> publish.withMaximumQos(most)))) {
            for (MqttVersion version : MqttVersion.values()) {
                Client client = broker.connect(Connect.of(version, "client " + version));
                client.send(Subscribe.of(
                        1,
                        Subscription.of("a", Qos.AT_MOST_ONCE),
                        Subscription.of("b", Qos.AT_LEAST_ONCE),
                        Subscription.of("c", Qos.EXACTLY_ONCE)));
                assertThat(client.expect(Suback.class).reasons())
                        .extracting(ReasonCode::code)
                        .containsExactly(0, Math.min(1, most.level()), Math.min(2, most.level()));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aHundredThousandFiltersInOnePacketAreGrantedAndTakenBack(boolean durable) {
        try (VirtualBroker broker = new VirtualBroker()) {
            Client client = broker.connect(durable ? durable("client") : Connect.v5("client"));
            Client publisher = broker.connect(Connect.v5("publisher"));
            List<Subscription> wanted = new ArrayList<>();
            for (int i = 0; i < MANY; i++) {
                wanted.add(Subscription.of(i % 2 == 0 ? "a/" + i + "/+" : "$share/g/a/" + i + "/x", Qos.AT_MOST_ONCE));
            }
            client.send(new Subscribe(1, wanted, SubscribeProperties.NONE));
            assertThat(client.expect(Suback.class).reasons()).hasSize(MANY).containsOnly(ReasonCode.SUCCESS);
            publisher.send(Publish.qos0("a/4711/x", Binary.utf8("x")), Publish.qos0("a/4712/x", Binary.utf8("x")));
            assertThat(client.received(Publish.class))
                    .extracting(Publish::topic)
                    .containsExactly("a/4711/x", "a/4712/x");

            client.send(
                    new Unsubscribe(2, wanted.stream().map(Subscription::filter).toList(), UnsubscribeProperties.NONE));
            assertThat(client.expect(Unsuback.class).reasons()).hasSize(MANY).containsOnly(ReasonCode.SUCCESS);
            publisher.send(Publish.qos0("a/4711/x", Binary.utf8("x")), Publish.qos0("a/4712/x", Binary.utf8("x")));
            assertThat(client.received()).isEmpty();
            assertThat(broker.admin().session("client").orElseThrow().subscriptions())
                    .isZero();
        }
    }

    @Test
    void theSameFilterAHundredThousandTimesInOnePacketIsOneSubscription() { // [MQTT-3.8.4-5]
        try (VirtualBroker broker = new VirtualBroker()) {
            Client client = broker.connect(Connect.v5("client"));
            List<Subscription> wanted = IntStream.range(0, MANY)
                    .mapToObj(i -> Subscription.of("a", i == MANY - 1 ? Qos.AT_LEAST_ONCE : Qos.AT_MOST_ONCE))
                    .toList();
            client.send(new Subscribe(1, wanted, SubscribeProperties.NONE));
            assertThat(client.expect(Suback.class).reasons()).hasSize(MANY);
            client.send(Publish.qos1("a", Binary.utf8("x"), 1));
            assertThat(client.received(Publish.class)).extracting(Publish::qos).containsExactly(Qos.AT_LEAST_ONCE);
        }
    }
}
