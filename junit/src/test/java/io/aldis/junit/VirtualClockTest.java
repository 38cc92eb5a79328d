package io.aldis.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.aldis.broker.settings.Settings;
import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.PacketType;
import io.aldis.codec.Publish;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Will;
import io.aldis.codec.WillProperties;
import io.aldis.testkit.RawClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Time passes when a test says so, and everything that waits for it happens then. */
class VirtualClockTest {

    private static final Duration RETRY = Duration.ofSeconds(20);

    @RegisterExtension
    final AldisBroker broker = AldisBroker.builder()
            .virtualClock()
            .customize(building ->
                    building.settings(Settings.defaults().withSession(session -> session.withRetryInterval(RETRY))))
            .build();

    private final List<RawClient> clients = new ArrayList<>();

    @AfterEach
    void closeAll() {
        clients.forEach(RawClient::close);
    }

    private RawClient opened(boolean tcp) {
        RawClient client = tcp ? RawClient.connect(broker.port()) : RawClient.over(broker.connect());
        clients.add(client);
        return client;
    }

    private RawClient connected(boolean tcp, Connect connect) {
        RawClient client = opened(tcp);
        client.connect(connect);
        return client;
    }

    private RawClient connected(Connect connect) {
        return connected(true, connect);
    }

    private static Connect staying(String clientId, long expirySeconds) {
        return Connect.v5(clientId)
                .withCleanStart(false)
                .withKeepAlive(0)
                .withProperties(ConnectProperties.NONE.withSessionExpiryInterval(expirySeconds));
    }

    private boolean isKnown(String clientId) {
        return broker.broker().admin().session(clientId).isPresent();
    }

    @Test
    void itStandsStillAndGoesOnByWhatItIsTold() {
        Instant before = broker.clock().now();
        connected(Connect.v5("anyone"));
        assertThat(broker.clock().now()).isEqualTo(before);
        broker.clock().advance(Duration.ofHours(30));
        assertThat(broker.clock().now()).isEqualTo(before.plus(Duration.ofHours(30)));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> broker.clock().advance(Duration.ofSeconds(-1)));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSessionExpires(boolean tcp) {
        connected(tcp, staying("leaves", 3600)).close();

        broker.clock().advance(Duration.ofSeconds(3599));
        assertThat(isKnown("leaves")).isTrue();
        broker.clock().advance(Duration.ofSeconds(1));
        assertThat(isKnown("leaves")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aWillIsPublishedAfterItsDelay(boolean tcp) {
        RawClient heir = connected(tcp, Connect.v5("heir").withKeepAlive(0));
        heir.subscribe("wills/#", Qos.AT_MOST_ONCE);
        Will will = new Will(
                "wills/1", Binary.utf8("gone"), Qos.AT_MOST_ONCE, false, WillProperties.NONE.withDelayInterval(300L));
        connected(tcp, staying("mortal", 3600).withWill(will)).close();

        broker.clock().advance(Duration.ofSeconds(299));
        heir.expectNothing();
        broker.clock().advance(Duration.ofSeconds(1));
        assertThat(heir.takeMessage().payload().toUtf8()).isEqualTo("gone");
    }

    @Test
    void aMessageExpiresWhileItWaits() {
        RawClient absent = connected(staying("absent", 7200));
        absent.subscribe("t", Qos.AT_LEAST_ONCE);
        absent.close();
        broker.clock().settle();
        RawClient publisher = connected(Connect.v5("publisher").withKeepAlive(0));
        publisher.publish(expiring("short", 60));
        publisher.publish(expiring("long", 600));

        broker.clock().advance(Duration.ofSeconds(100));
        RawClient back = connected(staying("absent", 7200));
        Publish message = back.takeMessage();
        assertThat(message.payload().toUtf8()).isEqualTo("long");
        assertThat(message.properties().messageExpiryInterval()).isEqualTo(500L);
        back.expectNothing();
    }

    private static Publish expiring(String payload, long seconds) {
        return new Publish(
                "t",
                Binary.utf8(payload),
                Qos.AT_LEAST_ONCE,
                false,
                false,
                1,
                PublishProperties.NONE.withMessageExpiryInterval(seconds));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSilentClientIsNoticed(boolean tcp) {
        RawClient silent = connected(tcp, Connect.v5("silent").withKeepAlive(60));
        broker.clock().advance(Duration.ofSeconds(89));
        silent.expectNothing();
        broker.clock().advance(Duration.ofSeconds(89));
        silent.expectNothing();
        broker.clock().advance(Duration.ofSeconds(90));
        silent.expectDisconnect(ReasonCode.KEEP_ALIVE_TIMEOUT);
    }

    @Test
    void aClientThatSaysNothingAtAllIsSentAway() {
        RawClient mute = opened(true);
        RawClient muteWithin = opened(false);
        broker.clock().advance(Duration.ofMinutes(10));
        mute.expectClosed();
        muteWithin.expectClosed();
    }

    @Test
    void whatIsNotAcknowledgedIsSentAgain() {
        RawClient subscriber = connected(Connect.v311("forgets").withKeepAlive(0));
        subscriber.subscribe("t", Qos.AT_LEAST_ONCE);
        connected(Connect.v311("publisher")).publish("t", "hello", Qos.AT_LEAST_ONCE);
        assertThat(subscriber.expect(Publish.class).dup()).isFalse();

        broker.clock().advance(RETRY.minusMillis(1));
        subscriber.expectNothing();
        broker.clock().advance(Duration.ofMillis(1));
        assertThat(subscriber.expect(Publish.class).dup()).isTrue();
    }

    /** A day of it would be 8,640 refreshes of the broker's own topics, each at its time. */
    @Test
    void muchTimePassesQuickly() {
        AtomicReference<String> uptime = new AtomicReference<>("");
        RawClient curious = connected(false, Connect.v5("curious").withKeepAlive(0));
        broker.clock().settle();
        curious.subscribe("$SYS/broker/uptime", Qos.AT_MOST_ONCE);
        broker.clock().advance(Duration.ofHours(1));
        for (int i = 0; i <= 360; i++) {
            uptime.set(curious.expect(Publish.class).payload().toUtf8());
        }
        assertThat(uptime).hasValue("3600 seconds");
    }

    @Test
    void aThreadOfTheBrokerCannotLetItPass() {
        AtomicReference<RuntimeException> refused = new AtomicReference<>();
        Fault fault = broker.faults()
                .replace(PacketType.PINGREQ, ping -> {
                    try {
                        broker.clock().advance(Duration.ofSeconds(1));
                    } catch (IllegalStateException expected) {
                        refused.set(expected);
                    }
                    return ping;
                })
                .fromAnyClient();
        connected(Connect.v5("anyone")).expectNothing();
        assertThat(fault.happened()).isTrue();
        assertThat(refused.get()).hasMessageContaining("cannot wait");
    }

    @Test
    void realTimeHasNoClockToAdvance() {
        try (AldisBroker real = AldisBroker.create().start()) {
            assertThatExceptionOfType(IllegalStateException.class)
                    .isThrownBy(real::clock)
                    .withMessageContaining("virtualClock()");
        }
    }
}
