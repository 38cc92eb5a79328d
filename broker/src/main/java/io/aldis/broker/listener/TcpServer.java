package io.aldis.broker.listener;

import io.aldis.broker.settings.ListenerSettings;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/** Accepts MQTT connections on one TCP address [MQTT3-7.1.1-1]. Callable from any thread but the loops. */
public final class TcpServer implements AutoCloseable {

    private static final int LEAST_READ = 512;
    private static final int FIRST_READ = 4096;
    private static final int LARGEST_READ = 64 * 1024;

    private final Channel channel;

    private TcpServer(Channel channel) {
        this.channel = channel;
    }

    /**
     * Opens the address; returns when connections are accepted.
     *
     * @throws AddressUnavailable if the address cannot be had
     */
    public static TcpServer open(
            SocketAddress address, EventLoops loops, Pipelines pipelines, ListenerSettings settings) {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops.group())
                .channelFactory(() -> loops.serverChannel(address)) // [MQTT-4.2-1]
                .option(ChannelOption.SO_BACKLOG, settings.backlog())
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true) // What came before the end is heard.
                .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, pipelines.waterMark())
                .childOption(ChannelOption.RECVBUF_ALLOCATOR, reads())
                .handler(Doorkeeper.of(pipelines, loops))
                .childHandler(pipelines);
        if (settings.sendBuffer() > 0) {
            bootstrap.childOption(ChannelOption.SO_SNDBUF, settings.sendBuffer());
        }
        if (settings.receiveBuffer() > 0) { // Before a client connects, for its window is agreed then.
            bootstrap.option(ChannelOption.SO_RCVBUF, settings.receiveBuffer());
        }
        ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        Throwable cause = bound.cause();
        if (cause != null) {
            throw new AddressUnavailable(address, cause);
        }
        return new TcpServer(bound.channel());
    }

    /** How much is read at a time. */
    static AdaptiveRecvByteBufAllocator reads() {
        return new AdaptiveRecvByteBufAllocator(LEAST_READ, FIRST_READ, LARGEST_READ);
    }

    /** The address in use, with the port that was chosen. */
    public InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    /** Accepts no more connections; those accepted go on. */
    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
    }
}
