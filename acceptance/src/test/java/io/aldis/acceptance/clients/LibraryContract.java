package io.aldis.acceptance.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import io.aldis.acceptance.clients.LibraryClient.Identity;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every client library gets from the broker, in each version of MQTT that it speaks.
 *
 * <p>Its tests run beside each other, because Paho sleeps a few tenths of a second for every connection.
 */
abstract class LibraryContract {
    @RegisterExtension
    static final BrokerUnderTest BROKER = BrokerUnderTest.withDefaults();

    final Names names = new Names();
    private final List<AutoCloseable> open = new ArrayList<>();

    /** The library under test. */
    abstract LibraryClient library(Identity identity) throws Exception;

    @AfterEach
    void closeAll() {
        // At once, because a library may take its time over each.
        CompletableFuture.allOf(open.stream()
                        .map(one -> CompletableFuture.runAsync(() -> close(one)))
                        .toArray(CompletableFuture[]::new))
                .join();
    }

    private static void close(AutoCloseable one) {
        try {
            one.close();
        } catch (Exception e) {
            throw new IllegalStateException(one + " does not close", e);
        }
    }

    @Execution(CONCURRENT)
    @ParameterizedTest(name = "QoS {0}")
    @ValueSource(ints = {0, 1, 2})
    void messagesGoBothWays(int qos) throws Exception { // [MQTT3-7.0.0-2]
        var one = connected(identity("one"));
        var other = connected(identity("other"));
        one.subscribe(names.topic("to/one"), qos);
        other.subscribe(names.topic("to/other"), qos);

        one.publish(names.topic("to/other"), "hello", qos, false);
        assertThat(other.next()).isEqualTo(new Received(names.topic("to/other"), "hello", qos, false));
        other.publish(names.topic("to/one"), "and to you", qos, false);
        assertThat(one.next()).isEqualTo(new Received(names.topic("to/one"), "and to you", qos, false));
    }

    @Execution(CONCURRENT)
    @ParameterizedTest(name = "QoS {0}")
    @ValueSource(ints = {0, 1, 2})
    void theQosAskedForIsGranted(int qos) throws Exception {
        assertThat(connected(identity("a")).subscribe(names.topic("q"), qos)).isEqualTo(qos);
    }

    @Test
    @Execution(CONCURRENT)
    void wildcardsMatchLevels() throws Exception {
        var subscriber = connected(identity("sub"));
        var publisher = connected(identity("pub"));
        subscriber.subscribe(names.topic("+/b/#"), 1);

        for (var topic : List.of("a/b", "a/x/b", "a/b/c/d", "a/bb", "x/b/")) {
            publisher.publish(names.topic(topic), topic, 1, false);
        }

        assertThat(subscriber.nextPayloads(3)).containsExactly("a/b", "a/b/c/d", "x/b/");
        assertThat(subscriber.leftOver()).isEmpty();
    }

    @Test
    @Execution(CONCURRENT)
    void anEndedSubscriptionBringsNothing() throws Exception {
        var subscriber = connected(identity("sub"));
        subscriber.subscribe(names.topic("ended"), 1);
        subscriber.subscribe(names.topic("kept"), 1);
        subscriber.unsubscribe(names.topic("ended"));

        subscriber.publish(names.topic("ended"), "no", 1, false);
        subscriber.publish(names.topic("kept"), "yes", 1, false);

        // [MQTT-3.10.4-2]
        assertThat(subscriber.nextPayloads(1)).containsExactly("yes");
    }

    @Test
    @Execution(CONCURRENT)
    void retainedMessagesGreetLaterSubscribersUntilTheyAreCleared() throws Exception {
        var publisher = connected(identity("pub"));
        publisher.publish(names.topic("r/1"), "first", 1, true);
        publisher.publish(names.topic("r/2"), "cleared", 2, true);
        publisher.publish(names.topic("r/2"), "", 0, true);
        publisher.publish(names.topic("r/1"), "second", 1, true); // Its acknowledgement tells that all before has come.

        var subscriber = connected(identity("sub"));
        subscriber.subscribe(names.topic("r/+"), 2);
        publisher.publish(names.topic("r/1"), "live", 1, true);

        assertThat(subscriber.next()).isEqualTo(new Received(names.topic("r/1"), "second", 1, true));
        assertThat(subscriber.next()).isEqualTo(new Received(names.topic("r/1"), "live", 1, false));
    }

    @Execution(CONCURRENT)
    @ParameterizedTest(name = "QoS {0}")
    @ValueSource(ints = {0, 1, 2})
    void theWillOfABrokenConnectionIsPublished(int qos) throws Exception {
        var watcher = connected(identity("watcher"));
        watcher.subscribe(names.topic("will"), 2);
        var wire = wire();
        var doomed = connected(identity("doomed")
                .withWill(names.topic("will"), "gone", qos, false)
                .through(wire));

        wire.cut();

        assertThat(watcher.next()).isEqualTo(new Received(names.topic("will"), "gone", qos, false));
        doomed.awaitDisconnected();
    }

    @Test
    @Execution(CONCURRENT)
    void aRetainedWillGreetsLaterSubscribers() throws Exception {
        var watcher = connected(identity("watcher"));
        watcher.subscribe(names.topic("will"), 1);
        var wire = wire();
        connected(identity("doomed")
                .withWill(names.topic("will"), "gone", 1, true)
                .through(wire));
        wire.cut();
        assertThat(watcher.next()).isEqualTo(new Received(names.topic("will"), "gone", 1, false));

        var late = connected(identity("late"));
        late.subscribe(names.topic("will"), 1);

        assertThat(late.next()).isEqualTo(new Received(names.topic("will"), "gone", 1, true));
    }

    @Test
    @Execution(CONCURRENT)
    void aDisconnectTakesTheWillBack() throws Exception {
        var watcher = connected(identity("watcher"));
        watcher.subscribe(names.topic("#"), 1);
        var leaving = connected(identity("leaving").withWill(names.topic("will"), "gone", 1, false));

        leaving.disconnect();
        // When its id is taken again, the connection before is history.
        connected(identity("leaving")).publish(names.topic("marker"), "marker", 1, false);

        assertThat(watcher.nextPayloads(1)).containsExactly("marker");
        assertThat(watcher.leftOver()).isEmpty();
    }

    @Execution(CONCURRENT)
    @ParameterizedTest(name = "QoS {0}")
    @ValueSource(ints = {1, 2})
    void aPersistentSessionKeepsWhatComesWhileItsClientIsAway(int qos) throws Exception {
        var publisher = connected(identity("pub"));
        var first = client(identity("away").persisting());
        assertThat(first.connect()).as("session present").isFalse();
        first.subscribe(names.topic("p/#"), qos);
        first.disconnect();

        var numbers = numbers(100);
        publisher.publishAll(names.topic("p/1"), numbers, qos);
        var again = client(identity("away").persisting());

        assertThat(again.connect()).as("session present").isTrue();
        assertThat(again.nextPayloads(100)).isEqualTo(numbers);
        // And the subscription lives on.
        publisher.publish(names.topic("p/2"), "now", qos, false);
        assertThat(again.next()).isEqualTo(new Received(names.topic("p/2"), "now", qos, false));
    }

    @Test
    @Execution(CONCURRENT)
    void aPersistentSessionOutlivesABrokenConnection() throws Exception {
        var wire = wire();
        var first = connected(identity("away").persisting().through(wire));
        first.subscribe(names.topic("p"), 1);
        wire.cut();
        first.awaitDisconnected();

        connected(identity("pub")).publish(names.topic("p"), "meanwhile", 1, false);
        var again = client(identity("away").persisting());

        assertThat(again.connect()).as("session present").isTrue();
        assertThat(again.nextPayloads(1)).containsExactly("meanwhile");
    }

    @Test
    @Execution(CONCURRENT)
    void aCleanStartFindsNothing() throws Exception {
        var first = connected(identity("x").persisting());
        first.subscribe(names.topic("p"), 1);
        first.disconnect();
        var publisher = connected(identity("pub"));
        publisher.publish(names.topic("p"), "meanwhile", 1, false);

        var clean = client(identity("x"));
        assertThat(clean.connect()).as("session present").isFalse();
        clean.subscribe(names.topic("marker"), 1);
        publisher.publish(names.topic("p"), "no longer subscribed", 1, false);
        publisher.publish(names.topic("marker"), "marker", 1, false);

        assertThat(clean.nextPayloads(1)).containsExactly("marker");
        assertThat(clean.leftOver()).isEmpty();
    }

    @Test
    @Execution(CONCURRENT)
    void aSecondClientOfTheSameNameTakesOver() throws Exception {
        var first = connected(identity("same"));
        first.subscribe(names.topic("x"), 1);

        var second = connected(identity("same"));
        second.subscribe(names.topic("x"), 1);

        // [MQTT3-3.1.4-2], [MQTT-3.1.4-3]
        first.awaitDisconnected();
        connected(identity("pub")).publish(names.topic("x"), "to the second", 1, false);
        assertThat(second.nextPayloads(1)).containsExactly("to the second");
        assertThat(first.leftOver()).isEmpty();
    }

    @Test
    @Execution(CONCURRENT)
    void aTakenOverSessionGoesOn() throws Exception {
        var first = connected(identity("same").persisting());
        first.subscribe(names.topic("x"), 2);

        var second = client(identity("same").persisting());
        assertThat(second.connect()).as("session present").isTrue();

        first.awaitDisconnected();
        connected(identity("pub")).publish(names.topic("x"), "still subscribed", 2, false);
        assertThat(second.next()).isEqualTo(new Received(names.topic("x"), "still subscribed", 2, false));
    }

    @Execution(CONCURRENT)
    @ParameterizedTest(name = "QoS {0}")
    @ValueSource(ints = {1, 2})
    void aThousandMessagesArriveInOrder(int qos) throws Exception {
        var subscriber = connected(identity("sub"));
        subscriber.subscribe(names.topic("ordered"), qos);

        connected(identity("pub")).publishAll(names.topic("ordered"), numbers(1000), qos);

        // [MQTT-4.6.0-6]
        assertThat(subscriber.nextPayloads(1000)).isEqualTo(numbers(1000));
        assertThat(subscriber.leftOver()).isEmpty();
    }

    @Test
    @Execution(CONCURRENT)
    void aClientHearsItself() throws Exception {
        var client = connected(identity("self"));
        client.subscribe(names.topic("echo"), 2);

        client.publishAll(names.topic("echo"), numbers(500), 2);

        assertThat(client.nextPayloads(500)).isEqualTo(numbers(500));
    }

    @Test
    @Execution(CONCURRENT)
    void aMegabyteArrivesWhole() throws Exception { // [MQTT3-7.1.1-1]
        var subscriber = connected(identity("sub"));
        subscriber.subscribe(names.topic("large"), 1);
        var payload = "0123456789abcdef".repeat(1 << 16);

        connected(identity("pub")).publish(names.topic("large"), payload, 1, false);

        assertThat(subscriber.next().payload()).isEqualTo(payload);
    }

    /** A client of this test; the name is one of its own. */
    final Identity identity(String name) {
        return new Identity(BROKER.host(), BROKER.port(), names.id(name), false, null);
    }

    final LibraryClient client(Identity identity) throws Exception {
        var client = library(identity);
        open.add(client);
        return client;
    }

    final LibraryClient connected(Identity identity) throws Exception {
        var client = client(identity);
        client.connect();
        return client;
    }

    private CuttableProxy wire() {
        var wire = new CuttableProxy(BROKER.host(), BROKER.port());
        open.add(wire);
        return wire;
    }

    static List<String> numbers(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toList();
    }
}
