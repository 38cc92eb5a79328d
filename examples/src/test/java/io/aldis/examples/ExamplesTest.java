package io.aldis.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.Broker;
import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.Puback;
import io.aldis.codec.Publish;
import io.aldis.codec.Pubrec;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.testkit.RawClient;
import io.aldis.testkit.TestAuthority;
import io.aldis.testkit.WebSocketSocket;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each example does what its first lines say. */
class ExamplesTest {

    private static Connect as(String clientId, String user) {
        return Connect.v5(clientId).withCredentials(user, Binary.utf8("secret"));
    }

    private static void assertGranted(RawClient client, String filter, Qos asked, ReasonCode reason) {
        client.send(Subscribe.of(client.nextPacketId(), filter, asked));
        assertThat(client.expect(Suback.class).reasons()).containsExactly(reason);
    }

    private static ReasonCode published(RawClient client, String topic, Qos qos) {
        int packetId = client.nextPacketId();
        if (qos == Qos.AT_LEAST_ONCE) {
            client.send(Publish.qos1(topic, Binary.EMPTY, packetId));
            return client.expect(Puback.class).reason();
        }
        client.send(Publish.qos2(topic, Binary.EMPTY, packetId));
        return client.expect(Pubrec.class).reason();
    }

    @Test
    void theEmbeddedBrokerRefusesOneFilterAndServesTheOthers() {
        try (Broker broker = EmbeddedBroker.start(0);
                RawClient client = RawClient.connected(broker.port(), Connect.v5("client"))) {
            assertGranted(client, "test/nosubscribe", Qos.AT_MOST_ONCE, ReasonCode.NOT_AUTHORIZED);
            assertGranted(client, "test/#", Qos.AT_LEAST_ONCE, ReasonCode.GRANTED_QOS_1);
            client.publish("test/a", "hello", Qos.AT_MOST_ONCE);
            assertThat(client.takeMessage().payload()).isEqualTo(Binary.utf8("hello"));
        }
    }

    @Test
    void theUserTableLetsInWhoKnowsThePassword() {
        try (Broker broker = UserTable.start(0)) {
            try (RawClient ann = RawClient.connected(broker.port(), as("one", "ann"))) {
                assertThat(published(ann, "t", Qos.AT_LEAST_ONCE)).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
            }
            for (Connect wrong : List.of(as("two", "bob"), as("three", "eve"), Connect.v5("four"))) {
                try (RawClient refused = RawClient.connect(broker.port())) {
                    refused.send(wrong);
                    refused.expectRefusal(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
                }
            }
        }
    }

    @Test
    void accessControlKnowsTheFiveUsers() {
        try (Broker broker = AccessControl.start(0);
                RawClient root = RawClient.connected(broker.port(), as("1", "root"));
                RawClient qos0 = RawClient.connected(broker.port(), as("2", "qos0"));
                RawClient qos1 = RawClient.connected(broker.port(), as("3", "qos1"));
                RawClient publisher = RawClient.connected(broker.port(), as("4", "publishonly"));
                RawClient subscriber = RawClient.connected(broker.port(), as("5", "subscribeonly"))) {
            assertGranted(root, "t", Qos.EXACTLY_ONCE, ReasonCode.GRANTED_QOS_2);
            assertGranted(qos0, "t", Qos.EXACTLY_ONCE, ReasonCode.GRANTED_QOS_0);
            assertGranted(qos1, "t", Qos.EXACTLY_ONCE, ReasonCode.GRANTED_QOS_1);
            assertGranted(publisher, "t", Qos.AT_MOST_ONCE, ReasonCode.NOT_AUTHORIZED);
            assertGranted(subscriber, "t", Qos.EXACTLY_ONCE, ReasonCode.GRANTED_QOS_2);

            assertThat(published(publisher, "t", Qos.EXACTLY_ONCE)).isEqualTo(ReasonCode.SUCCESS); // And to nobody.
            assertThat(published(publisher, "t", Qos.AT_LEAST_ONCE)).isEqualTo(ReasonCode.SUCCESS);
            assertThat(root.takeMessage().qos()).isEqualTo(Qos.AT_LEAST_ONCE);
            assertThat(qos0.takeMessage().qos()).isEqualTo(Qos.AT_MOST_ONCE);
            assertThat(published(subscriber, "t", Qos.AT_LEAST_ONCE, qos1)).isTrue();
            root.publish("t", "from root", Qos.EXACTLY_ONCE);
            assertThat(qos0.takeMessage().payload()).isEqualTo(Binary.utf8("from root"));
        }
    }

    /** Who may not publish is disconnected, and another one gets nothing of it. */
    private static boolean published(RawClient who, String topic, Qos qos, RawClient other) {
        assertThat(other.takeMessage().qos()).isEqualTo(Qos.AT_LEAST_ONCE);
        assertThat(who.takeMessage().qos()).isEqualTo(Qos.AT_LEAST_ONCE);
        who.send(qos == Qos.AT_LEAST_ONCE ? Publish.qos1(topic, Binary.EMPTY, 9) : Publish.qos0(topic, Binary.EMPTY));
        assertThat(who.expect(Puback.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        who.expectDisconnect(ReasonCode.NOT_AUTHORIZED);
        other.expectNothing();
        return true;
    }

    @Test
    void topicRightsLetEverybodyHaveAPlaceOfTheirOwn() {
        try (Broker broker = TopicRights.start(0);
                RawClient client = RawClient.connected(broker.port(), Connect.v5("me"))) {
            assertThat(published(client, "clients/me/a", Qos.AT_LEAST_ONCE))
                    .isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
            assertThat(published(client, "clients/you/a", Qos.AT_LEAST_ONCE)).isEqualTo(ReasonCode.NOT_AUTHORIZED);
            assertThat(published(client, "public/a", Qos.EXACTLY_ONCE)).isEqualTo(ReasonCode.NOT_AUTHORIZED);
            assertGranted(client, "public/#", Qos.AT_LEAST_ONCE, ReasonCode.GRANTED_QOS_1);
            assertGranted(client, "#", Qos.AT_LEAST_ONCE, ReasonCode.NOT_AUTHORIZED);
        }
    }

    @Test
    void transformationChangesMessagesOnTheirWay() {
        try (Broker broker = Transformation.start(0);
                RawClient member = RawClient.connected(broker.port(), Connect.v5("member"));
                RawClient guest = RawClient.connected(broker.port(), Connect.v5("guest-1"))) {
            member.subscribe("#", Qos.AT_LEAST_ONCE);
            guest.subscribe("#", Qos.AT_LEAST_ONCE);
            member.publish("fahrenheit/kitchen", "68", Qos.AT_MOST_ONCE);
            Publish converted = guest.takeMessage();
            assertThat(converted.topic()).isEqualTo("celsius/kitchen");
            assertThat(converted.payload()).isEqualTo(Binary.utf8("20.0"));
            assertThat(member.takeMessage().topic()).isEqualTo("celsius/kitchen");

            guest.publish("secret/plan", "run", Qos.AT_MOST_ONCE);
            assertThat(guest.takeMessage().payload()).isEqualTo(Binary.utf8("█████"));
            assertThat(member.takeMessage().payload()).isEqualTo(Binary.utf8("run"));
        }
    }

    @Test
    void aHookPublishesAndSubscribes() {
        try (Broker broker = PublishingHook.start(0);
                RawClient watcher = RawClient.connected(broker.port(), Connect.v5("watcher"))) {
            assertThat(watcher.takeMessage().payload()).isEqualTo(Binary.utf8("Hello, watcher!"));
            watcher.subscribe("presence/visitor", Qos.AT_LEAST_ONCE);
            RawClient visitor = RawClient.connected(broker.port(), Connect.v5("visitor"));
            assertThat(visitor.takeMessage().payload()).isEqualTo(Binary.utf8("Hello, visitor!"));
            assertThat(watcher.takeMessage().payload()).isEqualTo(Binary.utf8("online"));
            visitor.disconnect();
            visitor.close();
            assertThat(watcher.takeMessage().payload()).isEqualTo(Binary.utf8("offline"));
        }
    }

    @Test
    void theAuditLogHasALineForEachDeed(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("audit.log");
        Broker broker = new AuditLog(file).start(0);
        try (RawClient client = RawClient.connected(broker.port(), Connect.v5("clerk"))) {
            client.subscribe("a/b", Qos.AT_LEAST_ONCE);
            published(client, "x", Qos.AT_LEAST_ONCE);
            client.disconnect();
            client.expectClosed();
        }
        broker.close(); // Waits for the hooks.
        assertThat(Files.readAllLines(file))
                .satisfiesExactly(
                        line -> assertThat(line).contains("clerk connected from /127.0.0.1:"),
                        line -> assertThat(line).endsWith("clerk subscribed to a/b"),
                        line -> assertThat(line).endsWith("clerk left with SUCCESS after 1 messages"));
    }

    @Test
    void aClientOnTheCodecPublishes() throws IOException {
        try (Broker broker = EmbeddedBroker.start(0)) {
            assertThat(CodecClient.publish("127.0.0.1", broker.port(), "greeting", "hello")
                            .reason())
                    .isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
        }
    }

    @Test
    void aTesterOnTheCodecFindsNothingWrong() throws IOException {
        try (Broker broker = EmbeddedBroker.start(0)) {
            assertThat(CodecTester.test("127.0.0.1", broker.port())).isEmpty();
        }
    }

    @Test
    void theSecureBrokerKnowsClientsByTheirCertificates(@TempDir Path directory) throws Exception {
        TestAuthority authority = TestAuthority.create("Test authority");
        TestAuthority.Issued server = authority.issue("server", "localhost");
        authority.write(directory.resolve("ca.crt"));
        server.writeChain(directory.resolve("server.crt"));
        server.writeKey(directory.resolve("server.key"));
        TestAuthority.Issued ann = authority.issue("ann");
        try (Broker broker = SecureBroker.start(
                        0,
                        0,
                        directory.resolve("server.crt"),
                        directory.resolve("server.key"),
                        directory.resolve("ca.crt"));
                RawClient simple = RawClient.over(secure(authority, null, broker, 0));
                RawClient mutual = RawClient.over(secure(authority, ann, broker, 1))) {
            simple.connect(as("simple", "bob"));
            mutual.connect(Connect.v5("mutual"));
            assertThat(principal(broker, "simple")).isEqualTo("bob");
            assertThat(principal(broker, "mutual")).isEqualTo("ann");
        }
    }

    private static String principal(Broker broker, String clientId) {
        return broker.admin().client(clientId).orElseThrow().principal();
    }

    private static SSLSocket secure(
            TestAuthority authority, TestAuthority.@Nullable Issued own, Broker broker, int listener) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("authority", authority.certificate());
        if (own != null) {
            store.setKeyEntry("own", own.key(), new char[0], new Certificate[] {own.certificate()});
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(store);
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(store, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        int port = broker.addresses().get(listener).getPort();
        return (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port);
    }

    @Test
    void theWebSocketBrokerServesPagesAndDevices() throws IOException {
        try (Broker broker = WebSocketBroker.start(0, 0);
                RawClient device = RawClient.connected(broker.port(), Connect.v5("device"));
                Socket socket = new Socket(
                        InetAddress.getLoopbackAddress(),
                        broker.addresses().get(1).getPort());
                RawClient page = RawClient.over(WebSocketSocket.open(socket, "/mqtt"))) {
            page.connect(Connect.v5("page"));
            page.subscribe("greeting", Qos.AT_LEAST_ONCE);
            device.publish("greeting", "hello", Qos.AT_LEAST_ONCE);
            assertThat(page.takeMessage().payload()).isEqualTo(Binary.utf8("hello"));
        }
    }
}
