package io.aldis.microbench.load;

import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.Disconnect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.PacketDecoder;
import io.aldis.codec.PacketEncoder;
import io.aldis.codec.Publish;
import io.aldis.codec.Qos;
import io.aldis.codec.Subscribe;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;

/** The bytes by which the clients of one run introduce themselves, and the model of the messages they publish. */
final class Handshake {
    /** Longer than any run, for subscribers say nothing after their SUBSCRIBE. */
    private static final int KEEP_ALIVE_SECONDS = 3600;

    private static final int LARGEST_ANSWER = 64 * 1024;

    private final String prefix;
    private final MqttVersion version;
    private final Qos qos;
    private final int payload;

    /** @param run a name no other run has, so that topics and clients of two runs do not meet */
    Handshake(String run, Plan plan) {
        this.prefix = "load/" + run + "/";
        this.version = plan.target().version();
        this.qos = Qos.of(plan.traffic().qos());
        this.payload = plan.traffic().payload();
    }

    byte[] connect(String client) {
        return bytes(Connect.of(version, prefix + client).withKeepAlive(KEEP_ALIVE_SECONDS));
    }

    byte[] subscribe(String filter) {
        return bytes(Subscribe.of(1, prefix + filter, qos));
    }

    /** A message of zeros. Its payload ends it; at QoS 1 its packet identifier is the only one in it that changes. */
    byte[] publish(String topic) {
        Binary zeros = Binary.wrap(new byte[payload]);
        return bytes(
                qos == Qos.AT_MOST_ONCE ? Publish.qos0(prefix + topic, zeros) : Publish.qos1(prefix + topic, zeros, 1));
    }

    byte[] disconnect() {
        return bytes(new Disconnect());
    }

    /** Reads what a broker answers to all this; messages and their acknowledgements are not for it. */
    PacketDecoder answers() {
        return PacketDecoder.ofClient(version, LARGEST_ANSWER);
    }

    private byte[] bytes(Packet packet) {
        ByteBuf out = Unpooled.buffer(PacketEncoder.size(packet, version));
        PacketEncoder.encode(packet, version, out);
        return ByteBufUtil.getBytes(out);
    }
}
