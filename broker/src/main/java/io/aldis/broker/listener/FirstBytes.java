package io.aldis.broker.listener;

import io.aldis.broker.connection.Door;
import io.aldis.broker.metric.TurnedAway;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Stands before a layer until the first bytes have come: a client of another protocol, which a wrong port or a wrong switch leads
 * here, is told of in plain words, and let go. Confined to the channel's loop.
 */
final class FirstBytes extends ChannelInboundHandlerAdapter {

    /** What is spoken above. */
    enum Expected {
        TLS,
        HTTP
    }

    private static final int TLS_HANDSHAKE = 0x16;
    private static final int MQTT_CONNECT = 0x10;

    private final Entry entry;
    private final Door door;
    private final Expected expected;

    FirstBytes(Entry entry, Door door, Expected expected) {
        this.entry = entry;
        this.door = door;
        this.expected = expected;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object received) {
        ByteBuf in = (ByteBuf) received;
        String wrong = in.isReadable() ? wrong(in) : "";
        if (wrong.isEmpty()) {
            context.fireChannelRead(in);
            context.pipeline().remove(this);
        } else {
            in.release();
            door.turnedAway(TurnedAway.ANOTHER_PROTOCOL, entry, "closed: " + wrong);
            context.close();
        }
    }

    private String wrong(ByteBuf in) {
        return ProxyHeader.isIn(in)
                ? "it begins with a header of the PROXY protocol, which this listener does not expect;"
                        + " switch it on for the listener, or off in the proxy"
                : wrong(in.getByte(in.readerIndex()));
    }

    /** What is wrong with a client that begins with this byte, and what to do; empty if nothing is. */
    private String wrong(int first) {
        if (expected == Expected.HTTP) {
            return switch (first) {
                case MQTT_CONNECT ->
                    "it speaks MQTT without WebSocket; set the client to WebSocket, or use the port of another listener";
                case TLS_HANDSHAKE ->
                    "it speaks TLS, but this listener has none; use ws, not wss, or the port of another listener";
                default -> "";
            };
        }
        return switch (first) {
            case TLS_HANDSHAKE -> "";
            case MQTT_CONNECT ->
                "it speaks MQTT without TLS; switch TLS on in the client, or use the port of a listener without TLS";
            case 'G', 'P', 'H', 'O' ->
                "it speaks HTTP without TLS; use https or wss, or the port of a listener without TLS";
            default -> "it speaks no TLS; switch TLS on in the client, or use the port of a listener without TLS";
        };
    }
}
