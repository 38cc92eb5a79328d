package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.VirtualBroker.Client;
import io.aldis.broker.loop.Loop;
import io.aldis.broker.metric.DropReason;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.Disconnect;
import io.aldis.codec.DisconnectProperties;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.Puback;
import io.aldis.codec.Publish;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions that begin, wait, are taken over, and end (MQTT 5.0 §3.1.2.11.2, §4.1). */
class SessionTest {

    private static Connect persistent(String clientId, long expirySeconds) {
        return Connect.v5(clientId)
                .withKeepAlive(0)
                .withCleanStart(false)
                .withProperties(ConnectProperties.NONE.withSessionExpiryInterval(expirySeconds));
    }

    private static void subscribe(Client client, String filter) {
        client.send(Subscribe.of(1, filter, Qos.AT_LEAST_ONCE));
        client.expect(Suback.class);
    }

    private static void publish(VirtualBroker broker, String topic, String payload) {
        Client publisher = broker.connect(Connect.v5("publisher"));
        publisher.send(Publish.qos1(topic, Binary.utf8(payload), 1), new Disconnect());
        broker.settle();
    }

    @Test
    void aPersistentSessionGetsWhatCameWhileItsClientWasAway() {
        try (VirtualBroker broker = new VirtualBroker()) {
            Client client = broker.connect(persistent("client", 100));
            assertThat(client.connack.sessionPresent()).isFalse();
            subscribe(client, "t");
            client.send(new Disconnect());
            publish(broker, "t", "one");
            publish(broker, "t", "two");
            client = broker.connect(persistent("client", 100));
            assertThat(client.connack.sessionPresent()).isTrue();
            assertThat(client.received(Publish.class))
                    .extracting(publish -> publish.payload().toUtf8())
                    .containsExactly("one", "two");
        }
    }

    @Test
    void cleanStartEndsTheEarlierSession() { // [MQTT-3.1.2-4]
        try (VirtualBroker broker = new VirtualBroker()) {
            Client client = broker.connect(persistent("client", 100));
            subscribe(client, "t");
            client.drop();
            publish(broker, "t", "lost");
            client = broker.connect(persistent("client", 100).withCleanStart(true));
            assertThat(client.connack.sessionPresent()).isFalse();
            publish(broker, "t", "unwanted");
            assertThat(client.received()).isEmpty();
            assertThat(broker.admin().statistics().dropped()).containsEntry(DropReason.SESSION_ENDED, 1L);
            assertThat(broker.admin().sessions()).hasSize(1);
        }
    }

    @Test
    void aSessionExpiresCountedFromTheDisconnectNotFromTheConnect() {
        try (VirtualBroker broker = new VirtualBroker()) {
            Client client = broker.connect(persistent("client", 60));
            subscribe(client, "t");
            broker.pass(Duration.ofHours(5));
            client.drop();
            broker.pass(Duration.ofSeconds(59));
            assertThat(broker.admin().session("client")).isPresent();
            client = broker.connect(persistent("client", 60));
            assertThat(client.connack.sessionPresent()).isTrue();
            client.drop();
            broker.pass(Duration.ofSeconds(61));
            assertThat(broker.admin().session("client")).isEmpty();
            assertThat(broker.connect(persistent("client", 60)).connack.sessionPresent())
                    .isFalse();
        }
    }

    @Test
    void aClockSetBackDoesNotEndSessionsEarlyAndDoesNotKeepThemForEver() {
        try (VirtualBroker broker = new VirtualBroker()) {
            broker.connect(persistent("client", 60)).drop();
            broker.loops().setWallClockBy(Duration.ofMinutes(-10));
            broker.pass(Duration.ofSeconds(61));
            assertThat(broker.admin().session("client")).isPresent();
            broker.pass(Duration.ofMinutes(10));
            assertThat(broker.admin().session("client")).isEmpty();
        }
    }

    @Test
    void disconnectMaySetAnotherExpiry() { // MQTT 5.0 §3.14.2.2.2
        try (VirtualBroker broker = new VirtualBroker()) {
            Client client = broker.connect(persistent("client", 60));
            client.send(new Disconnect(ReasonCode.SUCCESS, DisconnectProperties.NONE.withSessionExpiryInterval(0)));
            broker.settle();
            assertThat(broker.admin().sessions()).isEmpty();
        }
    }

    @Test
    void disconnectMayNotSetAnExpiryIfConnectSetNone() { // MQTT 5.0 §3.14.2.2.2
        try (VirtualBroker broker = new VirtualBroker()) {
            Client client = broker.connect(Connect.v5("client"));
            client.send(new Disconnect(ReasonCode.SUCCESS, DisconnectProperties.NONE.withSessionExpiryInterval(10)));
            assertThat(client.expect(Disconnect.class).reason()).isEqualTo(ReasonCode.PROTOCOL_ERROR);
            assertThat(client.closed()).isTrue();
        }
    }

    @Test
    void aSessionOfMqtt311WithoutCleanSessionStays() { // [MQTT3-3.1.2-4], [MQTT3-3.2.2-2]
        try (VirtualBroker broker = new VirtualBroker()) {
            Connect connect = Connect.v311("client").withCleanStart(false);
            broker.connect(connect).drop();
            broker.pass(Duration.ofDays(1000));
            assertThat(broker.connect(connect).connack.sessionPresent()).isTrue();
        }
    }

    @Test
    void aCleanSessionEndsWithItsConnection() { // [MQTT3-3.1.2-6], [MQTT3-3.2.2-3]
        try (VirtualBroker broker = new VirtualBroker()) {
            Client client = broker.connect(Connect.v311("client"));
            subscribe(client, "t");
            client.drop();
            assertThat(broker.admin().sessions()).isEmpty();
            assertThat(broker.connect(Connect.v311("client").withCleanStart(false))
                            .connack
                            .sessionPresent())
                    .isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSessionLastsAsLongAsItsConnectionAtLeast(boolean clean) { // [MQTT3-4.1.0-1], [MQTT3-4.1.0-2]
        Settings settings = Settings.defaults().withSession(session -> session.withMaximumExpiry(60));
        try (VirtualBroker broker = new VirtualBroker(2, 1, settings)) {
            Client client =
                    broker.connect(Connect.v311("client").withCleanStart(clean).withKeepAlive(0));
            subscribe(client, "t");
            broker.pass(Duration.ofDays(1000));
            publish(broker, "t", "still here");
            assertThat(client.received(Publish.class)).hasSize(1);
        }
    }

    @Test
    void anEmptyClientIdIsReplacedOrRefusedAsItsVersionAsks() { // [MQTT-3.1.3-6], [MQTT3-3.1.3-6], [MQTT3-3.1.3-8]
        try (VirtualBroker broker = new VirtualBroker()) {
            assertThat(broker.connect(Connect.v5("")).connack.properties().assignedClientIdentifier())
                    .isEqualTo("assigned-1");
            assertThat(broker.connect(Connect.v311("")).connack.reason()).isEqualTo(ReasonCode.SUCCESS);
            Client refused = broker.open(MqttVersion.V3_1_1);
            refused.send(Connect.v311("").withCleanStart(false));
            assertThat(refused.expect(Connack.class).reason()).isEqualTo(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID);
            assertThat(refused.closed()).isTrue();
        }
    }

    @Test
    void aQueueIsBoundedAndWhatDoesNotFitIsCounted() {
        Settings settings = Settings.defaults().withQueue(queue -> queue.withMaximumMessages(3));
        try (VirtualBroker broker = new VirtualBroker(2, 1, settings)) {
            Client away = broker.connect(persistent("away", 100));
            subscribe(away, "t");
            away.drop();
            Client deaf =
                    broker.connect(Connect.v5("deaf").withProperties(ConnectProperties.NONE.withReceiveMaximum(1)));
            subscribe(deaf, "t");
            for (int i = 1; i <= 5; i++) {
                publish(broker, "t", "m" + i);
            }
            assertThat(broker.admin().statistics().dropped()).containsEntry(DropReason.QUEUE_FULL_MESSAGES, 4L);
            assertThat(broker.connect(persistent("away", 100)).received(Publish.class))
                    .extracting(publish -> publish.payload().toUtf8())
                    .containsExactly("m1", "m2", "m3");
        }
    }

    @Test
    void aQueueIsBoundedInBytesToo() {
        Settings settings = Settings.defaults().withQueue(queue -> queue.withMaximumBytes(3000));
        try (VirtualBroker broker = new VirtualBroker(2, 1, settings)) {
            Client away = broker.connect(persistent("away", 100));
            subscribe(away, "t");
            away.drop();
            publish(broker, "t", "x".repeat(2000));
            publish(broker, "t", "y".repeat(2000));
            publish(broker, "t", "z");
            assertThat(broker.admin().statistics().dropped()).containsEntry(DropReason.QUEUE_FULL_BYTES, 1L);
            assertThat(broker.connect(persistent("away", 100)).received(Publish.class))
                    .hasSize(2);
        }
    }

    @Test
    void theFormerConnectionIsToldThatItIsTakenOver() { // [MQTT-3.1.4-3]
        try (VirtualBroker broker = new VirtualBroker()) {
            for (boolean clean : new boolean[] {true, false}) {
                Connect connect = persistent("client", 60).withCleanStart(clean);
                Client former = broker.connect(connect);
                Client latter = broker.connect(connect);
                assertThat(former.received(Disconnect.class))
                        .extracting(Disconnect::reason)
                        .containsExactly(ReasonCode.SESSION_TAKEN_OVER);
                assertThat(former.closed()).isTrue();
                subscribe(latter, "t");
                publish(broker, "t", "here");
                assertThat(latter.received(Publish.class)).hasSize(1);
                latter.send(new Disconnect(ReasonCode.SUCCESS, DisconnectProperties.NONE.withSessionExpiryInterval(0)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void whoeverIsOvertakenHearsItAlsoBeforeItIsAttached(long seed) { // [MQTT-3.1.4-3], [MQTT-3.14.0-1], [MQTT-3.2.2-3]
        for (boolean clean : new boolean[] {true, false}) {
            race(new VirtualBroker(3, seed, Settings.defaults()), clean);
            race(VirtualBroker.ofLateAnswers(3, seed, Settings.defaults()), clean);
        }
    }

    private static void race(VirtualBroker broker, boolean clean) {
        try (broker) {
            List<Client> racers = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                Client racer = broker.openSoon(MqttVersion.V5);
                racer.send(persistent("one", 60).withCleanStart(clean));
                racers.add(racer);
            }
            List<Boolean> present = new ArrayList<>();
            List<ReasonCode> ends = new ArrayList<>();
            for (Client racer : racers) {
                List<Packet> heard = racer.received();
                assertThat(heard).hasSize(racer.closed() ? 2 : 1).first().isInstanceOf(Connack.class);
                Connack connack = (Connack) heard.get(0);
                assertThat(connack.reason()).isEqualTo(ReasonCode.SUCCESS);
                present.add(connack.sessionPresent());
                if (racer.closed()) {
                    ends.add(((Disconnect) heard.get(1)).reason());
                }
            }
            assertThat(ends).hasSize(5).containsOnly(ReasonCode.SESSION_TAKEN_OVER);
            assertThat(present.stream().filter(flag -> flag)).hasSize(clean ? 0 : 5);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void whoeverIsOvertakenIsClosedWithoutAWordInVersion3(long seed) { // [MQTT3-3.1.4-2]
        try (VirtualBroker broker = new VirtualBroker(3, seed, Settings.defaults())) {
            List<Client> racers = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                Client racer = broker.openSoon(MqttVersion.V3_1_1);
                racer.send(Connect.v311("one"));
                racers.add(racer);
            }
            broker.settle();
            assertThat(racers.stream().filter(racer -> !racer.closed())).hasSize(1);
            for (Client racer : racers) {
                assertThat(racer.received())
                        .hasSizeLessThanOrEqualTo(1)
                        .allSatisfy(packet -> assertThat(packet).isEqualTo(Connack.accepted(false)));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void manyConnectionsThatFightForOneClientIdLeaveExactlyOneSession(long seed) {
        try (VirtualBroker broker = new VirtualBroker(4, seed, Settings.defaults())) {
            Random random = new Random(seed);
            List<Client> fighters = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                Client client = broker.open(MqttVersion.V5, random.nextInt(4));
                fighters.add(client);
                client.send(persistent("one", random.nextBoolean() ? 60 : 0).withCleanStart(random.nextInt(3) == 0));
                client.send(Subscribe.of(1, "t", Qos.AT_LEAST_ONCE));
                if (random.nextInt(4) == 0) {
                    fighters.get(random.nextInt(fighters.size())).drop();
                }
            }
            Client last = broker.connect(persistent("one", 60));
            assertThat(broker.admin().sessions()).hasSize(1);
            for (Client fighter : fighters) {
                fighter.received();
                assertThat(fighter.closed()).isTrue();
            }
            last.send(Subscribe.of(2, "t", Qos.AT_LEAST_ONCE));
            last.received();
            publish(broker, "t", "to one only");
            assertThat(last.received(Publish.class)).hasSize(1);
            assertThat(broker.admin().session("one"))
                    .get()
                    .extracting("connected")
                    .isEqualTo(true);
            last.drop();
            broker.pass(Duration.ofSeconds(61));
            assertThat(broker.admin().sessions()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aPublisherIsSlowedDownToAReceiverThatTakesItsMessages(boolean durable) {
        Settings settings = Settings.defaults()
                .withQueue(queue -> queue.withMaximumMessages(1500))
                .withSession(session -> session.withMaximumInFlight(100));
        try (VirtualBroker broker = new VirtualBroker(2, 1, settings)) {
            Client receiver = broker.connect(durable ? persistent("receiver", 100) : Connect.v5("receiver"));
            subscribe(receiver, "t");
            Client publisher = broker.connect(Connect.v5("publisher"));
            int got = 0;
            for (int i = 1; i <= 6000; i++) {
                publisher.send(Publish.qos1("t", Binary.EMPTY, i));
            }
            for (int millis = 0; millis < 2000 && got < 6000; millis++) {
                broker.pass(Duration.ofMillis(1));
                for (Publish publish : receiver.received(Publish.class)) {
                    got++;
                    receiver.send(new Puback(publish.packetId()));
                }
            }
            assertThat(got).isEqualTo(6000);
            assertThat(broker.admin().statistics().droppedInTotal()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aReceiverThatTakesNothingHoldsItsPublisherUpForAMomentOnly(boolean durable) {
        Settings settings = Settings.defaults().withQueue(queue -> queue.withMaximumMessages(20));
        try (VirtualBroker broker = new VirtualBroker(2, 1, settings)) {
            Client stuck = broker.connect(durable ? persistent("stuck", 100) : Connect.v5("stuck"));
            subscribe(stuck, "t");
            Client publisher = broker.connect(Connect.v5("publisher"));
            for (int i = 1; i <= 500; i++) {
                publisher.send(Publish.qos1("t", Binary.EMPTY, i));
            }
            assertThat(publisher.received()).hasSizeLessThan(50);
            broker.pass(Duration.ofMillis(260));
            assertThat(publisher.received()).hasSizeGreaterThan(450);
            assertThat(broker.admin().statistics().dropped()).containsEntry(DropReason.QUEUE_FULL_MESSAGES, 480L);
        }
    }

    @Test
    void aReceiverThatTakesHardlyAnythingIsNotWaitedForLongerThanASecond() {
        Settings settings = Settings.defaults().withQueue(queue -> queue.withMaximumMessages(1500));
        try (VirtualBroker broker = new VirtualBroker(1, 1, settings)) {
            Client slow = broker.connect(Connect.v5("slow"));
            subscribe(slow, "t");
            Client publisher = broker.connect(Connect.v5("publisher"));
            for (int i = 1; i <= 3000; i++) {
                publisher.send(Publish.qos1("t", Binary.EMPTY, i));
            }
            int acknowledged = publisher.received().size();
            assertThat(acknowledged).isLessThan(1000);
            for (int tenth = 0; tenth < 12; tenth++) {
                broker.pass(Duration.ofMillis(100));
                slow.received(Publish.class).forEach(publish -> slow.send(new Puback(publish.packetId())));
                acknowledged += publisher.received().size();
            }
            broker.pass(Duration.ofMillis(300));
            assertThat(acknowledged + publisher.received().size()).isEqualTo(3000);
        }
    }

    @Test
    void aClientIsGreetedWhenAllWhoHadItsIdHaveLeftHoweverBusyTheirLoops() { // [MQTT-3.1.4-3]
        try (VirtualBroker broker = new VirtualBroker(3, 1, Settings.defaults())) {
            Loop busy = broker.loops().all().get(0);
            Client first = broker.open(MqttVersion.V5, 0);
            first.send(Connect.v5("client"), Subscribe.of(1, "t", Qos.AT_MOST_ONCE));
            assertThat(first.received()).hasSize(2);
            Client second = broker.open(MqttVersion.V5, 1);
            Client third = broker.open(MqttVersion.V5, 2);
            broker.loops().hold(busy);
            second.send(Connect.v5("client"));
            broker.settle();
            third.send(Connect.v5("client"));
            assertThat(third.received()).isEmpty();
            broker.loops().free(busy);
            assertThat(third.expect(Connack.class).sessionPresent()).isFalse();
            assertThat(first.closed()).isTrue();
            assertThat(second.closed()).isTrue();
        }
    }

    @Test
    void clientsThatPublishToThemselvesOrToEachOtherDoNotWaitForEachOther() {
        Settings settings = Settings.defaults().withSession(session -> session.withMaximumInFlight(100));
        try (VirtualBroker broker = new VirtualBroker(2, 1, settings)) {
            Client one = broker.connect(Connect.v311("one"));
            Client two = broker.connect(Connect.v311("two"));
            subscribe(one, "for/one");
            subscribe(two, "for/two");
            for (int i = 1; i <= 3000; i++) {
                one.send(Publish.qos1("for/two", Binary.EMPTY, i));
                two.send(Publish.qos1("for/one", Binary.EMPTY, i));
            }
            int acknowledged = 0;
            for (int millis = 0; millis < 200; millis++) {
                broker.pass(Duration.ofMillis(1));
                for (Client client : List.of(one, two)) {
                    for (Packet packet : client.received()) {
                        if (packet instanceof Publish publish) {
                            client.send(new Puback(publish.packetId()));
                        } else {
                            acknowledged++;
                        }
                    }
                }
            }
            assertThat(acknowledged).isEqualTo(6000);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void anAcknowledgementThatATakeoverMadeStaleIsNotForgotten(long seed) {
        try (VirtualBroker broker = VirtualBroker.ofLateAnswers(2, seed, Settings.defaults())) {
            Client former = broker.open(MqttVersion.V5, 0);
            former.send(persistent("client", 100));
            former.expect(Connack.class);
            subscribe(former, "t");
            publish(broker, "t", "once");
            Publish got = former.expect(Publish.class);
            Client latter = broker.open(MqttVersion.V5, 1);
            broker.loops().hold(broker.loops().all().get(0));
            latter.send(persistent("client", 100));
            former.send(new Puback(got.packetId()));
            broker.settle();
            broker.loops().free(broker.loops().all().get(0));
            latter.received(Publish.class).forEach(again -> latter.send(new Puback(again.packetId())));
            broker.settle();
            assertThat(broker.connect(persistent("client", 100)).received()).isEmpty();
        }
    }
}
