package io.aldis.benchmark.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.aldis.benchmark.result.Counts;
import io.aldis.benchmark.result.ExitCode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each fault is found in each mode that can suffer it, all of it is counted, and it is judged as the quality of service says. */
class CrookedBrokerTest {

    /** Has no divisor in common with the number of subscribers or publishers, so that it hits all of them. */
    private static final int EVERY = 7;

    static List<Arguments> faults() {
        List<Arguments> faults = new ArrayList<>();
        for (Loaded mode : Loaded.values()) {
            for (Fault fault : Fault.values()) {
                if (mode == Loaded.RETAINED && fault == Fault.SWAP) {
                    continue; // There is one message on each topic.
                }
                for (int qos : qualities(mode, fault, 1 + faults.size() % 2)) {
                    if (qos >= mode.leastQos()) {
                        faults.add(arguments(mode, fault, qos, faults.size() % 3 == 0 ? "--mqtt 5.0" : "--loops 2"));
                    }
                }
            }
        }
        return faults;
    }

    /** Those for which the judgement differs, and all of them in one mode. */
    private static List<Integer> qualities(Loaded mode, Fault fault, int oneOrTwo) {
        if (mode == Loaded.P2P) {
            return List.of(0, 1, 2);
        }
        return switch (fault) {
            case DROP -> List.of(0, oneOrTwo);
            case DOUBLE -> List.of(2 * (oneOrTwo - 1), 1);
            // Of QoS 0 nothing comes to those who are away, so not to the wrong ones either.
            case SWAP, PAYLOAD, TOPIC, MISDIRECT -> List.of(oneOrTwo);
        };
    }

    @ParameterizedTest
    @Execution(CONCURRENT)
    @MethodSource("faults")
    void eachFaultIsFoundAndJudged(Loaded mode, Fault fault, int qos, String more) {
        Crook crook = new Crook(fault, EVERY);
        boolean completes = fault == Fault.DOUBLE || fault == Fault.SWAP;
        try (TestBroker broker = new TestBroker(crook)) {
            Typed typed =
                    Typed.line(completes ? Typed.PATIENT : Typed.SHORT, broker.port(), mode.line(qos) + " " + more);

            assertThat(crook.misdeeds()).isPositive();
            checkCounts(typed.result().totals(), mode, fault, qos, crook.misdeeds());
            if (isAllowed(mode, fault, qos)) {
                assertThat(typed.findings()).isEmpty();
                assertThat(typed.remarks()).anyMatch(remark -> remark.contains(words(mode, fault, qos)));
                assertThat(typed.exit()).isZero();
            } else {
                assertThat(typed.findings()).anyMatch(finding -> finding.contains(words(mode, fault, qos)));
                assertThat(typed.exit()).isEqualTo(ExitCode.GUARANTEE.code());
            }
        }
    }

    private static void checkCounts(Counts totals, Loaded mode, Fault fault, int qos, long misdeeds) {
        boolean storm = mode == Loaded.RECONNECT_STORM;
        boolean nobodyElse = hasNobodyElse(mode);
        switch (fault) {
            // Those who are away get nothing of QoS 0.
            case DROP -> {
                assertThat(totals.lost()).isGreaterThanOrEqualTo(misdeeds);
                if (!storm || qos > 0) {
                    assertThat(totals.lost()).isEqualTo(misdeeds);
                }
            }
            case DOUBLE -> {
                assertThat(totals.duplicates()).isGreaterThanOrEqualTo(misdeeds);
                if (!storm) {
                    assertThat(totals.duplicates()).isEqualTo(misdeeds);
                }
            }
            // Members of a shared subscription overtake each other without any fault.
            case SWAP -> assertThat(totals.late()).isGreaterThanOrEqualTo(misdeeds);
            case PAYLOAD, TOPIC -> assertThat(totals.corrupt()).isEqualTo(misdeeds);
            case MISDIRECT -> {
                if (!nobodyElse) {
                    assertThat(totals.misdirected()).isEqualTo(misdeeds);
                }
            }
        }
    }

    private static boolean isAllowed(Loaded mode, Fault fault, int qos) {
        return switch (fault) {
            case DROP -> qos == 0;
            case DOUBLE -> qos == 1;
            case SWAP -> mode == Loaded.SHARED;
            case PAYLOAD, TOPIC, MISDIRECT -> false;
        };
    }

    private static String words(Loaded mode, Fault fault, int qos) {
        return switch (fault) {
            case DROP ->
                mode == Loaded.RETAINED
                        ? "retained messages" + (qos == 0 ? " at QoS 0" : "") + " did not come to subscribers"
                        : "deliveries at QoS " + qos + " were lost";
            case DOUBLE -> "messages at QoS " + qos + " came more than once";
            case SWAP ->
                mode == Loaded.SHARED
                        ? "messages of shared subscriptions came out of order"
                        : "messages came after ones that were sent later";
            case PAYLOAD, TOPIC -> "messages came changed";
            case MISDIRECT ->
                hasNobodyElse(mode)
                        ? "the broker sent it a message, and it had subscribed to nothing"
                        : "messages came to clients that had not asked for them";
        };
    }

    /** Whether all subscribers want all messages, so that only a publisher can be a wrong receiver. */
    private static boolean hasNobodyElse(Loaded mode) {
        return switch (mode) {
            case PUBLISH, FANOUT, SHARED, RETAINED, SLOW_CONSUMER -> true;
            case P2P, FANIN, OFFLINE, RECONNECT_STORM, LATENCY, SCENARIO -> false;
        };
    }
}
