package io.aldis.broker.listener;

import io.aldis.broker.connection.Connection;
import io.aldis.broker.connection.ConnectionParts;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.WriteBufferWaterMark;
import java.util.List;
import java.util.function.Consumer;

/** What every accepted channel gets, whatever it was accepted by: its pipeline, which ends in a {@link Connection}. */
@Sharable
public final class Pipelines extends ChannelInitializer<Channel> {

    private final ConnectionParts parts;
    private final List<Consumer<ChannelPipeline>> additions;

    /**
     * Pipelines for the channels of one broker.
     *
     * @param additions put what they like between the socket and the connection; run on the channel's loop
     */
    public Pipelines(ConnectionParts parts, List<Consumer<ChannelPipeline>> additions) {
        this.parts = parts;
        this.additions = List.copyOf(additions);
    }

    @Override
    protected void initChannel(Channel accepted) {
        additions.forEach(addition -> addition.accept(accepted.pipeline()));
        accepted.pipeline().addLast(new Connection(accepted, parts));
    }

    /** When a channel counts as not writable, and when as writable again. */
    WriteBufferWaterMark waterMark() {
        int high = parts.settings().connection().outboundHighWater();
        return new WriteBufferWaterMark(high / 2, high);
    }
}
