package io.aldis.benchmark.report;

import io.aldis.benchmark.result.ExitCode;
import io.aldis.benchmark.result.PhaseResult;
import io.aldis.benchmark.result.Result;
import java.util.List;
import java.util.stream.Collectors;

/** What a run showed, as text for a terminal: plain lines without colours or other escape codes. */
public final class TextReport {

    private TextReport() {}

    /** The text, its last line ended. */
    public static String of(Result result) {
        StringBuilder out = new StringBuilder();
        heading(out, result);
        tables(out, result);
        totals(out, result);
        verdict(out, result.verdict());
        return harmless(out.toString());
    }

    /** A broker's words may be in it, and must not command the terminal. */
    private static String harmless(String text) {
        return text.replaceAll("[\\p{Cc}&&[^\n]]", "?");
    }

    private static void heading(StringBuilder out, Result result) {
        out.append(result.scenario() + " against " + result.broker() + ", MQTT " + result.mqtt() + "\n");
        result.setting().forEach(line -> out.append("  " + line + "\n"));
        out.append('\n');
    }

    private static void tables(StringBuilder out, Result result) {
        List<PhaseResult> phases = Summary.phases(result);
        for (Table table : List.of(Summary.rates(phases), Summary.latencies(phases), Summary.resources(phases))) {
            if (!table.empty()) {
                out.append(table.text()).append('\n');
            }
        }
        Summary.connecting(result)
                .ifPresent(phase ->
                        out.append("Each connection took " + Figure.rounded(phase.brokerBytesPerConnection(), 0)
                                + " bytes of the broker's memory (phase " + phase.name() + ").\n\n"));
    }

    private static void totals(StringBuilder out, Result result) {
        List<List<String>> totals = Summary.totals(result.totals());
        out.append("Totals\n");
        out.append("  " + line(totals.subList(0, 5)) + "\n");
        out.append("  " + line(totals.subList(5, totals.size())) + "\n");
        out.append("  connections made " + Figure.count(result.totals().connected()) + "   failed "
                + Figure.count(result.totals().failed()) + "\n\n");
    }

    private static String line(List<List<String>> counts) {
        return counts.stream().map(count -> String.join(" ", count)).collect(Collectors.joining("   "));
    }

    private static void verdict(StringBuilder out, Result.Verdict verdict) {
        out.append("Verdict: " + Summary.verdict(verdict));
        out.append(
                verdict.exit() == ExitCode.OK
                        ? "\n"
                        : " (exit code " + verdict.exit().code() + ")\n");
        verdict.findings().forEach(finding -> out.append("  Wrong: " + finding + "\n"));
        verdict.remarks().forEach(remark -> out.append("  Note: " + remark + "\n"));
    }
}
