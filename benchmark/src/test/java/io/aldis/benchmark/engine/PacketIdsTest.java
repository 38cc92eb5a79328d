package io.aldis.benchmark.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.benchmark.plan.Publishing;
import io.aldis.benchmark.plan.TopicPattern;
import io.aldis.benchmark.verify.Audience;
import io.aldis.benchmark.verify.Stamp;
import io.aldis.benchmark.verify.Stream;
import io.aldis.codec.Qos;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PacketIdsTest {

    private final Audience audience = new Audience(new Stamp(1, 28));
    private final Stream stream = stream("t");

    private Stream stream(String topic) {
        return audience.stream(
                topic, new Publishing(TopicPattern.of(topic), Qos.AT_LEAST_ONCE, false, 28, 28, 0, 0, 1));
    }

    @Test
    void identifiersComeInTurn() {
        PacketIds ids = new PacketIds(3);
        List<Integer> taken = new ArrayList<>();
        for (int i = 0; i < 7; i++) {
            int id = ids.take(stream, i);
            taken.add(id);
            ids.release(id);
        }

        assertThat(taken).containsExactly(1, 2, 3, 1, 2, 3, 1);
    }

    @Test
    void oneThatIsFreeAgainComesAfterThoseThatHaveBeenFreeForLonger() {
        PacketIds ids = new PacketIds(4);
        for (int i = 0; i < 3; i++) {
            ids.take(stream, 0);
        }
        ids.release(2);
        ids.release(1);

        assertThat(ids.take(stream, 0)).isEqualTo(4);
        assertThat(ids.take(stream, 0)).isEqualTo(2);
        assertThat(ids.take(stream, 0)).isEqualTo(1);
        assertThat(ids.inFlight()).isEqualTo(4);
    }

    @Test
    void whatIsNotInFlightIsNotKnown() {
        PacketIds ids = new PacketIds(2);
        ids.release(ids.take(stream, 5));

        assertThat(ids.stream(0)).isNull();
        assertThat(ids.stream(1)).isNull();
        assertThat(ids.stream(2)).isNull();
        assertThat(ids.stream(3)).isNull();
        assertThat(ids.stream(65_535)).isNull();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 100, 65_535})
    void noneThatIsInFlightIsGivenAgain(int window) {
        Random random = new Random(window);
        PacketIds ids = new PacketIds(window);
        Map<Integer, Stream> inFlight = new HashMap<>();
        Map<Integer, Long> times = new HashMap<>();
        Stream other = stream("u");
        for (long step = 0; step < 300_000; step++) {
            boolean take = inFlight.isEmpty() || (inFlight.size() < window && random.nextInt(5) < 3);
            if (take) {
                Stream sent = random.nextBoolean() ? stream : other;
                int id = ids.take(sent, step);
                assertThat(id).isBetween(1, window);
                assertThat(inFlight.put(id, sent))
                        .as("what was in flight as %d", id)
                        .isNull();
                times.put(id, step);
            } else {
                int id = inFlight.keySet().iterator().next();
                assertThat(ids.stream(id)).isSameAs(inFlight.remove(id));
                assertThat(ids.sentAt(id)).isEqualTo(times.get(id));
                ids.release(id);
                assertThat(ids.stream(id)).isNull();
            }
            assertThat(ids.inFlight()).isEqualTo(inFlight.size());
        }
    }
}
