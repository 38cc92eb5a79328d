package io.aldis.broker.listener;

import io.netty.buffer.ByteBuf;
import io.netty.channel.AbstractChannel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelMetadata;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelConfig;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The broker's end of a connection whose other end is in this program, too: a client's socket, or a stream of QUIC. A channel over two
 * {@link Pipe}s. It lives on any event loop, for it needs nothing of it but its thread; Netty's {@code LocalChannel} does not live on loops that wait for sockets.
 */
final class InProcessChannel extends AbstractChannel implements DuplexChannel {

    private static final ChannelMetadata METADATA = new ChannelMetadata(false, 16);
    /** Before others have their turn. */
    private static final int MOST_READS = 16;

    private final SocketAddress client;
    private final SocketAddress own;
    private final Pipe fromClient;
    private final Pipe toClient;
    private final AtomicBoolean waking = new AtomicBoolean();
    private volatile boolean open = true;
    private volatile boolean inputShut;
    private volatile boolean outputShut;

    /** Whether the pipeline wants bytes. Confined to the loop. */
    private boolean reading;

    private final ChannelConfig config = new DefaultChannelConfig(this) {
        @Override
        protected void autoReadCleared() {
            reading = false;
        }
    };

    /**
     * A channel, still to be registered.
     *
     * @param client what the other end calls itself
     * @param own what this end is called
     * @param wakeClient tells the other end to look again, if it does not block
     */
    InProcessChannel(SocketAddress client, SocketAddress own, Runnable wakeClient) {
        super(null);
        this.client = client;
        this.own = own;
        fromClient = new Pipe(wakeClient, this::wakeAsync);
        toClient = new Pipe(this::wakeAsync, wakeClient);
    }

    /** What the client writes into. */
    Pipe fromClient() {
        return fromClient;
    }

    /** What the client reads from. */
    Pipe toClient() {
        return toClient;
    }

    // Input and output, on the loop.

    /** There may be something to read, or room to write: looks soon. Callable from any thread once registration has begun. */
    private void wakeAsync() {
        if (open && waking.compareAndSet(false, true)) {
            onItsLoopAsync(() -> {
                waking.set(false);
                ((End) unsafe()).writeOn();
                readOn();
            });
        }
    }

    /** Runs {@code task} on the channel's loop, also if the channel moves meanwhile. */
    private void onItsLoopAsync(Runnable task) {
        EventLoop present = eventLoop();
        try {
            present.execute(() -> {
                if (isRegistered() && eventLoop() == present) {
                    task.run();
                } else if (open) {
                    onItsLoopAsync(task);
                }
            });
        } catch (RejectedExecutionException ended) { // So has the broker.
            doClose();
        }
    }

    @Override
    protected void doBeginRead() {
        reading = true;
        if (fromClient.hasNews()) {
            wakeAsync();
        }
    }

    private void readOn() {
        if (!reading || !open || inputShut || !fromClient.hasNews()) {
            return;
        }
        int bytes = 0;
        boolean reset = false;
        try {
            for (int reads = 0; reads < MOST_READS && (reads == 0 || config.isAutoRead()); reads++) {
                ByteBuf buffer = alloc().buffer(Math.max(1, fromClient.available()));
                bytes = poll(buffer);
                if (bytes <= 0) {
                    buffer.release();
                    break;
                }
                reading = false;
                pipeline().fireChannelRead(buffer);
            }
        } catch (IOException broken) {
            reset = true;
            pipeline().fireExceptionCaught(broken);
        }
        pipeline().fireChannelReadComplete();
        if (reset) {
            unsafe().close(voidPromise());
        } else if (bytes < 0) { // What came before is still handled, and answered.
            inputShut = true;
            pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }
    }

    private int poll(ByteBuf buffer) throws IOException {
        try {
            return fromClient.poll(buffer);
        } catch (IOException broken) {
            buffer.release();
            throw broken;
        }
    }

    @Override
    protected Object filterOutboundMessage(Object message) {
        if (message instanceof ByteBuf) {
            return message;
        }
        ReferenceCountUtil.release(message);
        throw new UnsupportedOperationException("An in-process connection takes bytes, but got "
                + message.getClass().getName() + ".");
    }

    @Override
    protected void doWrite(ChannelOutboundBuffer waiting) throws IOException {
        for (Object next = waiting.current(); next != null; next = waiting.current()) {
            ByteBuf bytes = (ByteBuf) next;
            int whole = bytes.readableBytes();
            int taken = whole == 0 ? 0 : toClient.offer(bytes);
            if (taken < 0) {
                throw new ClosedChannelException();
            }
            waiting.removeBytes(taken);
            if (whole == 0) {
                waiting.remove();
            } else if (taken < whole) {
                return; // The pipe wakes this channel when there is room.
            }
        }
    }

    @Override
    protected void doClose() {
        open = false;
        toClient.end();
        fromClient.abandon();
    }

    @Override
    protected void doDisconnect() {
        doClose();
    }

    @Override
    protected void doShutdownOutput() {
        outputShut = true;
        toClient.end();
    }

    // What it is.

    @Override
    protected AbstractUnsafe newUnsafe() {
        return new End();
    }

    @Override
    protected boolean isCompatible(EventLoop loop) {
        return true;
    }

    @Override
    protected SocketAddress localAddress0() {
        return own;
    }

    @Override
    protected SocketAddress remoteAddress0() {
        return client;
    }

    @Override
    protected void doBind(SocketAddress address) {
        throw new UnsupportedOperationException("An in-process connection has no address to be bound to.");
    }

    @Override
    public ChannelConfig config() {
        return config;
    }

    @Override
    public ChannelMetadata metadata() {
        return METADATA;
    }

    @Override
    public boolean isOpen() {
        return open;
    }

    @Override
    public boolean isActive() {
        return open;
    }

    // Half-close.

    @Override
    public boolean isInputShutdown() {
        return inputShut;
    }

    @Override
    public boolean isOutputShutdown() {
        return outputShut;
    }

    @Override
    public boolean isShutdown() {
        return inputShut && outputShut;
    }

    @Override
    public ChannelFuture shutdownInput() {
        return shutdownInput(newPromise());
    }

    @Override
    public ChannelFuture shutdownInput(ChannelPromise promise) {
        inputShut = true;
        fromClient.abandon();
        return promise.setSuccess();
    }

    @Override
    public ChannelFuture shutdownOutput() {
        return shutdownOutput(newPromise());
    }

    @Override
    public ChannelFuture shutdownOutput(ChannelPromise promise) {
        onItsLoopAsync(() -> ((AbstractUnsafe) unsafe()).shutdownOutput(promise));
        return promise;
    }

    @Override
    public ChannelFuture shutdown() {
        return shutdown(newPromise());
    }

    @Override
    public ChannelFuture shutdown(ChannelPromise promise) {
        shutdownInput();
        return shutdownOutput(promise);
    }

    private final class End extends AbstractUnsafe {

        @Override
        public void connect(SocketAddress remote, SocketAddress local, ChannelPromise promise) {
            promise.setFailure(
                    new UnsupportedOperationException("An in-process connection is connected from its start."));
        }

        /** Writes what found no room before. */
        void writeOn() {
            ChannelOutboundBuffer waiting = outboundBuffer();
            if (waiting != null && !waiting.isEmpty()) {
                flush0();
            }
        }
    }
}
