package io.aldis.microbench.load;

import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.PacketDecoder;
import io.aldis.codec.PacketEncoder;
import io.aldis.codec.Puback;
import io.aldis.codec.Publish;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Of each ten messages it forwards, it drops one, sends one twice, and sends one after its successor. It keeps count. One
 * event loop does everything.
 */
final class CrookedBroker implements AutoCloseable {
    final AtomicLong dropped = new AtomicLong();
    final AtomicLong doubled = new AtomicLong();
    final AtomicLong delayed = new AtomicLong();

    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory());
    private final Map<String, Channel> subscribers = new HashMap<>();
    private final Channel listener;

    CrookedBroker() {
        listener = new ServerBootstrap()
                .group(group)
                .channel(EpollServerSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Connection());
                    }
                })
                .bind("127.0.0.1", 0)
                .syncUninterruptibly()
                .channel();
    }

    int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    @Override
    public void close() {
        // A loop that ends does not always close what is registered with it.
        listener.close().syncUninterruptibly();
        group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private final class Connection extends ChannelInboundHandlerAdapter {
        private final PacketDecoder decoder = PacketDecoder.ofServer(100_000);
        private ByteBuf unread = Unpooled.buffer();
        private int published;
        private @Nullable Publish heldBack;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf read = (ByteBuf) message;
            unread.writeBytes(read);
            read.release();
            for (Packet packet = decoder.decode(unread); packet != null; packet = decoder.decode(unread)) {
                handle(context.channel(), packet);
            }
            unread = unread.discardReadBytes();
        }

        private void handle(Channel channel, Packet packet) {
            if (packet instanceof Connect) {
                send(channel, Connack.accepted(false));
            } else if (packet instanceof Subscribe subscribe) {
                subscribers.put(subscribe.subscriptions().get(0).filter(), channel);
                send(channel, Suback.of(subscribe.packetId(), ReasonCode.GRANTED_QOS_1));
            } else if (packet instanceof Publish publish) {
                send(channel, new Puback(publish.packetId()));
                forward(publish);
            }
        }

        private void forward(Publish publish) {
            switch (published++ % 10) {
                case 3 -> dropped.incrementAndGet();
                case 5 -> {
                    toSubscriber(publish);
                    toSubscriber(publish);
                    doubled.incrementAndGet();
                }
                case 7 -> heldBack = publish;
                default -> {
                    toSubscriber(publish);
                    if (heldBack != null) {
                        toSubscriber(heldBack);
                        heldBack = null;
                        delayed.incrementAndGet();
                    }
                }
            }
        }

        private void toSubscriber(Publish publish) {
            Channel subscriber = subscribers.get(publish.topic());
            if (subscriber == null || publish.qos() != Qos.AT_LEAST_ONCE) {
                throw new IllegalStateException("not what the test sends: " + publish);
            }
            send(subscriber, publish);
        }

        private void send(Channel channel, Packet packet) {
            ByteBuf out = channel.alloc().buffer();
            PacketEncoder.encode(packet, MqttVersion.V5, out);
            var unused = channel.writeAndFlush(out);
        }
    }
}
