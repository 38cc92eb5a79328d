package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.VirtualBroker.Client;
import io.aldis.broker.metric.DropReason;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.Disconnect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.PacketEncoder;
import io.aldis.codec.Pingreq;
import io.aldis.codec.Pingresp;
import io.aldis.codec.Puback;
import io.aldis.codec.Publish;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.testkit.RawClient;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the broker says of itself under {@code $SYS/broker}. */
class SysTopicsTest {

    private static final Duration INTERVAL = Duration.ofSeconds(10);

    private final VirtualBroker broker =
            new VirtualBroker(2, 1, Settings.defaults().withSys(sys -> sys.withInterval(INTERVAL)));

    @AfterEach
    void stop() {
        broker.close();
    }

    private Client watcher(String clientId, String filter) {
        Client client = broker.connect(Connect.v5(clientId).withKeepAlive(0));
        client.send(Subscribe.of(1, filter, Qos.AT_LEAST_ONCE));
        return client;
    }

    private static Map<String, String> figures(Client watcher) {
        Map<String, String> figures = new HashMap<>();
        for (Publish publish : watcher.received(Publish.class)) {
            figures.put(
                    publish.topic().replace("$SYS/broker/", ""),
                    publish.payload().toUtf8());
        }
        return figures;
    }

    @Test
    void figuresAreRetainedFromTheStartOn() {
        broker.tellsOfItself();
        Client watcher = broker.connect(Connect.v5("watcher").withKeepAlive(0));
        watcher.send(Subscribe.of(1, "$SYS/#", Qos.AT_LEAST_ONCE));
        List<Publish> got = watcher.received(Publish.class);
        assertThat(got).allMatch(Publish::retain).allMatch(publish -> publish.qos() == Qos.AT_MOST_ONCE);
        assertThat(got)
                .extracting(Publish::topic)
                .doesNotHaveDuplicates()
                .allMatch(topic -> topic.startsWith("$SYS/broker/"))
                .contains(
                        "$SYS/broker/version",
                        "$SYS/broker/uptime",
                        "$SYS/broker/clients/connected",
                        "$SYS/broker/clients/disconnected",
                        "$SYS/broker/clients/total",
                        "$SYS/broker/clients/maximum",
                        "$SYS/broker/messages/received",
                        "$SYS/broker/messages/sent",
                        "$SYS/broker/bytes/received",
                        "$SYS/broker/bytes/sent",
                        "$SYS/broker/publish/messages/received",
                        "$SYS/broker/publish/messages/sent",
                        "$SYS/broker/publish/messages/dropped",
                        "$SYS/broker/publish/dropped/queue-full-messages",
                        "$SYS/broker/subscriptions/count",
                        "$SYS/broker/retained messages/count");
    }

    @Test
    void onlyAFilterThatNamesThemGetsThem() { // [MQTT-4.7.2-1]
        broker.tellsOfItself();
        List<Client> others = Stream.of("#", "+/broker/uptime", "+/#")
                .map(filter -> watcher("w" + filter, filter))
                .toList();
        broker.pass(INTERVAL);
        for (Client other : others) {
            assertThat(other.received(Publish.class)).isEmpty();
        }
        assertThat(watcher("named", "$SYS/+/uptime").received(Publish.class)).hasSize(1);
    }

    @Test
    void afterEachIntervalWhatHasChangedIsPublished() {
        broker.tellsOfItself();
        Client watcher = watcher("watcher", "$SYS/broker/clients/#");
        assertThat(figures(watcher))
                .containsOnly(
                        Map.entry("clients/connected", "0"),
                        Map.entry("clients/disconnected", "0"),
                        Map.entry("clients/total", "0"),
                        Map.entry("clients/maximum", "0"));
        broker.pass(INTERVAL);
        assertThat(figures(watcher))
                .containsOnly(
                        Map.entry("clients/connected", "1"),
                        Map.entry("clients/total", "1"),
                        Map.entry("clients/maximum", "1"));
        broker.pass(INTERVAL.multipliedBy(3));
        assertThat(watcher.received()).isEmpty();

        Connect persistent = Connect.v5("other").withProperties(ConnectProperties.NONE.withSessionExpiryInterval(100));
        Client other = broker.connect(persistent);
        broker.connect(persistent.withCleanStart(false)); // A takeover is no second client.
        broker.pass(INTERVAL);
        List<Publish> news = watcher.received(Publish.class);
        assertThat(news).noneMatch(Publish::retain).extracting(Publish::payload).containsOnly(Binary.utf8("2"));
        assertThat(news)
                .extracting(Publish::topic)
                .containsExactlyInAnyOrder(
                        "$SYS/broker/clients/connected", "$SYS/broker/clients/total", "$SYS/broker/clients/maximum");
        assertThat(other.closed()).isTrue();
        broker.connect(persistent).drop();
        broker.pass(INTERVAL);
        assertThat(figures(watcher))
                .containsOnly(Map.entry("clients/connected", "1"), Map.entry("clients/disconnected", "1"));
    }

    @Test
    void uptimeIsInSeconds() {
        broker.tellsOfItself();
        Client watcher = watcher("watcher", "$SYS/broker/uptime");
        assertThat(figures(watcher)).containsEntry("uptime", "0 seconds");
        broker.pass(INTERVAL);
        assertThat(figures(watcher)).containsEntry("uptime", "10 seconds");
    }

    @Test
    void everyByteAndEveryPacketIsCounted() {
        Connect connect = Connect.v311("client");
        Client client = broker.connect(connect);
        Packet subscribe = Subscribe.of(1, "t", Qos.AT_LEAST_ONCE);
        client.send(subscribe);
        Suback suback = client.expect(Suback.class);
        Publish publish = Publish.qos1("t", Binary.utf8("payload"), 7);
        client.send(publish, new Pingreq());
        List<Packet> answers = client.received();
        assertThat(answers).hasSize(3);
        client.send(new Puback(1), new Disconnect());
        assertThat(client.received()).isEmpty();

        var statistics = broker.admin().statistics();
        assertThat(statistics.packetsReceived()).isEqualTo(6);
        assertThat(statistics.bytesReceived())
                .isEqualTo(size(connect, subscribe, publish, new Pingreq(), new Puback(1), new Disconnect()));
        assertThat(statistics.packetsSent()).isEqualTo(5);
        assertThat(statistics.bytesSent())
                .isEqualTo(size(client.connack, suback, publish, new Puback(7), new Pingresp()));
    }

    private static long size(Packet... packets) {
        return Stream.of(packets)
                .mapToLong(packet -> PacketEncoder.size(packet, MqttVersion.V3_1_1))
                .sum();
    }

    @Test
    void subscriptionsAreCountedAsLongAsTheyLast() {
        Connect persistent =
                Connect.v5("durable").withProperties(ConnectProperties.NONE.withSessionExpiryInterval(100));
        Client durable = broker.connect(persistent);
        Client client = broker.connect(Connect.v5("transient"));
        for (Client each : List.of(durable, client)) {
            each.send(Subscribe.of(1, "a", Qos.AT_LEAST_ONCE), Subscribe.of(2, "b", Qos.AT_LEAST_ONCE));
            each.send(Subscribe.of(3, "a", Qos.AT_MOST_ONCE));
            each.received();
        }
        assertThat(broker.admin().statistics().subscriptions()).isEqualTo(4);
        durable.drop();
        client.drop();
        assertThat(broker.admin().statistics().subscriptions()).isEqualTo(2);
        broker.connect(persistent);
        assertThat(broker.admin().statistics().subscriptions()).isZero();
    }

    @Test
    void itsOwnRetainedMessagesCountForNothing() {
        broker.tellsOfItself();
        Client client = broker.connect(Connect.v5("client"));
        client.send(Publish.qos1("t", Binary.utf8("retained"), 1).withRetain(true));
        client.received();
        assertThat(broker.admin().statistics().retained()).isEqualTo(1);
        broker.pass(INTERVAL);
        assertThat(figures(watcher("watcher", "$SYS/#"))).containsEntry("retained messages/count", "1");
    }

    @Test
    void dropsAreToldByReason() {
        broker.connect(Connect.v5("away").withProperties(ConnectProperties.NONE.withSessionExpiryInterval(100)))
                .send(Subscribe.of(1, "t", Qos.AT_MOST_ONCE), new Disconnect());
        broker.connect(Connect.v5("publisher")).send(Publish.qos0("t", Binary.EMPTY));
        broker.settle();
        broker.tellsOfItself();
        assertThat(figures(watcher("watcher", "$SYS/broker/publish/#")))
                .containsEntry("publish/dropped/not-connected", "1")
                .containsEntry("publish/dropped/expired", "0")
                .containsEntry("publish/messages/dropped", "1");
    }

    @Test
    void nobodyElsePublishesThere() {
        broker.tellsOfItself();
        Client watcher = watcher("watcher", "$SYS/broker/version");
        Client forger = broker.connect(Connect.v5("forger"));
        watcher.received();
        forger.send(
                Publish.qos1("$SYS/broker/version", Binary.utf8("forged"), 1).withRetain(true));
        assertThat(forger.expect(Puback.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(watcher.received()).isEmpty();
        assertThat(figures(watcher("late", "$SYS/broker/version")).get("version"))
                .startsWith("Aldis ");
    }

    @Test
    void aBrokerWithSocketsTellsOfItselfFromItsStartAndOfItsDrops() throws InterruptedException {
        BlockingQueue<Drop> drops = new LinkedBlockingQueue<>();
        try (Broker real = Broker.builder()
                        .listener(Listener.tcp("127.0.0.1", 0))
                        .loops(1)
                        .hooks(hooks -> hooks.onMsgDropped(event -> drops.add(Drop.of(event))))
                        .start();
                RawClient client = RawClient.connected(real.port(), Connect.v5("client"))) {
            client.subscribe("$SYS/broker/version", Qos.AT_MOST_ONCE);
            assertThat(client.takeMessage().payload().toUtf8()).startsWith("Aldis ");
            client.publish("$SYS/broker/version", "forged", Qos.AT_MOST_ONCE);
            assertThat(drops.poll(10, TimeUnit.SECONDS))
                    .isEqualTo(new Drop(DropReason.REFUSED, "$SYS/broker/version", Qos.AT_MOST_ONCE, "client", ""));
        }
    }

    @Test
    void aBrokerMayKeepItsFiguresToItself() {
        try (VirtualBroker silent =
                new VirtualBroker(2, 1, Settings.defaults().withSys(sys -> sys.withInterval(Duration.ZERO)))) {
            silent.tellsOfItself();
            Client client = silent.connect(Connect.v5("client").withKeepAlive(0));
            client.send(Subscribe.of(1, "$SYS/#", Qos.AT_LEAST_ONCE));
            client.expect(Suback.class);
            silent.pass(INTERVAL.multipliedBy(10));
            assertThat(client.received()).isEmpty();
        }
    }
}
