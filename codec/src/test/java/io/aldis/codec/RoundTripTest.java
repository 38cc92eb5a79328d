package io.aldis.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is written is read back, however the bytes come. Every case is drawn from the seed in its name. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RoundTripTest {
    private static final int SEEDS = 40;
    private static final int NO_LIMIT = Integer.MAX_VALUE;

    /** Sides of a connection in every version, with seeds. */
    static Stream<Arguments> sides() {
        return Stream.of(MqttVersion.values())
                .flatMap(version -> Stream.of(true, false)
                        .flatMap(fromClient ->
                                LongStream.range(0, SEEDS).mapToObj(seed -> Arguments.of(version, fromClient, seed))));
    }

    static PacketDecoder decoder(MqttVersion version, boolean fromClient) {
        return fromClient ? PacketDecoder.ofServer(NO_LIMIT) : PacketDecoder.ofClient(version, NO_LIMIT);
    }

    @ParameterizedTest
    @MethodSource("sides")
    void packetsInOneBufferComeBackEqualAndInOrder(MqttVersion version, boolean fromClient, long seed) {
        List<Packet> sent = new RandomPackets(new Random(seed), version, fromClient).conversation(60);
        ByteBuf bytes = encode(sent, version, Unpooled.buffer());

        List<Packet> received = decodeAll(decoder(version, fromClient), bytes);

        assertThat(received).isEqualTo(sent);
        assertThat(bytes.isReadable()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("sides")
    void packetsComeBackEqualWhenOneByteComesAtATime(MqttVersion version, boolean fromClient, long seed) {
        List<Packet> sent = new RandomPackets(new Random(seed), version, fromClient).conversation(10);
        ByteBuf bytes = encode(sent, version, Unpooled.buffer());
        PacketDecoder decoder = decoder(version, fromClient).topicCache(new TopicCache(8, 40));
        ByteBuf arrived = Unpooled.buffer(bytes.readableBytes());
        List<Packet> received = new ArrayList<>();

        while (bytes.isReadable()) {
            arrived.writeByte(bytes.readByte());
            int before = arrived.readerIndex();
            Packet packet = decoder.decode(arrived);
            if (packet == null) {
                assertThat(arrived.readerIndex()).isEqualTo(before);
            } else {
                assertThat(arrived.isReadable()).isFalse();
                received.add(packet);
            }
        }

        assertThat(received).isEqualTo(sent);
    }

    @ParameterizedTest
    @MethodSource("sides")
    void packetsComeBackEqualFromDirectMemoryInPieces(MqttVersion version, boolean fromClient, long seed) {
        Random random = new Random(seed);
        List<Packet> sent = new RandomPackets(random, version, fromClient).conversation(60);
        ByteBuf bytes = encode(sent, version, Unpooled.buffer());
        PacketDecoder decoder = decoder(version, fromClient).topicCache(new TopicCache(8, 40));
        ByteBuf arrived = ByteBufAllocator.DEFAULT.directBuffer();
        List<Packet> received = new ArrayList<>();
        try {
            while (bytes.isReadable()) {
                arrived.writeBytes(bytes, Math.min(bytes.readableBytes(), 1 + random.nextInt(300)));
                received.addAll(decodeAll(decoder, arrived));
                arrived.discardReadBytes();
            }
        } finally {
            arrived.release();
        }

        assertThat(received).isEqualTo(sent);
    }

    @ParameterizedTest
    @MethodSource("sides")
    void theSizeIsThatOfTheBytesAndTheDecoderWaitsForAllOfThem(MqttVersion version, boolean fromClient, long seed) {
        RandomPackets packets = new RandomPackets(new Random(seed), version, fromClient);
        for (Packet packet : packets.conversation(20)) {
            ByteBuf bytes = encode(List.of(packet), version, Unpooled.buffer());

            assertThat(PacketEncoder.size(packet, version)).isEqualTo(bytes.readableBytes());
        }
    }

    static ByteBuf encode(List<Packet> packets, MqttVersion version, ByteBuf out) {
        packets.forEach(packet -> PacketEncoder.encode(packet, version, out));
        return out;
    }

    static List<Packet> decodeAll(PacketDecoder decoder, ByteBuf in) {
        List<Packet> packets = new ArrayList<>();
        for (Packet packet = decoder.decode(in); packet != null; packet = decoder.decode(in)) {
            packets.add(packet);
        }
        return packets;
    }
}
