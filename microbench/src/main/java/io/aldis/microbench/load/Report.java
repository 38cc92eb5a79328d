package io.aldis.microbench.load;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/**
 * The figures of a run.
 *
 * @param inFlight at QoS 1: unacknowledged messages a publisher could have, after brokers asked for fewer
 * @param window moments in the measured window, the first at its beginning, the last at its end
 * @param total counts of the whole run: warm-up, window and drain
 * @param unsent at a given rate: messages that were due before the window's end and could not be sent
 * @param complete false if messages were still arriving when we stopped waiting
 * @param latency of messages sent in the window, nanoseconds
 * @param delay at a given rate: how late messages were sent, nanoseconds
 */
record Report(
        Plan plan,
        int inFlight,
        List<Moment> window,
        Counts total,
        long unsent,
        boolean complete,
        Histogram latency,
        Histogram delay) {

    private static final double[] PERCENTILES = {50, 90, 99, 99.9};

    /** For people. */
    String text() {
        return String.join("\n", headline(), rates(), totals(), latencies(), costs());
    }

    private String headline() {
        Plan.Traffic traffic = plan.traffic();
        return format(
                "%s: %d publishers, %d subscribers, MQTT %s, QoS %d%s, %d bytes, %s, %d event loop(s)",
                plan.scenario().name().toLowerCase(Locale.ROOT),
                plan.crowd().publishers(),
                plan.crowd().subscribers(),
                plan.target().isV5() ? "5.0" : "3.1.1",
                traffic.qos(),
                traffic.qos() > 0 ? " window " + inFlight : "",
                traffic.payload(),
                traffic.paced() ? format("%,.0f messages/s", traffic.rate()) : "as fast as possible",
                plan.crowd().loops());
    }

    private String rates() {
        return format(
                        "window       %.1f s after %.1f s of warm-up",
                        seconds(), plan.timing().warmUp().toMillis() / 1e3)
                + format("%nreceived     %,.0f/s   by second: %s", receivedRate(), bySecond())
                + format("%nsent         %,.0f/s", sentRate());
    }

    private String totals() {
        return format(
                        "whole run    sent %,d, to arrive %,d, received %,d, lost %,d (%.2f %%), duplicates %,d, out of order %,d",
                        total.sent(),
                        expected(),
                        total.received(),
                        lost(),
                        lostPercent(),
                        total.duplicates(),
                        total.late())
                + (plan.traffic().qos() > 0
                        ? format(", acknowledged %,d, refused %,d", total.acknowledged(), total.refused())
                        : "")
                + (plan.traffic().paced() ? format(", due but not sent %,d", unsent) : "")
                + (complete ? "" : format("%nATTENTION    messages were still arriving when the wait for them ended"));
    }

    private String latencies() {
        if (latency.getTotalCount() == 0) {
            return "latency      unknown: no message that was sent in the window arrived";
        }
        return "latency      " + percentiles(latency)
                + (plan.traffic().paced()
                        ? format(", since each message was due%nsent late    ") + percentiles(delay)
                        : ", since each message was written to its socket, so mostly queueing");
    }

    private static String percentiles(Histogram histogram) {
        return IntStream.range(0, PERCENTILES.length)
                        .mapToObj(i -> format(
                                "p%s %s ms  ",
                                percentileName(PERCENTILES[i]), millis(histogram.getValueAtPercentile(PERCENTILES[i]))))
                        .collect(Collectors.joining())
                + "max " + millis(histogram.getMaxValue()) + " ms";
    }

    private String costs() {
        String generator = format("generator    %.2f cores", generatorCores());
        return broker().map(broker -> format(
                                "broker       %.3f µs of CPU per message (in + out), %.3f µs per message received by a"
                                        + " subscriber, %.2f cores, %d MiB resident (peak %d)%n",
                                cpuMicrosPerMessage(),
                                cpuMicrosPerDelivery(),
                                brokerCores(),
                                mebibytes(broker.residentBytes()),
                                mebibytes(broker.peakBytes())))
                        .orElse("")
                + generator;
    }

    /** For programs: a line {@code name=value} each, in alphabetical order. */
    String keys() {
        Map<String, Object> keys = new TreeMap<>();
        keys.put("received_per_second", format("%.0f", receivedRate()));
        keys.put("sent_per_second", format("%.0f", sentRate()));
        keys.put("sent", total.sent());
        keys.put("expected", expected());
        keys.put("received", total.received());
        keys.put("lost", lost());
        keys.put("lost_percent", format("%.3f", lostPercent()));
        keys.put("duplicates", total.duplicates());
        keys.put("out_of_order", total.late());
        keys.put("refused", total.refused());
        keys.put("unsent", unsent);
        keys.put("complete", complete);
        if (latency.getTotalCount() > 0) {
            putLatencies(keys);
        }
        keys.put("generator_cores", format("%.3f", generatorCores()));
        broker().ifPresent(broker -> {
            keys.put("broker_cpu_us_per_message", format("%.4f", cpuMicrosPerMessage()));
            keys.put("broker_cpu_us_per_delivery", format("%.4f", cpuMicrosPerDelivery()));
            keys.put("broker_cores", format("%.3f", brokerCores()));
            keys.put("broker_resident_mib", mebibytes(broker.residentBytes()));
            keys.put("broker_peak_mib", mebibytes(broker.peakBytes()));
        });
        return keys.entrySet().stream()
                .map(key -> key.getKey() + "=" + key.getValue())
                .collect(Collectors.joining("\n"));
    }

    private void putLatencies(Map<String, Object> keys) {
        for (double percentile : PERCENTILES) {
            long nanos = latency.getValueAtPercentile(percentile);
            keys.put("latency_p" + percentileName(percentile) + "_us", format("%.1f", nanos / 1e3));
        }
        keys.put("latency_max_us", format("%.1f", latency.getMaxValue() / 1e3));
    }

    private Moment first() {
        return window.get(0);
    }

    private Moment last() {
        return window.get(window.size() - 1);
    }

    private double seconds() {
        return last().secondsSince(first());
    }

    private long receivedInWindow() {
        return last().counts().received() - first().counts().received();
    }

    private long sentInWindow() {
        return last().counts().sent() - first().counts().sent();
    }

    private double receivedRate() {
        return receivedInWindow() / seconds();
    }

    private double sentRate() {
        return sentInWindow() / seconds();
    }

    private String bySecond() {
        return IntStream.range(1, window.size())
                .mapToObj(i -> format(
                        "%,.0f",
                        (window.get(i).counts().received()
                                        - window.get(i - 1).counts().received())
                                / window.get(i).secondsSince(window.get(i - 1))))
                .collect(Collectors.joining(" "));
    }

    private long expected() {
        return total.sent() * plan.scenario().copies(plan.crowd().subscribers());
    }

    private long lost() {
        return expected() - total.delivered();
    }

    private double lostPercent() {
        return expected() == 0 ? 0 : 100.0 * lost() / expected();
    }

    private Optional<Usage> broker() {
        return last().broker();
    }

    private double brokerCpuSeconds() {
        return cpuSeconds(last().broker()) - cpuSeconds(first().broker());
    }

    private static double cpuSeconds(Optional<Usage> usage) {
        return usage.map(Usage::cpuSeconds).orElse(0.0);
    }

    private double brokerCores() {
        return brokerCpuSeconds() / seconds();
    }

    /**
     * In + out. What the broker took in during the window is not what was sent then, for much of that may still lie in
     * the sockets; so it is reckoned from what came out, as in the whole run. If the wait for the rest was cut off, what
     * it had not yet taken in cannot be told from what it lost, and only messages that came out count as taken in.
     */
    private double cpuMicrosPerMessage() {
        double sentPerReceived = complete
                ? (double) total.sent() / Math.max(1, total.received())
                : 1.0 / plan.scenario().copies(plan.crowd().subscribers());
        return brokerCpuSeconds() * 1e6 / Math.max(1, receivedInWindow() * (1 + sentPerReceived));
    }

    private double cpuMicrosPerDelivery() {
        return brokerCpuSeconds() * 1e6 / Math.max(1, receivedInWindow());
    }

    private double generatorCores() {
        return (last().self().cpuSeconds() - first().self().cpuSeconds()) / seconds();
    }

    private static String millis(long nanos) {
        return format("%.3f", nanos / 1e6);
    }

    private static long mebibytes(long bytes) {
        return bytes >> 20;
    }

    private static String percentileName(double percentile) {
        return percentile == Math.rint(percentile) ? format("%.0f", percentile) : Double.toString(percentile);
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
