package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.VirtualBroker.Client;
import io.aldis.broker.connection.Load.State;
import io.aldis.broker.loop.Loop;
import io.aldis.broker.metric.TurnedAway;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Pingreq;
import io.aldis.codec.Pingresp;
import io.aldis.codec.Publish;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Loops that do not keep up: those who are there are served, those who come wait, or are told to come later. */
class OverloadTest {

    private final VirtualBroker broker = new VirtualBroker(
            2,
            1,
            Settings.defaults()
                    .withSys(sys -> sys.withInterval(Duration.ofSeconds(1)))
                    .withOverload(
                            own -> own.withLagLimit(Duration.ofSeconds(1)).withRefuseAfter(Duration.ofSeconds(5))));
    private final Loop busy = broker.loops().all().get(0);

    @BeforeEach
    void watch() {
        broker.watchesLoad();
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private State state() {
        return broker.load().state();
    }

    /** For so long, the loop is always behind by so much. */
    private void lag(Duration lag, int times) {
        for (int i = 0; i < times; i++) {
            busy.execute(() -> broker.loops().spend(lag));
            broker.pass(Duration.ofMillis(100));
        }
    }

    @Test
    void loopsThatKeepUpLetEverybodyIn() {
        lag(Duration.ofMillis(900), 20);
        assertThat(state()).isEqualTo(State.KEEPS_UP);
        broker.pass(Duration.ofMinutes(1));
        assertThat(state()).isEqualTo(State.KEEPS_UP);
        assertThat(broker.admin().statistics().overloads()).isZero();
    }

    @Test
    void oneLongTaskIsNoticedAndForgottenHalfASecondAfterIt() {
        lag(Duration.ofMillis(1300), 1);
        assertThat(state()).isEqualTo(State.LAGS);
        broker.pass(Duration.ofMillis(300));
        assertThat(state()).isEqualTo(State.LAGS);
        broker.pass(Duration.ofMillis(400));
        assertThat(state()).isEqualTo(State.KEEPS_UP);
        assertThat(broker.admin().statistics().overloads()).isEqualTo(1);
    }

    @Test
    void aLoopThatIsStuckIsNoticedByOthers() {
        broker.loops().hold(busy);
        broker.pass(Duration.ofSeconds(2));
        assertThat(state()).isEqualTo(State.LAGS);
        assertThat(broker.admin().statistics().lagMillis()).isBetween(1800L, 2000L);
        broker.pass(Duration.ofSeconds(10));
        assertThat(state()).isEqualTo(State.OVERLOADED);
        broker.loops().free(busy);
        broker.pass(Duration.ofSeconds(1));
        assertThat(state()).isEqualTo(State.KEEPS_UP);
    }

    @Test
    void aLagAroundTheLimitDoesNotFlap() {
        List<State> states = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            lag(Duration.ofMillis(i % 3 == 0 ? 1200 : 800), 1);
            states.add(state());
        }
        assertThat(states).contains(State.OVERLOADED).doesNotContain(State.KEEPS_UP);
        assertThat(broker.admin().statistics().overloads()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void whoConnectsWhileItLastsIsToldThatTheBrokerIsBusyAndWhoIsThereIsServed(MqttVersion version) {
        Client there = broker.connect(Connect.of(version, "there").withKeepAlive(0));
        there.send(Subscribe.of(1, "t", Qos.AT_MOST_ONCE));
        there.expect(Suback.class);
        lag(Duration.ofMillis(1500), 2);
        broker.connect(Connect.of(version, "in time").withKeepAlive(0));
        lag(Duration.ofMillis(1500), 5);
        assertThat(state()).isEqualTo(State.OVERLOADED);
        Client late = broker.open(version);
        late.send(Connect.of(version, "late"));
        // Return code 3 says that the server is unavailable.
        assertThat(late.expect(Connack.class).reason())
                .isEqualTo(version == MqttVersion.V5 ? ReasonCode.SERVER_BUSY : ReasonCode.SERVER_UNAVAILABLE);
        assertThat(late.closed()).isTrue();
        assertThat(broker.admin().statistics().turnedAway()).containsEntry(TurnedAway.OVERLOADED, 1L);
        there.send(Publish.qos0("t", Binary.EMPTY), new Pingreq());
        assertThat(there.received()).hasSize(2).hasAtLeastOneElementOfType(Pingresp.class);
        broker.pass(Duration.ofSeconds(1));
        broker.connect(Connect.of(version, "later"));
    }
}
