package io.aldis.broker.listener;

import io.aldis.broker.connection.ChannelLoops;
import io.aldis.broker.loop.Loop;
import io.aldis.broker.time.BrokerClock;
import io.aldis.codec.TopicCache;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketProtocolFamily;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A broker's event loops: epoll where the system has it, NIO elsewhere. Callable from any thread. */
public final class EventLoops implements ChannelLoops, AutoCloseable {

    private final MultiThreadIoEventLoopGroup group;
    private final List<Loop> loops = new ArrayList<>();
    private final IdentityHashMap<EventExecutor, NettyLoop> byExecutor = new IdentityHashMap<>();
    private final boolean epoll;

    /** Open channels; one that comes when all have been closed is closed. */
    private final ChannelGroup open = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE, true);

    /**
     * Starts loops.
     *
     * @param count how many, at least 1
     * @param clock by which they tell the time
     */
    public EventLoops(int count, BrokerClock clock) {
        epoll = Epoll.isAvailable();
        IoHandlerFactory io = epoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        group = new MultiThreadIoEventLoopGroup(count, new DefaultThreadFactory("aldis-loop"), io);
        for (EventExecutor executor : group) {
            NettyLoop loop = new NettyLoop(loops.size(), (EventLoop) executor, clock);
            loops.add(loop);
            byExecutor.put(executor, loop);
            clock.began(executor);
        }
    }

    /** All of them, by index. */
    public List<Loop> all() {
        return List.copyOf(loops);
    }

    /** How the loops wait for input: "epoll" or "nio". */
    public String transport() {
        return epoll ? "epoll" : "nio";
    }

    boolean epoll() {
        return epoll;
    }

    MultiThreadIoEventLoopGroup group() {
        return group;
    }

    /** A channel that listens: on IPv4 only if the address is of that, else {@code 0.0.0.0} would be {@code ::}. */
    ServerSocketChannel serverChannel(SocketAddress address) {
        boolean version4 = address instanceof InetSocketAddress inet && inet.getAddress() instanceof Inet4Address;
        if (epoll) {
            return version4 ? new EpollServerSocketChannel(SocketProtocolFamily.INET) : new EpollServerSocketChannel();
        }
        return version4
                ? new NioServerSocketChannel(SelectorProvider.provider(), SocketProtocolFamily.INET)
                : new NioServerSocketChannel();
    }

    @Override
    public Loop loopOf(Channel channel) {
        return netty(channel.eventLoop());
    }

    @Override
    public TopicCache topicsOf(Loop loop) {
        return ((NettyLoop) loop).topics();
    }

    @Override
    public void moveAsync(Channel channel, Loop target, Runnable arrived) {
        EventLoop to = ((NettyLoop) target).eventLoop();
        ChannelFutureListener registered = ignored -> to.execute(arrived);
        ChannelFutureListener deregistered = gone -> {
            if (gone.isSuccess()) {
                to.register(channel).addListener(registered);
            } else {
                channel.close(channel.voidPromise());
                to.execute(arrived);
            }
        };
        channel.deregister().addListener(deregistered);
    }

    /** A channel has been accepted: it does not outlive the loops. */
    void accepted(Channel channel) {
        open.add(channel);
    }

    private NettyLoop netty(EventExecutor executor) {
        NettyLoop loop = byExecutor.get(executor);
        if (loop == null) {
            throw new IllegalArgumentException("Not a loop of this broker: " + executor);
        }
        return loop;
    }

    /** Ends the loops, and first the channels: a loop that ends leaves its channels open. */
    @Override
    public void close() {
        open.close().awaitUninterruptibly(5, TimeUnit.SECONDS);
        group.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(10, TimeUnit.SECONDS);
    }
}
