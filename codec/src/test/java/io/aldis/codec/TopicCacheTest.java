package io.aldis.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class TopicCacheTest {
    private final TopicCache cache = new TopicCache(64, 20);
    private final PacketDecoder decoder =
            Connections.open(MqttVersion.V3_1_1, true).topicCache(cache);

    private String decode(PacketDecoder decoder, String topic) {
        byte[] utf8 = topic.getBytes(StandardCharsets.UTF_8);
        ByteBuf in = Unpooled.buffer();
        in.writeByte(0x30);
        PacketWriter.variableByteInteger(in, 2 + utf8.length);
        in.writeShort(utf8.length).writeBytes(utf8);
        Publish publish = (Publish) decoder.decode(in);
        assertThat(publish).isNotNull();
        return publish.topic();
    }

    @Test
    void aTopicThatComesAgainIsTheSameString() {
        for (String topic : List.of("a", "12345678", "123456789", "1234567890123456", "ä/€/😀", "/")) {
            String first = decode(decoder, topic);

            assertThat(first).isEqualTo(topic);
            assertThat(decode(decoder, topic)).isSameAs(first);
        }
    }

    @Test
    void theDecodersOfALoopShareIt() {
        PacketDecoder other = Connections.open(MqttVersion.V5, false).topicCache(cache);
        ByteBuf in =
                RoundTripTest.encode(List.of(Publish.qos0("a/b", Binary.EMPTY)), MqttVersion.V5, Unpooled.buffer());
        Publish publish = (Publish) other.decode(in);

        assertThat(publish).isNotNull();
        assertThat(decode(decoder, "a/b")).isSameAs(publish.topic());
    }

    @Test
    void topicsOfEqualBeginningOrLengthAreKeptApart() {
        for (int round = 0; round < 3; round++) {
            for (String topic : List.of("a", "b", "ab", "ba", "12345678", "12345679", "12345678a", "12345678b", "aa")) {
                assertThat(decode(decoder, topic)).isEqualTo(topic);
            }
        }
    }

    @Test
    void aLongTopicIsNotKept() {
        String longest = "x".repeat(20);
        String longer = "x".repeat(21);

        assertThat(decode(decoder, longest)).isSameAs(decode(decoder, longest));
        assertThat(decode(decoder, longer)).isEqualTo(longer).isNotSameAs(decode(decoder, longer));
    }

    @Test
    void moreTopicsThanPlacesAreStillReadRight() {
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 10_000; i++) {
                assertThat(decode(decoder, "topic/" + i)).isEqualTo("topic/" + i);
            }
        }
    }

    @Test
    void theSmallestCacheWorks() {
        PacketDecoder small = Connections.open(MqttVersion.V3_1_1, true).topicCache(new TopicCache(1, 1));
        for (String topic : List.of("a", "b", "c", "d", "e", "f", "a", "ab")) {
            assertThat(decode(small, topic)).isEqualTo(topic);
        }
    }

    @Test
    void aRefusedTopicIsNotKept() {
        for (int i = 0; i < 2; i++) {
            PacketDecoder fresh = Connections.open(MqttVersion.V3_1_1, true).topicCache(cache);
            assertThatThrownBy(() -> decode(fresh, "a/#")).isInstanceOf(PacketException.class);
        }
    }

    @Test
    void itsBoundsHaveBounds() {
        assertThatIllegalArgumentException().isThrownBy(() -> new TopicCache(0, 10));
        assertThatIllegalArgumentException().isThrownBy(() -> new TopicCache(10, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> new TopicCache(10, 65_536));
    }
}
