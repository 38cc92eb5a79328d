package io.aldis.acceptance.differential;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.Broker;
import io.aldis.broker.Listener;
import io.aldis.broker.settings.Settings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random programs of valid clients give the same visible behaviour on Aldis and on mosquitto, but for each {@link Difference}.
 *
 * <p>{@code -Daldis.differential.seed=N} plays the program of one seed, {@code -Daldis.differential.programs=N} so many.
 */
@Tag("differential")
class DifferentialTest {

    private static final int STEPS = 60;
    private static final int PROGRAMS = Integer.getInteger("aldis.differential.programs", 100);

    static LongStream seeds() {
        Long one = Long.getLong("aldis.differential.seed");
        return one == null ? LongStream.rangeClosed(1, PROGRAMS) : LongStream.of(one);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void aProgramIsSeenAlikeOnBothBrokers(long seed) {
        List<Step> program = new ProgramMaker(seed).program(STEPS);
        // One thread each; QoS 0 that cannot be kept is not kept by either.
        Settings settings = Settings.defaults().withSys(sys -> sys.withInterval(Duration.ZERO));
        try (Broker aldis = Broker.builder()
                        .listener(Listener.tcp("127.0.0.1", 0))
                        .loops(1)
                        .settings(settings)
                        .start();
                MosquittoBroker mosquitto = new MosquittoBroker();
                Player onAldis = new Player(aldis.port());
                Player onMosquitto = new Player(mosquitto.port())) {
            StringBuilder story = new StringBuilder("seed ").append(seed).append('\n');
            for (int i = 0; i < program.size(); i++) {
                Step step = program.get(i);
                story.append(i + 1).append(". ").append(told(step)).append('\n');
                Map<String, Seen> here = alike(onAldis.play(step), Difference.Side.ALDIS);
                Map<String, Seen> there = alike(onMosquitto.play(step), Difference.Side.MOSQUITTO);
                assertThat(here)
                        .as("on Aldis, expected as on mosquitto, after%n%s", story)
                        .isEqualTo(there);
            }
        }
    }

    /** Without what says nothing. */
    private static String told(Step step) {
        return step.toString().replaceAll("(, )?\\w+=(null|false|\\[]|\\w+\\[(, )?])", "");
    }

    private static Map<String, Seen> alike(Map<String, Seen> seen, Difference.Side side) {
        Map<String, Seen> alike = new TreeMap<>();
        seen.forEach((client, each) -> {
            Seen left = each;
            for (Difference difference : Difference.values()) {
                left = difference.leftOut(left, side);
            }
            if (!left.nothing()) {
                alike.put(client, left);
            }
        });
        return alike;
    }

    @Test
    void everyDifferenceIsExplained() {
        assertThat(Difference.values())
                .allSatisfy(difference -> assertThat(difference.explanation()).isNotBlank());
    }
}
