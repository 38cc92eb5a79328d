package io.aldis.broker.listener;

import io.aldis.broker.connection.Entrance;
import io.aldis.broker.hook.ClientCertificate;
import io.aldis.broker.hook.Proxied;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.ssl.SslHandler;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** How one connection came in through the layers of its listener. Confined to the channel's loop, but for the address. */
final class Entry implements Entrance {

    private final Channel channel;
    private final SocketAddress localAddress;
    private volatile SocketAddress remoteAddress;
    private @Nullable Proxied proxied;
    private @Nullable ClientCertificate certificate;
    private @Nullable WebSocketFrames frames;

    Entry(Channel channel) {
        this(channel, channel.remoteAddress(), channel.localAddress());
    }

    /** Of a socket that does not tell its addresses as they should be told. */
    Entry(Channel channel, SocketAddress remoteAddress, SocketAddress localAddress) {
        this.channel = channel;
        this.remoteAddress = remoteAddress;
        this.localAddress = localAddress;
    }

    /** A proxy has said who the client is. */
    void proxied(Proxied said) {
        proxied = said;
        remoteAddress = said.source();
    }

    /** A proxy has said where the client connects from. */
    void forwarded(SocketAddress from) {
        remoteAddress = from;
    }

    /** The client has shown who it is. */
    void shown(ClientCertificate own) {
        certificate = own;
    }

    /** MQTT is in frames from now on. */
    void framed(WebSocketFrames layer) {
        frames = layer;
    }

    @Override
    public SocketAddress remoteAddress() {
        return remoteAddress;
    }

    @Override
    public SocketAddress localAddress() {
        return localAddress;
    }

    @Override
    public @Nullable Proxied proxied() {
        return proxied;
    }

    @Override
    public @Nullable ClientCertificate certificate() {
        return certificate;
    }

    @Override
    public void endOutput() {
        ChannelFuture framesEnded = frames == null ? channel.newSucceededFuture() : frames.end();
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        ChannelFutureListener rest = ended -> Entrance.halfClose(channel);
        (tls == null || !channel.isActive() ? framesEnded : tls.closeOutbound()).addListener(rest);
    }

    @Override
    public String toString() {
        return "Connection from " + remoteAddress + " to " + localAddress;
    }
}
