package io.aldis.broker.listener;

import io.aldis.broker.connection.Entrance;
import io.aldis.broker.hook.ClientCertificate;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.ssl.SslHandler;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** How one connection came in through the layers of its listener. Confined to the channel's loop, but for the address. */
final class Entry implements Entrance {

    private final Channel channel;
    private @Nullable ClientCertificate certificate;
    private @Nullable WebSocketFrames frames;

    Entry(Channel channel) {
        this.channel = channel;
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
        return channel.remoteAddress();
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
        return "Connection from " + channel.remoteAddress() + " to " + channel.localAddress();
    }
}
