package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.VirtualBroker.Client;
import io.aldis.broker.connection.Door;
import io.aldis.broker.message.Message;
import io.aldis.broker.metric.DropReason;
import io.aldis.broker.settings.ListenerSettings;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.Disconnect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Puback;
import io.aldis.codec.Publish;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Pubrec;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.RetainHandling;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.codec.Subscription;
import io.aldis.codec.Unsuback;
import io.aldis.codec.Unsubscribe;
import io.aldis.codec.Will;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients of listeners with a mount point live below it: what they call {@code t} is {@code tenants/a/t} to all others. */
class MountPointTest {

    private final List<String> heard = new ArrayList<>();
    private final VirtualBroker broker = new VirtualBroker(
            2,
            1,
            Settings.defaults(),
            hooks -> hooks.onConnect(event -> {
                        if (event.will() != null) {
                            heard.add("will " + event.will().topic());
                        }
                        return event.proceed();
                    })
                    .authorizer(access -> {
                        heard.add(access.action() + " " + access.topic());
                        return access.allow();
                    })
                    .onMsgArrived(event -> {
                        heard.add("arrived " + event.message().topic());
                        return event.route();
                    })
                    .onUnsubscribe(event -> {
                        heard.add("unsubscribe " + event.filter());
                        return event.allow();
                    })
                    .onDeliver(event -> {
                        heard.add("deliver " + event.message().topic());
                        return event.send();
                    }));
    private final Door a = broker.door(ListenerSettings.defaults().withMountPoint("tenants/a/"));
    private final Door b = broker.door(ListenerSettings.defaults().withMountPoint("tenants/b/"));

    @AfterEach
    void stop() {
        broker.close();
    }

    private static Connect connect(String clientId) {
        return Connect.v5(clientId).withKeepAlive(0);
    }

    private static Connect persistent(String clientId) {
        return connect(clientId)
                .withCleanStart(false)
                .withProperties(ConnectProperties.NONE.withSessionExpiryInterval(1000));
    }

    private static void subscribe(Client client, String filter) {
        client.send(Subscribe.of(1, filter, Qos.EXACTLY_ONCE));
        assertThat(client.expect(Suback.class).reasons()).containsExactly(ReasonCode.GRANTED_QOS_2);
    }

    private static List<String> topics(Client client) {
        return client.received(Publish.class).stream().map(Publish::topic).toList();
    }

    private void publish(String topic) {
        broker.admin().publish(Message.builder(topic).payload("m").build());
    }

    private long outside() {
        return broker.admin().statistics().dropped().getOrDefault(DropReason.OUTSIDE_MOUNT_POINT, 0L);
    }

    @ParameterizedTest
    @EnumSource
    void clientsOfOneMountPointMeetAndSeeNothingElse(MqttVersion version) {
        Client all = broker.connect(connect("all"));
        subscribe(all, "#");
        Client one = broker.connect(a, Connect.of(version, "one"));
        Client two = broker.connect(a, Connect.of(version, "two"));
        Client other = broker.connect(b, Connect.of(version, "other"));
        for (Client client : List.of(one, two, other)) {
            client.send(Subscribe.of(1, "#", Qos.EXACTLY_ONCE));
            client.received();
        }
        one.send(
                Publish.qos0("t/0", Binary.utf8("m")),
                Publish.qos1("t/1", Binary.utf8("m"), 1),
                Publish.qos2("t/2", Binary.utf8("m"), 2));
        assertThat(topics(two)).containsExactly("t/0", "t/1", "t/2");
        assertThat(topics(all)).containsExactly("tenants/a/t/0", "tenants/a/t/1", "tenants/a/t/2");
        assertThat(topics(other)).isEmpty();
        publish("tenants/a/from/outside");
        publish("t/0");
        publish("tenants/b/t");
        assertThat(topics(two)).containsExactly("from/outside");
        assertThat(topics(other)).containsExactly("t");
    }

    @Test
    void hooksHearTheFullTopics() {
        Client client =
                broker.connect(a, connect("client").withWill(Will.of("gone", Binary.utf8("m"), Qos.AT_MOST_ONCE)));
        subscribe(client, "t/#");
        client.send(Publish.qos0("t/1", Binary.utf8("m")));
        client.send(Unsubscribe.of(2, "t/#"));
        client.received();
        assertThat(heard)
                .containsExactly(
                        "will tenants/a/gone",
                        "WILL tenants/a/gone",
                        "SUBSCRIBE tenants/a/t/#",
                        "PUBLISH tenants/a/t/1",
                        "arrived tenants/a/t/1",
                        "deliver tenants/a/t/1",
                        "unsubscribe tenants/a/t/#");
    }

    @Test
    void aSubscriptionEndsByTheNameItWasMadeBy() {
        Client client = broker.connect(a, connect("client"));
        subscribe(client, "t");
        client.send(Unsubscribe.of(2, "tenants/a/t", "t", "a#"));
        assertThat(client.expect(Unsuback.class).reasons())
                .containsExactly(
                        ReasonCode.NO_SUBSCRIPTION_EXISTED, ReasonCode.SUCCESS, ReasonCode.NO_SUBSCRIPTION_EXISTED);
        publish("tenants/a/t");
        assertThat(topics(client)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"a#", "a/#/b", "$share/g/", "$share//t", "$share/g"})
    void whatIsNoFilterDoesNotBecomeOne(String filter) {
        Client client = broker.connect(a, connect("client"));
        client.send(Subscribe.of(1, filter, Qos.AT_MOST_ONCE));
        assertThat(client.expect(Suback.class).reasons()).containsExactly(ReasonCode.TOPIC_FILTER_INVALID);
    }

    @Test
    void aSharedSubscriptionIsSharedBelowTheMountPoint() {
        Client one = broker.connect(a, connect("one"));
        Client two = broker.connect(a, connect("two"));
        Client other = broker.connect(b, connect("other"));
        for (Client client : List.of(one, two, other)) {
            subscribe(client, "$share/g/t/+");
        }
        for (int i = 0; i < 10; i++) {
            one.send(Publish.qos0("t/" + i, Binary.EMPTY));
        }
        List<String> got = new ArrayList<>(topics(one));
        got.addAll(topics(two));
        assertThat(got).hasSize(10).allMatch(topic -> topic.matches("t/\\d"));
        assertThat(topics(other)).isEmpty();
        one.send(Unsubscribe.of(2, "$share/g/t/+"));
        assertThat(one.expect(Unsuback.class).reasons()).containsExactly(ReasonCode.SUCCESS);
    }

    @Test
    void theWillIsPublishedBelowTheMountPoint() {
        Client watcher = broker.connect(a, connect("watcher"));
        subscribe(watcher, "gone");
        Client outside = broker.connect(connect("outside"));
        subscribe(outside, "gone");
        broker.connect(a, connect("client").withWill(Will.of("gone", Binary.utf8("m"), Qos.AT_LEAST_ONCE)))
                .drop();
        assertThat(topics(watcher)).containsExactly("gone");
        assertThat(topics(outside)).isEmpty();
    }

    @Test
    void whatIsRetainedIsFoundUnderItsName() {
        Client client = broker.connect(a, connect("client"));
        client.send(Publish.qos1("kept", Binary.utf8("m"), 1).withRetain(true));
        client.expect(Puback.class);
        assertThat(broker.admin().statistics().retained()).isEqualTo(1);
        client.send(Subscribe.of(2, "+", Qos.AT_MOST_ONCE));
        assertThat(client.received(Publish.class)).singleElement().satisfies(message -> {
            assertThat(message.topic()).isEqualTo("kept");
            assertThat(message.retain()).isTrue();
        });
        Client outside = broker.connect(connect("outside"));
        outside.send(Subscribe.of(1, "#", Qos.AT_MOST_ONCE));
        assertThat(topics(outside)).containsExactly("tenants/a/kept");
    }

    @Test
    void aliasesInBothDirectionsStandForTheNamesOfTheClient() {
        Client receiver =
                broker.connect(a, connect("receiver").withProperties(ConnectProperties.NONE.withTopicAliasMaximum(2)));
        subscribe(receiver, "t");
        Client plain = broker.connect(connect("plain"));
        subscribe(plain, "t");
        Client sender = broker.connect(a, connect("sender"));
        PublishProperties alias = PublishProperties.NONE.withTopicAlias(1);
        sender.send(
                Publish.qos0("t", Binary.utf8("1")).withProperties(alias), byAlias("2", alias), byAlias("3", alias));
        assertThat(receiver.received(Publish.class)).extracting(Publish::topic).containsExactly("t", "", "");
        // The name is remembered for all clients of a loop: it must not have become the full one.
        Client outside = broker.connect(connect("outside"));
        outside.send(Publish.qos0("t", Binary.utf8("4")));
        assertThat(plain.received(Publish.class))
                .singleElement()
                .extracting(message -> message.payload().toUtf8())
                .isEqualTo("4");
        assertThat(receiver.received(Publish.class)).isEmpty();
    }

    private static Publish byAlias(String payload, PublishProperties alias) {
        return new Publish("", Binary.utf8(payload), Qos.AT_MOST_ONCE, false, false, 0, alias);
    }

    @Test
    void noLocalHolds() { // [MQTT-3.8.3-3]
        Client client = broker.connect(a, connect("client"));
        client.send(Subscribe.of(1, new Subscription("t", Qos.AT_MOST_ONCE, true, false, RetainHandling.SEND)));
        client.expect(Suback.class);
        client.send(Publish.qos0("t", Binary.EMPTY));
        assertThat(client.received()).isEmpty();
    }

    @Test
    void theResponseTopicIsTheClientsOwnAffair() {
        Client client = broker.connect(a, connect("client"));
        subscribe(client, "t");
        client.send(
                Publish.qos0("t", Binary.EMPTY).withProperties(PublishProperties.NONE.withResponseTopic("answers/1")));
        assertThat(client.received(Publish.class))
                .singleElement()
                .extracting(message -> message.properties().responseTopic())
                .isEqualTo("answers/1");
    }

    @Test
    void thereAreNoTopicsOfTheBrokerInIt() { // MQTT 5.0 §4.7.2
        broker.tellsOfItself();
        Client client = broker.connect(a, connect("client"));
        subscribe(client, "$SYS/#");
        subscribe(client, "#");
        client.send(Publish.qos1("$SYS/broker/version", Binary.utf8("forged"), 1));
        assertThat(client.expect(Puback.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        client.send(Publish.qos1("$other", Binary.utf8("m"), 1));
        assertThat(client.expect(Puback.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        publish("tenants/a/$other"); // A wildcard at the beginning must not match it [MQTT-4.7.2-1].
        assertThat(topics(client)).isEmpty();
    }

    @Test
    void theTopicsOfTheBrokerAreReachedWhereTheyAreMounted() {
        broker.tellsOfItself();
        Door sys = broker.door(ListenerSettings.defaults().withMountPoint("$SYS/broker/"));
        Client client = broker.connect(sys, connect("client"));
        client.send(Subscribe.of(1, "uptime", Qos.AT_MOST_ONCE));
        assertThat(topics(client)).containsExactly("uptime");
        client.send(Publish.qos1("uptime", Binary.utf8("forged"), 1));
        assertThat(client.expect(Puback.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }

    @Test
    void theParentLevelOfTheMountPointIsOutside() {
        Client client = broker.connect(a, connect("client"));
        subscribe(client, "#"); // Which is tenants/a/#, and that matches tenants/a, too (MQTT 5.0 §4.7.1.2).
        publish("tenants/a");
        publish("tenants/a/");
        assertThat(topics(client)).isEmpty();
        assertThat(outside()).isEqualTo(2);
    }

    @Test
    void aTopicThatIsTooLongWithTheMountPointIsRefused() {
        Client client = broker.connect(a, connect("client"));
        subscribe(client, "#");
        String longest = "t".repeat(65_535 - "tenants/a/".length());
        client.send(Publish.qos1(longest, Binary.EMPTY, 1));
        assertThat(topics(client)).containsExactly(longest);
        client.send(new Puback(1));
        client.send(Publish.qos1(longest + "t", Binary.EMPTY, 2));
        Puback refused = client.expect(Puback.class);
        assertThat(refused.reason()).isEqualTo(ReasonCode.TOPIC_NAME_INVALID);
        assertThat(refused.properties().reasonString())
                .isEqualTo("The topic has 65536 bytes with the mount point of the listener; the most are 65535.");
        client.send(Subscribe.of(3, longest + "t", Qos.AT_MOST_ONCE));
        assertThat(client.expect(Suback.class).reasons()).containsExactly(ReasonCode.TOPIC_FILTER_INVALID);
        Client willing = broker.open(a, MqttVersion.V5);
        willing.send(connect("willing").withWill(Will.of(longest + "t", Binary.EMPTY, Qos.AT_MOST_ONCE)));
        assertThat(willing.expect(Connack.class).reason()).isEqualTo(ReasonCode.TOPIC_NAME_INVALID);
    }

    @Test
    void aSessionThatIsResumedElsewhereKeepsItsSubscriptionsAndOnlyWhatIsInSightReachesTheClient() {
        Client client = broker.connect(a, persistent("roamer"));
        subscribe(client, "t/#");
        client.drop();
        broker.admin()
                .publish(Message.builder("tenants/a/t/1").qos(Qos.AT_LEAST_ONCE).build());
        broker.admin()
                .publish(Message.builder("tenants/a/t/2").qos(Qos.EXACTLY_ONCE).build());
        broker.settle();

        Client elsewhere = broker.connect(b, persistent("roamer"));
        assertThat(elsewhere.connack.sessionPresent()).isTrue();
        publish("tenants/a/t/3");
        assertThat(topics(elsewhere)).isEmpty();
        assertThat(outside()).isEqualTo(3);
        elsewhere.drop();

        broker.admin()
                .publish(Message.builder("tenants/a/t/4").qos(Qos.AT_LEAST_ONCE).build());
        Client everywhere = broker.connect(persistent("roamer"));
        assertThat(topics(everywhere)).containsExactly("tenants/a/t/4");
        everywhere.drop();

        Client back = broker.connect(a, persistent("roamer"));
        assertThat(topics(back)).containsExactly("t/4"); // It had not been acknowledged.
        assertThat(outside()).isEqualTo(3);
    }

    @Test
    void whatWasSentAtOneListenerAndIsOwedIsNotRepeatedAtAnother() {
        Client client = broker.connect(a, persistent("roamer"));
        subscribe(client, "t");
        broker.admin()
                .publish(Message.builder("tenants/a/t").qos(Qos.EXACTLY_ONCE).build());
        Publish sent = client.expect(Publish.class);
        client.drop();
        Client elsewhere = broker.connect(b, persistent("roamer"));
        assertThat(elsewhere.received()).isEmpty();
        assertThat(outside()).isEqualTo(1);
        elsewhere.send(new Pubrec(sent.packetId()));
        elsewhere.received();
        assertThat(elsewhere.closed()).isFalse();
        elsewhere.send(new Disconnect());
        broker.pass(Duration.ofSeconds(1));
    }
}
