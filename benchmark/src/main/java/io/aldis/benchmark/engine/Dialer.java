package io.aldis.benchmark.engine;

import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;

/**
 * Opens connections to the broker: TCP, TLS, WebSocket. What it puts into the pipeline leaves a plain stream of MQTT's bytes to the
 * handler, which gets {@code channelActive} when bytes may be sent. Callable from any thread.
 */
public interface Dialer {

    /**
     * Opens one connection on a loop.
     *
     * @param client gets the bytes, as {@code ByteBuf}
     * @param flushBytes how much may wait in the channel before it is called unwritable, and about the socket's send buffer
     * @return completes when the connection is ready to carry MQTT or has failed
     */
    ChannelFuture dial(EventLoop loop, ChannelHandler client, int flushBytes);
}
