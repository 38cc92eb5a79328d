package io.aldis.benchmark.scenario;

import io.aldis.benchmark.plan.Target;
import io.aldis.codec.MqttVersion;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a scenario does not say, or the command line says otherwise.
 *
 * @param target the broker; its version counts if neither {@code mqtt} nor the scenario names one
 * @param command the line with which the run can be repeated
 * @param loops event loops of the generator, at least 1
 * @param mqtt the version to speak whatever the scenario says; null if it decides
 * @param warmUp null if the scenario decides
 * @param duration null if the scenario decides
 * @param drain null if the scenario decides
 * @param scale by which the clients of each group are multiplied, unless it says {@code scaled: false}; at least one remains
 */
public record Overrides(
        Target target,
        String command,
        int loops,
        @Nullable MqttVersion mqtt,
        @Nullable Duration warmUp,
        @Nullable Duration duration,
        @Nullable Duration drain,
        double scale) {

    /**
     * Checks what can be checked without the scenario.
     *
     * @throws IllegalArgumentException if the scale is not above 0, a time is negative, or the run or its end has none
     */
    public Overrides {
        if (!(scale > 0 && scale < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "The scale is " + scale + "; a number above 0 is expected, such as 0.5.");
        }
        if (warmUp != null && warmUp.isNegative()) {
            throw new IllegalArgumentException("The warm-up is negative; 0s or more is expected.");
        }
        if (duration != null && (duration.isNegative() || duration.isZero())) {
            throw new IllegalArgumentException("The duration is not above 0; a time such as 30s is expected.");
        }
        if (drain != null && (drain.isNegative() || drain.isZero())) {
            throw new IllegalArgumentException("The drain is not above 0; a time such as 30s is expected.");
        }
    }

    /** None: the scenario as it is written. */
    public static Overrides none(Target target, String command, int loops) {
        return new Overrides(target, command, loops, null, null, null, null, 1);
    }

    /** The target, spoken to in this version. */
    Target target(MqttVersion version) {
        return new Target(
                target.host(),
                target.port(),
                version,
                target.transport(),
                target.path(),
                target.tls(),
                target.username(),
                target.password(),
                target.sources());
    }
}
