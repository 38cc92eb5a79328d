package io.aldis.codec;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Bytes of one connection to packets. Its working parts follow; until then it refuses to work. */
@SuppressWarnings("DoNotCallSuggester")
public final class PacketDecoder {
    private PacketDecoder() {}

    /** A decoder of what clients send. It learns the version from CONNECT. */
    public static PacketDecoder ofServer(int maximumPacketSize) {
        throw new UnsupportedOperationException("not there yet");
    }

    /** A decoder of what servers send. */
    public static PacketDecoder ofClient(MqttVersion version, int maximumPacketSize) {
        throw new UnsupportedOperationException("not there yet");
    }

    /** Looks repeated topics up in {@code cache}, which may be shared by the decoders of one thread. */
    public PacketDecoder topicCache(TopicCache cache) {
        throw new UnsupportedOperationException("not there yet");
    }

    /** Sets the limit for the packets to come. */
    public void maximumPacketSize(int maximumPacketSize) {
        throw new UnsupportedOperationException("not there yet");
    }

    /** The version of the connection; null before the first CONNECT. */
    public @Nullable MqttVersion version() {
        throw new UnsupportedOperationException("not there yet");
    }

    /**
     * Takes the next whole packet out of {@code in}; null if it is not whole yet, and then nothing is taken out.
     *
     * @throws PacketException if the standard forbids what came
     */
    public @Nullable Packet decode(ByteBuf in) {
        throw new UnsupportedOperationException("not there yet");
    }
}
