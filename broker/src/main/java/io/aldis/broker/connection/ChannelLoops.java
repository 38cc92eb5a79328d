package io.aldis.broker.connection;

import io.aldis.broker.loop.Loop;
import io.aldis.codec.TopicCache;
import io.netty.channel.Channel;

/** Which loop a channel is on, and how it gets to another. */
public interface ChannelLoops {

    /** The loop of a registered channel. */
    Loop loopOf(Channel channel);

    /** The topic names known on a loop, shared by its connections. */
    TopicCache topicsOf(Loop loop);

    /**
     * Moves a channel to another loop. Called on its present loop; the channel must not be reading.
     *
     * @param arrived runs on {@code target} afterwards, whether or not the channel survived the move
     */
    void moveAsync(Channel channel, Loop target, Runnable arrived);
}
