package io.aldis.broker.listener;

import io.aldis.broker.connection.Bucket;
import io.aldis.broker.connection.Door;
import io.aldis.broker.connection.Load;
import io.aldis.broker.loop.Loop;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.DatagramPacket;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Stands at the UDP socket of a listener of QUIC, as {@link Doorkeeper} does at one of TCP: while nobody is to be accepted, the first packets of
 * clients are dropped, which they send again. UDP has no backlog. Confined to the loop of that socket.
 */
final class QuicBacklog extends ChannelInboundHandlerAdapter {

    /** How far apart clients are accepted who are told that the broker is busy. */
    private static final long GLANCE = Duration.ofMillis(10).toNanos();

    private static final int HIGH_BITS = 0xF0;

    /** A long header, the fixed bit, type Initial (RFC 9000 §17.2.2). */
    private static final int INITIAL = 0xC0;

    private static final int VERSION_END = 5;

    private final Door door;
    private final Load load;
    private final Loop loop;
    private final BooleanSupplier closed;
    private final @Nullable Bucket pace;
    private long lastAccepted;

    QuicBacklog(Door door, Load load, Loop loop, BooleanSupplier closed) {
        this.door = door;
        this.load = load;
        this.loop = loop;
        this.closed = closed;
        int rate = door.own().limits().connectionRate();
        pace = rate == 0 ? null : new Bucket(rate, door.own().limits().connectionBurst(), loop.nanoTime());
        lastAccepted = loop.nanoTime() - GLANCE;
    }

    /** A client has been accepted. */
    void accepted() {
        lastAccepted = loop.nanoTime();
        if (pace != null) {
            pace.take(1, lastAccepted);
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (context.channel().localAddress() instanceof InetSocketAddress address) {
            door.openAt(address.getPort());
        }
        context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        if (message instanceof DatagramPacket packet && mustWait() && begins(packet.content())) {
            packet.release();
        } else {
            context.fireChannelRead(message);
        }
    }

    private boolean mustWait() {
        return closed.getAsBoolean()
                || load.state() == Load.State.LAGS
                || door.crowded()
                || (load.state() == Load.State.OVERLOADED && loop.nanoTime() - lastAccepted < GLANCE)
                || (pace != null && pace.until(loop.nanoTime()) > 0);
    }

    /** Whether it is the first packet of a client: an Initial without the token that shows where the client is. */
    private static boolean begins(ByteBuf packet) {
        int at = packet.readerIndex();
        int end = packet.writerIndex();
        if (at == end || (packet.getUnsignedByte(at) & HIGH_BITS) != INITIAL) {
            return false;
        }
        at += VERSION_END;
        for (int ids = 0; ids < 2; ids++) { // Of the destination, of the source.
            if (at >= end) {
                return false;
            }
            at += 1 + packet.getUnsignedByte(at);
        }
        return at < end && packet.getByte(at) == 0; // The length of the token.
    }
}
