package io.aldis.benchmark.transport;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.ReferenceCountUtil;

/**
 * Puts the bytes of a client into binary frames and takes those of the broker out of theirs. Where a frame or a message ends does not
 * matter: [MQTT-6.0.0-2].
 */
final class BinaryFrames extends ChannelDuplexHandler {

    private boolean broken;

    @Override
    public void write(ChannelHandlerContext ctx, Object message, ChannelPromise promise) {
        ctx.write(message instanceof ByteBuf bytes ? new BinaryWebSocketFrame(bytes) : message, promise);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (broken) {
            ReferenceCountUtil.release(message);
        } else if (message instanceof BinaryWebSocketFrame || message instanceof ContinuationWebSocketFrame) {
            ctx.fireChannelRead(((WebSocketFrame) message).content());
        } else {
            refuse(ctx, message);
        }
    }

    /** [MQTT-6.0.0-1]: frames are binary. Of a text in several frames, the first one comes here. */
    private void refuse(ChannelHandlerContext ctx, Object message) {
        broken = true;
        ReferenceCountUtil.release(message);
        ctx.fireExceptionCaught(new TransportFailed(
                "the broker sent a " + message.getClass().getSimpleName() + "; expected binary frames", null));
        ctx.close();
    }
}
