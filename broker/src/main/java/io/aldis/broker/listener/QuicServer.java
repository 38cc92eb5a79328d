package io.aldis.broker.listener;

import io.aldis.broker.settings.ListenerSettings;
import io.aldis.broker.settings.Tls;
import io.aldis.broker.settings.TlsIdentity;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicServerCodecBuilder;
import io.netty.handler.codec.quic.QuicSslContext;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicSslEngine;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.util.Mapping;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Accepts MQTT connections over QUIC on one UDP address, a stream each; experimental. All of QUIC is done on the loop of its UDP socket.
 * Callable from any thread but the loops.
 */
public final class QuicServer implements AutoCloseable {

    /** The name of MQTT in the handshake (RFC 7301). */
    static final String ALPN = "mqtt";

    /** How much a client may send before the broker has read it. */
    private static final int FIRST_WINDOW = 64 * 1024;

    /** How long connections that have ended may take to say so. */
    private static final int LAST_WORD_SECONDS = 2;

    private final EventLoops loops;
    private final Pipelines pipelines;
    private final TlsContexts contexts;
    private final ChannelGroup connections = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE, true);
    private @Nullable Channel channel;
    private volatile boolean closed;

    private QuicServer(EventLoops loops, Pipelines pipelines, TlsContexts contexts) {
        this.loops = loops;
        this.pipelines = pipelines;
        this.contexts = contexts;
    }

    /**
     * Reads the files of TLS for the first time.
     *
     * @param listener how the listener is called in the log
     * @throws TlsUnavailable if one of them cannot be used
     */
    public static TlsContexts contexts(Tls tls, String listener) {
        return new TlsContexts(tls, listener, (keyed, identity, trust) -> context(tls, keyed, identity, trust));
    }

    private static QuicSslContext context(
            Tls tls, KeyedCertificate keyed, TlsIdentity identity, @Nullable ClientTrust trust) {
        try {
            QuicSslContextBuilder builder = QuicSslContextBuilder.forServer(
                            keyed.key(), null, keyed.chain().toArray(X509Certificate[]::new))
                    .applicationProtocols(ALPN)
                    .sessionTimeout(tls.sessionTimeout().toSeconds())
                    .sessionCacheSize(tls.sessionCacheSize())
                    .clientAuth(TlsContexts.clientAuth(tls));
            if (trust != null) {
                builder.trustManager(trust);
            }
            QuicSslContext context = builder.build();
            ReferenceCountUtil.release(
                    context.newEngine(ByteBufAllocator.DEFAULT)); // Some of what is wrong shows here first.
            return context;
        } catch (IllegalArgumentException | IllegalStateException wrong) {
            throw TlsUnavailable.because("QUIC with the certificate in " + identity + " is not possible", wrong);
        }
    }

    /**
     * Opens the address; returns when connections are accepted.
     *
     * @param contexts made here
     * @param idleTimeout after which a connection that nothing comes on is closed
     * @throws AddressUnavailable if the address cannot be had
     */
    public static QuicServer open(
            InetSocketAddress address,
            EventLoops loops,
            Pipelines pipelines,
            TlsContexts contexts,
            Duration idleTimeout) {
        QuicServer server = new QuicServer(loops, pipelines, contexts);
        server.bind(address, idleTimeout);
        return server;
    }

    private void bind(InetSocketAddress address, Duration idleTimeout) {
        ListenerSettings settings = pipelines.door().own();
        Bootstrap bootstrap = new Bootstrap()
                .group(loops.group())
                .channelFactory(() -> loops.datagramChannel(address))
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel socket) {
                        loops.accepted(socket);
                        QuicBacklog backlog =
                                new QuicBacklog(pipelines.door(), pipelines.load(), loops.loopOf(socket), () -> closed);
                        socket.pipeline().addLast(backlog, codec(backlog, idleTimeout));
                    }
                });
        if (settings.sendBuffer() > 0) {
            bootstrap.option(ChannelOption.SO_SNDBUF, settings.sendBuffer());
        }
        if (settings.receiveBuffer() > 0) {
            bootstrap.option(ChannelOption.SO_RCVBUF, settings.receiveBuffer());
        }
        ChannelFuture bound = bootstrap.bind(address).awaitUninterruptibly();
        Throwable cause = bound.cause();
        if (cause != null) {
            throw new AddressUnavailable(address, cause);
        }
        channel = bound.channel();
    }

    private ChannelHandler codec(QuicBacklog backlog, Duration idleTimeout) {
        return new QuicServerCodecBuilder()
                .sslEngineProvider(engines())
                .tokenHandler(new QuicTokens())
                .maxIdleTimeout(idleTimeout.toMillis(), TimeUnit.MILLISECONDS)
                .initialMaxData(FIRST_WINDOW)
                .initialMaxStreamDataBidirectionalRemote(FIRST_WINDOW)
                .initialMaxStreamsBidirectional(1)
                .initialMaxStreamsUnidirectional(0)
                .handler(new ChannelInitializer<QuicChannel>() {
                    @Override
                    protected void initChannel(QuicChannel connection) {
                        accept(connection, backlog);
                    }
                })
                .streamHandler(new ChannelInitializer<QuicStreamChannel>() {
                    @Override
                    protected void initChannel(QuicStreamChannel stream) {
                        QuicGate gate = stream.parent().pipeline().get(QuicGate.class);
                        if (gate == null) {
                            stream.close(); // Nobody came in.
                        } else {
                            gate.opened(stream);
                        }
                    }
                })
                .build();
    }

    /** What does TLS for new connections, with what the files say now. */
    private Function<QuicChannel, QuicSslEngine> engines() {
        if (contexts.tls().identities().size() == 1) {
            return connection -> ((QuicSslContext) contexts.current().first()).newEngine(connection.alloc());
        }
        Mapping<@Nullable String, QuicSslContext> byName =
                server -> (QuicSslContext) contexts.current().of(server);
        QuicSslContext all = QuicSslContextBuilder.buildForServerWithSni(byName);
        return connection -> all.newEngine(connection.alloc());
    }

    private void accept(QuicChannel connection, QuicBacklog backlog) {
        backlog.accepted();
        if (closed) {
            QuicGate.refuse(connection);
        } else if (pipelines.door().enter()) {
            connections.add(connection);
            connection.closeFuture().addListener(gone -> pipelines.door().left());
            connection.pipeline().addLast(new QuicGate(connection, loops, pipelines, contexts));
        } else {
            pipelines
                    .door()
                    .tell(
                            "Connection from " + connection.remoteSocketAddress() + " to "
                                    + connection.localSocketAddress(),
                            "closed: the listener has as many connections as it may have ("
                                    + pipelines.door().own().limits().maximumConnections()
                                    + ", maximum-connections)");
            QuicGate.refuse(connection);
        }
    }

    /** The address in use, with the port that was chosen. */
    public InetSocketAddress address() {
        if (channel == null) {
            throw new IllegalStateException("The address is not open.");
        }
        return (InetSocketAddress) channel.localAddress();
    }

    /** Accepts no more connections; those accepted go on. */
    @Override
    public void close() {
        closed = true;
    }

    /** Ends the connections that are left, when those that have ended had time to say so, and gives the address back. */
    public void cut() {
        closed = true;
        connections.newCloseFuture().awaitUninterruptibly(LAST_WORD_SECONDS, TimeUnit.SECONDS);
        connections.close().awaitUninterruptibly(LAST_WORD_SECONDS, TimeUnit.SECONDS);
        if (channel != null) {
            channel.close().awaitUninterruptibly();
        }
    }
}
