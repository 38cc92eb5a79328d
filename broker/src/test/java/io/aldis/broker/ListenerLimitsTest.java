package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.VirtualBroker.Client;
import io.aldis.broker.connection.Door;
import io.aldis.broker.metric.TurnedAway;
import io.aldis.broker.settings.ListenerLimits;
import io.aldis.broker.settings.ListenerSettings;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.Disconnect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Pingreq;
import io.aldis.codec.Publish;
import io.aldis.codec.ReasonCode;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What one listener allows, beside others that allow more. */
class ListenerLimitsTest {

    private final List<String> heard = new ArrayList<>();
    private final VirtualBroker broker = new VirtualBroker(
            2,
            1,
            Settings.defaults()
                    .withConnection(
                            connection -> connection.withMaximumPacketSize(5000).withMaximumKeepAlive(100)),
            hooks -> hooks.onAccept(event -> {
                        heard.add("accept " + event.listener());
                        return event.accept();
                    })
                    .onConnected(
                            event -> heard.add("connected " + event.client().listener())));

    @AfterEach
    void stop() {
        broker.close();
    }

    private Door door(UnaryOperator<ListenerLimits> limits) {
        return broker.door(ListenerSettings.defaults().withLimits(limits));
    }

    private long turnedAway(TurnedAway reason) {
        return broker.admin().statistics().turnedAway().getOrDefault(reason, 0L);
    }

    @Test
    void hooksHearTheNameOfTheListenerOrItsUriIfItHasNone() {
        broker.connect(broker.door(ListenerSettings.defaults().withName("sensors")), Connect.v5("a"));
        broker.connect(door(limits -> limits), Connect.v5("b"));
        assertThat(heard).containsExactly("accept sensors", "connected sensors", "accept test", "connected test");
    }

    @Test
    void aVersionThatIsNotAllowedIsRefusedWithTheWordsItsClientKnows() { // [MQTT-3.1.2-2], [MQTT3-3.1.2-2]
        for (MqttVersion refused : MqttVersion.values()) {
            Door door = door(limits -> limits.withVersions(others(refused)));
            Client client = broker.open(door, refused);
            client.send(Connect.of(refused, "client"));
            assertThat(client.expect(Connack.class).reason()).isEqualTo(ReasonCode.UNSUPPORTED_PROTOCOL_VERSION);
            assertThat(client.closed()).isTrue();
            for (MqttVersion allowed : others(refused)) {
                broker.connect(door, Connect.of(allowed, "client" + allowed.level()));
            }
        }
        assertThat(turnedAway(TurnedAway.PROTOCOL_VERSION)).isEqualTo(3);
    }

    private static Set<MqttVersion> others(MqttVersion version) {
        Set<MqttVersion> others = EnumSet.allOf(MqttVersion.class);
        others.remove(version);
        return others;
    }

    @Test
    void aClientThatSaysNothingIsClosedAfterTheTimeOfItsListener() {
        Client slow = broker.open(door(limits -> limits.withConnectTimeout(Duration.ofSeconds(2))), MqttVersion.V5);
        Client other = broker.open(door(limits -> limits), MqttVersion.V5);
        broker.pass(Duration.ofMillis(1999));
        assertThat(slow.closed()).isFalse();
        broker.pass(Duration.ofMillis(1));
        assertThat(slow.closed()).isTrue();
        assertThat(other.closed()).isFalse();
        assertThat(turnedAway(TurnedAway.CONNECT_TIMEOUT)).isEqualTo(1);
        assertThat(broker.notices()).containsExactly("closed: no CONNECT came within PT2S");
        broker.pass(Duration.ofSeconds(8));
        assertThat(other.closed()).isTrue();
    }

    @Test
    void aClientThatSendsItsConnectByteByByteHasNoMoreTime() {
        Client slow = broker.open(door(limits -> limits.withConnectTimeout(Duration.ofSeconds(2))), MqttVersion.V5);
        for (byte part : new byte[] {0x10, 0x20, 0, 4, 'M'}) {
            slow.sendBytes(Unpooled.wrappedBuffer(new byte[] {part}));
            broker.pass(Duration.ofMillis(400));
        }
        assertThat(slow.closed()).isTrue();
        assertThat(turnedAway(TurnedAway.CONNECT_TIMEOUT)).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({"2000, 2000", "0, 5000", "8000, 5000"})
    void thePacketSizeOfTheListenerIsToldAndHoldsButNeverAboveThatOfTheBroker(int own, int effective) {
        Door door = door(limits -> limits.withMaximumPacketSize(own));
        Client client = broker.connect(door, Connect.v5("client"));
        assertThat(client.connack.properties().maximumPacketSize()).isEqualTo(effective);
        client.send(Publish.qos0("t", Binary.wrap(new byte[effective - 7]))); // Header 3, topic 3, properties 1.
        assertThat(client.received()).isEmpty();
        client.send(Publish.qos0("t", Binary.wrap(new byte[effective - 6])));
        assertThat(client.expect(Disconnect.class).reason()).isEqualTo(ReasonCode.PACKET_TOO_LARGE);
    }

    @ParameterizedTest
    @CsvSource({"30, 60, 30", "30, 0, 30", "30, 20, ", "300, 200, 100", "0, 200, 100"})
    void aClientOfVersion5IsToldTheKeepAliveOfTheListener(int cap, int wanted, Integer told) { // [MQTT-3.1.2-21]
        Door door = door(limits -> limits.withMaximumKeepAlive(cap));
        Client client = broker.connect(door, Connect.v5("client").withKeepAlive(wanted));
        assertThat(client.connack.properties().serverKeepAlive()).isEqualTo(told);
        int keepAlive = told == null ? wanted : told;
        broker.pass(Duration.ofSeconds(keepAlive));
        assertThat(client.closed()).isFalse();
        broker.pass(Duration.ofSeconds(keepAlive));
        assertThat(client.closed()).isTrue();
    }

    /** It may be closed earlier than it asked for (MQTT 3.1.1 §3.1.2.10), and never later than it must be [MQTT3-3.1.2-24]. */
    @ParameterizedTest
    @CsvSource({"30, 60, 45", "30, 0, 45", "30, 20, 30", "0, 200, 300"})
    void aClientOfVersion3MayNotBeSilentForLongerThanTheListenerAllows(int cap, int wanted, int closedAfter) {
        Door door = door(limits -> limits.withMaximumKeepAlive(cap));
        Client client = broker.connect(door, Connect.v311("client").withKeepAlive(wanted));
        broker.pass(Duration.ofSeconds(closedAfter - 1));
        client.send(new Pingreq());
        broker.pass(Duration.ofSeconds(closedAfter - 1));
        assertThat(client.closed()).isFalse();
        broker.pass(Duration.ofSeconds(1));
        assertThat(client.closed()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void aHandshakeIsInProgressUntilConnack(MqttVersion version) {
        Client silent = broker.open(version);
        Client greeted = broker.connect(Connect.of(version, "client"));
        assertThat(broker.admin().statistics().handshakes()).isEqualTo(1);
        silent.drop();
        assertThat(broker.admin().statistics().handshakes()).isZero();
        greeted.drop();
        assertThat(broker.admin().statistics().handshakes()).isZero();
    }

    @Test
    void aListenerIsFullAtItsMaximumAndHasRoomWhenSomebodyLeaves() {
        Door door = door(limits -> limits.withMaximumConnections(2));
        Client one = broker.connect(door, Connect.v5("one"));
        broker.open(door, MqttVersion.V5);
        assertThat(door.enter()).isFalse();
        assertThat(turnedAway(TurnedAway.LISTENER_FULL)).isEqualTo(1);
        one.drop();
        broker.connect(door, Connect.v5("three"));
    }
}
