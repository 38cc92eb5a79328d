package io.aldis.junit;

import io.aldis.broker.time.BrokerClock;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.PacketEncoder;
import io.aldis.codec.ReasonCode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.DuplexChannel;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Stands between one client and the broker, and does to packets what {@link Faults} say.
 *
 * <p>Confined to the event loop of its channel, which changes once, while CONNECT is answered.
 */
final class MiddleMan extends ChannelDuplexHandler {

    /** How long a client may take to notice that it has been cut off, in real time. */
    private static final long LINGER_MILLIS = 250;

    private final Faults faults;
    private final BrokerClock clock;
    private final Lane fromClient = new Lane(this, Direction.FROM_CLIENT);
    private final Lane toClient = new Lane(this, Direction.TO_CLIENT);
    private @Nullable ChannelHandlerContext context;
    private boolean cut;

    // Known from CONNECT on.
    private @Nullable MqttVersion version;
    private String clientId = "";

    MiddleMan(Faults faults, BrokerClock clock) {
        this.faults = faults;
        this.clock = clock;
    }

    // The channel's events.

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void channelRead(ChannelHandlerContext here, Object received) {
        fromClient.take((ByteBuf) received, null);
    }

    @Override
    public void write(ChannelHandlerContext here, Object message, ChannelPromise promise) {
        toClient.take((ByteBuf) message, promise);
    }

    @Override
    public void channelInactive(ChannelHandlerContext here) {
        discard();
        here.fireChannelInactive();
    }

    private ChannelHandlerContext here() {
        if (context == null) {
            throw new IllegalStateException("The man in the middle stands nowhere.");
        }
        return context;
    }

    // What the lanes ask and do.

    Faults faults() {
        return faults;
    }

    String clientId() {
        return clientId;
    }

    /** The protocol version of the client; null before CONNECT. */
    @Nullable
    MqttVersion version() {
        return version;
    }

    boolean isCut() {
        return cut;
    }

    /** A CONNECT has come. */
    void introduce(Connect connect) {
        version = connect.version();
        clientId = connect.clientId();
        toClient.expectVersion(connect.version());
    }

    /** Bytes go on their way; the promise is kept when they are gone. */
    void pass(Direction way, ByteBuf bytes, @Nullable ChannelPromise promise) {
        if (way == Direction.FROM_CLIENT) {
            here().fireChannelRead(bytes);
        } else if (promise == null) {
            here().write(bytes, here().voidPromise());
        } else {
            here().write(bytes, promise);
        }
    }

    /** What has been passed outside of the channel's own events goes off. */
    void push(Direction way) {
        if (way == Direction.FROM_CLIENT) {
            here().fireChannelReadComplete();
        } else {
            here().flush();
        }
    }

    /** Runs {@code then} on this channel's loop after a delay's end. */
    void await(Fault fault, Runnable then) {
        Runnable later = () -> onItsLoopAsync(then);
        fault.whenRemoved(later);
        Deed deed = fault.deed();
        if (deed instanceof Deed.DelayUntil delay) {
            delay.gate().pass(later);
        } else if (deed instanceof Deed.DelayBy delay) {
            clock.schedule(here().channel().eventLoop(), later, delay.time().toNanos());
        }
    }

    private void onItsLoopAsync(Runnable task) {
        Channel channel = here().channel();
        EventLoop present = channel.eventLoop();
        try {
            present.execute(() -> {
                if (channel.isRegistered() && channel.eventLoop() == present) {
                    task.run();
                } else if (channel.isOpen()) {
                    onItsLoopAsync(task);
                }
            });
        } catch (RejectedExecutionException ended) {
            // So has the connection.
        }
    }

    /** Answers for the broker that the client is not let in. */
    void refuse(ReasonCode reason) {
        MqttVersion spoken = version;
        if (spoken != null && (spoken == MqttVersion.V5 || reason.returnCode().isPresent())) {
            ByteBuf bytes = here().alloc().buffer();
            PacketEncoder.encode((Packet) Connack.refused(reason), spoken, bytes);
            here().write(bytes);
        }
        cut();
    }

    /**
     * Ends the connection: what was passed arrives, nothing else does. The client is given a moment to close its side, for closing
     * with unread input would make the system throw away what is under way to it.
     */
    void cut() {
        cut = true;
        discard();
        Channel channel = here().channel();
        channel.config().setAutoRead(true);
        here().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener((ChannelFutureListener) flushed -> {
            if (channel instanceof DuplexChannel duplex && channel.isActive()) {
                duplex.shutdownOutput();
                channel.eventLoop()
                        .schedule(() -> onItsLoopAsync(channel::close), LINGER_MILLIS, TimeUnit.MILLISECONDS);
            } else {
                channel.close();
            }
        });
    }

    private void discard() {
        fromClient.discard();
        toClient.discard();
    }
}
