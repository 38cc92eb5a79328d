package io.aldis.benchmark.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.benchmark.plan.Group;
import io.aldis.benchmark.plan.Plan;
import io.aldis.benchmark.plan.Publishing;
import io.aldis.benchmark.plan.Target;
import io.aldis.benchmark.plan.TopicPattern;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Qos;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SettingTest {

    private static Group group(
            int clients, boolean clean, @Nullable Publishing publishing, List<Group.Subscribing> subscriptions) {
        return new Group(
                "all",
                clients,
                new Group.Connecting(Duration.ZERO, 1, Duration.ofSeconds(1)),
                clean,
                clean ? 0 : 100,
                0,
                publishing,
                subscriptions,
                Group.Pace.NO_WAIT,
                null);
    }

    private static List<Group.Subscribing> filters(int count) {
        return IntStream.range(0, count)
                .mapToObj(number -> new Group.Subscribing(TopicPattern.of("f/" + number), Qos.of(number % 3), false))
                .toList();
    }

    private static List<String> said(Group... groups) {
        return Setting.of(
                new Plan("plan", "command", Target.tcp("host", 1, MqttVersion.V5), List.of(groups), List.of(), 1));
    }

    private static String published(double rate, long messages, int least, boolean retain, Qos qos) {
        Publishing publishing =
                new Publishing(TopicPattern.of("t/{client}"), qos, retain, least, 100, rate, messages, 50);
        String said = said(group(2, true, publishing, List.of())).get(0);
        assertThat(said).startsWith("all: 2 clients, publish to t/{client}, ");
        return said.substring("all: 2 clients, publish to t/{client}, ".length());
    }

    @Test
    void eachGroupHasALine() {
        assertThat(said(group(12_000, true, null, List.of()), group(1, false, null, filters(2))))
                .containsExactly(
                        "all: 12,000 clients",
                        "all: 1 client with a persistent session, subscribe to f/0 at QoS 0, subscribe to f/1 at QoS 1");
        assertThat(said(group(2, false, null, List.of()))).containsExactly("all: 2 clients with persistent sessions");
    }

    @Test
    void manyFiltersAreCounted() {
        assertThat(said(group(3, true, null, filters(200))))
                .containsExactly("all: 3 clients, subscribe to 200 filters");
    }

    @Test
    void whatIsPublishedIsTold() {
        assertThat(published(0, 0, 100, false, Qos.AT_MOST_ONCE))
                .isEqualTo("100 bytes at QoS 0, as fast as the broker takes them");
        assertThat(published(0, 1_000_000, 28, true, Qos.EXACTLY_ONCE))
                .isEqualTo("28 to 100 bytes at QoS 2, retained, at most 50 in flight, as fast as the broker takes them,"
                        + " 1,000,000 messages each");
    }

    @Test
    void ratesAreTold() {
        assertThat(published(1500, 0, 100, false, Qos.AT_MOST_ONCE)).endsWith(", 1,500 a second each");
        assertThat(published(10_000 / 7.0, 0, 100, false, Qos.AT_MOST_ONCE)).endsWith(", 1,428.6 a second each");
        assertThat(published(12.5, 0, 100, false, Qos.AT_MOST_ONCE)).endsWith(", 12.5 a second each");
        assertThat(published(1 / 3.0, 0, 100, false, Qos.AT_MOST_ONCE)).endsWith(", 0.333 a second each");
        assertThat(published(0.001, 0, 100, false, Qos.AT_MOST_ONCE)).endsWith(", 0.00100 a second each");
    }
}
