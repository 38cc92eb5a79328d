package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.VirtualBroker.Client;
import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.Disconnect;
import io.aldis.codec.DisconnectProperties;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Puback;
import io.aldis.codec.Publish;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.codec.Will;
import io.aldis.codec.WillProperties;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Wills (MQTT 5.0 §3.1.2.5, §3.1.3.2). */
class WillTest {

    private final VirtualBroker broker = new VirtualBroker();
    private final Client watcher = broker.connect(Connect.v5("watcher").withKeepAlive(0));

    @BeforeEach
    void watch() {
        watcher.send(Subscribe.of(1, "will", Qos.EXACTLY_ONCE));
        watcher.expect(Suback.class);
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private static Connect mortal() {
        return Connect.v5("mortal").withWill(Will.of("will", Binary.utf8("gone"), Qos.AT_LEAST_ONCE));
    }

    private static Connect delayed(long delaySeconds, long expirySeconds) {
        return Connect.v5("mortal")
                .withCleanStart(false)
                .withWill(Will.of("will", Binary.utf8("gone"), Qos.AT_LEAST_ONCE)
                        .withProperties(WillProperties.NONE.withDelayInterval(delaySeconds)))
                .withProperties(ConnectProperties.NONE.withSessionExpiryInterval(expirySeconds));
    }

    private static Disconnect disconnect(ReasonCode reason, long expirySeconds) {
        return new Disconnect(reason, DisconnectProperties.NONE.withSessionExpiryInterval(expirySeconds));
    }

    private List<Publish> wills() {
        return watcher.received(Publish.class);
    }

    @Test
    void aLostConnectionPublishesTheWill() { // [MQTT-3.1.2-8]
        broker.connect(mortal()).drop();
        assertThat(wills()).extracting(Publish::payload).containsExactly(Binary.utf8("gone"));
    }

    @Test
    void aNormalDisconnectDoesNot() { // [MQTT-3.14.4-3]
        broker.connect(mortal()).send(new Disconnect());
        assertThat(wills()).isEmpty();
    }

    @Test
    void aDisconnectWithWillDoes() { // MQTT 5.0 §3.14.2.1, reason 0x04
        broker.connect(mortal()).send(new Disconnect(ReasonCode.DISCONNECT_WITH_WILL_MESSAGE));
        assertThat(wills()).hasSize(1);
    }

    @Test
    void aProtocolErrorDoes() {
        broker.connect(mortal()).send(mortal());
        assertThat(wills()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void silenceBeyondKeepAliveDoes(MqttVersion version) { // [MQTT-3.1.2-22], [MQTT3-3.1.2-24]
        broker.connect(Connect.of(version, "mortal")
                .withWill(Will.of("will", Binary.utf8("gone"), Qos.AT_LEAST_ONCE))
                .withKeepAlive(10));
        broker.pass(Duration.ofSeconds(14));
        assertThat(wills()).isEmpty();
        broker.pass(Duration.ofSeconds(2));
        assertThat(wills()).hasSize(1);
    }

    @Test
    void aRetainedWillIsRetained() { // [MQTT-3.1.2-15]
        broker.connect(Connect.v311("mortal")
                        .withWill(Will.of("will", Binary.utf8("gone"), Qos.AT_MOST_ONCE)
                                .withRetain(true)))
                .drop();
        assertThat(wills()).hasSize(1);
        Client late = broker.connect(Connect.v5("late"));
        late.send(Subscribe.of(1, "will", Qos.AT_MOST_ONCE));
        assertThat(late.received(Publish.class)).extracting(Publish::retain).containsExactly(true);
    }

    @Test
    void aBinaryWillArrivesAsItIs() {
        Binary bytes = Binary.copyOf(new byte[] {0, -1, 0x16, (byte) 0xC0, (byte) 0x80});
        broker.connect(Connect.v311("mortal").withWill(Will.of("will", bytes, Qos.AT_MOST_ONCE)))
                .drop();
        assertThat(wills()).extracting(Publish::payload).containsExactly(bytes);
    }

    @Test
    void aTakenOverConnectionsWillIsPublishedUnlessItIsDelayed() {
        broker.connect(mortal());
        broker.connect(Connect.v5("mortal"));
        assertThat(wills()).hasSize(1);
        broker.connect(delayed(10, 60));
        broker.connect(delayed(10, 60));
        broker.pass(Duration.ofSeconds(30));
        assertThat(wills()).isEmpty();
    }

    @Test
    void aDelayedWillWaitsAndAClientThatReturnsInTimeTakesItBack() { // [MQTT-3.1.3-9]
        broker.connect(delayed(10, 60)).drop();
        broker.pass(Duration.ofSeconds(9));
        assertThat(wills()).isEmpty();
        broker.connect(delayed(10, 60)).drop();
        broker.pass(Duration.ofSeconds(9));
        assertThat(wills()).isEmpty();
        broker.pass(Duration.ofSeconds(2));
        assertThat(wills()).hasSize(1);
        broker.pass(Duration.ofSeconds(100));
        assertThat(wills()).isEmpty();
    }

    /** A clock that jumps, as that of a machine that slept, is noticed by a claim before it is by a timer. */
    @Test
    void aClientThatReturnsAfterTheDelayButBeforeTheTimerTakesNothingBack() { // [MQTT-3.1.2-8]
        broker.connect(delayed(10, 60)).drop();
        broker.loops().setWallClockBy(Duration.ofSeconds(20));
        Client back = broker.connect(delayed(10, 60).withKeepAlive(0));
        assertThat(back.connack.sessionPresent()).isTrue();
        assertThat(wills()).hasSize(1);
        broker.pass(Duration.ofSeconds(100));
        assertThat(wills()).isEmpty();
    }

    @Test
    void aSessionThatEndsBeforeTheDelayPublishesItsWillThen() { // MQTT 5.0 §3.1.3.2.2
        broker.connect(delayed(1000, 60)).drop();
        broker.pass(Duration.ofSeconds(61));
        assertThat(wills()).hasSize(1);
        broker.connect(delayed(1000, 60)).drop();
        broker.connect(delayed(1000, 60).withCleanStart(true));
        assertThat(wills()).hasSize(1);
        broker.connect(delayed(1000, 0)).drop();
        assertThat(wills()).hasSize(1);
    }

    @Test
    void theExpiryOfAWillCountsFromItsPublication() { // MQTT 5.0 §3.1.3.2.4
        Client mortal = broker.connect(Connect.v5("mortal")
                .withKeepAlive(0)
                .withWill(Will.of("will", Binary.EMPTY, Qos.AT_LEAST_ONCE)
                        .withProperties(WillProperties.NONE.withMessageExpiryInterval(30))));
        broker.pass(Duration.ofMinutes(10));
        mortal.drop();
        assertThat(wills())
                .extracting(publish -> publish.properties().messageExpiryInterval())
                .containsExactly(30L);
    }

    @Test
    void aRefusedClientPublishesNoWillAndLeavesTheSessionAlone() {
        broker.connect(Connect.v5("mortal"));
        Client refused = broker.open(MqttVersion.V5);
        refused.send(mortal().withProperties(ConnectProperties.NONE.withAuthenticationMethod("unknown")));
        assertThat(refused.expect(Connack.class).reason()).isEqualTo(ReasonCode.BAD_AUTHENTICATION_METHOD);
        assertThat(refused.closed()).isTrue();
        assertThat(wills()).isEmpty();
        assertThat(broker.admin().session("mortal"))
                .get()
                .extracting("connected")
                .isEqualTo(true);
    }

    @ParameterizedTest
    @EnumSource(
            value = ReasonCode.class,
            names = {"UNSPECIFIED_ERROR", "IMPLEMENTATION_SPECIFIC_ERROR", "TOPIC_NAME_INVALID", "QUOTA_EXCEEDED"})
    void aDisconnectThatTellsOfAnErrorPublishesTheWill(ReasonCode reason) { // MQTT 5.0 §3.14.2.1
        broker.connect(mortal()).send(new Disconnect(reason));
        assertThat(wills()).hasSize(1);
    }

    @Test
    void aDisconnectWithWillDoesNotShortenItsDelay() { // [MQTT-3.1.2-8]
        broker.connect(delayed(10, 60)).send(new Disconnect(ReasonCode.DISCONNECT_WITH_WILL_MESSAGE));
        broker.pass(Duration.ofSeconds(9));
        assertThat(wills()).isEmpty();
        broker.pass(Duration.ofSeconds(2));
        assertThat(wills()).hasSize(1);
    }

    @Test
    void aNormalDisconnectRemovesADelayedWillForGood() { // [MQTT-3.1.2-10]
        broker.connect(delayed(10, 60)).send(new Disconnect());
        broker.pass(Duration.ofSeconds(100));
        assertThat(wills()).isEmpty();
    }

    @Test
    void aDisconnectThatEndsTheSessionEndsTheDelayToo() { // MQTT 5.0 §3.1.3.2.2, §3.14.2.2.2
        broker.connect(delayed(10, 60)).send(disconnect(ReasonCode.DISCONNECT_WITH_WILL_MESSAGE, 0));
        assertThat(wills()).hasSize(1);
        broker.connect(delayed(10, 60)).send(disconnect(ReasonCode.SUCCESS, 0));
        broker.pass(Duration.ofSeconds(100));
        assertThat(wills()).isEmpty();
    }

    @Test
    void aDisconnectThatShortensTheSessionShortensTheDelay() { // MQTT 5.0 §3.1.3.2.2, §3.14.2.2.2
        broker.connect(delayed(50, 60)).send(disconnect(ReasonCode.DISCONNECT_WITH_WILL_MESSAGE, 5));
        broker.pass(Duration.ofSeconds(4));
        assertThat(wills()).isEmpty();
        broker.pass(Duration.ofSeconds(2));
        assertThat(wills()).hasSize(1);
    }

    @Test
    void aTakeoverThatResumesTheSessionPublishesAWillWithoutDelay() { // MQTT 5.0 §3.1.4
        broker.connect(delayed(0, 60));
        broker.connect(delayed(0, 60));
        assertThat(wills()).hasSize(1);
    }

    @Test
    void aTakeoverThatEndsTheSessionPublishesTheWillWhateverItsDelay() { // MQTT 5.0 §3.1.4
        broker.connect(delayed(10, 60));
        broker.connect(delayed(10, 60).withCleanStart(true));
        assertThat(wills()).hasSize(1);
        broker.connect(delayed(10, 0).withCleanStart(true));
        assertThat(wills()).hasSize(1);
        broker.connect(Connect.v5("mortal").withCleanStart(false));
        assertThat(wills()).hasSize(1);
    }

    @Test
    void aClientThatReturnsAfterTheDelayFindsItsWillPublishedThoughNoTimerSawItsTime() { // [MQTT-3.1.2-8]
        broker.connect(delayed(10, 60)).drop();
        broker.loops().setWallClockBy(Duration.ofSeconds(11));
        broker.connect(delayed(10, 60));
        assertThat(wills()).hasSize(1);
    }

    @Test
    void aWillBelongsToOneConnection() { // [MQTT-3.1.2-10]
        broker.connect(delayed(10, 60)).drop();
        broker.pass(Duration.ofSeconds(11));
        assertThat(wills()).hasSize(1);
        broker.pass(Duration.ofSeconds(100));
        assertThat(wills()).isEmpty();
        broker.connect(delayed(10, 60)).drop();
        broker.connect(Connect.v5("mortal")
                        .withCleanStart(false)
                        .withProperties(ConnectProperties.NONE.withSessionExpiryInterval(60)))
                .drop();
        broker.pass(Duration.ofSeconds(100));
        assertThat(wills()).isEmpty();
    }

    @Test
    void aSessionThatNeverExpiresKeepsItsDelayedWill() { // MQTT 5.0 §3.1.3.2.2
        broker.connect(delayed(1_000_000, 0xFFFF_FFFFL)).drop();
        broker.pass(Duration.ofSeconds(999_999));
        assertThat(wills()).isEmpty();
        broker.pass(Duration.ofSeconds(2));
        assertThat(wills()).hasSize(1);
    }

    @Test
    void aDelayedRetainedWillIsRetainedWhenItIsPublishedAndNotBefore() { // [MQTT-3.1.2-15]
        broker.connect(Connect.v5("mortal")
                        .withWill(Will.of("will", Binary.utf8("gone"), Qos.AT_LEAST_ONCE)
                                .withRetain(true)
                                .withProperties(WillProperties.NONE.withDelayInterval(10)))
                        .withProperties(ConnectProperties.NONE.withSessionExpiryInterval(60)))
                .drop();
        assertThat(broker.admin().statistics().retained()).isZero();
        broker.pass(Duration.ofSeconds(11));
        assertThat(broker.admin().statistics().retained()).isEqualTo(1);
        assertThat(wills()).hasSize(1);
    }

    @Test
    void aWillCarriesItsProperties() { // MQTT 5.0 §3.1.3.2
        broker.connect(Connect.v5("mortal")
                        .withWill(Will.of("will", Binary.utf8("gone"), Qos.EXACTLY_ONCE)
                                .withProperties(WillProperties.NONE
                                        .withContentType("text/plain")
                                        .withResponseTopic("answers")
                                        .withCorrelationData(Binary.utf8("42"))
                                        .withUserProperty("a", "b"))))
                .drop();
        assertThat(wills()).singleElement().satisfies(will -> {
            assertThat(will.qos()).isEqualTo(Qos.EXACTLY_ONCE);
            assertThat(will.properties())
                    .isEqualTo(PublishProperties.NONE
                            .withContentType("text/plain")
                            .withResponseTopic("answers")
                            .withCorrelationData(Binary.utf8("42"))
                            .withUserProperty("a", "b"));
        });
    }

    @Test
    void aBrokerThatStopsPublishesTheWillsOfThoseItClosesToThoseWhoAreStillThere() { // [MQTT-3.1.2-8]
        Client publisher = broker.connect(Connect.v5("publisher").withKeepAlive(0));
        publisher.send(Publish.qos1("will", Binary.utf8("before"), 1));
        int unacknowledged = wills().get(0).packetId();
        Client mortal = broker.connect(mortal());
        broker.stop();
        assertThat(mortal.expect(Disconnect.class).reason()).isEqualTo(ReasonCode.SERVER_SHUTTING_DOWN);
        Publish will = watcher.expect(Publish.class);
        assertThat(will.payload()).isEqualTo(Binary.utf8("gone"));
        watcher.send(new Puback(unacknowledged), new Puback(will.packetId()));
        broker.pass(Duration.ofMillis(100));
        assertThat(watcher.expect(Disconnect.class).reason()).isEqualTo(ReasonCode.SERVER_SHUTTING_DOWN);
    }
}
