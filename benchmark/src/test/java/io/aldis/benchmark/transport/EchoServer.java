package io.aldis.benchmark.transport;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;

/** Sends back what it gets, over each transport, and notes who came. Its event loop also serves the clients of a test. */
final class EchoServer implements AutoCloseable {

    private static final String WEB_SOCKET_PATH = "/mqtt";

    private final MultiThreadIoEventLoopGroup group =
            new MultiThreadIoEventLoopGroup(1, TargetDialer.ioHandlerFactory());
    private final Channel listener;

    /** Addresses of the clients, in the order they came. */
    final BlockingQueue<String> clients = new LinkedBlockingQueue<>();

    /** Names that clients called the server by, as TLS tells them. */
    final List<String> names = new CopyOnWriteArrayList<>();

    private EchoServer(Consumer<Channel> transport) {
        listener = new ServerBootstrap()
                .group(group)
                .channel(TargetDialer.epoll() ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        clients.add(((InetSocketAddress) channel.remoteAddress())
                                .getAddress()
                                .getHostAddress());
                        transport.accept(channel);
                        channel.pipeline().addLast(new Names());
                    }
                })
                .bind("127.0.0.1", 0)
                .syncUninterruptibly()
                .channel();
    }

    static EchoServer tcp() {
        return new EchoServer(channel -> channel.pipeline().addLast(new Echo()));
    }

    static EchoServer tls(SslContext tls) {
        return new EchoServer(channel -> channel.pipeline().addLast(tls.newHandler(channel.alloc()), new Echo()));
    }

    static EchoServer webSocket() {
        return new EchoServer(EchoServer::addWebSocket);
    }

    static EchoServer webSocketInTls(SslContext tls) {
        return new EchoServer(channel -> {
            channel.pipeline().addLast(tls.newHandler(channel.alloc()));
            addWebSocket(channel);
        });
    }

    /** One that ends each connection at the first byte. */
    static EchoServer shy() {
        return new EchoServer(channel -> channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object message) {
                ReferenceCountUtil.release(message);
                ctx.close();
            }
        }));
    }

    /** One that speaks first, and not TLS. */
    static EchoServer chatty() {
        return new EchoServer(channel -> channel.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelActive(ChannelHandlerContext ctx) {
                ctx.writeAndFlush(Unpooled.copiedBuffer("220 at your service\r\n", StandardCharsets.US_ASCII));
            }
        }));
    }

    private static void addWebSocket(Channel channel) {
        ChannelPipeline pipeline = channel.pipeline();
        pipeline.addLast(
                new HttpServerCodec(),
                new HttpObjectAggregator(64 * 1024),
                new WebSocketServerProtocolHandler(WebSocketServerProtocolConfig.newBuilder()
                        .websocketPath(WEB_SOCKET_PATH)
                        .subprotocols("mqtt")
                        .maxFramePayloadLength(1 << 20)
                        .build()),
                new FramesEcho(),
                new NotFound());
    }

    int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    EventLoop loop() {
        return group.next();
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(10, TimeUnit.SECONDS);
    }

    private static final class Echo extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ctx.writeAndFlush(message);
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable expected) {
            ctx.close();
        }
    }

    /** Sends each frame back in three, with a ping between them; a frame that begins with T comes back as text. */
    private static final class FramesEcho extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            if (!(message instanceof BinaryWebSocketFrame frame)) {
                ctx.fireChannelRead(message);
                return;
            }
            ByteBuf bytes = frame.content();
            if (bytes.getByte(bytes.readerIndex()) == 'T') {
                ctx.writeAndFlush(new TextWebSocketFrame(bytes));
                return;
            }
            int third = bytes.readableBytes() / 3;
            ctx.write(new BinaryWebSocketFrame(false, 0, bytes.readRetainedSlice(third)));
            ctx.write(new PingWebSocketFrame());
            ctx.write(new ContinuationWebSocketFrame(false, 0, bytes.readRetainedSlice(third)));
            ctx.writeAndFlush(new ContinuationWebSocketFrame(true, 0, bytes));
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext ctx, Throwable expected) {
            ctx.close();
        }
    }

    /** Answers what is not for the WebSocket's path. */
    private static final class NotFound extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext ctx, Object message) {
            ReferenceCountUtil.release(message);
            var response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.NOT_FOUND);
            response.headers().set("content-length", 0);
            ctx.writeAndFlush(response);
        }
    }

    private final class Names extends ChannelInboundHandlerAdapter {
        @Override
        public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
            if (event instanceof SslHandshakeCompletionEvent handshake && handshake.isSuccess()) {
                SslHandler tls = ctx.pipeline().get(SslHandler.class);
                ((ExtendedSSLSession) tls.engine().getSession())
                        .getRequestedServerNames()
                        .forEach(name -> names.add(((SNIHostName) name).getAsciiName()));
            }
        }
    }
}
