package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.VirtualBroker.Client;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.ConnackProperties;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.Disconnect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Puback;
import io.aldis.codec.Publish;
import io.aldis.codec.Pubrec;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Subscribe;
import io.aldis.codec.Subscription;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What went wrong is told in words, to those who want to hear it and have room for it (MQTT 5.0 §3.1.2.11.7, §4.13). */
class ReasonStringTest {

    private VirtualBroker broker = new VirtualBroker();

    @AfterEach
    void stop() {
        broker.close();
    }

    private Client connect(ConnectProperties properties) {
        return broker.connect(Connect.v5("client").withProperties(properties));
    }

    @Test
    void aClientIsToldInWordsWhyItsMessageIsRefused() {
        Client client = connect(ConnectProperties.NONE);
        client.send(Publish.qos1("$SYS/x", Binary.EMPTY, 1), Publish.qos2("$SYS/x", Binary.EMPTY, 2));
        assertThat(client.received())
                .extracting(packet -> packet instanceof Puback ack ? ack.properties() : ((Pubrec) packet).properties())
                .extracting("reasonString")
                .containsExactly("Topics under $SYS are the broker's own.", "Topics under $SYS are the broker's own.");
    }

    @Test
    void aClientIsToldInWordsWhyItsConnectionEnds() {
        Client client = connect(ConnectProperties.NONE);
        client.send(Connect.v5("client"));
        Disconnect disconnect = client.expect(Disconnect.class);
        assertThat(disconnect.reason()).isEqualTo(ReasonCode.PROTOCOL_ERROR);
        assertThat(disconnect.properties().reasonString()).contains("CONNECT");

        Client first = connect(ConnectProperties.NONE);
        connect(ConnectProperties.NONE);
        disconnect = first.expect(Disconnect.class);
        assertThat(disconnect.reason()).isEqualTo(ReasonCode.SESSION_TAKEN_OVER);
        assertThat(disconnect.properties().reasonString()).contains("client identifier");

        Client silent = broker.connect(Connect.v5("silent").withKeepAlive(1));
        broker.pass(Duration.ofSeconds(2));
        disconnect = silent.expect(Disconnect.class);
        assertThat(disconnect.reason()).isEqualTo(ReasonCode.KEEP_ALIVE_TIMEOUT);
        assertThat(disconnect.properties().reasonString()).contains("keep alive");
    }

    @Test
    void aClientIsToldInWordsWhyItIsNotLetIn() {
        Client client = broker.open(MqttVersion.V5);
        client.send(Connect.v5("client").withProperties(ConnectProperties.NONE.withAuthenticationMethod("x")));
        Connack connack = client.expect(Connack.class);
        assertThat(connack.reason()).isEqualTo(ReasonCode.BAD_AUTHENTICATION_METHOD);
        assertThat(connack.properties().reasonString()).contains("\"x\"");
    }

    @Test
    void aClientThatDoesNotWantWordsGetsNone() { // [MQTT-3.1.2-29]
        Client client = connect(ConnectProperties.NONE.withRequestProblemInformation(false));
        client.send(Publish.qos1("$SYS/x", Binary.EMPTY, 1));
        Puback puback = client.expect(Puback.class);
        assertThat(puback.reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(puback.properties().reasonString()).isNull();
        client.send(Connect.v5("client"));
        assertThat(client.expect(Disconnect.class).properties().reasonString()).isNull();
    }

    @Test
    void wordsThatDoNotFitAreLeftOut() { // [MQTT-3.4.2-2], [MQTT-3.14.2-3]
        Client client = connect(ConnectProperties.NONE.withMaximumPacketSize(18));
        client.send(Publish.qos1("$SYS/x", Binary.EMPTY, 1));
        Puback puback = client.expect(Puback.class);
        assertThat(puback.reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(puback.properties().reasonString()).isNull();
        client.send(Connect.v5("client"));
        Disconnect disconnect = client.expect(Disconnect.class);
        assertThat(disconnect.reason()).isEqualTo(ReasonCode.PROTOCOL_ERROR);
        assertThat(disconnect.properties().reasonString()).isNull();
    }

    @Test
    void aConnackLeavesOutWordsThatDoNotFit() { // [MQTT-3.2.2-19]
        Client client = broker.open(MqttVersion.V5);
        client.send(Connect.v5("client")
                .withProperties(
                        ConnectProperties.NONE.withAuthenticationMethod("x").withMaximumPacketSize(30)));
        Connack connack = client.expect(Connack.class);
        assertThat(connack.reason()).isEqualTo(ReasonCode.BAD_AUTHENTICATION_METHOD);
        assertThat(connack.properties().reasonString()).isNull();
    }

    @Test
    void aConnectThatCannotBeReadIsAnsweredAsItsPropertiesWish() { // [MQTT-3.1.2-29], [MQTT-3.2.2-19]
        assertThat(answerTo("05 27 00 00 00 1e").reasonString()).isNull(); // at most 30 bytes
        assertThat(answerTo("02 17 00").reasonString()).isNull(); // no words
        assertThat(answerTo("00").reasonString()).contains("client identifier");
    }

    /** Of CONNECT with these properties and a client identifier that has no end. */
    private ConnackProperties answerTo(String properties) {
        String rest = "00 04 4d 51 54 54 05 02 00 3c" + properties + "00 04 61";
        byte[] body = ByteBufUtil.decodeHexDump(rest.replace(" ", ""));
        Client client = broker.open(MqttVersion.V5);
        client.sendBytes(
                Unpooled.buffer().writeByte(0x10).writeByte(body.length).writeBytes(body));
        Connack connack = client.expect(Connack.class);
        assertThat(connack.reason()).isEqualTo(ReasonCode.MALFORMED_PACKET);
        assertThat(client.closed()).isTrue();
        return connack.properties();
    }

    @Test
    void aBrokerMayKeepItsWordsToItself() {
        broker.close();
        broker = new VirtualBroker(
                1, 1, Settings.defaults().withConnection(connection -> connection.withReasonStrings(false)));
        Client client = connect(ConnectProperties.NONE);
        client.send(Publish.qos1("$SYS/x", Binary.EMPTY, 1));
        assertThat(client.expect(Puback.class).properties().reasonString()).isNull();
    }

    @Test
    void aClientThatTakesNoPacketAsLargeAsItsAnswerHasToGo() { // [MQTT-3.1.2-24]
        Client client = connect(ConnectProperties.NONE.withMaximumPacketSize(30));
        client.send(Subscribe.of(
                1,
                Collections.nCopies(50, Subscription.of("a", Qos.AT_MOST_ONCE)).toArray(new Subscription[0])));
        assertThat(client.expect(Disconnect.class).reason()).isEqualTo(ReasonCode.PACKET_TOO_LARGE);
        assertThat(client.closed()).isTrue();
    }

    @Test
    void aClientThatTakesNoPacketAsLargeAsConnackGetsNone() { // [MQTT-3.1.2-24]
        Client client = broker.open(MqttVersion.V5);
        client.send(Connect.v5("client").withProperties(ConnectProperties.NONE.withMaximumPacketSize(3)));
        assertThat(client.received()).isEmpty();
        assertThat(client.closed()).isTrue();
        assertThat(broker.admin().session("client")).isEmpty();
    }
}
