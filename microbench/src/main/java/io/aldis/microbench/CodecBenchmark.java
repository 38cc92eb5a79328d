package io.aldis.microbench;

import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.PacketDecoder;
import io.aldis.codec.PacketEncoder;
import io.aldis.codec.Publish;
import io.aldis.codec.PublishForm;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Qos;
import io.aldis.codec.TopicCache;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What reading and writing one PUBLISH costs: with and without a {@link TopicCache}, from parts, and from a {@link PublishForm}.
 *
 * <p>Run as {@link TopicTreeBenchmark} says, with this name; {@code -prof gc} tells the bytes each allocates.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Thread)
public class CodecBenchmark {

    private static final int PACKETS = 100;
    private static final Binary TOPIC = Binary.utf8("plant/line-7/press/12/temperature");
    private static final Binary PAYLOAD = Binary.wrap(new byte[64]);

    private final ByteBuf packets = Unpooled.directBuffer();
    private final ByteBuf out = Unpooled.directBuffer(64 * 1024);
    private final PacketDecoder plain = PacketDecoder.ofServer(1 << 20);
    private final PacketDecoder cached = PacketDecoder.ofServer(1 << 20);
    private final PublishForm form =
            PublishForm.of(MqttVersion.V3_1_1, TOPIC, PAYLOAD, Qos.AT_LEAST_ONCE, false, PublishProperties.NONE);

    /** Fills a buffer with packets and lets the decoders learn the version. */
    @Setup
    public void fill() {
        ByteBuf connect = Unpooled.buffer();
        PacketEncoder.encode(Connect.v311("bench"), MqttVersion.V3_1_1, connect);
        plain.decode(connect.duplicate());
        cached.decode(connect);
        cached.topicCache(new TopicCache());
        Publish publish = Publish.qos1(TOPIC.toUtf8(), PAYLOAD, 7);
        for (int i = 0; i < PACKETS; i++) {
            PacketEncoder.encode(publish, MqttVersion.V3_1_1, packets);
        }
    }

    /** Bytes to packets, each topic made anew. */
    @Benchmark
    @OperationsPerInvocation(PACKETS)
    public void decode(Blackhole hole) {
        decodeAll(plain, hole);
    }

    /** Bytes to packets, topics from the cache. */
    @Benchmark
    @OperationsPerInvocation(PACKETS)
    public void decodeWithTopicCache(Blackhole hole) {
        decodeAll(cached, hole);
    }

    private void decodeAll(PacketDecoder decoder, Blackhole hole) {
        packets.readerIndex(0);
        @Nullable Packet packet;
        while ((packet = decoder.decode(packets)) != null) {
            hole.consume(packet);
        }
    }

    /** Each packet from its parts, straight to the buffer. */
    @Benchmark
    @OperationsPerInvocation(PACKETS)
    public ByteBuf encodeParts() {
        out.clear();
        for (int i = 1; i <= PACKETS; i++) {
            PacketEncoder.encodePublish(
                    out,
                    MqttVersion.V3_1_1,
                    TOPIC,
                    PAYLOAD,
                    Qos.AT_LEAST_ONCE,
                    false,
                    false,
                    i,
                    PublishProperties.NONE);
        }
        return out;
    }

    /** Each packet from a form that was encoded once. */
    @Benchmark
    @OperationsPerInvocation(PACKETS)
    public ByteBuf encodeForm() {
        out.clear();
        for (int i = 1; i <= PACKETS; i++) {
            form.writeTo(out, i, false);
        }
        return out;
    }
}
