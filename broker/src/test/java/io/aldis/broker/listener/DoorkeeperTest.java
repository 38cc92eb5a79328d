package io.aldis.broker.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.connection.Door;
import io.aldis.broker.connection.Load;
import io.aldis.broker.loop.Loop;
import io.aldis.broker.loop.Timer;
import io.aldis.broker.metric.Metrics;
import io.aldis.broker.metric.TurnedAway;
import io.aldis.broker.settings.ListenerLimits;
import io.aldis.broker.settings.ListenerSettings;
import io.aldis.broker.settings.OverloadSettings;
import io.aldis.broker.settings.Settings;
import io.netty.channel.Channel;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Who is accepted, and when, in a time that the test makes. */
class DoorkeeperTest {

    private final Metrics metrics = new Metrics();
    private final List<String> notices = new ArrayList<>();
    private final OwnLoop loop = new OwnLoop();
    private final Load load = new Load(new OverloadSettings(Duration.ofSeconds(1), Duration.ofSeconds(5)));
    private final List<EmbeddedChannel> accepted = new ArrayList<>();
    private int backlog;

    private EmbeddedChannel server(UnaryOperator<ListenerLimits> limits) {
        Door door = new Door(
                port -> "test",
                ListenerSettings.defaults().withLimits(limits),
                Settings.defaults(),
                metrics,
                (who, what) -> notices.add(what));
        return new EmbeddedChannel(new Doorkeeper(door, load, loop));
    }

    /** So many connect; the server accepts as many as it wants. */
    private void come(EmbeddedChannel server, int count) {
        backlog += count;
        accept(server);
    }

    private void accept(EmbeddedChannel server) {
        while (backlog > 0 && server.config().isAutoRead()) {
            backlog--;
            EmbeddedChannel child = new EmbeddedChannel();
            server.writeInbound(child);
            Channel passed = server.readInbound();
            if (passed != null) {
                accepted.add(child);
            } else {
                assertThat(child.isOpen()).isFalse();
            }
        }
    }

    private void pass(EmbeddedChannel server, Duration time) {
        long end = loop.now + time.toNanos();
        while (loop.next(end)) {
            accept(server);
        }
        loop.now = end;
    }

    @Test
    void whoComesTooFastWaitsAndIsAcceptedAtTheRate() {
        EmbeddedChannel server = server(limits -> limits.withConnectionRate(50).withConnectionBurst(20));
        come(server, 200);
        assertThat(accepted).hasSize(20);
        pass(server, Duration.ofMillis(20));
        assertThat(accepted).hasSize(21);
        pass(server, Duration.ofSeconds(1));
        assertThat(accepted).hasSizeBetween(69, 72);
        pass(server, Duration.ofSeconds(3));
        assertThat(accepted).hasSize(200);
        assertThat(metrics.turnedAway()).containsEntry(TurnedAway.LISTENER_FULL, 0L);
        assertThat(notices).isEmpty();
    }

    @Test
    void aHighRateIsReachedWithASmallBurst() {
        EmbeddedChannel server =
                server(limits -> limits.withConnectionRate(1000).withConnectionBurst(1));
        come(server, 2000);
        pass(server, Duration.ofSeconds(1));
        assertThat(accepted).hasSizeBetween(990, 1002);
    }

    @Test
    void whoComesToAFullListenerIsClosedAndCounted() {
        EmbeddedChannel server = server(limits -> limits.withMaximumConnections(10));
        come(server, 13);
        assertThat(accepted).hasSize(10);
        assertThat(backlog).isZero();
        assertThat(metrics.turnedAway()).containsEntry(TurnedAway.LISTENER_FULL, 3L);
        assertThat(notices)
                .hasSize(3)
                .contains("closed: the listener has as many connections as it may have (10, maximum-connections)");
        accepted.get(0).close();
        come(server, 2);
        assertThat(accepted).hasSize(11);
    }

    @Test
    void handshakesInProgressAreBoundedAndOthersWaitForOneToEnd() {
        EmbeddedChannel server = server(limits -> limits.withMaximumHandshakes(10));
        come(server, 13);
        pass(server, Duration.ofSeconds(10));
        assertThat(accepted).hasSize(10);
        assertThat(metrics.handshakes.sum()).isEqualTo(10);
        accepted.get(0).close();
        accepted.get(1).close();
        pass(server, Duration.ofMillis(10));
        pass(server, Duration.ofSeconds(1));
        assertThat(accepted).hasSize(12);
        assertThat(backlog).isEqualTo(1);
    }

    @Test
    void nobodyIsAcceptedWhileALoopLagsAndOneAtATimeWhenItLastsLong() {
        EmbeddedChannel server = server(limits -> limits);
        load.startAsync(List.of(loop));
        loop.stall = Duration.ofSeconds(2).toNanos();
        pass(server, Duration.ofMillis(2200));
        assertThat(load.state()).isEqualTo(Load.State.LAGS);
        come(server, 100);
        assertThat(accepted).as("before it was noticed").hasSize(1);
        pass(server, Duration.ofSeconds(4));
        assertThat(accepted).hasSize(1);
        pass(server, Duration.ofSeconds(5));
        assertThat(load.state()).isEqualTo(Load.State.OVERLOADED);
        assertThat(accepted).hasSizeBetween(2, 20); // The loop has few turns.
        loop.stall = 0;
        pass(server, Duration.ofSeconds(2));
        assertThat(load.state()).isEqualTo(Load.State.KEEPS_UP);
        assertThat(accepted).hasSize(100);
    }

    /** A loop whose time goes on when the test says so. */
    private static final class OwnLoop implements Loop {
        private final PriorityQueue<Due> schedule = new PriorityQueue<>();
        private long now;
        private long order;

        /** What each task takes. */
        private long stall;

        private record Due(long at, long order, Runnable task) implements Comparable<Due> {
            @Override
            public int compareTo(Due other) {
                return at == other.at ? Long.compare(order, other.order) : Long.compare(at, other.at);
            }
        }

        /** Runs one task that is due by then; false if there is none. */
        boolean next(long end) {
            Due due = schedule.peek();
            if (due == null || Math.max(now, due.at) > end) {
                return false;
            }
            schedule.remove();
            now = Math.max(now, due.at) + stall;
            due.task.run();
            return true;
        }

        @Override
        public int index() {
            return 0;
        }

        @Override
        public boolean inEventLoop() {
            return true;
        }

        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public void atEndOfTurn(Runnable job) {
            job.run();
        }

        @Override
        public Timer schedule(Runnable task, Duration delay) {
            Due due = new Due(now + delay.toNanos(), order++, task);
            schedule.add(due);
            return () -> schedule.remove(due);
        }

        @Override
        public int random(int bound) {
            return 0;
        }

        @Override
        public long nanoTime() {
            return now;
        }

        @Override
        public long currentTimeMillis() {
            return now / 1_000_000;
        }
    }
}
