package io.aldis.broker.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.Broker;
import io.aldis.broker.Listener;
import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.PacketDecoder;
import io.aldis.codec.PacketEncoder;
import io.aldis.codec.Puback;
import io.aldis.codec.Publish;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Qos;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.codec.SubscribeProperties;
import io.aldis.codec.Subscription;
import io.aldis.testkit.TestAuthority.Issued;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files of TLS change under clients that never stop talking. */
@Timeout(120)
class CertificateSwapTest {

    private static final int CLIENTS = 1000;
    private static final String LAST = "last";

    @TempDir
    private Path directory;

    /** What went wrong with any client. */
    private final Queue<String> troubles = new ConcurrentLinkedQueue<>();

    private final CountDownLatch subscribed = new CountDownLatch(CLIENTS);
    private final CountDownLatch done = new CountDownLatch(CLIENTS);
    private volatile Phase phase = new Phase();
    private volatile boolean enough;

    /** A while in which each client hears several messages. */
    private static final class Phase {
        private static final int EACH = 5;
        private final CountDownLatch left = new CountDownLatch(CLIENTS);
    }

    /** Sends numbers to its neighbour, one after the other has been acknowledged; expects those of its other neighbour in their order. */
    private final class Client extends ByteToMessageDecoder {
        private final int number;
        private final PacketDecoder decoder = PacketDecoder.ofClient(MqttVersion.V5, 1_000_000);
        private int sent;
        private int heard;
        private boolean finished;
        private Phase present = phase;
        private int heardInPhase;

        Client(int number) {
            this.number = number;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            send(context, Connect.v5("swap-" + number));
        }

        @Override
        protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
            for (Packet packet = decoder.decode(in); packet != null; packet = decoder.decode(in)) {
                take(context, packet);
            }
        }

        private void take(ChannelHandlerContext context, Packet packet) {
            if (packet instanceof Connack) {
                send(
                        context,
                        new Subscribe(
                                1,
                                List.of(Subscription.of("to/" + number, Qos.AT_LEAST_ONCE)),
                                SubscribeProperties.NONE));
            } else if (packet instanceof Suback) {
                subscribed.countDown();
            } else if (packet instanceof Puback) {
                next(context);
            } else if (packet instanceof Publish message) {
                send(context, new Puback(message.packetId()));
                heard(message.payload().toUtf8());
            } else {
                troubles.add(number + " got " + packet);
            }
        }

        void next(ChannelHandlerContext context) {
            if (finished) {
                return;
            }
            finished = enough;
            sent++;
            send(
                    context,
                    new Publish(
                            "to/" + (number + 1) % CLIENTS,
                            Binary.utf8(finished ? LAST + sent : String.valueOf(sent)),
                            Qos.AT_LEAST_ONCE,
                            false,
                            false,
                            1 + sent % 60_000,
                            PublishProperties.NONE));
        }

        private void heard(String payload) {
            heard++;
            if (!payload.equals(String.valueOf(heard)) && !payload.equals(LAST + heard)) {
                troubles.add(number + " heard " + payload + " instead of " + heard);
            }
            if (payload.startsWith(LAST)) {
                done.countDown();
            }
            if (present != phase) {
                present = phase;
                heardInPhase = 0;
            }
            if (++heardInPhase == Phase.EACH) {
                present.left.countDown();
            }
        }

        private void send(ChannelHandlerContext context, Packet packet) {
            ByteBuf out = context.alloc().buffer();
            PacketEncoder.encode(packet, MqttVersion.V5, out);
            context.writeAndFlush(out, context.voidPromise());
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            if (done.getCount() > 0) {
                troubles.add(number + " was dropped");
            }
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            troubles.add(number + ": " + cause);
        }
    }

    /** Everybody hears something more. */
    private void everybodyTalksOn() throws InterruptedException {
        Phase next = new Phase();
        phase = next;
        assertThat(next.left.await(60, TimeUnit.SECONDS)).as("%s", troubles).isTrue();
        assertThat(troubles).isEmpty();
    }

    private static void eventually(BooleanSupplier holds) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime()).as("time is up").isLessThan(end);
        }
    }

    @Test
    void aThousandClientsTalkOnWhileCertificatesChange() throws Exception {
        ServerFiles files = new ServerFiles(directory);
        Secure newcomer = Secure.trusting(files.authority);
        SslContext trusting = SslContextBuilder.forClient()
                .trustManager(files.authority.certificate())
                .build();
        EventLoopGroup loops = new MultiThreadIoEventLoopGroup(2, NioIoHandler.newFactory());
        try (Broker broker = Broker.builder()
                .listener(Listener.tcp("127.0.0.1", 0).tls(files.tls().withWatchInterval(Duration.ofMillis(20))))
                .loops(2)
                .start()) {
            List<Client> clients = new ArrayList<>();
            List<Channel> channels = new ArrayList<>();
            Bootstrap bootstrap = new Bootstrap().group(loops).channel(NioSocketChannel.class);
            for (int i = 0; i < CLIENTS; i++) {
                Client client = new Client(i);
                clients.add(client);
                bootstrap.handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline()
                                .addLast(trusting.newHandler(channel.alloc(), "localhost", broker.port()), client);
                    }
                });
                channels.add(bootstrap
                        .connect("127.0.0.1", broker.port())
                        .syncUninterruptibly()
                        .channel());
            }
            assertThat(subscribed.await(60, TimeUnit.SECONDS))
                    .as("%s", troubles)
                    .isTrue();
            for (int i = 0; i < CLIENTS; i++) {
                ChannelHandlerContext context = channels.get(i).pipeline().context(clients.get(i));
                Client client = clients.get(i);
                context.executor().execute(() -> client.next(context));
            }
            everybodyTalksOn();

            Issued second = files.authority.issue("second", "localhost");
            files.write(second);
            eventually(() -> newcomer.shown(broker.port(), "localhost").equals(second.certificate()));
            everybodyTalksOn();

            Files.writeString(files.key, "nonsense");
            assertThat(broker.reloadCertificates()).hasSize(1);
            assertThat(newcomer.shown(broker.port(), "localhost")).isEqualTo(second.certificate());
            everybodyTalksOn();

            Issued third = files.authority.issue("third", "localhost");
            files.write(third);
            eventually(() -> newcomer.shown(broker.port(), "localhost").equals(third.certificate()));
            everybodyTalksOn();

            enough = true;
            assertThat(done.await(60, TimeUnit.SECONDS)).as("%s", troubles).isTrue();
            assertThat(troubles).isEmpty();
            long all = 0;
            for (Client client : clients) {
                all += client.heard;
            }
            assertThat(all).isGreaterThanOrEqualTo(4L * Phase.EACH * CLIENTS);
        } finally {
            loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
        }
    }
}
