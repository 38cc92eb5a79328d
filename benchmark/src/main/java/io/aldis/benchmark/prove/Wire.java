package io.aldis.benchmark.prove;

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
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** One connection to the broker, which carries packets. Confined to the thread of {@link Turns}, where its owner hears of it too. */
final class Wire extends ChannelInboundHandlerAdapter {

    private static final int LARGEST_PACKET = 1 << 20;

    /** Who hears what comes over a wire. */
    interface Owner {

        /** A packet has come. */
        void received(Wire wire, Packet packet);

        /** All that came at once has been told; what was sent meanwhile can be flushed. */
        void paused(Wire wire);

        /** It has ended, or could not be opened; called once. */
        void closed(Wire wire);
    }

    private final Turns turns;
    private final MqttVersion version;
    private final Owner owner;
    private final PacketDecoder decoder;
    private final Channel channel;
    private ByteBuf unread = Unpooled.EMPTY_BUFFER;
    private @Nullable ByteBuf unsent;
    private boolean open;

    private Wire(Turns turns, Address address, MqttVersion version, Owner owner) {
        this.turns = turns;
        this.version = version;
        this.owner = owner;
        decoder = PacketDecoder.ofClient(version, LARGEST_PACKET);
        var connecting = new Bootstrap()
                .group(turns.loop())
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .handler(this)
                .connect(address.host(), address.port());
        channel = connecting.channel();
        connecting.addListener(done -> {
            if (!done.isSuccess()) {
                dropUnsent();
                owner.closed(this);
            }
        });
    }

    /** Opens a wire; what is sent before it is open leaves when it is. */
    static Wire open(Turns turns, Address address, MqttVersion version, Owner owner) {
        return new Wire(turns, address, version, owner);
    }

    /** Puts a packet to what leaves at the next flush. */
    void send(Packet packet) {
        if (unsent == null) {
            unsent = channel.alloc().buffer();
        }
        PacketEncoder.encode(packet, version, unsent);
    }

    void flush() {
        ByteBuf bytes = unsent;
        if (bytes != null && open) {
            unsent = null;
            channel.writeAndFlush(bytes, channel.voidPromise());
        }
    }

    /** Ends the connection as the system does for a program that ends. */
    void close() {
        channel.close();
    }

    /** Ends the connection with a reset: what is under way is lost. */
    void reset() {
        // The broker may have closed it in this very turn.
        if (channel.isOpen()) {
            channel.config().setOption(ChannelOption.SO_LINGER, 0);
            channel.close();
        }
    }

    private void dropUnsent() {
        if (unsent != null) {
            unsent.release();
            unsent = null;
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        open = true;
        flush();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        unread = joined(unread, (ByteBuf) message);
        try {
            for (Packet packet = decoder.decode(unread); packet != null; packet = decoder.decode(unread)) {
                owner.received(this, packet);
            }
        } catch (PacketException malformed) {
            channel.close();
        }
    }

    private static ByteBuf joined(ByteBuf before, ByteBuf bytes) {
        if (!before.isReadable()) {
            before.release();
            return bytes;
        }
        ByteBuf both = bytes.alloc().buffer(before.readableBytes() + bytes.readableBytes());
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
        open = false;
        dropUnsent();
        unread.release();
        unread = Unpooled.EMPTY_BUFFER;
        owner.closed(this);
    }

    /** A reset by the broker is told by {@link #channelInactive}; all else is a bug of ours. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            turns.failed(cause);
        }
        context.close();
    }
}
