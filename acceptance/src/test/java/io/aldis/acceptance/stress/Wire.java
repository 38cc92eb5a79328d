package io.aldis.acceptance.stress;

import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.PacketDecoder;
import io.aldis.codec.PacketEncoder;
import io.aldis.codec.PacketException;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the broker that carries packets, and can end in every bad way. Confined to its event loop, where its
 * {@link Owner} hears of it too.
 */
final class Wire extends ChannelInboundHandlerAdapter {
    private static final int LARGEST_PACKET = 1 << 20;

    /** Who hears what comes over a wire. */
    interface Owner {
        /** A packet has come. */
        void received(Wire wire, Packet packet);

        /** All that came in one read has been told; what was sent meanwhile can be flushed. */
        default void paused(Wire wire) {
            wire.flush();
        }

        /** The connection has ended; called once, and not for a wire that could not connect. */
        void closed(Wire wire);

        /** The broker is not there, or speaks no MQTT. */
        void broken(Wire wire, Throwable cause);
    }

    private final MqttVersion version;
    private final Owner owner;
    private final PacketDecoder decoder;
    private final Channel channel;
    private ByteBuf unread = Unpooled.EMPTY_BUFFER;
    private @Nullable ByteBuf unsent;
    private boolean active;
    private boolean givenUp;

    private Wire(EventLoop loop, int receiveBuffer, String host, int port, MqttVersion version, Owner owner) {
        this.version = version;
        this.owner = owner;
        this.decoder = PacketDecoder.ofClient(version, LARGEST_PACKET);
        var bootstrap = new Bootstrap()
                .group(loop)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(this);
        if (receiveBuffer > 0) {
            bootstrap.option(ChannelOption.SO_RCVBUF, receiveBuffer);
        }
        var connecting = bootstrap.connect(host, port);
        this.channel = connecting.channel();
        connecting.addListener(done -> {
            // Who gives a wire up at once does not care whether it ever opened.
            if (!done.isSuccess() && !givenUp) {
                owner.broken(this, done.cause());
            }
        });
    }

    /** Opens a wire; what is sent before it is open leaves when it is. */
    static Wire open(EventLoop loop, String host, int port, MqttVersion version, Owner owner) {
        return new Wire(loop, 0, host, port, version, owner);
    }

    /** Opens a wire whose socket takes only so many bytes while nobody reads. */
    static Wire openNarrow(EventLoop loop, int receiveBuffer, String host, int port, MqttVersion version, Owner owner) {
        return new Wire(loop, receiveBuffer, host, port, version, owner);
    }

    /** Puts a packet with what leaves at the next flush. */
    void send(Packet packet) {
        if (unsent == null) {
            unsent = channel.alloc().buffer();
        }
        PacketEncoder.encode(packet, version, unsent);
    }

    void flush() {
        var bytes = unsent;
        if (bytes != null && active) {
            unsent = null;
            channel.writeAndFlush(bytes);
        }
    }

    /** Forgets what was sent since the last flush. */
    void dropUnsent() {
        if (unsent != null) {
            unsent.release();
            unsent = null;
        }
    }

    /** Flushes only half of the bytes, which may end within a packet. */
    void flushHalf() {
        if (unsent != null) {
            unsent.writerIndex(unsent.readerIndex() + unsent.readableBytes() / 2);
        }
        flush();
    }

    /** Ends the connection as an operating system does for a program that ends. */
    void close() {
        givenUp = true;
        dropUnsent();
        channel.close();
    }

    /** Ends the connection with a reset: what is under way is lost. */
    void reset() {
        givenUp = true;
        dropUnsent();
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        channel.close();
    }

    /** Begins or stops to read; at first a wire reads. */
    void reading(boolean reads) {
        channel.config().setAutoRead(reads);
    }

    EventLoop loop() {
        return channel.eventLoop();
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        active = true;
        flush();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        var bytes = (ByteBuf) message;
        unread = joined(unread, bytes);
        try {
            for (var packet = decoder.decode(unread); packet != null; packet = decoder.decode(unread)) {
                owner.received(this, packet);
            }
        } catch (PacketException e) {
            owner.broken(this, e);
            channel.close();
        }
    }

    private static ByteBuf joined(ByteBuf before, ByteBuf bytes) {
        if (!before.isReadable()) {
            before.release();
            return bytes;
        }
        var both = bytes.alloc().buffer(before.readableBytes() + bytes.readableBytes());
        both.writeBytes(before).writeBytes(bytes);
        before.release();
        bytes.release();
        return both;
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        owner.paused(this);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        active = false;
        dropUnsent();
        unread.release();
        unread = Unpooled.EMPTY_BUFFER;
        owner.closed(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof IOException) {
            // A reset by the broker: the end of the connection is told by channelInactive.
            context.close();
        } else {
            owner.broken(this, cause);
        }
    }
}
