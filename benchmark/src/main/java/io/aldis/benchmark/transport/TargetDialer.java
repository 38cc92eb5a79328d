package io.aldis.benchmark.transport;

import io.aldis.benchmark.engine.Dialer;
import io.aldis.benchmark.plan.Target;
import io.aldis.benchmark.plan.Target.Transport;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.EventLoop;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections to the broker of a plan, the way its {@link Target} says.
 *
 * <p>The future of a connection fails with a {@link TransportFailed}, and so does a connection that was ready: its client gets one in
 * {@code exceptionCaught}, then {@code channelInactive}. A connection that never was ready leaves its client unnoticed.
 *
 * <p>In TLS every connection makes a full handshake: clients stand for different devices, so none resumes the session of another.
 */
public final class TargetDialer implements Dialer {

    /** Bytes read at once. The buffer comes from a pool when there is something to read, so a connection at rest holds none. */
    private static final int READ_SIZE = 128 * 1024;

    private static final int RECEIVE_BUFFER = 128 * 1024;

    private final Target target;
    private final InetSocketAddress remote;
    private final List<InetSocketAddress> sources;
    private final @Nullable TlsContext tls;
    private final @Nullable WebSocketUpgrade webSocket;
    private final Bootstrap bootstrap;
    private final AtomicInteger dialed = new AtomicInteger();

    /**
     * Looks up the host, reads the files of TLS, and tries the source addresses.
     *
     * @param connectTimeout how long each may take: to connect, to shake hands in TLS, to open the WebSocket; at least a millisecond
     * @throws TransportFailed if a file is missing or bad, or a source address is not one of this machine. A host that is unknown lets
     *     each connection fail instead, as one that is down does
     */
    public TargetDialer(Target target, Duration connectTimeout) {
        this.target = target;
        this.remote = new InetSocketAddress(target.host(), target.port());
        this.sources = sources(target);
        Transport transport = target.transport();
        boolean overTls = transport == Transport.TLS || transport == Transport.WSS;
        boolean overWebSocket = transport == Transport.WS || transport == Transport.WSS;
        this.tls = overTls ? TlsContext.of(target, connectTimeout) : null;
        this.webSocket = overWebSocket ? WebSocketUpgrade.of(target, connectTimeout) : null;
        this.bootstrap = bootstrap(connectTimeout);
    }

    /** Whether connections use epoll, rather than NIO. */
    public static boolean epoll() {
        return Epoll.isAvailable();
    }

    /** What the event loops that connections are opened on must be made of. */
    public static IoHandlerFactory ioHandlerFactory() {
        return epoll() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
    }

    @Override
    public ChannelFuture dial(EventLoop loop, ChannelHandler client, int flushBytes) {
        ChannelFuture opening = bootstrap
                .clone(loop)
                // What lies in sockets has to be waited for when sending ends, so there should be little of it.
                .option(ChannelOption.SO_SNDBUF, 2 * flushBytes)
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(flushBytes, 2 * flushBytes))
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        furnish(channel, client);
                    }
                })
                .connect(remote, source());
        return opening.isDone() ? explained(opening, loop) : opening;
    }

    private void furnish(Channel channel, ChannelHandler client) {
        ChannelPipeline pipeline = channel.pipeline();
        if (tls != null) {
            pipeline.addLast(tls.handler(channel.alloc()));
        }
        if (webSocket != null) {
            webSocket.addTo(pipeline);
        }
        pipeline.addLast(new Threshold(target), client);
    }

    private @Nullable InetSocketAddress source() {
        return sources.isEmpty() ? null : sources.get(Math.floorMod(dialed.getAndIncrement(), sources.size()));
    }

    /** If no socket could be made at all, nobody in its pipeline has said why. */
    private ChannelFuture explained(ChannelFuture opening, EventLoop loop) {
        Throwable cause = opening.cause();
        return cause == null || cause instanceof TransportFailed
                ? opening
                : new DefaultChannelPromise(opening.channel(), loop).setFailure(TransportFailed.because(cause, target));
    }

    private Bootstrap bootstrap(Duration connectTimeout) {
        Bootstrap made = new Bootstrap()
                .channel(epoll() ? EpollSocketChannel.class : NioSocketChannel.class)
                .disableResolver()
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER)
                .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_SIZE))
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(connectTimeout.toMillis()));
        if (epoll() && !sources.isEmpty()) {
            // The port is chosen when the other end is known: then connections to different brokers may share one.
            made.option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true);
        }
        return made;
    }

    private static List<InetSocketAddress> sources(Target target) {
        List<InetSocketAddress> sources = new ArrayList<>();
        for (String source : target.sources()) {
            sources.add(source(source));
        }
        return List.copyOf(sources);
    }

    private static InetSocketAddress source(String source) {
        try (Socket trial = new Socket()) {
            InetSocketAddress address = new InetSocketAddress(InetAddress.getByName(source), 0);
            trial.bind(address);
            return address;
        } catch (UnknownHostException e) {
            throw new TransportFailed(
                    "the source address '" + source + "' is unknown; expected an address of this machine", e);
        } catch (IOException e) {
            throw new TransportFailed(
                    "cannot connect from the source address '" + source + "': " + e.getMessage()
                            + "; expected an address of this machine",
                    e);
        }
    }
}
