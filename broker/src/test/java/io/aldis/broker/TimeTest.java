package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.VirtualBroker.Client;
import io.aldis.broker.metric.DropReason;
import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.Disconnect;
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
import io.aldis.codec.Will;
import io.aldis.codec.WillProperties;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What MQTT 5.0 says of time: how long sessions and messages last, and what does not happen however long one waits. */
class TimeTest {

    private final VirtualBroker broker = new VirtualBroker();
    private final Client publisher = broker.connect(Connect.v5("publisher").withKeepAlive(0));

    @AfterEach
    void stop() {
        broker.close();
    }

    private static Connect staying(long expirySeconds) {
        return Connect.v5("client")
                .withCleanStart(false)
                .withKeepAlive(0)
                .withProperties(ConnectProperties.NONE.withSessionExpiryInterval(expirySeconds));
    }

    private Client subscriber(Connect connect) {
        Client client = broker.connect(connect);
        client.send(Subscribe.of(1, "t", Qos.EXACTLY_ONCE));
        client.expect(Suback.class);
        return client;
    }

    private static Publish message(Qos qos, String payload, long expirySeconds) {
        return new Publish(
                "t",
                Binary.utf8(payload),
                qos,
                false,
                false,
                qos == Qos.AT_MOST_ONCE ? 0 : 1,
                PublishProperties.NONE.withMessageExpiryInterval(expirySeconds));
    }

    private void publish(Publish message) {
        publisher.send(message);
        if (message.qos() == Qos.EXACTLY_ONCE) {
            publisher.expect(Pubrec.class);
            publisher.send(new Pubrel(message.packetId()));
        }
        publisher.received();
    }

    private static List<String> payloads(List<Publish> messages) {
        return messages.stream().map(message -> message.payload().toUtf8()).toList();
    }

    // Sessions.

    @Test
    void aSessionStaysAsLongAsItsConnectionIsOpen() { // [MQTT-4.1.0-1]
        for (long expiry : new long[] {0, 1, 60}) {
            Client client = subscriber(staying(expiry));
            broker.pass(Duration.ofDays(30));
            publish(message(Qos.AT_LEAST_ONCE, "here", 10));
            Publish got = client.expect(Publish.class);
            assertThat(got.payload()).isEqualTo(Binary.utf8("here"));
            client.send(new Puback(got.packetId()), new Disconnect());
            broker.pass(Duration.ofSeconds(61));
        }
    }

    @Test
    void aSessionStaysForItsExpiryIntervalAndThenIsDeleted() { // [MQTT-3.1.2-23], [MQTT-4.1.0-2]
        subscriber(staying(60)).drop();
        broker.pass(Duration.ofSeconds(59));
        Client back = broker.connect(staying(60));
        assertThat(back.connack.sessionPresent()).isTrue();
        back.drop();
        publish(message(Qos.AT_LEAST_ONCE, "never seen", 1000));
        broker.pass(Duration.ofSeconds(61));
        assertThat(broker.admin().session("client")).isEmpty();
        Client late = broker.connect(staying(60));
        assertThat(late.connack.sessionPresent()).isFalse();
        publish(message(Qos.AT_LEAST_ONCE, "nor this", 1000));
        assertThat(late.received()).isEmpty();
    }

    @Test
    void aSessionWithoutAnExpiryIntervalEndsWithItsConnection() { // [MQTT-4.1.0-2]
        subscriber(staying(0)).drop();
        assertThat(broker.admin().session("client")).isEmpty();
        assertThat(broker.connect(staying(0)).connack.sessionPresent()).isFalse();
    }

    @Test
    void aKeepAliveThatTheServerDoesNotReplaceIsTheClients() { // [MQTT-3.2.2-22], [MQTT-3.1.2-22]
        Client client = broker.connect(Connect.v5("client").withKeepAlive(20));
        Connack connack = client.connack;
        assertThat(connack.properties().serverKeepAlive()).isNull();
        broker.pass(Duration.ofSeconds(29));
        assertThat(client.closed()).isFalse();
        client.send(new Pingreq());
        client.expect(Pingresp.class);
        broker.pass(Duration.ofSeconds(29));
        assertThat(client.closed()).isFalse();
        broker.pass(Duration.ofSeconds(2));
        assertThat(client.expect(Disconnect.class).reason()).isEqualTo(ReasonCode.KEEP_ALIVE_TIMEOUT);
        assertThat(client.closed()).isTrue();
    }

    // Messages.

    @ParameterizedTest
    @EnumSource(
            value = Qos.class,
            names = {"AT_LEAST_ONCE", "EXACTLY_ONCE"})
    void aMessageThatWaitedGoesOutWithTheRestOfItsTime(Qos qos) { // [MQTT-3.3.2-6]
        subscriber(staying(3600)).drop();
        publish(message(qos, "waits", 100));
        broker.pass(Duration.ofSeconds(30));
        assertThat(broker.connect(staying(3600)).received(Publish.class))
                .extracting(message -> message.properties().messageExpiryInterval())
                .containsExactly(70L);
    }

    @ParameterizedTest
    @EnumSource(
            value = Qos.class,
            names = {"AT_LEAST_ONCE", "EXACTLY_ONCE"})
    void aMessageThatExpiredBeforeItCouldBeSentIsDeletedForThatSubscriber(Qos qos) { // [MQTT-3.3.2-5]
        subscriber(staying(3600)).drop();
        Client narrow = subscriber(
                Connect.v5("narrow").withKeepAlive(0).withProperties(ConnectProperties.NONE.withReceiveMaximum(1)));
        publish(message(qos, "in time", 100));
        publish(message(qos, "late", 10));
        publish(message(qos, "in time too", 100));
        Publish first = narrow.expect(Publish.class);
        broker.pass(Duration.ofSeconds(30));
        narrow.send(qos == Qos.AT_LEAST_ONCE ? new Puback(first.packetId()) : new Pubrec(first.packetId()));
        narrow.send(new Pubcomp(first.packetId()));
        assertThat(payloads(narrow.received(Publish.class))).containsExactly("in time too");
        assertThat(payloads(broker.connect(staying(3600)).received(Publish.class)))
                .containsExactly("in time", "in time too");
        assertThat(broker.admin().statistics().dropped()).containsEntry(DropReason.EXPIRED, 2L);
    }

    @Test
    void aMessageThatHasBeenSentDoesNotExpire() { // [MQTT-4.3.3-7]
        Client client = subscriber(staying(3600));
        publish(message(Qos.EXACTLY_ONCE, "sent in time", 10));
        Publish first = client.expect(Publish.class);
        client.drop();
        broker.pass(Duration.ofSeconds(60));
        Client back = broker.connect(staying(3600));
        Publish again = back.expect(Publish.class);
        assertThat(again.packetId()).isEqualTo(first.packetId());
        assertThat(again.dup()).isTrue();
        assertThat(again.payload()).isEqualTo(first.payload());
        back.send(new Pubrec(again.packetId()));
        back.expect(Pubrel.class);
    }

    @Test
    void theHandshakeGoesOnThoughTheMessageHasExpired() { // [MQTT-4.3.3-13]
        subscriber(staying(3600)).drop();
        Publish message = message(Qos.EXACTLY_ONCE, "too late", 10).withPacketId(7);
        publisher.send(message);
        assertThat(publisher.expect(Pubrec.class).packetId()).isEqualTo(7);
        broker.pass(Duration.ofSeconds(60));
        assertThat(broker.connect(staying(3600)).received(Publish.class)).isEmpty();
        publisher.send(message.withDup(true));
        assertThat(publisher.expect(Pubrec.class).packetId()).isEqualTo(7);
        publisher.send(new Pubrel(7));
        assertThat(publisher.received()).containsExactly(new Pubcomp(7));
    }

    @Test
    void nothingIsSentAgainAsLongAsTheConnectionIsOpen() { // [MQTT-4.4.0-1]
        Client client = subscriber(staying(3600));
        publish(message(Qos.AT_LEAST_ONCE, "one", 10));
        publish(message(Qos.EXACTLY_ONCE, "two", 10));
        publish(message(Qos.EXACTLY_ONCE, "three", 10));
        List<Publish> sent = client.received(Publish.class);
        assertThat(payloads(sent)).containsExactly("one", "two", "three");
        client.send(new Pubrec(sent.get(2).packetId()));
        client.expect(Pubrel.class);
        broker.pass(Duration.ofDays(1));
        assertThat(client.received()).isEmpty();
        client.drop();
        assertThat(broker.connect(staying(3600)).received())
                .containsExactly(
                        resent(sent.get(0)),
                        resent(sent.get(1)),
                        new Pubrel(sent.get(2).packetId()));
    }

    /** The same message once more; nothing is left of its time but the least that can be said. */
    private static Publish resent(Publish sent) {
        return sent.withDup(true).withProperties(sent.properties().withMessageExpiryInterval(1));
    }

    // Wills.

    @Test
    void aWillIsPublishedWhenItsDelayIsOverOrItsSessionEnds() { // [MQTT-3.1.2-8]
        Client watcher = subscriber(Connect.v5("watcher").withKeepAlive(0));
        Will will = Will.of("t", Binary.utf8("gone"), Qos.AT_MOST_ONCE)
                .withProperties(WillProperties.NONE.withDelayInterval(30));
        broker.connect(staying(60).withWill(will)).drop();
        broker.pass(Duration.ofSeconds(29));
        assertThat(watcher.received()).isEmpty();
        broker.pass(Duration.ofSeconds(2));
        assertThat(watcher.received(Publish.class)).hasSize(1);

        broker.connect(staying(10).withWill(will)).drop();
        broker.pass(Duration.ofSeconds(9));
        assertThat(watcher.received()).isEmpty();
        broker.pass(Duration.ofSeconds(2));
        assertThat(watcher.received(Publish.class)).hasSize(1);
    }

    @Test
    void aWillIsNotSentIfItsClientIsBackBeforeTheDelayIsOver() { // [MQTT-3.1.3-9]
        Client watcher = subscriber(Connect.v5("watcher").withKeepAlive(0));
        Will will = Will.of("t", Binary.utf8("gone"), Qos.AT_MOST_ONCE)
                .withProperties(WillProperties.NONE.withDelayInterval(30));
        broker.connect(staying(60).withWill(will)).drop();
        broker.pass(Duration.ofSeconds(29));
        broker.connect(staying(60));
        broker.pass(Duration.ofDays(1));
        assertThat(watcher.received()).isEmpty();
    }
}
