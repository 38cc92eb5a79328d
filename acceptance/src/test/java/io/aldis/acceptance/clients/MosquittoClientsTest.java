package io.aldis.acceptance.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Debian's {@code mosquitto_sub} and {@code mosquitto_pub} get what MQTT promises them, whichever version they speak.
 */
@ParameterizedClass(name = "-V {0}")
@ValueSource(strings = {"31", "311", "5"})
class MosquittoClientsTest {
    @RegisterExtension
    static final BrokerUnderTest BROKER = BrokerUnderTest.withDefaults();

    @RegisterExtension
    final Mosquitto mosquitto;

    private final String version;
    private final Names names = new Names();

    MosquittoClientsTest(String version) {
        this.version = version;
        this.mosquitto = new Mosquitto(BROKER, version);
    }

    @ParameterizedTest(name = "QoS {0}")
    @ValueSource(strings = {"0", "1", "2"})
    void aWildcardSubscriberReceivesWhatIsPublished(String qos) { // [MQTT3-7.0.0-2]
        var subscriber = mosquitto.subscribe("-t", names.topic("a/#"), "-q", qos);

        mosquitto.publish("-t", names.topic("a/b/c"), "-m", "deep", "-q", qos);
        mosquitto.publish("-t", names.topic("elsewhere"), "-m", "not for it", "-q", qos);
        // "a/#" matches its parent level too [MQTT-4.7.1-1].
        mosquitto.publish("-t", names.topic("a"), "-m", "parent", "-q", qos);

        assertThat(subscriber.next(2))
                .containsExactly(
                        new Received(names.topic("a/b/c"), "deep", Integer.parseInt(qos), false),
                        new Received(names.topic("a"), "parent", Integer.parseInt(qos), false));
        assertThat(subscriber.stop()).isEmpty();
    }

    @ParameterizedTest(name = "QoS {0}")
    @ValueSource(strings = {"0", "1", "2"})
    void aThousandMessagesOfOnePublisherArriveInOrder(String qos) {
        var subscriber = mosquitto.subscribe("-t", names.topic("lines"), "-q", qos);
        var numbers = IntStream.range(0, 1000).mapToObj(Integer::toString).toList();

        var publisher = mosquitto.publishLines("-t", names.topic("lines"), "-q", qos);
        publisher.write(numbers);
        publisher.endInput();

        // [MQTT-4.6.0-6]
        assertThat(subscriber.nextPayloads(1000)).isEqualTo(numbers);
        publisher.awaitEnd();
        assertThat(subscriber.stop()).isEmpty();
    }

    @ParameterizedTest(name = "subscribed {0}, published {1}, delivered {2}")
    @CsvSource({"0,0,0", "0,1,0", "0,2,0", "1,0,0", "1,1,1", "1,2,1", "2,0,0", "2,1,1", "2,2,2"})
    void aMessageIsDeliveredAtTheLowerOfBothQos(String subscribed, String published, int delivered) {
        var subscriber = mosquitto.subscribe("-t", names.topic("q"), "-q", subscribed);

        mosquitto.publish("-t", names.topic("q"), "-m", "x", "-q", published);

        // [MQTT-3.8.4-8]
        assertThat(subscriber.next()).isEqualTo(new Received(names.topic("q"), "x", delivered, false));
    }

    @Test
    void oneSubscriberMayHoldSeveralFilters() {
        var subscriber = mosquitto.subscribe("-t", names.topic("+/temperature"), "-t", names.topic("door"), "-q", "1");

        mosquitto.publish("-t", names.topic("kitchen/temperature"), "-m", "21", "-q", "1");
        mosquitto.publish("-t", names.topic("kitchen/humidity"), "-m", "40", "-q", "1");
        mosquitto.publish("-t", names.topic("kitchen/oven/temperature"), "-m", "200", "-q", "1");
        mosquitto.publish("-t", names.topic("door"), "-m", "open", "-q", "1");

        assertThat(subscriber.nextPayloads(2)).containsExactly("21", "open");
        assertThat(subscriber.stop()).isEmpty();
    }

    @Test
    void aFilterIsGivenUpByUnsubscribing() {
        // -U sends an UNSUBSCRIBE after the SUBSCRIBE.
        var subscriber = mosquitto.subscribe(
                "-t", names.topic("kept"), "-t", names.topic("dropped"), "-U", names.topic("dropped"), "-q", "1");
        subscriber.await("an UNSUBACK", line -> line.contains("received UNSUBACK"));

        mosquitto.publish("-t", names.topic("dropped"), "-m", "no", "-q", "1");
        mosquitto.publish("-t", names.topic("kept"), "-m", "yes", "-q", "1");

        assertThat(subscriber.nextPayloads(1)).containsExactly("yes");
        assertThat(subscriber.stop()).isEmpty();
    }

    @Test
    void wildcardsDoNotReachTopicsThatBeginWithADollar() {
        var everything = mosquitto.subscribe("-t", "#", "-t", "+/" + names.topic("x"), "-q", "1", "-R");

        mosquitto.publish("-t", "$acceptance/" + names.topic("x"), "-m", "hidden", "-q", "1");
        mosquitto.publish("-t", names.topic("x"), "-m", "seen", "-q", "1");

        // [MQTT-4.7.2-1]
        assertThat(everything.nextPayloads(1)).containsExactly("seen");
    }

    @ParameterizedTest(name = "QoS {0}")
    @ValueSource(strings = {"0", "1", "2"})
    void aRetainedMessageGreetsALaterSubscriber(String qos) {
        mosquitto.publish("-t", names.topic("r/1"), "-m", "old", "-q", qos, "-r");
        mosquitto.publish("-t", names.topic("r/1"), "-m", "new", "-q", qos, "-r");

        var subscriber = mosquitto.subscribe("-t", names.topic("r/+"), "-q", qos);

        assertThat(subscriber.next()).isEqualTo(new Received(names.topic("r/1"), "new", Integer.parseInt(qos), true));
        assertThat(subscriber.stop()).isEmpty();
    }

    @Test
    void aRetainedMessageReachesThoseAlreadySubscribedAsAnOrdinaryOne() {
        var subscriber = mosquitto.subscribe("-t", names.topic("r"), "-q", "1");

        mosquitto.publish("-t", names.topic("r"), "-m", "now", "-q", "1", "-r");

        // [MQTT3-3.3.1-9], [MQTT-3.3.1-12]
        assertThat(subscriber.next()).isEqualTo(new Received(names.topic("r"), "now", 1, false));
    }

    @Test
    void anotherSubscriberDoesNotBringRetainedMessagesToTheFirst() {
        mosquitto.publish("-t", names.topic("r"), "-m", "kept", "-q", "1", "-r");
        var first = mosquitto.subscribe("-t", names.topic("r"), "-q", "1");
        assertThat(first.nextPayloads(1)).containsExactly("kept");

        var second = mosquitto.subscribe("-t", names.topic("r"), "-q", "1");
        assertThat(second.nextPayloads(1)).containsExactly("kept");
        mosquitto.publish("-t", names.topic("r"), "-m", "live", "-q", "1");

        assertThat(first.next()).isEqualTo(new Received(names.topic("r"), "live", 1, false));
    }

    @Test
    void anEmptyRetainedMessageClearsTheTopic() {
        mosquitto.publish("-t", names.topic("r"), "-m", "kept", "-q", "1", "-r");
        mosquitto.publish("-t", names.topic("r"), "-n", "-q", "1", "-r");

        var subscriber = mosquitto.subscribe("-t", names.topic("r"), "-q", "1");
        mosquitto.publish("-t", names.topic("r"), "-m", "live", "-q", "1");

        // [MQTT3-3.3.1-10], [MQTT-3.3.1-6]
        assertThat(subscriber.next()).isEqualTo(new Received(names.topic("r"), "live", 1, false));
    }

    @Test
    void aSubscriberThatWantsNoStaleMessagesPrintsOnlyLiveOnes() {
        mosquitto.publish("-t", names.topic("r"), "-m", "stale", "-q", "1", "-r");

        // -R drops what has RETAIN set, so this fails if a live message carries it.
        var subscriber = mosquitto.subscribe("-t", names.topic("r"), "-q", "1", "-R");
        mosquitto.publish("-t", names.topic("r"), "-m", "live", "-q", "1", "-r");

        assertThat(subscriber.nextPayloads(1)).containsExactly("live");
    }

    @Test
    void retainedMessagesAreCollectedAndRemovedByMosquittoSub() {
        for (var topic : List.of("r/1", "r/2", "r/3")) {
            mosquitto.publish("-t", names.topic(topic), "-m", topic, "-q", "1", "-r");
        }

        var remover = mosquitto.subscribe("-t", names.topic("r/#"), "-q", "1", "--remove-retained");
        assertThat(remover.nextPayloads(3)).containsExactlyInAnyOrder("r/1", "r/2", "r/3");
        for (int i = 0; i < 3; i++) {
            remover.await("a PUBACK for an empty message", line -> line.contains("received PUBACK"));
        }

        var subscriber = mosquitto.subscribe("-t", names.topic("r/#"), "-q", "1");
        mosquitto.publish("-t", names.topic("r/1"), "-m", "live", "-q", "1");
        assertThat(subscriber.next()).isEqualTo(new Received(names.topic("r/1"), "live", 1, false));
    }

    @ParameterizedTest(name = "QoS {0}")
    @ValueSource(strings = {"0", "1", "2"})
    void theWillOfAKilledSubscriberIsPublished(String qos) {
        var watcher = mosquitto.subscribe("-t", names.topic("will"), "-q", "2");
        var doomed = mosquitto.subscribe(
                "-t",
                names.topic("x"),
                "--will-topic",
                names.topic("will"),
                "--will-payload",
                "gone",
                "--will-qos",
                qos);

        doomed.kill();

        // [MQTT-3.1.2-8]
        assertThat(watcher.next()).isEqualTo(new Received(names.topic("will"), "gone", Integer.parseInt(qos), false));
    }

    @Test
    void theWillOfAKilledPublisherIsPublished() {
        var watcher = mosquitto.subscribe("-t", names.topic("will"), "-q", "1");
        var doomed = mosquitto.publishLines(
                "-t",
                names.topic("x"),
                "--will-topic",
                names.topic("will"),
                "--will-payload",
                "gone",
                "--will-qos",
                "1");

        doomed.kill();

        assertThat(watcher.nextPayloads(1)).containsExactly("gone");
    }

    @Test
    void aRetainedWillGreetsALaterSubscriber() {
        var watcher = mosquitto.subscribe("-t", names.topic("will"), "-q", "1");
        var doomed = mosquitto.subscribe(
                "-t", names.topic("x"), "--will-topic", names.topic("will"), "--will-payload", "gone", "--will-retain");
        doomed.kill();
        // [MQTT3-3.1.2-17], [MQTT-3.1.2-15]: retained, and so an ordinary message to who is there.
        assertThat(watcher.next()).isEqualTo(new Received(names.topic("will"), "gone", 0, false));

        var late = mosquitto.subscribe("-t", names.topic("will"), "-q", "1");

        assertThat(late.next()).isEqualTo(new Received(names.topic("will"), "gone", 0, true));
    }

    @Test
    void aWillMayBeEmpty() {
        var watcher = mosquitto.subscribe("-t", names.topic("will"), "-q", "1");
        var doomed = mosquitto.subscribe("-t", names.topic("x"), "--will-topic", names.topic("will"));

        doomed.kill();

        assertThat(watcher.next()).isEqualTo(new Received(names.topic("will"), "", 0, false));
    }

    @Test
    void aCleanDisconnectTakesTheWillBack() {
        var watcher = mosquitto.subscribe("-t", names.topic("will"), "-q", "1");
        // -C 1 says DISCONNECT after one message; a signal would let the 5.0 client ask for its will.
        var leaving = mosquitto.subscribe(
                "-t", names.topic("x"), "-C", "1", "--will-topic", names.topic("will"), "--will-payload", "gone");

        mosquitto.publish("-t", names.topic("x"), "-m", "go");
        leaving.awaitEnd();
        mosquitto.publish("-t", names.topic("will"), "-m", "marker", "-q", "1");

        // [MQTT-3.1.2-10], [MQTT3-3.1.2-10]
        assertThat(watcher.nextPayloads(1)).containsExactly("marker");
        assertThat(watcher.stop()).isEmpty();
    }

    @ParameterizedTest(name = "QoS {0}")
    @ValueSource(strings = {"1", "2"})
    void aPersistentSessionKeepsWhatIsSentWhileItsClientIsAway(String qos) {
        var first = mosquitto.subscribe("-i", names.id("away"), "-c", "-t", names.topic("p"), "-q", qos);
        mosquitto.publish("-t", names.topic("p"), "-m", "0", "-q", qos);
        assertThat(first.nextPayloads(1)).containsExactly("0");
        first.stop();

        for (var payload : List.of("1", "2", "3")) {
            mosquitto.publish("-t", names.topic("p"), "-m", payload, "-q", qos);
        }
        var again = mosquitto.subscribe("-i", names.id("away"), "-c", "-t", names.topic("p"), "-q", qos);
        mosquitto.publish("-t", names.topic("p"), "-m", "4", "-q", qos);

        assertThat(again.nextPayloads(4)).containsExactly("1", "2", "3", "4");
        assertThat(again.stop()).isEmpty();
    }

    @Test
    void aPersistentSessionOutlivesTheDeathOfItsClient() {
        var first = mosquitto.subscribe("-i", names.id("killed"), "-c", "-t", names.topic("p"), "-q", "1");
        first.kill();

        mosquitto.publish("-t", names.topic("p"), "-m", "meanwhile", "-q", "1");
        var again = mosquitto.subscribe("-i", names.id("killed"), "-c", "-t", names.topic("p"), "-q", "1");

        assertThat(again.nextPayloads(1)).containsExactly("meanwhile");
    }

    @Test
    void aPersistentSessionKeepsItsSubscriptions() {
        mosquitto
                .subscribe("-i", names.id("kept"), "-c", "-t", names.topic("first"), "-q", "1")
                .stop();

        // Subscribes to something else: the first filter is remembered by the broker alone.
        var again = mosquitto.subscribe("-i", names.id("kept"), "-c", "-t", names.topic("second"), "-q", "1");
        mosquitto.publish("-t", names.topic("first"), "-m", "still here", "-q", "1");

        assertThat(again.nextPayloads(1)).containsExactly("still here");
    }

    @Test
    void aCleanClientFindsNothingOfAnEarlierSession() {
        mosquitto
                .subscribe("-i", names.id("clean"), "-c", "-t", names.topic("p"), "-q", "1")
                .stop();
        mosquitto.publish("-t", names.topic("p"), "-m", "meanwhile", "-q", "1");

        var clean = mosquitto.subscribe("-i", names.id("clean"), "-t", names.topic("other"), "-q", "1");
        mosquitto.publish("-t", names.topic("p"), "-m", "no longer subscribed", "-q", "1");
        mosquitto.publish("-t", names.topic("other"), "-m", "marker", "-q", "1");

        // [MQTT3-3.1.2-6], [MQTT-3.1.2-4]
        assertThat(clean.nextPayloads(1)).containsExactly("marker");
        assertThat(clean.stop()).isEmpty();
    }

    @Test
    void aSubscriberThatOnlySetsUpItsSessionIsServedLater() {
        // -E ends when the subscriptions are acknowledged.
        mosquitto
                .subscribe("-i", names.id("setup"), "-c", "-t", names.topic("p"), "-q", "2", "-E")
                .awaitEnd();
        var publisher = mosquitto.publishLines("-t", names.topic("p"), "-q", "2");
        var numbers = IntStream.range(0, 500).mapToObj(Integer::toString).toList();
        publisher.write(numbers);
        publisher.endInput();
        publisher.awaitEnd();

        // -C ends when that many messages have come.
        var later = mosquitto.subscribe("-i", names.id("setup"), "-c", "-t", names.topic("p"), "-q", "2", "-C", "500");

        assertThat(later.nextPayloads(500)).isEqualTo(numbers);
        later.awaitEnd();
    }

    @Test
    void aMegabyteArrivesWhole(@TempDir Path directory) throws IOException {
        var content = new byte[1 << 20];
        new Random(1).nextBytes(content);
        var file = Files.write(directory.resolve("payload"), content);
        var before = mosquitto.subscribePrinting("message|%x", "-t", names.topic("large"), "-q", "2");

        mosquitto.publish("-t", names.topic("large"), "-f", file.toString(), "-q", "2", "-r");
        var after = mosquitto.subscribePrinting("message|%x", "-t", names.topic("large"), "-q", "1");

        for (var subscriber : List.of(before, after)) {
            var printed = subscriber.nextLine().split("\\|", 2)[1];
            assertThat(HexFormat.of().parseHex(printed)).isEqualTo(content);
        }
        mosquitto.publish("-t", names.topic("large"), "-n", "-r");
    }

    @ParameterizedTest(name = "QoS {0}")
    @ValueSource(strings = {"0", "1", "2"})
    void aPayloadMayBeEmpty(String qos) {
        var subscriber = mosquitto.subscribe("-t", names.topic("empty"), "-q", qos);

        mosquitto.publish("-t", names.topic("empty"), "-n", "-q", qos);

        assertThat(subscriber.next()).isEqualTo(new Received(names.topic("empty"), "", Integer.parseInt(qos), false));
    }

    @Test
    void aTopicMayHaveAnyLettersAndEmptyLevels() {
        var topic = names.topic("Zürich//温度/ /🌡/");
        var subscriber = mosquitto.subscribe("-t", names.topic("+//+/ /+/+"), "-t", topic, "-q", "1");

        mosquitto.publish("-t", topic, "-m", "37 °C", "-q", "1");

        assertThat(subscriber.next()).isEqualTo(new Received(topic, "37 °C", 1, false));
    }

    @Test
    void aClientIdMayBeAsLongAsAStringCanBe() {
        var longest = version.equals("31") ? 23 : 65_535;
        var id = names.id("long") + "x".repeat(longest - names.id("long").length());
        mosquitto
                .subscribe("-i", id, "-c", "-t", names.topic("p"), "-q", "1", "-E")
                .awaitEnd();
        mosquitto.publish("-t", names.topic("p"), "-m", "meanwhile", "-q", "1");

        var again = mosquitto.subscribe("-i", id, "-c", "-t", names.topic("p"), "-q", "1");

        assertThat(again.nextPayloads(1)).containsExactly("meanwhile");
    }

    @Test
    void everyOneOfManySubscribersGetsACopy() {
        var subscribers = new ArrayList<MosquittoProcess>();
        for (int i = 0; i < 10; i++) {
            subscribers.add(mosquitto.subscribe("-t", names.topic("all"), "-q", Integer.toString(i % 3)));
        }

        mosquitto.publish("-t", names.topic("all"), "-m", "hello", "-q", "2");

        for (int i = 0; i < 10; i++) {
            assertThat(subscribers.get(i).next()).isEqualTo(new Received(names.topic("all"), "hello", i % 3, false));
        }
    }

    @Test
    void aPayloadIsBytesAndNotText(@TempDir Path directory) throws IOException {
        var content = new byte[] {0, (byte) 0xFF, '\n', (byte) 0xC0, (byte) 0x80, 0};
        var file = Files.write(directory.resolve("payload"), content);
        var subscriber = mosquitto.subscribePrinting("message|%x", "-t", names.topic("bytes"));

        mosquitto.publish("-t", names.topic("bytes"), "-f", file.toString());

        assertThat(subscriber.nextLine()).isEqualTo("message|00ff0ac08000");
        assertThat(content).isNotEqualTo(new String(content, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8));
    }
}
