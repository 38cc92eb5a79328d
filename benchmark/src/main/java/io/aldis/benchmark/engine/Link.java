package io.aldis.benchmark.engine;

import io.aldis.benchmark.engine.Tally.Item;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.PacketDecoder;
import io.aldis.codec.PacketEncoder;
import io.aldis.codec.PacketException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a client: cuts what comes into packets and lets publisher and subscriber look at them where they lie. Confined to its
 * lane's event loop.
 */
final class Link extends ChannelInboundHandlerAdapter {

    static final int PUBLISH = 3;
    static final int PUBACK = 4;
    static final int PUBREC = 5;
    static final int PUBREL = 6;
    static final int PUBCOMP = 7;

    private static final byte[] NOTHING = new byte[0];
    /** A broker closes the connection after DISCONNECT; for one that does not so long is enough. */
    private static final long FAREWELL_MILLIS = 1000;

    private static final int LARGEST_ANSWER = 1 << 20;

    private final Client client;
    private final Lane lane;
    private final MqttVersion version;
    private final PacketDecoder answers;

    private @Nullable Channel channel;
    private byte[] rest = NOTHING;
    private int restLength;
    private boolean over;
    private long lastWrite;

    Link(Client client, Lane lane, MqttVersion version) {
        this.client = client;
        this.lane = lane;
        this.version = version;
        answers = PacketDecoder.ofClient(version, LARGEST_ANSWER);
    }

    /** Whether more may be written at once. */
    boolean writable() {
        return channel != null && channel.isWritable();
    }

    /** When something was last written, as {@link System#nanoTime}. */
    long lastWrite() {
        return lastWrite;
    }

    void send(Packet packet) {
        ByteBuf out = encoded(packet);
        write(out.array(), out.readableBytes());
        out.release();
    }

    private ByteBuf encoded(Packet packet) {
        ByteBuf out = Unpooled.buffer(PacketEncoder.size(packet, version));
        PacketEncoder.encode(packet, version, out);
        return out;
    }

    void write(byte[] bytes, int length) {
        Channel to = channel;
        if (to == null || over) {
            return;
        }
        lastWrite = System.nanoTime();
        lane.tally().add(Item.BYTES_SENT, length);
        ByteBuf out = to.alloc().directBuffer(length).writeBytes(bytes, 0, length);
        var unused = to.writeAndFlush(out, to.voidPromise()); // A failure comes to exceptionCaught.
    }

    /** Whether the socket is read from. */
    void read(boolean on) {
        if (channel != null) {
            channel.config().setAutoRead(on);
        }
    }

    /**
     * The connection ends when all that was written, and this, has left, and the broker has closed it, or has not for a while. Its client
     * hears no more of it. Were it closed at once, with something unread in it, the broker's system might throw away what was sent last.
     */
    void endWith(Packet last) {
        Channel from = channel;
        if (over || from == null) {
            end();
            return;
        }
        over = true;
        ByteBuf out = encoded(last);
        lane.tally().add(Item.BYTES_SENT, out.readableBytes());
        from.config().setAutoRead(true);
        var closing = lane.loop().schedule(() -> from.close(), FAREWELL_MILLIS, TimeUnit.MILLISECONDS);
        var unused = from.closeFuture().addListener(closed -> closing.cancel(false));
        var unusedToo = from.writeAndFlush(out);
    }

    /** The connection ends, and its client hears no more of it. */
    void end() {
        over = true;
        if (channel != null) {
            var unused = channel.close();
        }
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        channel = context.channel();
        if (over) {
            var unused = context.close();
        } else {
            client.linked();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf read = (ByteBuf) message;
        int readable = read.readableBytes();
        if (over) {
            read.release();
            return;
        }
        lane.tally().add(Item.BYTES_RECEIVED, readable);
        lane.read(readable);
        try {
            read(read, readable);
        } catch (RuntimeException | Error thrown) {
            client.bug(thrown);
        }
    }

    private void read(ByteBuf read, int readable) {
        int end = restLength + readable;
        byte[] in = lane.inbound(end);
        System.arraycopy(rest, 0, in, 0, restLength);
        read.readBytes(in, restLength, readable);
        read.release();
        int parsed = packets(in, end);
        keep(in, parsed, end);
        client.readEnded();
    }

    /** Handles what is whole; answers where the rest begins. */
    private int packets(byte[] in, int end) {
        int start = 0;
        while (end - start >= 2 && !over) {
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
            packet(in, start, body, body + length);
            start = body + length;
        }
        return start;
    }

    private void packet(byte[] in, int start, int body, int end) {
        int first = in[start] & 0xFF;
        switch (first >> 4) {
            case PUBLISH -> client.published(first, in, body, end);
            case PUBACK, PUBREC, PUBREL, PUBCOMP -> acknowledgement(first >> 4, in, body, end);
            default -> decode(Unpooled.wrappedBuffer(in, start, end - start));
        }
    }

    private void acknowledgement(int type, byte[] in, int body, int end) {
        if (end - body < 2) {
            client.fault("the broker sent an acknowledgement without a packet identifier");
            return;
        }
        client.acknowledged(type, unsignedShort(in, body), end - body > 2 && in[body + 2] < 0);
    }

    private void decode(ByteBuf whole) {
        try {
            Packet packet = answers.decode(whole);
            if (packet != null) {
                client.answered(packet);
            }
        } catch (PacketException e) {
            client.fault("the broker sent what is not MQTT: " + e.getMessage());
        }
    }

    private void keep(byte[] in, int from, int to) {
        restLength = to - from;
        if (restLength == 0) {
            return;
        }
        if (rest.length < restLength) {
            rest = Arrays.copyOfRange(in, from, Math.max(to, from + 2 * rest.length));
        } else {
            System.arraycopy(in, from, rest, 0, restLength);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (!over && writable()) {
            client.writable();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        broken("the broker closed the connection");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        broken(String.valueOf(cause.getMessage() == null ? cause : cause.getMessage()));
        var unused = context.close();
    }

    private void broken(String why) {
        if (!over) {
            over = true;
            client.broken(why);
        }
    }

    static int unsignedShort(byte[] in, int at) {
        return (in[at] & 0xFF) << 8 | (in[at + 1] & 0xFF);
    }
}
