package io.aldis.broker.connection;

import io.aldis.broker.loop.Loop;
import io.aldis.broker.metric.Metrics;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOutboundBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a connection has to say: packets are encoded into one buffer, which goes to the socket once per turn of the loop, or
 * earlier when it has grown large. Confined to the connection's loop.
 */
final class Output {

    /** Grown from here. */
    private static final int FIRST_BYTES = 4096;

    /** Goes to the socket at this size without waiting for the end of the turn. */
    private static final int LARGE_BYTES = 256 * 1024;

    private final Channel channel;
    private final Metrics metrics;
    private final Runnable flush = this::flush;
    private @Nullable ByteBuf buffer;
    private @Nullable Loop dirtyOn;

    // In the buffer.
    private int packets;
    private int messages;

    Output(Channel channel, Metrics metrics) {
        this.channel = channel;
        this.metrics = metrics;
    }

    /** Where to encode a packet of about {@code bytes}; to be followed by {@link #written}. */
    ByteBuf room(int bytes) {
        ByteBuf current = buffer;
        if (current == null) {
            current = channel.alloc().directBuffer(Math.max(FIRST_BYTES, bytes));
            buffer = current;
        }
        return current;
    }

    /** A PUBLISH was encoded: it leaves at the end of this turn at the latest. */
    void messageWritten(Loop loop) {
        packets++;
        messages++;
        written(loop);
    }

    /** A packet that is not PUBLISH was encoded. */
    void packetWritten() {
        packets++;
    }

    /** Something was encoded: it leaves at the end of this turn at the latest. */
    void written(Loop loop) {
        ByteBuf current = buffer;
        if (current != null && current.readableBytes() >= LARGE_BYTES) {
            flush();
        } else if (dirtyOn != loop) {
            dirtyOn = loop;
            loop.atEndOfTurn(flush);
        }
    }

    /** Whether the client keeps up: what was written is below the high-water mark. */
    boolean writable() {
        return channel.isWritable();
    }

    /** Bytes given to the channel that the socket has not taken. */
    long untaken() {
        ChannelOutboundBuffer waiting = channel.unsafe().outboundBuffer();
        return waiting == null ? 0 : waiting.totalPendingWriteBytes() - waiting.currentProgress();
    }

    /** Gives everything to the socket. */
    void flush() {
        dirtyOn = null;
        count();
        ByteBuf current = buffer;
        if (current != null) {
            buffer = null;
            if (current.isReadable() && channel.isActive()) {
                channel.writeAndFlush(current, channel.voidPromise());
            } else {
                current.release();
            }
        }
    }

    /** Gives everything to the socket and runs {@code done} when it has been taken, or can never be. */
    void flushLast(Runnable done) {
        count();
        ByteBuf current = buffer;
        buffer = null;
        channel.writeAndFlush(current == null ? channel.alloc().buffer(0) : current)
                .addListener((ChannelFutureListener) future -> done.run());
    }

    /** Counts for all to see: once for all packets of a turn. */
    private void count() {
        ByteBuf current = buffer;
        if (packets > 0 && current != null) {
            metrics.bytesSent.add(current.readableBytes());
            metrics.packetsSent.add(packets);
            packets = 0;
        }
        if (messages > 0) {
            metrics.messagesSent.add(messages);
            messages = 0;
        }
    }

    /** Whether nothing waits here or before the socket. */
    boolean isEmpty() {
        return buffer == null
                && channel.bytesBeforeUnwritable() >= channel.config().getWriteBufferHighWaterMark();
    }

    /** Throws away what was not given to the socket. */
    void discard() {
        ByteBuf current = buffer;
        buffer = null;
        if (current != null) {
            current.release();
        }
    }
}
