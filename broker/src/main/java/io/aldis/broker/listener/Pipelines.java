package io.aldis.broker.listener;

import io.aldis.broker.connection.Connection;
import io.aldis.broker.connection.ConnectionParts;
import io.aldis.broker.connection.Door;
import io.aldis.broker.connection.Load;
import io.aldis.broker.settings.WebSocket;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.WriteBufferWaterMark;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What every channel gets that a listener accepts: the listener's layers from the socket up, what the program around adds, and a
 * {@link Connection} at the end.
 */
@Sharable
public final class Pipelines extends ChannelInitializer<Channel> {

    private final ConnectionParts parts;
    private final List<Consumer<ChannelPipeline>> additions;
    private final @Nullable TlsContexts tls;
    private final @Nullable WebSocket webSocket;
    private final Notices notices = new Notices();

    private Pipelines(
            ConnectionParts parts,
            List<Consumer<ChannelPipeline>> additions,
            @Nullable TlsContexts tls,
            @Nullable WebSocket webSocket) {
        this.parts = parts;
        this.additions = List.copyOf(additions);
        this.tls = tls;
        this.webSocket = webSocket;
    }

    /**
     * Pipelines for the channels of one broker, without layers.
     *
     * @param additions put what they like between the layers and the connection; run on the channel's loop
     */
    public Pipelines(ConnectionParts parts, List<Consumer<ChannelPipeline>> additions) {
        this(parts, additions, null, null);
    }

    /** These with layers. */
    public Pipelines with(@Nullable TlsContexts contexts, @Nullable WebSocket frames) {
        return new Pipelines(parts, additions, contexts, frames);
    }

    /** These for those that come in by a door. */
    public Pipelines at(Door door) {
        return new Pipelines(parts.at(door), additions, tls, webSocket);
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
        ChannelPipeline pipeline = accepted.pipeline();
        Entry entry = new Entry(accepted);
        if (tls != null) {
            TlsGate.add(pipeline, tls, entry, notices);
        }
        if (webSocket != null) {
            WebSocketUpgrade.add(pipeline, webSocket, entry, notices);
        }
        additions.forEach(addition -> addition.accept(pipeline));
        pipeline.addLast(new Connection(accepted, parts, entry));
    }

    /** When a channel counts as not writable, and when as writable again. */
    WriteBufferWaterMark waterMark() {
        int high = parts.settings().connection().outboundHighWater();
        return new WriteBufferWaterMark(high / 2, high);
    }
}
