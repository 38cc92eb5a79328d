package io.aldis.benchmark.transport;

import io.aldis.benchmark.plan.Target;
import io.aldis.benchmark.plan.Target.Transport;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler.ClientHandshakeStateEvent;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import javax.net.ssl.SSLProtocolException;
import org.jspecify.annotations.Nullable;

/**
 * Lies before the client, who learns of nothing until the connection carries MQTT. Only then is it called connected. Later it lets
 * everything pass, and puts failures into words.
 *
 * <p>Neither {@code channelRead} nor {@code write} stops here, so it costs nothing per message.
 */
final class Threshold extends ChannelDuplexHandler {

    private final Target target;
    private @Nullable ChannelPromise opening;
    private boolean crossed;

    Threshold(Target target) {
        this.target = target;
    }

    @Override
    public void connect(ChannelHandlerContext ctx, SocketAddress remote, SocketAddress local, ChannelPromise promise) {
        opening = promise;
        if (remote instanceof InetSocketAddress address && address.isUnresolved()) {
            fail(ctx, new UnknownHostException(target.host()));
            return;
        }
        ctx.connect(remote, local, ctx.newPromise().addListener((ChannelFuture connected) -> {
            if (!connected.isSuccess()) {
                fail(ctx, connected.cause());
            }
        }));
    }

    @Override
    public void channelActive(ChannelHandlerContext ctx) {
        if (target.transport() == Transport.TCP) {
            cross(ctx);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (crossed) {
            ctx.fireUserEventTriggered(event);
        } else if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (!handshake.isSuccess()) {
                fail(ctx, endOfHandshake(handshake.cause()));
            } else if (target.transport() == Transport.TLS) {
                cross(ctx);
            }
        } else if (event == ClientHandshakeStateEvent.HANDSHAKE_COMPLETE) {
            cross(ctx);
        } else if (event == ClientHandshakeStateEvent.HANDSHAKE_TIMEOUT) {
            fail(
                    ctx,
                    new TransportFailed(
                            Explanation.at(target) + " did not answer the WebSocket's handshake in time", null));
        }
    }

    /** Not every failure says by its kind in what it came. */
    private Throwable endOfHandshake(Throwable cause) {
        if (cause instanceof ClosedChannelException) {
            return new TransportFailed(Explanation.closedWithinTlsHandshake(target), cause);
        }
        return cause instanceof SSLProtocolException
                ? new TransportFailed("the TLS handshake failed: " + cause.getMessage(), cause)
                : cause;
    }

    private void cross(ChannelHandlerContext ctx) {
        crossed = true;
        if (opening != null && opening.trySuccess()) {
            ctx.fireChannelActive();
        } else {
            // Nobody waits for it any more.
            ctx.close();
        }
    }

    private void fail(ChannelHandlerContext ctx, Throwable cause) {
        if (opening != null) {
            opening.tryFailure(TransportFailed.because(cause, target));
        }
        ctx.close();
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        if (crossed) {
            ctx.fireChannelInactive();
        } else {
            fail(
                    ctx,
                    new TransportFailed(
                            Explanation.at(target)
                                    + " closed the connection instead of opening a WebSocket; expected a listener for WebSockets there",
                            null));
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        if (crossed) {
            ctx.fireExceptionCaught(TransportFailed.because(cause, target));
        } else {
            fail(ctx, cause);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        if (crossed) {
            ctx.fireChannelReadComplete();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        if (crossed) {
            ctx.fireChannelWritabilityChanged();
        }
    }
}
