package io.aldis.benchmark.compare;

import io.aldis.benchmark.result.Latency;
import io.aldis.benchmark.result.PhaseResult;
import io.aldis.benchmark.result.Result;
import io.aldis.benchmark.result.Usage;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A number by which brokers are compared. What is not known, or makes no sense where it was measured, is NaN. */
public enum Figure {
    /** Messages that came to subscribers. */
    RECEIVED("receivedPerSecond", "received/s", Unit.RATE, Better.MORE),
    /** Messages handed to publishers' sockets. */
    SENT("sentPerSecond", "sent/s", Unit.RATE, Better.MORE),
    /** Of the whole run, after its wait for stragglers: what is under way when a phase ends is not lost. */
    LOST("deliveriesLost", "deliveries lost", Unit.COUNT, Better.LESS),
    BROKER_MICROS_PER_MESSAGE(
            "brokerMicrosPerMessage", "broker CPU µs per message in or out", Unit.MICROS, Better.LESS),
    BROKER_MICROS_PER_DELIVERY("brokerMicrosPerDelivery", "broker CPU µs per delivery", Unit.MICROS, Better.LESS),
    /** Processor cores it kept busy. */
    BROKER_CORES("brokerCores", "broker cores", Unit.CORES, Better.NEITHER),
    BROKER_PEAK("brokerPeakBytes", "broker peak MiB", Unit.BYTES, Better.LESS),
    DELIVERY_P50("deliveryP50Millis", "delivery latency p50 ms", Unit.MILLIS, Better.LESS),
    DELIVERY_P99("deliveryP99Millis", "delivery latency p99 ms", Unit.MILLIS, Better.LESS),
    DELIVERY_P999("deliveryP999Millis", "delivery latency p99.9 ms", Unit.MILLIS, Better.LESS),
    CONNECTED("connectedPerSecond", "connect/s", Unit.RATE, Better.MORE),
    CONNECT_P99("connectP99Millis", "connect p99 ms", Unit.MILLIS, Better.LESS),
    TOOL_MICROS_PER_MESSAGE("toolMicrosPerMessage", "tool CPU µs per message", Unit.MICROS, Better.LESS);

    /** Which of two numbers speaks for its broker. */
    public enum Better {
        /** The larger one. */
        MORE("more is better"),
        /** The smaller one. */
        LESS("less is better"),
        /** None by itself. */
        NEITHER("");

        private final String spoken;

        Better(String spoken) {
            this.spoken = spoken;
        }

        String spoken() {
            return spoken;
        }
    }

    private enum Unit {
        RATE,
        COUNT,
        MICROS,
        CORES,
        BYTES,
        MILLIS
    }

    private static final String UNKNOWN = "–";

    private final String key;
    private final String label;
    private final Unit unit;
    private final Better better;

    Figure(String key, String label, Unit unit, Better better) {
        this.key = key;
        this.label = label;
        this.unit = unit;
        this.better = better;
    }

    /** Its name in JSON. */
    public String key() {
        return key;
    }

    /** Its name for people, with its unit. */
    public String label() {
        return label;
    }

    /** Which of two numbers speaks for its broker. */
    public Better better() {
        return better;
    }

    /** What one measured phase of a run shows. */
    double of(Result run, PhaseResult phase) {
        return switch (this) {
            case RECEIVED ->
                phase.counts().expected() + phase.counts().received() > 0
                        ? phase.perSecond(phase.counts().received())
                        : Double.NaN;
            case SENT ->
                phase.counts().expected() + phase.counts().sent() > 0
                        ? phase.perSecond(phase.counts().sent())
                        : Double.NaN;
            case LOST -> run.totals().expected() > 0 ? run.totals().lost() : Double.NaN;
            case BROKER_MICROS_PER_MESSAGE -> phase.brokerMicrosPerMessage();
            case BROKER_MICROS_PER_DELIVERY ->
                phase.broker() == null
                        ? Double.NaN
                        : quotient(phase.broker().cpuSeconds() * 1e6, (double)
                                phase.counts().received());
            case BROKER_CORES ->
                phase.broker() == null ? Double.NaN : quotient(phase.broker().cpuSeconds(), phase.seconds());
            case BROKER_PEAK -> peak(phase.broker());
            case DELIVERY_P50 -> known(phase.delivery(), phase.delivery().p50());
            case DELIVERY_P99 -> known(phase.delivery(), phase.delivery().p99());
            case DELIVERY_P999 -> known(phase.delivery(), phase.delivery().p999());
            case CONNECTED ->
                phase.counts().connected() > 0 ? phase.perSecond(phase.counts().connected()) : Double.NaN;
            case CONNECT_P99 -> known(phase.connect(), phase.connect().p99());
            case TOOL_MICROS_PER_MESSAGE -> phase.toolMicrosPerMessage();
        };
    }

    private static double quotient(double dividend, double divisor) {
        return divisor > 0 ? dividend / divisor : Double.NaN;
    }

    private static double peak(@Nullable Usage usage) {
        return usage == null ? Double.NaN : usage.peakBytes();
    }

    private static double known(Latency latency, double millis) {
        return latency.count() > 0 ? millis : Double.NaN;
    }

    /** The number as people read it, in the unit of {@link #label}. */
    String text(double value) {
        if (!Double.isFinite(value)) {
            return UNKNOWN;
        }
        return switch (unit) {
            case RATE -> format(value < 100 && value != Math.rint(value) ? 1 : 0, value);
            case COUNT -> format(value != Math.rint(value) ? 1 : 0, value);
            case MICROS -> format(value < 100 ? 3 : 1, value);
            case CORES -> format(2, value);
            case BYTES -> format(value < 10 << 20 ? 1 : 0, value / (1 << 20));
            case MILLIS -> format(value < 1 ? 3 : value < 10 ? 2 : 1, value);
        };
    }

    /** How often one number is another, as people read it. */
    static String timesText(double ratio) {
        return Double.isFinite(ratio)
                ? format(ratio >= 10 || ratio == 0 ? 0 : ratio >= 0.1 ? 2 : 3, ratio) + "×"
                : UNKNOWN;
    }

    /** A part of a whole, as people read it. */
    static String percentText(double part) {
        return Double.isFinite(part) ? format(0, part * 100) + " %" : UNKNOWN;
    }

    private static String format(int decimals, double value) {
        return String.format(Locale.ROOT, "%,." + decimals + "f", value);
    }
}
