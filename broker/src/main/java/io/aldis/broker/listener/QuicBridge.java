package io.aldis.broker.listener;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamFrame;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Passes bytes between a stream, which cannot leave the loop of its UDP socket, and a channel that goes wherever its session lives.
 * Neither end takes more than the other one wants. Confined to the loop of the UDP socket.
 */
final class QuicBridge extends ChannelInboundHandlerAdapter {

    private static final int LARGEST_WRITE = 16 * 1024;

    private final QuicStreamChannel stream;
    private final InProcessChannel broker;
    private final AtomicBoolean waking = new AtomicBoolean();

    /** What has been read and finds no room at the broker's end. */
    private final ArrayDeque<ByteBuf> rest = new ArrayDeque<>();

    private boolean inputEnded;
    private boolean outputEnded;

    QuicBridge(QuicStreamChannel stream, SocketAddress client, SocketAddress own) {
        this.stream = stream;
        broker = new InProcessChannel(client, own, this::wakeAsync);
    }

    /** The broker's end, to be registered before anything is read. */
    InProcessChannel broker() {
        return broker;
    }

    private void wakeAsync() {
        if (waking.compareAndSet(false, true)) {
            try {
                stream.eventLoop().execute(() -> {
                    waking.set(false);
                    toBroker();
                    toClient();
                });
            } catch (RejectedExecutionException ended) {
                waking.set(false); // So has the broker, and the stream with it.
            }
        }
    }

    // From the client.

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        rest.add((ByteBuf) message);
        toBroker();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            endInput();
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        endInput();
        broker.toClient().abandon();
        context.fireChannelInactive();
    }

    /** The client has reset the stream, or the connection is broken. */
    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        endInput();
        context.close();
    }

    private void endInput() {
        if (!inputEnded) {
            inputEnded = true;
            toBroker();
        }
    }

    private void toBroker() {
        ByteBuf first;
        while ((first = rest.peek()) != null) {
            int taken = broker.fromClient().offer(first);
            first.skipBytes(taken < 0 ? first.readableBytes() : taken); // Nobody hears it if there is no broker's end.
            if (first.isReadable()) {
                break;
            }
            rest.remove();
            first.release();
        }
        if (!rest.isEmpty()) {
            stream.config().setAutoRead(false);
        } else if (inputEnded) {
            broker.fromClient().end();
        } else {
            stream.config().setAutoRead(true);
        }
    }

    // To the client.

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        toClient();
        context.fireChannelWritabilityChanged();
    }

    private void toClient() {
        boolean written = false;
        while (!outputEnded && stream.isActive() && stream.isWritable()) {
            ByteBuf bytes =
                    stream.alloc().buffer(Math.max(1, Math.min(broker.toClient().available(), LARGEST_WRITE)));
            int given = given(bytes);
            if (given > 0) {
                stream.write(bytes);
            } else {
                bytes.release();
                if (given == 0) {
                    break;
                }
                outputEnded = true;
                stream.write(QuicStreamFrame.EMPTY_FIN);
            }
            written = true;
        }
        if (written) {
            stream.flush();
        }
    }

    private int given(ByteBuf into) {
        try {
            return broker.toClient().poll(into);
        } catch (IOException reset) { // The broker's end does not.
            throw new IllegalStateException(reset);
        }
    }
}
