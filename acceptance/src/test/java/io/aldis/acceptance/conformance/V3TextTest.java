package io.aldis.acceptance.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.aldis.codec.Qos;
import io.aldis.testkit.RawClient;
import io.aldis.testkit.RawPacket;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Text in packets (MQTT 3.1.1, sections 1.5.3 and 4.7.3). */
class V3TextTest extends V3Contract {

    private static final String BOM = "\uFEFF";

    /** Bytes that are no text. */
    static Stream<Arguments> bad() {
        return Stream.of(
                argumentSet("a high surrogate", bytes("61 ed a0 80")), // [MQTT3-1.5.3-1]
                argumentSet("a low surrogate", bytes("ed bf bf 61")), // [MQTT3-1.5.3-1]
                argumentSet("a pair of surrogates", bytes("ed a0 80 ed b0 80")), // [MQTT3-1.5.3-1]
                argumentSet("Latin-1", bytes("61 e4 62")), // [MQTT3-1.5.3-1]
                argumentSet("a character cut off", bytes("61 e2 82")), // [MQTT3-1.5.3-1]
                argumentSet("more bytes than the character needs", bytes("c1 a1")), // [MQTT3-1.5.3-1]
                argumentSet("beyond U+10FFFF", bytes("f4 90 80 80")), // [MQTT3-1.5.3-1]
                argumentSet("U+0000", bytes("61 00 62"))); // [MQTT3-1.5.3-2], [MQTT3-4.7.3-2]
    }

    private static byte[] bytes(String hex) {
        return HexFormat.ofDelimiter(" ").parseHex(hex);
    }

    @ParameterizedTest
    @MethodSource("bad")
    void aConnectWithBadTextIsClosedUnanswered(byte[] text) { // [MQTT3-3.1.4-1]
        expectClosedUnanswered(rawConnect(0x02).binary(text)); // [MQTT3-3.1.3-4]: the client identifier
        expectClosedUnanswered( // [MQTT3-3.1.3-10]: the will topic
                rawConnect(0x06).text("c").binary(text).text("will message"));
        expectClosedUnanswered(rawConnect(0x82).text("c").binary(text)); // [MQTT3-3.1.3-11]: the user name
    }

    @ParameterizedTest
    @MethodSource("bad")
    void aTopicThatIsNoTextEndsTheConnection(byte[] text) {
        expectClosedAfter(RawPacket.of(0x30).binary(text)); // [MQTT3-3.3.2-1]
        expectClosedAfter(RawPacket.of(0x82).hex("0001").binary(text).oneByte(0)); // [MQTT3-3.8.3-1]
        expectClosedAfter( // [MQTT3-3.8.3-1]: also behind a good one
                RawPacket.of(0x82).hex("0001").text("a").oneByte(0).binary(text).oneByte(0));
        expectClosedAfter(RawPacket.of(0xA2).hex("0001").binary(text)); // [MQTT3-3.10.3-1]
    }

    @Test
    void aByteOrderMarkIsACharacterLikeAnyOther() { // [MQTT3-1.5.3-3], [MQTT3-4.7.3-4]
        RawClient marked = subscriber(BOM + "c", BOM + "bom/" + BOM, Qos.AT_LEAST_ONCE);
        RawClient plain = subscriber("c", "bom/", Qos.AT_LEAST_ONCE);
        RawClient publisher = client("publisher");
        publisher.publish("bom/", "plain", Qos.AT_LEAST_ONCE);
        publisher.publish(BOM + "bom/" + BOM, "marked", Qos.AT_LEAST_ONCE);
        end(publisher, "bom/");
        end(publisher, BOM + "bom/" + BOM);
        assertThat(takePayloads(plain)).containsExactly("plain");
        assertThat(takeAll(marked)).singleElement().satisfies(message -> {
            assertThat(message.topic()).isEqualTo(BOM + "bom/" + BOM);
            assertThat(message.payload().toUtf8()).isEqualTo("marked");
        });
    }

    /** Pairs that look alike. */
    static Stream<Arguments> alike() {
        return Stream.of(
                argumentSet("upper and lower case", "alike/A", "alike/a"),
                argumentSet("composed and decomposed", "alike/\u00e9", "alike/e\u0301"),
                argumentSet("full width", "alike/a", "alike/\uff41"),
                argumentSet("an empty level", "alike//a", "alike/a"),
                argumentSet("a leading slash", "/alike", "alike"),
                argumentSet("a trailing slash", "alike/", "alike"),
                argumentSet("a trailing space", "alike ", "alike"),
                argumentSet("dots", "alike/../a", "a"),
                argumentSet("percent signs", "alike/%61", "alike/a"),
                argumentSet("private use", "alike/\uE000", "alike/\uE001"),
                argumentSet("beyond the basic plane", "alike/\uD83D\uDE00", "alike/\uD83D\uDE01"));
    }

    @ParameterizedTest
    @MethodSource("alike")
    void namesThatOnlyLookAlikeAreDifferent(String one, String other) { // [MQTT3-4.7.3-4], [MQTT3-3.3.2-3]
        RawClient subscriber = subscriber("c", one, Qos.AT_LEAST_ONCE);
        RawClient publisher = client("publisher");
        publisher.publish(other, "of the other", Qos.AT_LEAST_ONCE);
        publisher.publish(one, "of the one", Qos.AT_LEAST_ONCE);
        end(publisher, one);
        assertThat(takeAll(subscriber)).singleElement().satisfies(message -> {
            assertThat(message.topic()).isEqualTo(one);
            assertThat(message.payload().toUtf8()).isEqualTo("of the one");
        });
    }

    @Test
    void aTopicMayHaveEveryByteThereIsRoomFor() { // [MQTT3-4.7.3-3]
        String longest = "x".repeat(65_535);
        RawClient client = subscriber("c", longest, Qos.AT_LEAST_ONCE);
        client.publish(longest, "long", Qos.AT_LEAST_ONCE);
        assertThat(client.takeMessage().topic()).isEqualTo(longest);
    }

    @Test
    void anEmptyTopicEndsTheConnection() { // [MQTT3-4.7.3-1]
        expectClosedAfter(RawPacket.of(0x30).text(""));
        expectClosedAfter(RawPacket.of(0x82).hex("0001").text("").oneByte(0));
        expectClosedAfter(RawPacket.of(0xA2).hex("0001").text(""));
        expectClosedUnanswered(rawConnect(0x06).text("c").text("").text("will message"));
    }

    @Test
    void aTopicNameWithWildcardsEndsTheConnection() { // [MQTT3-3.3.2-2], [MQTT3-4.7.1-1]
        for (String topic : List.of("#", "+", "a/#", "a/+/b", "a+", "#a")) {
            expectClosedAfter(RawPacket.of(0x30).text(topic));
            expectClosedAfter(RawPacket.of(0x32).text(topic).hex("0001"));
            expectClosedUnanswered(rawConnect(0x06).text("c").text(topic).text("will message"));
        }
    }
}
