package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.aldis.broker.VirtualBroker.Client;
import io.aldis.broker.settings.DeliveryMode;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.Disconnect;
import io.aldis.codec.Puback;
import io.aldis.codec.Publish;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.RetainHandling;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.codec.SubscribeProperties;
import io.aldis.codec.Subscription;
import io.aldis.codec.Unsuback;
import io.aldis.codec.Unsubscribe;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Subscriptions, retained messages and shared subscriptions (MQTT 5.0 §3.3.1.3, §3.8, §4.7, §4.8). */
class SubscriptionTest {

    private final VirtualBroker broker = new VirtualBroker();
    private final Client publisher = broker.connect(Connect.v5("publisher"));

    @AfterEach
    void stop() {
        broker.close();
    }

    private Client connect(String clientId) {
        return broker.connect(Connect.v5(clientId));
    }

    private static Suback subscribe(Client client, Subscription... subscriptions) {
        client.send(Subscribe.of(1, subscriptions));
        return client.received(Suback.class).get(0);
    }

    private static Subscription sub(String filter) {
        return Subscription.of(filter, Qos.AT_LEAST_ONCE);
    }

    private void publish(String topic, String payload) {
        publisher.send(Publish.qos1(topic, Binary.utf8(payload), 1));
        publisher.received();
    }

    private void retain(String topic, String payload) {
        publisher.send(Publish.qos1(topic, Binary.utf8(payload), 1).withRetain(true));
        publisher.received();
    }

    private static List<String> payloads(Client client) {
        return client.received(Publish.class).stream()
                .map(publish -> publish.payload().toUtf8())
                .toList();
    }

    @Test
    void wildcardsMatchButNotTopicsThatBeginWithDollar() { // [MQTT-4.7.2-1]
        Client client = connect("client");
        subscribe(client, sub("#"), sub("+/x"));
        publish("a/x", "seen");
        publish("$a/x", "hidden");
        assertThat(payloads(client)).containsExactly("seen");
        subscribe(client, sub("$a/#"));
        publish("$a/x", "asked for");
        assertThat(payloads(client)).containsExactly("asked for");
    }

    @Test
    void overlappingSubscriptionsBringOneMessageAtTheHighestQosWithAllIdentifiers() { // [MQTT-3.3.4-2], [MQTT-3.3.4-4]
        Client client = connect("client");
        client.send(Subscribe.of(1, Subscription.of("a/#", Qos.AT_MOST_ONCE))
                .withProperties(SubscribeProperties.NONE.withSubscriptionIdentifier(3)));
        client.send(Subscribe.of(2, Subscription.of("a/+", Qos.AT_LEAST_ONCE))
                .withProperties(SubscribeProperties.NONE.withSubscriptionIdentifier(4)));
        client.received();
        publish("a/b", "once");
        Publish got = client.expect(Publish.class);
        assertThat(got.qos()).isEqualTo(Qos.AT_LEAST_ONCE);
        assertThat(got.properties().subscriptionIdentifiers()).containsExactlyInAnyOrder(3, 4);
    }

    @Test
    void inTheOtherModeEachOverlappingSubscriptionBringsItsOwnMessage() { // [MQTT-3.3.4-2], [MQTT-3.3.4-5]
        Settings overlap =
                Settings.defaults().withSubscription(settings -> settings.withDeliveryMode(DeliveryMode.OVERLAP));
        for (Connect connect : List.of(
                Connect.v5("client"),
                Connect.v5("client").withProperties(ConnectProperties.NONE.withSessionExpiryInterval(9)))) {
            try (VirtualBroker other = new VirtualBroker(2, 1, overlap)) {
                Client client = other.connect(connect);
                client.send(Subscribe.of(1, Subscription.of("a/#", Qos.AT_MOST_ONCE))
                        .withProperties(SubscribeProperties.NONE.withSubscriptionIdentifier(3)));
                client.send(Subscribe.of(
                                2,
                                Subscription.of("a/+", Qos.AT_LEAST_ONCE)
                                        .withRetainAsPublished(true)
                                        .withNoLocal(true))
                        .withProperties(SubscribeProperties.NONE.withSubscriptionIdentifier(4)));
                client.send(Subscribe.of(3, Subscription.of("a/b", Qos.EXACTLY_ONCE)));
                client.received();
                Publish publish = Publish.qos2("a/b", Binary.utf8("x"), 1).withRetain(true);
                other.connect(Connect.v5("publisher")).send(publish);
                assertThat(client.received(Publish.class))
                        .extracting(
                                Publish::qos,
                                Publish::retain,
                                got -> got.properties().subscriptionIdentifiers())
                        .containsExactlyInAnyOrder(
                                tuple(Qos.AT_MOST_ONCE, false, List.of(3)),
                                tuple(Qos.AT_LEAST_ONCE, true, List.of(4)),
                                tuple(Qos.EXACTLY_ONCE, false, List.of()));
                client.send(publish); // [MQTT-3.8.3-3]
                assertThat(client.received(Publish.class))
                        .extracting(Publish::qos)
                        .containsExactlyInAnyOrder(Qos.AT_MOST_ONCE, Qos.EXACTLY_ONCE);
            }
        }
    }

    @Test
    void aSecondSubscriptionWithTheSameFilterReplacesTheFirst() { // [MQTT-3.8.4-3]
        for (Client client : List.of(
                connect("transient"), broker.connect(Connect.v311("durable").withCleanStart(false)))) {
            subscribe(client, Subscription.of("a", Qos.AT_LEAST_ONCE));
            subscribe(client, Subscription.of("a", Qos.AT_MOST_ONCE));
            publish("a", "x");
            assertThat(client.expect(Publish.class).qos()).isEqualTo(Qos.AT_MOST_ONCE);
        }
        assertThat(broker.admin().sessions()).extracting("subscriptions").contains(1, 1);
    }

    @Test
    void afterUnsubackNothingMoreMatches() { // [MQTT-3.10.4-2], [MQTT-3.10.4-5], [MQTT-3.11.3-1]
        for (Client client : List.of(
                connect("transient"),
                broker.connect(
                        Connect.v5("durable").withProperties(ConnectProperties.NONE.withSessionExpiryInterval(9))))) {
            subscribe(client, sub("a"), sub("b"));
            client.send(Unsubscribe.of(2, "a", "never"));
            assertThat(client.expect(Unsuback.class).reasons())
                    .containsExactly(ReasonCode.SUCCESS, ReasonCode.NO_SUBSCRIPTION_EXISTED);
            publish("a", "unwanted");
            publish("b", "wanted");
            assertThat(payloads(client)).containsExactly("wanted");
        }
    }

    @Test
    void aBadFilterIsRefusedAndTheOthersAreGranted() {
        Client client = connect("client");
        assertThat(subscribe(
                                client,
                                sub("a"),
                                sub("a/#/b"),
                                sub("a+"),
                                sub("#/a"),
                                sub("+a"),
                                sub("$share/g"),
                                sub("$share//x"),
                                Subscription.of("b", Qos.EXACTLY_ONCE))
                        .reasons())
                .containsExactly(
                        ReasonCode.GRANTED_QOS_1,
                        ReasonCode.TOPIC_FILTER_INVALID,
                        ReasonCode.TOPIC_FILTER_INVALID,
                        ReasonCode.TOPIC_FILTER_INVALID,
                        ReasonCode.TOPIC_FILTER_INVALID,
                        ReasonCode.TOPIC_FILTER_INVALID,
                        ReasonCode.TOPIC_FILTER_INVALID,
                        ReasonCode.GRANTED_QOS_2);
    }

    @Test
    void noLocalKeepsAClientsOwnMessagesFromIt() { // [MQTT-3.8.3-3]
        subscribe(publisher, sub("a/#").withNoLocal(true));
        Client other = connect("other");
        subscribe(other, sub("a/#").withNoLocal(true));
        publisher.send(Publish.qos0("a/b", Binary.utf8("mine")));
        assertThat(payloads(publisher)).isEmpty();
        assertThat(payloads(other)).containsExactly("mine");
        subscribe(publisher, sub("a/b"));
        publisher.send(Publish.qos0("a/b", Binary.utf8("mine")));
        assertThat(payloads(publisher)).containsExactly("mine");
    }

    // Retained messages.

    @Test
    void noLocalKeepsAClientsOwnRetainedMessagesFromIt() { // [MQTT-3.8.3-3]
        retain("a/b", "mine");
        publisher.send(Subscribe.of(1, sub("a/#").withNoLocal(true)));
        publisher.expect(Suback.class);
        publisher.send(Subscribe.of(2, sub("a/b")));
        assertThat(payloads(publisher)).containsExactly("mine");
        Client other = connect("other");
        other.send(Subscribe.of(1, sub("a/#").withNoLocal(true)));
        assertThat(payloads(other)).containsExactly("mine");
    }

    @Test
    void aNewSubscriptionGetsRetainedMessagesWithRetainSetAndOthersDoNotGetThemAgain() { // [MQTT3-3.3.1-8],
        // [MQTT-3.3.1-9]
        Client first = connect("first");
        subscribe(first, sub("r/#"));
        retain("r/1", "one");
        retain("r/2", "two");
        assertThat(first.received(Publish.class)).extracting(Publish::retain).containsExactly(false, false);
        Client second = broker.connect(Connect.v311("second").withCleanStart(false));
        second.send(Subscribe.of(1, "r/+", Qos.AT_LEAST_ONCE));
        List<Publish> got = second.received(Publish.class);
        assertThat(got).extracting(Publish::retain).containsExactly(true, true);
        assertThat(got).extracting(Publish::topic).containsExactlyInAnyOrder("r/1", "r/2");
        assertThat(first.received()).isEmpty();
    }

    @Test
    void anEmptyRetainedMessageRemovesTheRetainedOne() { // [MQTT-3.3.1-6]
        retain("r", "one");
        assertThat(broker.admin().statistics().retained()).isEqualTo(1);
        retain("r", "");
        assertThat(broker.admin().statistics().retained()).isZero();
        Client client = connect("client");
        subscribe(client, sub("r"));
        assertThat(client.received()).isEmpty();
    }

    @Test
    void retainHandlingDecidesWhenRetainedMessagesCome() { // [MQTT-3.3.1-9], [MQTT-3.3.1-10], [MQTT-3.3.1-11]
        retain("r", "kept");
        Client client = connect("client");
        client.send(Subscribe.of(1, sub("r").withRetainHandling(RetainHandling.DO_NOT_SEND)));
        assertThat(payloads(client)).isEmpty();
        client.send(Subscribe.of(1, sub("r").withRetainHandling(RetainHandling.SEND_IF_NEW)));
        assertThat(payloads(client)).isEmpty();
        client.send(Subscribe.of(1, sub("r").withRetainHandling(RetainHandling.SEND)));
        assertThat(payloads(client)).containsExactly("kept");
        client.send(Unsubscribe.of(2, "r"), Subscribe.of(3, sub("r").withRetainHandling(RetainHandling.SEND_IF_NEW)));
        assertThat(payloads(client)).containsExactly("kept");
    }

    @Test
    void retainAsPublishedKeepsTheFlag() { // [MQTT-3.3.1-13]
        Client client = connect("client");
        subscribe(client, sub("r").withRetainAsPublished(true));
        retain("r", "x");
        assertThat(client.expect(Publish.class).retain()).isTrue();
    }

    @Test
    void allRetainedMessagesArriveHoweverManyTheQueueHolds() {
        for (int i = 0; i < 2500; i++) {
            publisher.send(Publish.qos0("many/" + i, Binary.utf8("x")).withRetain(true));
        }
        Client client = connect("client");
        client.send(Subscribe.of(1, "many/#", Qos.AT_MOST_ONCE));
        assertThat(client.received(Publish.class)).hasSize(2500);
        assertThat(broker.admin().statistics().droppedInTotal()).isZero();
    }

    @Test
    void anExpiredMessageIsNotDeliveredAndTheRestOfItsTimeIsForwarded() { // [MQTT-3.3.2-5], [MQTT-3.3.2-6]
        publisher.send(Publish.qos1("r", Binary.utf8("x"), 1)
                .withRetain(true)
                .withProperties(PublishProperties.NONE.withMessageExpiryInterval(60)));
        Connect connect = Connect.v5("away")
                .withCleanStart(false)
                .withProperties(ConnectProperties.NONE.withSessionExpiryInterval(1000));
        broker.pass(Duration.ofSeconds(20));
        Client client = broker.connect(connect);
        client.send(Subscribe.of(1, "r", Qos.AT_LEAST_ONCE));
        assertThat(client.received(Publish.class))
                .extracting(publish -> publish.properties().messageExpiryInterval())
                .containsExactly(40L);
        client.drop();
        client = broker.connect(Connect.v5("other"));
        broker.pass(Duration.ofSeconds(41));
        client.send(Subscribe.of(1, "r", Qos.AT_LEAST_ONCE));
        assertThat(client.received(Publish.class)).isEmpty();
    }

    // Shared subscriptions.

    @Test
    void eachMessageGoesToOneMemberOfASharedSubscriptionInTurn() { // MQTT 5.0 §4.8.2
        Client one = connect("one");
        Client two = connect("two");
        Client alone = connect("alone");
        subscribe(one, sub("$share/g/s/#"));
        subscribe(two, sub("$share/g/s/#"));
        subscribe(alone, sub("s/+"));
        IntStream.range(0, 10).forEach(i -> publish("s/x", "m" + i));
        assertThat(payloads(one)).hasSize(5);
        assertThat(payloads(two)).hasSize(5);
        assertThat(payloads(alone)).hasSize(10);
    }

    @Test
    void aMemberThatLeavesTakesNothingWithItAndOtherGroupsStay() {
        Client leaving = connect("leaving");
        Client staying = connect("staying");
        Client other = connect("other");
        subscribe(leaving, sub("$share/g/s"));
        subscribe(staying, sub("$share/g/s"));
        subscribe(other, sub("$share/h/s"));
        leaving.send(new Disconnect());
        broker.settle();
        IntStream.range(0, 4).forEach(i -> publish("s", "m" + i));
        assertThat(payloads(staying)).hasSize(4);
        assertThat(payloads(other)).hasSize(4);
    }

    @Test
    void anOfflineMemberIsPassedOverWhileAnotherIsConnected() {
        Connect durable = Connect.v311("durable").withCleanStart(false);
        Client away = broker.connect(durable);
        Client here = connect("here");
        subscribe(away, sub("$share/g/s"));
        subscribe(here, sub("$share/g/s"));
        away.drop();
        IntStream.range(0, 4).forEach(i -> publish("s", "m" + i));
        List<Publish> got = here.received(Publish.class);
        assertThat(got).hasSize(4);
        got.forEach(publish -> here.send(new Puback(publish.packetId())));
        here.drop();
        publish("s", "waits");
        assertThat(payloads(broker.connect(durable))).containsExactly("waits");
    }

    @Test
    void aSharedSubscriptionGetsNoRetainedMessagesWhenItBegins() { // MQTT 5.0 §4.8.2
        retain("s", "kept");
        Client client = connect("client");
        client.send(Subscribe.of(1, "$share/g/s", Qos.AT_LEAST_ONCE));
        assertThat(client.received(Publish.class)).isEmpty();
    }

    @Test
    void aClockSetBackDoesNotMakeAnExpiryLongerThanItCanBe() { // [MQTT-3.3.2-6]
        Client receiver = connect("receiver");
        publisher.send(Publish.qos1("r", Binary.utf8("x"), 1)
                .withRetain(true)
                .withProperties(PublishProperties.NONE.withMessageExpiryInterval(0xFFFF_FFFFL)));
        publisher.received();
        broker.loops().setWallClockBy(Duration.ofMinutes(-10));
        receiver.send(Subscribe.of(1, "r", Qos.AT_LEAST_ONCE));
        assertThat(receiver.received(Publish.class))
                .extracting(publish -> publish.properties().messageExpiryInterval())
                .containsExactly(0xFFFF_FFFFL);
    }
}
