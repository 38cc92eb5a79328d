package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.aldis.broker.VirtualBroker.Client;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.Puback;
import io.aldis.codec.Publish;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Qos;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.codec.SubscribeProperties;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Topic aliases towards clients that allow them (MQTT 5.0 §3.3.2.3.4). */
class OutboundAliasTest {

    private final VirtualBroker broker = new VirtualBroker(
            2, 1, Settings.defaults().withConnection(connection -> connection.withOutboundTopicAliases(2)));
    private final Client publisher = broker.connect(Connect.v5("publisher"));

    @AfterEach
    void stop() {
        broker.close();
    }

    private Client subscriber(String clientId, ConnectProperties properties) {
        Client client = broker.connect(Connect.v5(clientId).withProperties(properties));
        client.send(Subscribe.of(1, "#", Qos.AT_LEAST_ONCE));
        client.expect(Suback.class);
        return client;
    }

    private static ConnectProperties taking(int aliases) {
        return ConnectProperties.NONE.withTopicAliasMaximum(aliases);
    }

    private void publish(String topic, String payload) {
        publisher.send(Publish.qos0(topic, Binary.utf8(payload)));
        broker.settle();
    }

    @Test
    void aTopicIsSentOnceWithItsAliasAndThenStoodForByIt() {
        Client one = subscriber("one", taking(10));
        Client other = subscriber("other", taking(10)); // The same packet for several, and a packet for one.
        publish("long/topic/a", "1");
        publish("long/topic/b", "2");
        publish("long/topic/a", "3");
        publish("long/topic/b", "4");
        for (Client client : List.of(one, other)) {
            assertThat(client.received(Publish.class))
                    .extracting(
                            Publish::topic,
                            publish -> publish.properties().topicAlias(),
                            publish -> publish.payload().toUtf8())
                    .containsExactly(
                            tuple("long/topic/a", 1, "1"),
                            tuple("long/topic/b", 2, "2"),
                            tuple("", 1, "3"),
                            tuple("", 2, "4"));
        }
    }

    @Test
    void aClientThatAllowsNoAliasGetsNone() { // [MQTT-3.1.2-27], [MQTT-3.3.2-11]
        Client none = subscriber("none", ConnectProperties.NONE);
        Client zero = subscriber("zero", taking(0));
        publish("a", "1");
        publish("a", "2");
        for (Client client : List.of(none, zero)) {
            assertThat(client.received(Publish.class)).hasSize(2).allSatisfy(publish -> {
                assertThat(publish.topic()).isEqualTo("a");
                assertThat(publish.properties().topicAlias()).isNull();
            });
        }
    }

    @Test
    void noAliasIsLargerThanTheClientAllows() { // [MQTT-3.1.2-26], [MQTT-3.3.2-11]
        Client client = subscriber("client", taking(1));
        for (int i = 0; i < 200; i++) {
            publish("topic/" + i % 7, "x");
        }
        assertThat(client.received(Publish.class))
                .hasSize(200)
                .extracting(publish -> publish.properties().topicAlias())
                .containsOnly(1, null);
    }

    @Test
    void whateverTheAliasesEachMessageMeansItsTopic() {
        Client client = subscriber("client", taking(65_535));
        Map<Integer, String> known = new HashMap<>();
        for (int i = 0; i < 5000; i++) { // The favourites change as time goes by.
            String topic = "topic/" + (i % 3 == 0 ? i % 100 : i / 700);
            publisher.send(Publish.qos1(topic, Binary.utf8(topic), 1));
        }
        publisher.received();
        List<Publish> all = client.received(Publish.class);
        while (!all.isEmpty()) {
            for (Publish publish : all) {
                Integer alias = publish.properties().topicAlias();
                if (alias != null && !publish.topic().isEmpty()) {
                    known.put(alias, publish.topic());
                }
                String topic = publish.topic().isEmpty() ? known.get(Objects.requireNonNull(alias)) : publish.topic();
                assertThat(topic).isEqualTo(publish.payload().toUtf8());
                client.send(new Puback(publish.packetId()));
            }
            all = client.received(Publish.class);
        }
        assertThat(known).hasSize(2);
    }

    @Test
    void anAliasThatComesWithAMessageTooLargeIsToldWithTheNext() { // [MQTT-3.1.2-25]
        Client client = subscriber("client", taking(5).withMaximumPacketSize(60));
        publish("a/topic", "x".repeat(100));
        publish("a/topic", "small");
        publish("a/topic", "again");
        assertThat(client.received(Publish.class)).extracting(Publish::topic).containsExactly("a/topic", "");
    }

    @Test
    void aMessageThatFitsWithoutAnAliasIsSentWithoutOne() { // [MQTT-3.1.2-24]
        // 1 + 1 for the header, 2 + 1 for the topic, 2 for the packet id, 1 for no properties
        ConnectProperties exact = taking(5).withMaximumPacketSize(38);
        Client one = subscriber("one", exact);
        Client other = subscriber("other", exact); // The same packet for several.
        for (int i = 1; i <= 4; i++) {
            publisher.send(Publish.qos1("a", Binary.utf8("x".repeat(i == 2 ? 20 : 30)), i));
        }
        publisher.received();
        for (Client client : List.of(one, other)) {
            assertThat(client.received(Publish.class))
                    .extracting(Publish::topic, publish -> publish.properties().topicAlias())
                    .containsExactly(tuple("a", null), tuple("a", 1), tuple("a", null), tuple("a", null));
        }
        assertThat(broker.drops()).isEmpty();
    }

    @Test
    void anAliasGoesTogetherWithOtherProperties() {
        Client client = broker.connect(Connect.v5("client").withProperties(taking(5)));
        client.send(Subscribe.of(1, "#", Qos.AT_MOST_ONCE)
                .withProperties(SubscribeProperties.NONE.withSubscriptionIdentifier(7)));
        client.expect(Suback.class);
        PublishProperties properties = PublishProperties.NONE
                .withUserProperty("k", "v")
                .withContentType("text")
                .withMessageExpiryInterval(60);
        publisher.send(Publish.qos0("a", Binary.EMPTY).withProperties(properties));
        publisher.send(Publish.qos0("a", Binary.EMPTY).withProperties(properties));
        List<Publish> got = client.received(Publish.class);
        assertThat(got).extracting(Publish::topic).containsExactly("a", "");
        assertThat(got)
                .allSatisfy(publish -> assertThat(publish.properties())
                        .isEqualTo(properties
                                .withSubscriptionIdentifiers(List.of(7))
                                .withTopicAlias(1)));
    }
}
