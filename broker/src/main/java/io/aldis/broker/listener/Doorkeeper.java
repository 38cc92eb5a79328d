package io.aldis.broker.listener;

import io.aldis.broker.connection.Bucket;
import io.aldis.broker.connection.Door;
import io.aldis.broker.connection.Load;
import io.aldis.broker.loop.Loop;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Stands at the socket of a listener: closes at once whom there is no room for, and has the others wait in the system's backlog, by
 * not accepting, while they come too fast, too many are in their handshakes, or the broker does not keep up. Confined to the loop of
 * that socket.
 */
final class Doorkeeper extends ChannelInboundHandlerAdapter {

    /** How often it is looked whether what people wait for has come. */
    private static final Duration GLANCE = Duration.ofMillis(10);

    private final Door door;
    private final Load load;
    private final Loop loop;
    private final @Nullable Bucket pace;
    private boolean waiting;

    Doorkeeper(Door door, Load load, Loop loop) {
        this.door = door;
        this.load = load;
        this.loop = loop;
        int rate = door.own().limits().connectionRate();
        pace = rate == 0 ? null : new Bucket(rate, door.own().limits().connectionBurst(), loop.nanoTime());
    }

    /** Puts one at each socket that is opened for {@code pipelines}. */
    static ChannelInitializer<Channel> of(Pipelines pipelines, EventLoops loops) {
        return new ChannelInitializer<>() {
            @Override
            protected void initChannel(Channel server) {
                server.pipeline().addLast(new Doorkeeper(pipelines.door(), pipelines.load(), loops.loopOf(server)));
            }
        };
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (context.channel().localAddress() instanceof InetSocketAddress address) {
            door.openAt(address.getPort());
        }
        context.fireChannelActive();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object accepted) {
        Channel child = (Channel) accepted;
        if (door.enter()) {
            child.closeFuture().addListener(gone -> door.left());
            context.fireChannelRead(child);
        } else {
            door.tell(
                    "Connection from " + child.remoteAddress() + " to " + child.localAddress(),
                    "closed: the listener has as many connections as it may have ("
                            + door.own().limits().maximumConnections() + ", maximum-connections)");
            child.unsafe().closeForcibly();
        }
        if (pace != null) {
            pace.take(1, loop.nanoTime());
        }
        // Who is told that the broker is busy costs it something, too: one at a time.
        if (mustWait() || load.state() == Load.State.OVERLOADED) {
            pause(context.channel());
        }
    }

    /** Whether nobody is to be accepted now. */
    private boolean mustWait() {
        return load.state() == Load.State.LAGS || door.crowded() || (pace != null && pace.until(loop.nanoTime()) > 0);
    }

    private void pause(Channel server) {
        server.config().setAutoRead(false);
        if (!waiting) {
            waiting = true;
            lookLater(server);
        }
    }

    private void lookLater(Channel server) {
        long wait = pace == null ? 0 : pace.until(loop.nanoTime());
        boolean paced = wait > 0 && wait < GLANCE.toNanos();
        loop.scheduleOnMachine(() -> look(server), paced ? Duration.ofNanos(wait) : GLANCE);
    }

    private void look(Channel server) {
        if (!server.isOpen()) {
            return;
        }
        if (mustWait()) {
            lookLater(server);
        } else {
            waiting = false;
            server.config().setAutoRead(true);
        }
    }
}
