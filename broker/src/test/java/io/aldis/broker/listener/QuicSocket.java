package io.aldis.broker.listener;

import io.aldis.testkit.TestAuthority;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicClientCodecBuilder;
import io.netty.handler.codec.quic.QuicSslContextBuilder;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.security.cert.X509Certificate;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A client's connection of QUIC with one stream, in the shape of a socket. */
final class QuicSocket extends Socket {

    /** What it calls the server; a name without dots would not be told to it. */
    static final String SERVER = "mqtt.example.org";

    private static final byte[] END = {};

    private final EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final BlockingQueue<byte[]> come = new LinkedBlockingQueue<>();
    private final QuicChannel connection;
    private final QuicStreamChannel stream;
    private volatile boolean finished;
    private byte[] present = {};
    private int at;
    private volatile int timeoutMillis = 10_000;

    QuicSocket(InetSocketAddress broker, TestAuthority trusted, TestAuthority.@Nullable Issued own, String... protocols)
            throws IOException {
        QuicSslContextBuilder tls = QuicSslContextBuilder.forClient()
                .trustManager(trusted.certificate())
                .applicationProtocols(protocols);
        if (own != null) {
            tls.keyManager(own.key(), null, own.certificate());
        }
        try {
            Channel socket = new Bootstrap()
                    .group(group)
                    .channel(NioDatagramChannel.class)
                    .handler(new QuicClientCodecBuilder()
                            .sslEngineProvider(channel -> tls.build().newEngine(channel.alloc(), SERVER, 1))
                            .maxIdleTimeout(20, TimeUnit.SECONDS)
                            .initialMaxData(100_000)
                            .initialMaxStreamDataBidirectionalLocal(100_000)
                            .build())
                    .bind("127.0.0.1", 0)
                    .sync()
                    .channel();
            connection = QuicChannel.newBootstrap(socket)
                    .handler(new Quiet())
                    .streamHandler(new Quiet())
                    .remoteAddress(broker)
                    .connect()
                    .get(10, TimeUnit.SECONDS);
            stream = open(QuicStreamType.BIDIRECTIONAL);
        } catch (Exception refused) {
            group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
            throw new IOException(refused);
        }
    }

    /** One more stream; in vain if the broker allows none. */
    QuicStreamChannel open(QuicStreamType type) throws Exception {
        return connection.createStream(type, new Incoming()).get(5, TimeUnit.SECONDS);
    }

    QuicChannel connection() {
        return connection;
    }

    /** The certificate that the broker shows. */
    X509Certificate shown() throws IOException {
        return (X509Certificate) connection.sslEngine().getSession().getPeerCertificates()[0];
    }

    /** Whether the broker has ended the stream, rather than the connection with it. */
    boolean finished() {
        return finished;
    }

    /** Takes what comes, or leaves it to pile up on the way. */
    void takes(boolean yes) {
        stream.config().setAutoRead(yes);
    }

    /** No more is written. */
    @Override
    public void shutdownOutput() {
        stream.shutdownOutput().syncUninterruptibly();
    }

    private static class Quiet extends ChannelInboundHandlerAdapter {
        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }
    }

    private final class Incoming extends Quiet {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            if (bytes.isReadable()) {
                come.add(ByteBufUtil.getBytes(bytes));
            }
            bytes.release();
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext context, Object event) {
            if (event instanceof ChannelInputShutdownEvent) {
                finished = true;
                come.add(END);
            }
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            come.add(END);
        }
    }

    @Override
    public InputStream getInputStream() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                try {
                    if (at == present.length) {
                        byte[] next = come.poll(timeoutMillis, TimeUnit.MILLISECONDS);
                        if (next == null) {
                            throw new SocketTimeoutException("Nothing has come");
                        }
                        if (next == END) {
                            come.add(END);
                            return -1;
                        }
                        present = next;
                        at = 0;
                    }
                } catch (InterruptedException interrupted) {
                    throw new IOException(interrupted);
                }
                int part = Math.min(length, present.length - at);
                System.arraycopy(present, at, into, offset, part);
                at += part;
                return part;
            }
        };
    }

    @Override
    public OutputStream getOutputStream() {
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                write(new byte[] {(byte) one}, 0, 1);
            }

            @Override
            public void write(byte[] from, int offset, int length) throws IOException {
                try {
                    stream.writeAndFlush(Unpooled.copiedBuffer(from, offset, length))
                            .get(10, TimeUnit.SECONDS);
                } catch (InterruptedException | java.util.concurrent.ExecutionException | TimeoutException failed) {
                    throw new IOException(failed);
                }
            }
        };
    }

    @Override
    public synchronized void setSoTimeout(int millis) {
        timeoutMillis = millis;
    }

    @Override
    public void setSoLinger(boolean on, int seconds) {}

    @Override
    public synchronized void close() {
        connection.close().awaitUninterruptibly(5, TimeUnit.SECONDS);
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }
}
