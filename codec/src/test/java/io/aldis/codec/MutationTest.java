package io.aldis.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever bytes come, a decoder gives packets, waits, or refuses with its own exception. And what it takes for a
 * packet is one: it can be written, and read again as the same.
 */
class MutationTest {
    private static final int SEEDS = 1500;

    static Stream<Arguments> sides() {
        return Stream.of(MqttVersion.values())
                .flatMap(version -> Stream.of(true, false).map(fromClient -> Arguments.of(version, fromClient)));
    }

    @ParameterizedTest
    @MethodSource("sides")
    void mutatedPacketsAreReadOrRefused(MqttVersion version, boolean fromClient) {
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            RandomPackets packets = new RandomPackets(random, version, fromClient);
            List<Packet> sent = random.nextBoolean() ? packets.conversation(3) : List.of(packets.next());
            ByteBuf bytes = mutate(RoundTripTest.encode(sent, version, Unpooled.buffer()), random);
            PacketDecoder decoder =
                    sent.size() > 1 ? Connections.fresh(version, fromClient) : Connections.open(version, fromClient);

            feed(decoder, bytes, random, seed);
        }
    }

    @ParameterizedTest
    @MethodSource("sides")
    void randomBytesAreReadOrRefused(MqttVersion version, boolean fromClient) {
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            byte[] body = new byte[random.nextInt(60)];
            random.nextBytes(body);
            // A plausible header, so that the bytes come as far as the packets.
            ByteBuf bytes = Unpooled.buffer();
            bytes.writeByte((1 + random.nextInt(15)) << 4 | (random.nextBoolean() ? 2 : 0));
            bytes.writeByte(body.length).writeBytes(body);

            feed(Connections.open(version, fromClient), bytes, random, seed);
        }
    }

    private static ByteBuf mutate(ByteBuf bytes, Random random) {
        for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(bytes.writerIndex());
            switch (random.nextInt(5)) {
                case 0 -> bytes.setByte(at, random.nextInt());
                case 1 -> bytes.setByte(at, bytes.getByte(at) ^ 1 << random.nextInt(8));
                case 2 -> bytes.setByte(at, new int[] {0, 0xFF, 0x7F, 0x80}[random.nextInt(4)]);
                case 3 -> bytes.writeBytes(bytes.copy(at, bytes.writerIndex() - at));
                default -> bytes.writerIndex(Math.max(1, bytes.writerIndex() - random.nextInt(4)));
            }
        }
        return bytes;
    }

    private static void feed(PacketDecoder decoder, ByteBuf bytes, Random random, int seed) {
        if (random.nextBoolean()) {
            decoder.topicCache(new TopicCache(4, 20));
        }
        ByteBuf arrived = Unpooled.buffer();
        try {
            while (bytes.isReadable()) {
                arrived.writeBytes(bytes, 1 + random.nextInt(bytes.readableBytes()));
                for (Packet packet = decoder.decode(arrived); packet != null; packet = decoder.decode(arrived)) {
                    requireReal(packet, decoder, seed);
                }
            }
        } catch (PacketException refused) {
            assertThat(refused.getMessage()).isNotEmpty();
            assertThat(refused.reasonCode().isError()).isTrue();
        } catch (RuntimeException | Error ours) {
            fail("seed " + seed, ours);
        }
        assertThat(arrived.readerIndex()).isLessThanOrEqualTo(arrived.writerIndex());
    }

    private static void requireReal(Packet packet, PacketDecoder decoder, int seed) {
        MqttVersion version = decoder.version();
        if (version == null) {
            throw new AssertionError("seed " + seed + ": a packet without a version: " + packet);
        }
        ByteBuf again = RoundTripTest.encode(List.of(packet), version, Unpooled.buffer());
        boolean fromClient = switch (packet.type()) {
            case CONNECT, SUBSCRIBE, UNSUBSCRIBE, PINGREQ -> true;
            case CONNACK, SUBACK, UNSUBACK, PINGRESP -> false;
            default -> isSaidByClient(packet, version, again);
        };
        assertThat(Connections.after(packet.type(), version, fromClient).decode(again))
                .as("seed %s", seed)
                .isEqualTo(packet);
    }

    private static boolean isSaidByClient(Packet packet, MqttVersion version, ByteBuf bytes) {
        try {
            return packet.equals(Connections.open(version, true).decode(bytes.duplicate()));
        } catch (PacketException onlyFromServer) {
            return false;
        }
    }
}
