package io.aldis.acceptance.conformance;

import static io.aldis.codec.Qos.AT_LEAST_ONCE;
import static io.aldis.codec.Qos.AT_MOST_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.acceptance.hostile.WatchedBroker;
import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.Publish;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.testkit.RawClient;
import io.aldis.testkit.RawPacket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Topic names and topic filters, shared ones too (MQTT 5.0 §4.7, §4.8.2). */
class V5TopicTest {

    @RegisterExtension
    static final WatchedBroker broker = WatchedBroker.ofOneLoop(settings -> settings);

    private static RawClient client() {
        return broker.connected(Connect.v5("client"));
    }

    private static void expectFilterRefused(String filter) {
        RawClient client = client();
        client.send(Subscribe.of(1, filter, AT_LEAST_ONCE));
        assertThat(client.expect(Suback.class).reasons()).containsExactly(ReasonCode.TOPIC_FILTER_INVALID);
        client.expectNothing();
        client.disconnect();
    }

    private static boolean matches(String filter, String topic) {
        RawClient client = client();
        client.subscribe(filter, AT_MOST_ONCE);
        client.send(Publish.qos0(topic, Binary.EMPTY));
        client.subscribe("after", AT_MOST_ONCE);
        client.send(Publish.qos0("after", Binary.EMPTY));
        boolean matches = client.takeMessage().topic().equals(topic);
        if (matches) {
            assertThat(client.takeMessage().topic()).isEqualTo("after");
        }
        client.disconnect();
        return matches;
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/#/b", "a#", "#a", "##", "#/", "a/b#"})
    void aHashIsAWholeLevelAndTheLast(String filter) { // [MQTT-4.7.1-1]
        expectFilterRefused(filter);
    }

    @ParameterizedTest
    @CsvSource({
        "#, a, true",
        "#, a/b/c, true",
        "a/#, a, true",
        "a/#, a/b/c, true",
        "a/#, a/, true",
        "a/#, ab, false",
        "a/b/#, a, false"
    })
    void aHashMatchesItsParentAndAllBelow(String filter, String topic, boolean expected) { // [MQTT-4.7.1-1]
        assertThat(matches(filter, topic)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a+", "+a", "++", "a/b+/c", "+#", "a/+b"})
    void aPlusIsAWholeLevel(String filter) { // [MQTT-4.7.1-2]
        expectFilterRefused(filter);
    }

    @ParameterizedTest
    @CsvSource({
        "+, a, true",
        "+, a/b, false",
        "+, /a, false",
        "+/+, /a, true",
        "/+, /a, true",
        "a/+, a, false",
        "a/+, a/, true",
        "a/+/c, a/b/c, true",
        "+/b/#, a/b, true",
        "+/+/+, a/b, false"
    })
    void aPlusMayStandAtAnyLevel(String filter, String topic, boolean expected) { // [MQTT-4.7.1-2]
        assertThat(matches(filter, topic)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"#, false", "+, false", "+/x, false", "+/#, false", "$a/#, true", "$a/+, true", "$a/x, true"})
    void aFilterThatBeginsWithAWildcardDoesNotMatchADollar(String filter, boolean expected) { // [MQTT-4.7.2-1]
        assertThat(matches(filter, filter.equals("+") ? "$a" : "$a/x")).isEqualTo(expected);
    }

    @Test
    void aTopicNameHasAtLeastOneCharacter() { // [MQTT-4.7.3-1]
        RawClient client = client();
        client.sendBytes(RawPacket.of(0x30).text("").hex("00").bytes());
        client.expectDisconnect(ReasonCode.PROTOCOL_ERROR);
    }

    @Test
    void aTopicFilterHasAtLeastOneCharacter() { // [MQTT-4.7.3-1]
        RawClient subscriber = client();
        subscriber.sendBytes(
                RawPacket.of(0x82).hex("0001 00").text("").hex("00").bytes());
        subscriber.expectDisconnect(ReasonCode.MALFORMED_PACKET);
        RawClient leaver = client();
        leaver.sendBytes(RawPacket.of(0xA2).hex("0001 00").text("").bytes());
        leaver.expectDisconnect(ReasonCode.MALFORMED_PACKET);
    }

    @Test
    void aTopicNameHasNoNullCharacter() { // [MQTT-4.7.3-2], [MQTT-1.5.4-2]
        RawClient client = client();
        client.sendBytes(RawPacket.of(0x30).text("a\0b").hex("00").bytes());
        client.expectDisconnect(ReasonCode.MALFORMED_PACKET);
    }

    @Test
    void namesAndFiltersMayHave65535Bytes() { // [MQTT-4.7.3-3]
        String longest = "x".repeat(65_535 - 2) + "\u00e9";
        RawClient client = client();
        client.subscribe(longest, AT_LEAST_ONCE);
        client.publish(longest, "arrived", AT_LEAST_ONCE);
        assertThat(client.takeMessage().topic()).isEqualTo(longest);
    }

    @Test
    void aWildcardInATopicNameEndsTheConnection() { // [MQTT-4.7.0-1]
        for (String topic : List.of("a/+", "a/#", "+", "#")) {
            RawClient client = client();
            client.sendBytes(RawPacket.of(0x30).text(topic).hex("00").bytes());
            client.expectDisconnect(ReasonCode.TOPIC_NAME_INVALID);
        }
    }

    @Test
    void namesAndFiltersAreComparedAsTheyAre() { // [MQTT-4.7.3-4], [MQTT-1.5.4-3]
        // Letters in both cases, composed and decomposed, with a mark in front, full width, spaces, empty levels.
        List<String> topics = List.of(
                "a", "A", "\u00e9", "e\u0301", "\uFEFFa", "\uFF41", " a", "a ", "/a", "a/", "//a", "a//", "./a", "%61");
        RawClient client = client();
        for (String filter : topics) {
            client.subscribe(filter, AT_MOST_ONCE);
            for (String topic : topics) {
                client.send(Publish.qos0(topic, Binary.EMPTY));
            }
            assertThat(client.takeMessage().topic()).isEqualTo(filter);
            client.unsubscribe(filter);
        }
        client.expectNothing();
    }

    @ParameterizedTest
    @ValueSource(strings = {"$share/", "$share//t", "$share/g", "$share/g/"})
    void aSharedFilterHasAShareNameAndAFilter(String filter) { // [MQTT-4.8.2-1], [MQTT-4.8.2-2]
        expectFilterRefused(filter);
    }

    @ParameterizedTest
    @ValueSource(strings = {"$share/g+/t", "$share/+/t", "$share/#/t", "$share/g#/t", "$share/g/a/#/b", "$share/g/a+"})
    void aShareNameHasNoWildcardsAndItsFilterIsValid(String filter) { // [MQTT-4.8.2-2]
        expectFilterRefused(filter);
    }

    @Test
    void aSharedFilterIsAFilterBehindAShareName() { // [MQTT-4.8.2-1], [MQTT-4.8.2-2]
        RawClient client = client();
        client.subscribe("$share/g/a/+", AT_MOST_ONCE);
        client.send(Publish.qos0("a/b", Binary.EMPTY));
        assertThat(client.takeMessage().topic()).isEqualTo("a/b");
        client.send(Publish.qos0("b/b", Binary.EMPTY));
        client.expectNothing();
    }
}
