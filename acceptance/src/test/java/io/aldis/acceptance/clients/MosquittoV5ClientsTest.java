package io.aldis.acceptance.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What MQTT 5.0 adds, as Debian's {@code mosquitto_sub}, {@code mosquitto_pub} and {@code mosquitto_rr} see it. */
class MosquittoV5ClientsTest {
    private static final String PROPERTIES = "message|%j";

    @RegisterExtension
    static final BrokerUnderTest BROKER = BrokerUnderTest.withDefaults();

    @RegisterExtension
    final Mosquitto mosquitto = new Mosquitto(BROKER, "5");

    private final Names names = new Names();

    @Test
    void thePropertiesOfAMessageReachTheSubscriber() {
        var subscriber = mosquitto.subscribePrinting(PROPERTIES, "-t", names.topic("p"), "-q", "1");

        mosquitto.publish(published(names.topic("p"), "-D", "publish", "message-expiry-interval", "3600"));

        assertThat(subscriber.nextLine())
                .contains("\"content-type\":\"text/plain\"")
                .contains("\"response-topic\":\"answers/here\"")
                .contains("\"correlation-data\":\"7\"")
                .contains("\"payload-format-indicator\":1")
                // In their order, and a name may come again [MQTT-3.3.2-18].
                .contains("\"user-properties\":{\"colour\":\"red\",\"size\":\"9\",\"colour\":\"blue\"}")
                .containsPattern("\"message-expiry-interval\":(3600|3599)\\b");
    }

    @Test
    void thePropertiesOfARetainedMessageAreRetained() {
        mosquitto.publish(published(names.topic("p"), "-r", "-D", "publish", "message-expiry-interval", "3600"));

        var subscriber = mosquitto.subscribePrinting(PROPERTIES, "-t", names.topic("p"), "-q", "1");

        assertThat(subscriber.nextLine())
                .contains("\"retain\":1")
                .contains("\"content-type\":\"text/plain\"")
                .contains("\"response-topic\":\"answers/here\"")
                .contains("\"correlation-data\":\"7\"")
                .contains("\"user-properties\":{\"colour\":\"red\",\"size\":\"9\",\"colour\":\"blue\"}")
                .containsPattern("\"message-expiry-interval\":3[56]\\d\\d\\b");
    }

    @Test
    void thePropertiesOfAMessageAreQueuedWithIt() {
        mosquitto
                .subscribe("-i", names.id("away"), "-c", "-x", "3600", "-t", names.topic("p"), "-q", "1", "-E")
                .awaitEnd();
        mosquitto.publish(published(names.topic("p")));

        var again = mosquitto.subscribePrinting(
                PROPERTIES, "-i", names.id("away"), "-c", "-x", "3600", "-t", names.topic("p"), "-q", "1");

        assertThat(again.nextLine())
                .contains("\"content-type\":\"text/plain\"")
                .contains("\"user-properties\":{\"colour\":\"red\",\"size\":\"9\",\"colour\":\"blue\"}")
                .doesNotContain("message-expiry-interval");
    }

    @Test
    void aWillHasItsProperties() {
        var watcher = mosquitto.subscribePrinting(PROPERTIES, "-t", names.topic("will"), "-q", "1");
        var doomed = mosquitto.subscribe(
                "-t",
                names.topic("x"),
                "--will-topic",
                names.topic("will"),
                "--will-payload",
                "gone",
                "-D",
                "will",
                "content-type",
                "text/plain",
                "-D",
                "will",
                "correlation-data",
                "7",
                "-D",
                "will",
                "user-property",
                "colour",
                "black");

        doomed.kill();

        assertThat(watcher.nextLine())
                .contains("\"content-type\":\"text/plain\"")
                .contains("\"correlation-data\":\"7\"")
                .contains("\"user-properties\":{\"colour\":\"black\"}")
                .contains("\"payload\":\"gone\"");
    }

    @Test
    void aDisconnectMayAskForTheWill() {
        var watcher = mosquitto.subscribe("-t", names.topic("will"), "-q", "1");
        var leaving = mosquitto.subscribe(
                "-t", names.topic("x"), "--will-topic", names.topic("will"), "--will-payload", "gone");

        // Interrupted, mosquitto_sub says DISCONNECT with reason code 0x04.
        leaving.stop();

        // [MQTT-3.14.4-3] takes the will back for reason code 0x00 only.
        assertThat(watcher.nextPayloads(1)).containsExactly("gone");
    }

    @Test
    void aSubscriptionIdentifierComesBackWithEveryMessageOfTheSubscription() {
        mosquitto.publish("-t", names.topic("s"), "-m", "retained", "-q", "1", "-r");
        var subscriber = mosquitto.subscribePrinting(
                "message|%S|%p",
                "-t", names.topic("s"), "-q", "1", "-D", "subscribe", "subscription-identifier", "268435455");

        mosquitto.publish("-t", names.topic("s"), "-m", "live", "-q", "1");

        // [MQTT-3.3.4-3]
        assertThat(subscriber.nextLine()).isEqualTo("message|268435455|retained");
        assertThat(subscriber.nextLine()).isEqualTo("message|268435455|live");
    }

    @Test
    void aTopicAliasIsResolved() {
        var subscriber = mosquitto.subscribe("-t", names.topic("alias"), "-q", "1");

        var publisher =
                mosquitto.publishLines("-t", names.topic("alias"), "-q", "1", "-D", "publish", "topic-alias", "3");
        publisher.write(List.of("one", "two", "three"));
        publisher.endInput();
        publisher.awaitEnd();

        assertThat(subscriber.next(3))
                .containsExactly(
                        new Received(names.topic("alias"), "one", 1, false),
                        new Received(names.topic("alias"), "two", 1, false),
                        new Received(names.topic("alias"), "three", 1, false));
    }

    @Test
    void retainAsPublishedKeepsTheFlag() {
        var subscriber = mosquitto.subscribe("-t", names.topic("r"), "-q", "1", "--retain-as-published");

        mosquitto.publish("-t", names.topic("r"), "-m", "retained", "-q", "1", "-r");
        mosquitto.publish("-t", names.topic("r"), "-m", "plain", "-q", "1");

        // [MQTT-3.3.1-13]
        assertThat(subscriber.next(2))
                .containsExactly(
                        new Received(names.topic("r"), "retained", 1, true),
                        new Received(names.topic("r"), "plain", 1, false));
    }

    @ParameterizedTest(name = "QoS {0}")
    @ValueSource(strings = {"1", "2"})
    void aReceiveMaximumOfOneSlowsDownAndLosesNothing(String qos) {
        var subscriber =
                mosquitto.subscribe("-t", names.topic("slow"), "-q", qos, "-D", "connect", "receive-maximum", "1");
        var numbers = IntStream.range(0, 200).mapToObj(Integer::toString).toList();

        var publisher = mosquitto.publishLines("-t", names.topic("slow"), "-q", qos);
        publisher.write(numbers);
        publisher.endInput();
        publisher.awaitEnd();

        assertThat(subscriber.nextPayloads(200)).isEqualTo(numbers);
    }

    @Test
    void aMessageLargerThanTheSubscriberTakesIsNotSentToIt() {
        var small = mosquitto.subscribe(
                "-t", names.topic("size"), "-q", "1", "-D", "connect", "maximum-packet-size", "200");
        var any = mosquitto.subscribe("-t", names.topic("size"), "-q", "1");

        mosquitto.publish("-t", names.topic("size"), "-m", "x".repeat(300), "-q", "1");
        mosquitto.publish("-t", names.topic("size"), "-m", "fits", "-q", "1");

        // [MQTT-3.1.2-24], [MQTT-3.1.2-25]: dropped for one, as if it had been delivered; not for the other.
        assertThat(small.nextPayloads(1)).containsExactly("fits");
        assertThat(any.nextPayloads(2)).containsExactly("x".repeat(300), "fits");
    }

    @Test
    void aSessionExpiryIntervalKeepsTheSession() {
        mosquitto
                .subscribe("-i", names.id("x"), "-c", "-x", "3600", "-t", names.topic("p"), "-q", "1")
                .kill();
        mosquitto.publish("-t", names.topic("p"), "-m", "meanwhile", "-q", "1");

        var again = mosquitto.subscribe("-i", names.id("x"), "-c", "-x", "3600", "-t", names.topic("p"), "-q", "1");

        assertThat(again.nextPayloads(1)).containsExactly("meanwhile");
    }

    @Test
    void aSessionWithoutExpiryIntervalEndsWithItsConnection() {
        // -c asks for no clean start; -x 0 for a session that ends with the connection.
        mosquitto
                .subscribe("-i", names.id("x"), "-c", "-x", "0", "-t", names.topic("p"), "-q", "1")
                .stop();

        var again = mosquitto.subscribe("-i", names.id("x"), "-c", "-x", "0", "-t", names.topic("other"), "-q", "1");
        mosquitto.publish("-t", names.topic("p"), "-m", "no longer subscribed", "-q", "1");
        mosquitto.publish("-t", names.topic("other"), "-m", "marker", "-q", "1");

        assertThat(again.nextPayloads(1)).containsExactly("marker");
        assertThat(again.stop()).isEmpty();
    }

    @Test
    void aDisconnectMayEndTheSessionAtOnce() {
        mosquitto
                .subscribe(
                        "-i",
                        names.id("x"),
                        "-c",
                        "-x",
                        "3600",
                        "-t",
                        names.topic("p"),
                        "-q",
                        "1",
                        "-E",
                        "-D",
                        "disconnect",
                        "session-expiry-interval",
                        "0")
                .awaitEnd();
        mosquitto.publish("-t", names.topic("p"), "-m", "meanwhile", "-q", "1");

        var again = mosquitto.subscribe("-i", names.id("x"), "-c", "-x", "3600", "-t", names.topic("other"), "-q", "1");
        mosquitto.publish("-t", names.topic("p"), "-m", "no longer subscribed", "-q", "1");
        mosquitto.publish("-t", names.topic("other"), "-m", "marker", "-q", "1");

        assertThat(again.nextPayloads(1)).containsExactly("marker");
        assertThat(again.stop()).isEmpty();
    }

    @Test
    void aSharedSubscriptionBringsEachMessageToOneOfTheGroup() {
        var shared = "$share/group/" + names.topic("s/#");
        var members = List.of(
                mosquitto.subscribe("-t", shared, "-q", "1"),
                mosquitto.subscribe("-t", shared, "-q", "1"),
                mosquitto.subscribe("-t", shared, "-q", "1"));
        var otherGroup = mosquitto.subscribe("-t", "$share/other/" + names.topic("s/+"), "-q", "1");
        var plain = mosquitto.subscribe("-t", names.topic("s/#"), "-q", "1");
        var numbers = IntStream.range(0, 300).mapToObj(Integer::toString).toList();

        var publisher = mosquitto.publishLines("-t", names.topic("s/1"), "-q", "1");
        publisher.write(numbers);
        publisher.endInput();
        publisher.awaitEnd();

        assertThat(plain.nextPayloads(300)).isEqualTo(numbers);
        assertThat(otherGroup.nextPayloads(300)).isEqualTo(numbers);
        var delivered = new ArrayList<String>();
        for (var member : members) {
            var part = member.stop().stream().map(Received::payload).toList();
            assertThat(part).as("what one of three got of 300").isNotEmpty();
            delivered.addAll(part);
        }
        assertThat(delivered).containsExactlyInAnyOrderElementsOf(numbers);
    }

    @Test
    void aGroupGoesOnWhenAMemberLeaves() {
        var shared = "$share/group/" + names.topic("s");
        var stays = mosquitto.subscribe("-t", shared, "-q", "1");
        var leaves = mosquitto.subscribe("-t", shared, "-q", "1");
        var otherGroup = mosquitto.subscribe("-t", "$share/other/" + names.topic("s"), "-q", "1");

        leaves.stop();
        for (var payload : List.of("1", "2", "3", "4")) {
            mosquitto.publish("-t", names.topic("s"), "-m", payload, "-q", "1");
        }

        assertThat(stays.nextPayloads(4)).containsExactly("1", "2", "3", "4");
        assertThat(otherGroup.nextPayloads(4)).containsExactly("1", "2", "3", "4");
    }

    @Test
    void retainedMessagesAreNotSentToASharedSubscription() {
        mosquitto.publish("-t", names.topic("s"), "-m", "retained", "-q", "1", "-r");

        var member = mosquitto.subscribe("-t", "$share/group/" + names.topic("s"), "-q", "1");
        mosquitto.publish("-t", names.topic("s"), "-m", "live", "-q", "1");

        // 4.8.2: no retained messages are sent when a shared subscription is made.
        assertThat(member.next()).isEqualTo(new Received(names.topic("s"), "live", 1, false));
    }

    @Test
    void aRequestIsAnswered() {
        var server = mosquitto.subscribePrinting("message|%R|%D|%p", "-t", names.topic("request"), "-q", "1");
        var client = mosquitto.start(
                "mosquitto_rr",
                "-t",
                names.topic("request"),
                "-e",
                names.topic("answer"),
                "-m",
                "6 * 7",
                "-q",
                "1",
                "-F",
                "message|%p",
                "-D",
                "publish",
                "correlation-data",
                "c1");

        var request = server.nextLine().split("\\|");
        assertThat(request).containsExactly("message", names.topic("answer"), "c1", "6 * 7");
        mosquitto.publish("-t", request[1], "-m", "42", "-q", "1", "-D", "publish", "correlation-data", request[2]);

        assertThat(client.nextLine()).isEqualTo("message|42");
        client.awaitEnd();
    }

    private static String[] published(String topic, String... more) {
        var arguments = new ArrayList<>(List.of("-t", topic, "-m", "payload", "-q", "1"));
        for (var property : List.of(
                "content-type text/plain",
                "response-topic answers/here",
                "correlation-data 7",
                "payload-format-indicator 1",
                "user-property colour red",
                "user-property size 9",
                "user-property colour blue")) {
            arguments.addAll(List.of("-D", "publish"));
            arguments.addAll(List.of(property.split(" ")));
        }
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }
}
