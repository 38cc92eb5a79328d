package io.aldis.microbench.load;

import io.aldis.codec.Connack;
import io.aldis.codec.Disconnect;
import io.aldis.codec.Packet;
import io.aldis.codec.PacketDecoder;
import io.aldis.codec.PacketException;
import io.aldis.codec.ReasonCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * One MQTT connection: cuts what comes into packets and lets the publisher or subscriber look at them where they lie.
 * Confined to its lane's event loop.
 */
abstract class Client extends ChannelInboundHandlerAdapter {
    static final int PUBLISH = 3;
    static final int PUBACK = 4;

    private static final byte[] NOTHING = new byte[0];

    private final String name;
    private final Handshake handshake;
    private final PacketDecoder answers;
    private final Channel channel;
    private final Lane lane;
    private final Consumer<LoadFailed> failure;

    private byte[] rest = NOTHING;
    private int restLength;
    private boolean leaving;

    /** @param failure hears why this client, and with it the run, is of no more use */
    Client(String name, Handshake handshake, Channel channel, Lane lane, Consumer<LoadFailed> failure) {
        this.name = name;
        this.handshake = handshake;
        this.answers = handshake.answers();
        this.channel = channel;
        this.lane = lane;
        this.failure = failure;
    }

    /** The broker has accepted the connection. */
    abstract void connected(Connack connack);

    /** A packet that is none of CONNACK, DISCONNECT, PUBLISH and PUBACK. */
    abstract void answered(Packet packet);

    /** A whole PUBLISH or PUBACK lies at {@code body}, its fixed header left out. */
    abstract void inPlace(int firstByte, byte[] in, int body, int length);

    /** All packets of one read have been looked at. */
    abstract void batchEnded();

    final Handshake handshake() {
        return handshake;
    }

    final Channel channel() {
        return channel;
    }

    final Lane lane() {
        return lane;
    }

    final void fail(String what) {
        failure.accept(new LoadFailed(name + ": " + what));
    }

    /** The connection may go from now on, from either side. */
    final void leave() {
        leaving = true;
        write(handshake.disconnect());
        var unused = channel.close();
    }

    final void write(byte[] packet) {
        write(packet, packet.length);
    }

    final void write(byte[] bytes, int length) {
        ByteBuf out = channel.alloc().directBuffer(length).writeBytes(bytes, 0, length);
        var unused = channel.writeAndFlush(out, channel.voidPromise()); // A failure comes to exceptionCaught.
    }

    @Override
    public final void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf read = (ByteBuf) message;
        int readable = read.readableBytes();
        int end = restLength + readable;
        byte[] in = lane.inbound(end);
        System.arraycopy(rest, 0, in, 0, restLength);
        read.readBytes(in, restLength, readable);
        read.release();
        int parsed = packets(in, end);
        keep(in, parsed, end);
        batchEnded();
    }

    private int packets(byte[] in, int end) {
        int start = 0;
        while (end - start >= 2) {
            int length = 0;
            int shift = 0;
            int body = start + 1;
            byte digit;
            do {
                if (body == end) {
                    return start;
                }
                digit = in[body++];
                length |= (digit & 0x7F) << shift;
                shift += 7;
            } while (digit < 0 && shift < 28);
            if (end - body < length) {
                return start;
            }
            int type = (in[start] & 0xFF) >> 4;
            if (type == PUBLISH || type == PUBACK) {
                inPlace(in[start] & 0xFF, in, body, length);
            } else {
                decode(Unpooled.wrappedBuffer(in, start, body + length - start));
            }
            start = body + length;
        }
        return start;
    }

    private void decode(ByteBuf whole) {
        try {
            Packet packet = answers.decode(whole);
            if (packet instanceof Connack connack) {
                connack(connack);
            } else if (packet instanceof Disconnect disconnect) {
                fail("the broker disconnected it: " + disconnect.reason());
            } else if (packet != null) {
                answered(packet);
            }
        } catch (PacketException e) {
            fail("the broker sent what is not MQTT: " + e.getMessage());
        }
    }

    private void connack(Connack connack) {
        if (connack.reason() == ReasonCode.SUCCESS) {
            connected(connack);
        } else {
            fail("the broker refused it: " + connack.reason());
        }
    }

    private void keep(byte[] in, int from, int to) {
        restLength = to - from;
        if (rest.length < restLength) {
            rest = Arrays.copyOfRange(in, from, Math.max(to, from + 2 * rest.length));
        } else {
            System.arraycopy(in, from, rest, 0, restLength);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        if (!leaving) {
            fail("the broker closed the connection");
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!leaving) {
            fail(cause.toString());
        }
    }

    static int unsignedShort(byte[] in, int at) {
        return (in[at] & 0xFF) << 8 | (in[at + 1] & 0xFF);
    }
}
