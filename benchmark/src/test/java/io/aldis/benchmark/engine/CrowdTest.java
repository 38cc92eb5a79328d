package io.aldis.benchmark.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.benchmark.plan.Group;
import io.aldis.benchmark.plan.Plan;
import io.aldis.benchmark.plan.Publishing;
import io.aldis.benchmark.plan.Target;
import io.aldis.benchmark.plan.TopicPattern;
import io.aldis.benchmark.transport.TargetDialer;
import io.aldis.benchmark.verify.Audience;
import io.aldis.benchmark.verify.Stamp;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Qos;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CrowdTest {

    private static final int LOOPS = 3;

    private final MultiThreadIoEventLoopGroup loops =
            new MultiThreadIoEventLoopGroup(LOOPS, TargetDialer.ioHandlerFactory());

    @AfterEach
    void end() {
        loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    private static Group group(String name, int clients, List<String> filters) {
        Publishing publishing = filters.isEmpty()
                ? new Publishing(TopicPattern.of("a/{client}"), Qos.AT_MOST_ONCE, false, 64, 64, 0, 1, 1)
                : null;
        return new Group(
                name,
                clients,
                new Group.Connecting(Duration.ZERO, 1, Duration.ofSeconds(1)),
                true,
                0,
                0,
                publishing,
                filters.stream()
                        .map(filter -> new Group.Subscribing(TopicPattern.of(filter), Qos.AT_MOST_ONCE, false))
                        .toList(),
                Group.Pace.NO_WAIT,
                null);
    }

    private Crowd crowd(Group... groups) {
        Target target = Target.tcp("nowhere", 1, MqttVersion.V5);
        Plan plan = new Plan("small", "bench", target, List.of(groups), List.of(), LOOPS);
        Dialer nobody = (loop, client, flushBytes) -> {
            throw new AssertionError("nobody is to be dialled");
        };
        Stage stage = new Stage(plan, "run", new Audience(new Stamp(1, 64)), nobody);
        List<Lane> lanes = new ArrayList<>();
        for (int i = 0; i < LOOPS; i++) {
            lanes.add(new Lane((EventLoop) loops.next(), stage));
        }
        return new Crowd(stage, lanes);
    }

    private static Stream<Lane> lanes(Crowd crowd, String group) {
        return crowd.of(group).stream().map(Client::lane).distinct();
    }

    @Test
    void clientsAreSpreadOverTheLoops() {
        Crowd crowd = crowd(group("publishers", 7, List.of()), group("subscribers", 7, List.of("a/{client}")));

        assertThat(lanes(crowd, "publishers")).hasSize(LOOPS);
        assertThat(lanes(crowd, "subscribers")).hasSize(LOOPS);
    }

    @Test
    void membersOfASharedSubscriptionAreOnOneLoop() {
        Crowd crowd = crowd(group("publishers", 1, List.of()), group("members", 6, List.of("$share/s{client%2}/#")));

        assertThat(lanes(crowd, "members")).hasSize(2);
        assertThat(crowd.of("members").get(0).lane())
                .isSameAs(crowd.of("members").get(2).lane())
                .isSameAs(crowd.of("members").get(4).lane());
    }

    @Test
    void membersOfSharedSubscriptionsThatHaveAMemberInCommonAreOnOneLoop() {
        Crowd crowd = crowd(
                group("publishers", 1, List.of()),
                group("some", 4, List.of("$share/s{client%2}/#")),
                group("ties", 4, List.of("$share/s0/#", "$share/s1/#")));

        assertThat(Stream.concat(lanes(crowd, "some"), lanes(crowd, "ties")).distinct())
                .hasSize(1);
    }
}
