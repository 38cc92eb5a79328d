package io.aldis.benchmark.report;

import io.aldis.benchmark.result.Counts;
import io.aldis.benchmark.result.Result;
import io.aldis.benchmark.result.Sample;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The seconds of a run as CSV (RFC 4180, lines ended by LF): a heading, then a line for each. What is not known is left empty. */
public final class CsvReport {

    private static final List<String> COLUMNS = List.of(
            "time_s",
            "phase",
            "sent_per_s",
            "received_per_s",
            "acknowledged_per_s",
            "connections",
            "p50_ms",
            "p99_ms",
            "max_ms",
            "broker_cores",
            "broker_bytes",
            "tool_cores",
            "bytes_sent_per_s",
            "bytes_received_per_s",
            "failed",
            "refused",
            "duplicates",
            "late",
            "corrupt",
            "misdirected",
            "foreign");

    private CsvReport() {}

    /** The text, its last line ended. */
    public static String of(Result result) {
        StringBuilder out = new StringBuilder(String.join(",", COLUMNS) + "\n");
        result.samples().forEach(sample -> out.append(String.join(",", fields(sample)) + "\n"));
        return out.toString();
    }

    /**
     * Writes it to a file, in UTF-8.
     *
     * @throws ReportFailed if the file cannot be written
     */
    public static void write(Result result, Path path) {
        ReportFile.write(path, of(result));
    }

    private static List<String> fields(Sample sample) {
        Counts counts = sample.counts();
        boolean came = counts.received() > 0;
        List<String> fields = new ArrayList<>();
        fields.add(number(sample.at(), 3));
        fields.add(quoted(sample.phase()));
        fields.add(number(sample.perSecond(counts.sent()), 1));
        fields.add(number(sample.perSecond(counts.received()), 1));
        fields.add(number(sample.perSecond(counts.acknowledged()), 1));
        fields.add(Integer.toString(sample.connections()));
        fields.add(came ? number(sample.p50(), 3) : "");
        fields.add(came ? number(sample.p99(), 3) : "");
        fields.add(came ? number(sample.max(), 3) : "");
        fields.add(number(sample.brokerCores(), 3));
        fields.add(sample.brokerBytes() == null ? "" : sample.brokerBytes().toString());
        fields.add(number(sample.toolCores(), 3));
        fields.add(number(sample.perSecond(counts.bytesSent()), 0));
        fields.add(number(sample.perSecond(counts.bytesReceived()), 0));
        for (long count : new long[] {
            counts.failed(),
            counts.refused(),
            counts.duplicates(),
            counts.late(),
            counts.corrupt(),
            counts.misdirected(),
            counts.foreign()
        }) {
            fields.add(Long.toString(count));
        }
        return fields;
    }

    private static String number(@Nullable Double value, int digits) {
        return value == null || !Double.isFinite(value) ? "" : String.format(Locale.ROOT, "%." + digits + "f", value);
    }

    private static String quoted(String text) {
        return text.matches("[^,\"\r\n]*") ? text : "\"" + text.replace("\"", "\"\"") + "\"";
    }
}
