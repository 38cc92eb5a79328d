package io.aldis.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Memory and time are paid for bytes that came, not for numbers that were said. */
class AllocationTest {
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    /** An exception with its message, and the objects around an empty packet. */
    private static final long FIXED = 8 * 1024;

    /**
     * The dearest byte is one of a subscription to one character: four of them make three objects and their places in
     * lists.
     */
    private static final long PER_BYTE = 64;

    private static long allocated(Runnable work) {
        work.run(); // Classes are loaded, and lambdas linked.
        long before = THREADS.getCurrentThreadAllocatedBytes();
        work.run();
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }

    private static ByteBuf wire(String anatomy) {
        return Unpooled.wrappedBuffer(Wire.bytes(anatomy).toArray());
    }

    @Test
    void aLengthThatIsOnlySaidCostsNothingHoweverOftenItIsLookedAt() {
        PacketDecoder decoder = Connections.open(MqttVersion.V5, true);
        ByteBuf header = wire("30 FF FF FF 7F");

        assertThat(allocated(() -> {
                    for (int i = 0; i < 10_000; i++) {
                        decoder.decode(header);
                    }
                }))
                .isLessThan(FIXED);
    }

    @Test
    void lengthsInsideAPacketCostNoMoreThanThePacket() {
        List<String> giants = List.of(
                "10 0D 00 04 'MQTT' 05 02 00 00 FF FF FF 7F         # property length",
                "10 12 00 04 'MQTT' 05 02 00 00 05 26 FF FF 'ab' 00 00  # user property",
                "10 0C 00 04 'MQTT' 04 02 00 00 FF FF               # client identifier",
                "10 10 00 04 'MQTT' 04 06 00 00 00 00 00 01 'w' FF  # will payload",
                "10 0C FF FF 'MQTT' 04 02 00 00 00 00               # protocol name");
        for (String giant : giants) {
            ByteBuf bytes = wire(giant);
            assertThat(allocated(() -> refused(PacketDecoder.ofServer(Integer.MAX_VALUE), bytes)))
                    .as(giant)
                    .isLessThan(FIXED);
        }
    }

    private static void refused(PacketDecoder decoder, ByteBuf bytes) {
        try {
            decoder.decode(bytes.duplicate());
        } catch (PacketException expected) {
            return;
        }
        throw new AssertionError("not refused");
    }

    @Test
    void mutatedPacketsCostInProportionToTheirBytes() {
        for (MqttVersion version : MqttVersion.values()) {
            for (int seed = 0; seed < 300; seed++) {
                Random random = new Random(seed);
                RandomPackets packets = new RandomPackets(random, version, true);
                ByteBuf bytes = RoundTripTest.encode(packets.conversation(3), version, Unpooled.buffer());
                for (int i = 0; i < 3; i++) {
                    bytes.setByte(random.nextInt(bytes.writerIndex()), 0xFF);
                }

                assertThat(allocated(() -> decodeOrRefuse(PacketDecoder.ofServer(Integer.MAX_VALUE), bytes)))
                        .as("seed %s", seed)
                        .isLessThan(FIXED + PER_BYTE * bytes.writerIndex());
            }
        }
    }

    private static void decodeOrRefuse(PacketDecoder decoder, ByteBuf bytes) {
        try {
            RoundTripTest.decodeAll(decoder, bytes.duplicate());
        } catch (PacketException refused) {
            assertThat(refused.getMessage()).isNotNull();
        }
    }

    @Test
    void aPublishCostsItsRecordItsPayloadAndNothingElse() {
        PacketDecoder decoder = Connections.open(MqttVersion.V3_1_1, true).topicCache(new TopicCache());
        ByteBuf bytes = RoundTripTest.encode(
                List.of(Publish.qos1("a/topic/of/some/length", Binary.wrap(new byte[100]), 7)),
                MqttVersion.V3_1_1,
                Unpooled.buffer());
        int count = 10_000;
        Runnable work = () -> {
            for (int i = 0; i < count; i++) {
                bytes.readerIndex(0);
                decoder.decode(bytes);
            }
        };

        // A Publish of 40 bytes, a Binary of 16, an array of 16 + 100, rounded up to 8; more with uncompressed
        // pointers.
        assertThat(allocated(work) / count).isLessThanOrEqualTo(256);
    }

    @Test
    void aPublishIsWrittenWithoutGarbage() {
        Binary topic = Binary.utf8("a/topic/of/some/length");
        Binary payload = Binary.wrap(new byte[100]);
        PublishProperties properties = PublishProperties.NONE
                .withContentType("text/plain")
                .withMessageExpiryInterval(60)
                .withUserProperty("name", "value");
        PublishForm form = PublishForm.of(MqttVersion.V5, topic, payload, Qos.AT_LEAST_ONCE, false, properties);
        ByteBuf out = Unpooled.buffer(1000);

        assertThat(allocated(() -> {
                    for (int i = 1; i <= 10_000; i++) {
                        out.clear();
                        PacketEncoder.encodePublish(
                                out, MqttVersion.V5, topic, payload, Qos.AT_LEAST_ONCE, false, true, i, properties);
                        form.writeTo(out, i, true);
                        form.writeTo(out, i, false, i, true);
                    }
                }))
                .isLessThan(FIXED);
    }

    @Test
    @Timeout(20)
    void aMillionUserPropertiesAreReadInTimeThatGrowsWithThem() {
        int count = 1_000_000;
        ByteBuf properties = Unpooled.buffer();
        for (int i = 0; i < count; i++) {
            properties.writeByte(0x26).writeInt(0); // an empty name and an empty value
        }
        ByteBuf bytes = Unpooled.buffer();
        bytes.writeByte(0x30);
        PacketWriter.variableByteInteger(bytes, 3 + 4 + properties.readableBytes());
        bytes.writeShort(1).writeByte('a');
        PacketWriter.variableByteInteger(bytes, properties.readableBytes());
        bytes.writeBytes(properties);

        Publish publish = (Publish) Connections.open(MqttVersion.V5, true).decode(bytes);

        assertThat(publish).isNotNull();
        assertThat(publish.properties().userProperties()).hasSize(count);
    }

    @Test
    @Timeout(20)
    void aMillionFiltersAreReadInTimeThatGrowsWithThem() {
        List<Subscription> subscriptions = new ArrayList<>();
        for (int i = 0; i < 1_000_000; i++) {
            subscriptions.add(Subscription.of("a", Qos.AT_MOST_ONCE));
        }
        Packet subscribe = new Subscribe(1, subscriptions, SubscribeProperties.NONE);
        ByteBuf bytes = RoundTripTest.encode(List.of(subscribe), MqttVersion.V3_1_1, Unpooled.buffer());

        assertThat(Connections.open(MqttVersion.V3_1_1, true).decode(bytes)).isEqualTo(subscribe);
    }

    @Test
    @Timeout(20)
    void aPacketThatComesByteByByteIsNotReadAgainAndAgain() {
        Packet publish = Publish.qos0("t", Binary.wrap(new byte[2_000_000]));
        ByteBuf bytes = RoundTripTest.encode(List.of(publish), MqttVersion.V3_1_1, Unpooled.buffer());
        int size = bytes.writerIndex();
        PacketDecoder decoder = Connections.open(MqttVersion.V3_1_1, true);

        for (int arrived = 0; arrived < size; arrived++) {
            bytes.writerIndex(arrived);
            assertThat(decoder.decode(bytes) == null).isTrue();
        }

        assertThat(decoder.decode(bytes.writerIndex(size))).isEqualTo(publish);
    }

    @Test
    @Timeout(20)
    void depthCostsNoStack() throws InterruptedException {
        String levels = "/".repeat(65_535);
        List<Packet> packets = List.of(
                Publish.qos0(levels, Binary.EMPTY),
                Subscribe.of(1, levels, Qos.AT_MOST_ONCE),
                Unsubscribe.of(1, levels));
        ByteBuf bytes = RoundTripTest.encode(packets, MqttVersion.V3_1_1, Unpooled.buffer());
        List<Object> outcome = new ArrayList<>();
        Runnable work = () -> {
            outcome.add(RoundTripTest.decodeAll(Connections.open(MqttVersion.V3_1_1, true), bytes));
            outcome.add(Topics.isValidFilter(levels));
            outcome.add(Topics.matches(levels, levels));
        };
        Thread thread = new Thread(null, work, "small stack", 160 * 1024);
        thread.start();
        thread.join();

        assertThat(outcome).containsExactly(packets, true, true);
    }
}
