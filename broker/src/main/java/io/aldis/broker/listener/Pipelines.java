package io.aldis.broker.listener;

import io.aldis.broker.connection.Connection;
import io.aldis.broker.connection.ConnectionParts;
import io.aldis.broker.connection.Door;
import io.aldis.broker.connection.Load;
import io.aldis.broker.settings.ProxyProtocol;
import io.aldis.broker.settings.WebSocket;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.WriteBufferWaterMark;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What every channel gets that a listener accepts: the listener's layers from the socket up, what the program around adds, and a
 * {@link Connection} at the end.
 */
@Sharable
public final class Pipelines extends ChannelInitializer<Channel> {

    private final EventLoops loops;
    private final ConnectionParts parts;
    private final List<Consumer<ChannelPipeline>> additions;
    private final Layers layers;
    private final ProxyGate.@Nullable Rules proxy;
    private final Networks trustedProxies;

    /**
     * What lies between the sockets of a listener and MQTT.
     *
     * @param socket the file of a Unix domain socket; null if it is another one
     * @param proxy null if the PROXY protocol is not spoken
     * @param tls null if nothing is encrypted
     * @param webSocket null if there is none
     */
    public record Layers(
            @Nullable Path socket,
            @Nullable ProxyProtocol proxy,
            @Nullable TlsContexts tls,
            @Nullable WebSocket webSocket) {

        /** Nothing. */
        static final Layers NONE = new Layers(null, null, null, null);
    }

    private Pipelines(
            EventLoops loops, ConnectionParts parts, List<Consumer<ChannelPipeline>> additions, Layers layers) {
        this.loops = loops;
        this.parts = parts;
        this.additions = List.copyOf(additions);
        this.layers = layers;
        ProxyProtocol protocol = layers.proxy();
        proxy = protocol == null ? null : new ProxyGate.Rules(protocol, parts);
        WebSocket webSocket = layers.webSocket();
        trustedProxies = new Networks(webSocket == null ? List.of() : webSocket.trustedProxies());
    }

    /**
     * Pipelines for the channels of one broker, without layers.
     *
     * @param additions put what they like between the layers and the connection; run on the channel's loop
     */
    public Pipelines(EventLoops loops, ConnectionParts parts, List<Consumer<ChannelPipeline>> additions) {
        this(loops, parts, additions, Layers.NONE);
    }

    /** These with layers. */
    public Pipelines with(Layers between) {
        return new Pipelines(loops, parts, additions, between);
    }

    /** These for those that come in by a door. */
    public Pipelines at(Door door) {
        return new Pipelines(loops, parts.at(door), additions, layers);
    }

    /** By which they come in. */
    Door door() {
        return parts.door();
    }

    /** Of the broker's loops. */
    Load load() {
        return parts.load();
    }

    @Override
    protected void initChannel(Channel accepted) {
        loops.accepted(accepted);
        Path socket = layers.socket();
        Entry entry = socket == null ? new Entry(accepted) : UnixServer.entry(accepted, socket);
        if (proxy == null) {
            fill(accepted.pipeline(), entry);
        } else {
            ProxyGate.add(accepted.pipeline(), proxy, entry, pipeline -> fill(pipeline, entry));
        }
    }

    /** What a channel gets whose layers, if any, lie between its other end and the client. */
    ChannelInitializer<Channel> entered(Entry entry) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel channel) {
                loops.accepted(channel);
                fill(channel.pipeline(), entry);
            }
        };
    }

    private void fill(ChannelPipeline pipeline, Entry entry) {
        TlsContexts tls = layers.tls();
        if (tls != null) {
            TlsGate.add(pipeline, tls, entry, door());
        }
        WebSocket webSocket = layers.webSocket();
        if (webSocket != null) {
            WebSocketUpgrade.add(pipeline, webSocket, trustedProxies, entry, door());
        }
        additions.forEach(addition -> addition.accept(pipeline));
        pipeline.addLast(new Connection(pipeline.channel(), parts, entry));
    }

    /** When a channel counts as not writable, and when as writable again. */
    WriteBufferWaterMark waterMark() {
        int high = parts.settings().connection().outboundHighWater();
        return new WriteBufferWaterMark(high / 2, high);
    }
}
