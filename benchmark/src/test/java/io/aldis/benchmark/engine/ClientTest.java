package io.aldis.benchmark.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.benchmark.plan.Group;
import io.aldis.benchmark.plan.Plan;
import io.aldis.benchmark.plan.Publishing;
import io.aldis.benchmark.plan.Target;
import io.aldis.benchmark.plan.TopicPattern;
import io.aldis.benchmark.result.ExitCode;
import io.aldis.benchmark.transport.TargetDialer;
import io.aldis.benchmark.verify.Audience;
import io.aldis.benchmark.verify.Stamp;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Qos;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Against a socket on which the test plays the broker. */
@Timeout(60)
class ClientTest {

    private static final byte[] CONNACK = {0x20, 2, 0, 0};
    private static final int SIZE = 10_000;
    private static final int KEEP_ALIVE = 60;

    private final MultiThreadIoEventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(1, TargetDialer.ioHandlerFactory());
    private final Audience audience = new Audience(new Stamp(1, SIZE));

    @AfterEach
    void endLoops() {
        loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).syncUninterruptibly();
    }

    private static Plan plan(Target target) {
        Publishing publishing = new Publishing(TopicPattern.of("t"), Qos.AT_MOST_ONCE, false, SIZE, SIZE, 0, 0, 1);
        Group group = new Group(
                "publishers",
                1,
                new Group.Connecting(Duration.ZERO, 1, Duration.ofSeconds(30)),
                true,
                0,
                KEEP_ALIVE,
                publishing,
                List.of(),
                Group.Pace.NO_WAIT,
                null);
        return new Plan("test", "test", target, List.of(group), List.of(), 1);
    }

    @Test
    void whoLeavesSendsFirstWhatWaitsInFrontOfAFullSocket() throws Exception {
        try (ServerSocket broker = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            broker.setReceiveBufferSize(16 * 1024);
            Target target = Target.tcp("127.0.0.1", broker.getLocalPort(), MqttVersion.V3_1_1);
            Plan plan = plan(target);
            Stage stage = new Stage(plan, "run", audience, new TargetDialer(target, Duration.ofSeconds(10)));
            EventLoop loop = (EventLoop) loops.next();
            Lane lane = new Lane(loop, stage);
            Client client = new Client(stage, plan.groups().get(0), 0, lane, List.of(), new AtomicInteger());
            CompletableFuture<Void> opened = new CompletableFuture<>();
            loop.execute(() -> client.connect(System.nanoTime(), opened));
            try (Socket connection = broker.accept()) {
                connection.getOutputStream().write(CONNACK);
                opened.get();
                loop.submit(() -> client.begin(System.nanoTime(), 0)).get();
                while (loop.submit(client::canWrite).get()) {
                    Thread.onSpinWait();
                }
                loop.submit(() -> client.leave(true)).get();

                byte[] all = connection.getInputStream().readAllBytes();
                assertThat(all.length).isEqualTo(lane.tally().of(Tally.Item.BYTES_SENT));
                assertThat(all[all.length - 2]).as("DISCONNECT").isEqualTo((byte) 0xE0);
                assertThat(all[all.length - 1]).isZero();
            }
        }
    }

    @Test
    void aBrokerThatDoesNotAnswerPingreqIsFoundOut() throws Exception {
        try (ServerSocket broker = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Target target = Target.tcp("127.0.0.1", broker.getLocalPort(), MqttVersion.V3_1_1);
            Plan plan = plan(target);
            Stage stage = new Stage(plan, "run", audience, new TargetDialer(target, Duration.ofSeconds(10)));
            EventLoop loop = (EventLoop) loops.next();
            Client client =
                    new Client(stage, plan.groups().get(0), 0, new Lane(loop, stage), List.of(), new AtomicInteger());
            CompletableFuture<Void> opened = new CompletableFuture<>();
            loop.execute(() -> client.connect(System.nanoTime(), opened));
            try (Socket connection = broker.accept()) {
                connection.getOutputStream().write(CONNACK);
                opened.get();
                long now = System.nanoTime();
                tick(loop, client, now + TimeUnit.SECONDS.toNanos(KEEP_ALIVE));
                assertThat(stage.failure()).as("it is asked first").isNotDone();
                tick(loop, client, now + TimeUnit.SECONDS.toNanos(2 * KEEP_ALIVE + 1));
                assertThat(stage.failure())
                        .isCompletedExceptionally()
                        .failsWithin(Duration.ZERO)
                        .withThrowableThat()
                        .havingCause()
                        .isInstanceOfSatisfying(RunFailed.class, failed -> {
                            assertThat(failed.exit()).isEqualTo(ExitCode.BROKEN_OFF);
                            assertThat(failed.why()).contains("did not answer PINGREQ within 60 s");
                        });
            }
        }
    }

    private static void tick(EventLoop loop, Client client, long now) throws Exception {
        loop.submit(() -> client.tick(now)).get();
    }
}
