package io.aldis.benchmark.report;

import io.aldis.benchmark.result.Counts;
import io.aldis.benchmark.result.ExitCode;
import io.aldis.benchmark.result.Latency;
import io.aldis.benchmark.result.PhaseResult;
import io.aldis.benchmark.result.Result;
import io.aldis.benchmark.result.Usage;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a run showed, as one page: verdict, headline figures, charts, and tables with everything. */
public final class HtmlReport {

    private static final DateTimeFormatter MOMENT = DateTimeFormatter.ofPattern(
                    "d MMMM yyyy, HH:mm:ss 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private HtmlReport() {}

    /** The page. */
    public static String of(Result result) {
        return page(result).toString();
    }

    /**
     * Writes it to a file, in UTF-8.
     *
     * @throws ReportFailed if the file cannot be written
     */
    public static void write(Result result, Path path) {
        page(result).write(path);
    }

    private static Page page(Result result) {
        return Page.of(result.scenario() + " against " + result.broker() + " - Aldis benchmark")
                .section(header(result))
                .section(verdict(result.verdict()))
                .section(cards(result))
                .section(charts())
                .section(tables(result))
                .section(repeat(result))
                .data("result", JsonReport.compact(result))
                .script(Page.resource("report.js"));
    }

    private static String header(Result result) {
        String setting = result.setting().stream()
                .map(line -> "<li>" + Page.text(line) + "</li>")
                .collect(Collectors.joining());
        return """
                <header>
                <p class="eyebrow">Aldis benchmark</p>
                <h1>%s <span class="against">against</span> %s</h1>
                <p class="facts"><span>MQTT %s</span><span>%s</span><span>%s</span></p>
                <ul class="setting">%s</ul>
                </header>""".formatted(
                        Page.text(result.scenario()),
                        Page.text(result.broker()),
                        Page.text(result.mqtt()),
                        MOMENT.format(result.began()),
                        "ran for " + Figure.clock(duration(result)),
                        setting);
    }

    private static double duration(Result result) {
        return result.phases().stream()
                .mapToDouble(phase -> phase.begin() + phase.seconds())
                .max()
                .orElse(0);
    }

    private static String verdict(Result.Verdict verdict) {
        boolean good = verdict.exit() == ExitCode.OK;
        String code =
                good ? "" : " <span class=\"code\">exit code " + verdict.exit().code() + "</span>";
        return """
                <section class="verdict %s" aria-label="Verdict">
                <span class="mark" aria-hidden="true">%s</span>
                <div><h2>%s%s</h2>%s%s</div>
                </section>""".formatted(
                        good ? "good" : "bad",
                        good ? "&#10003;" : "!",
                        Page.text(Summary.verdict(verdict)),
                        code,
                        list("findings", verdict.findings()),
                        list("remarks", verdict.remarks()));
    }

    private static String list(String kind, List<String> sentences) {
        return sentences.isEmpty()
                ? ""
                : sentences.stream()
                        .map(sentence -> "<li>" + Page.text(sentence) + "</li>")
                        .collect(Collectors.joining("", "<ul class=\"" + kind + "\">", "</ul>"));
    }

    private static String cards(Result result) {
        Optional<PhaseResult> headline = Summary.headline(result);
        List<String> cards = new ArrayList<>();
        headline.ifPresent(phase -> {
            flow(cards, phase);
            latency(cards, phase);
        });
        integrity(cards, result.totals());
        headline.ifPresent(phase -> resources(cards, phase, result));
        String where = headline.filter(unused -> Summary.phases(result).size() > 1)
                .map(phase -> "<p class=\"where\">Rates, latencies and CPU are those of the phase <b>"
                        + Page.text(phase.name()) + "</b>; other phases are in the tables.</p>")
                .orElse("");
        return "<section aria-label=\"Headline figures\"><div class=\"cards\">\n" + String.join("", cards) + "</div>"
                + where + "</section>";
    }

    private static void flow(List<String> cards, PhaseResult phase) {
        Counts counts = phase.counts();
        if (counts.sent() + counts.received() == 0) {
            cards.add(card(
                    "connections",
                    "Connections",
                    Figure.rate(phase.perSecond(counts.connected())),
                    "each second",
                    Figure.count(counts.connected()) + " made, " + Figure.count(counts.failed()) + " failed"));
            return;
        }
        cards.add(card(
                "in",
                "Into the broker",
                Figure.rate(phase.perSecond(counts.sent())),
                "messages/s",
                Figure.count(counts.sent()) + " sent"));
        cards.add(card(
                "out",
                "Out of the broker",
                Figure.rate(phase.perSecond(counts.received())),
                "messages/s",
                Figure.rounded(Summary.megabytes(phase), 1) + " MB/s, " + Figure.count(counts.received())
                        + " received"));
    }

    /** The first kind of latency there is stands for the phase: delivery, if anything was delivered. */
    private static void latency(List<String> cards, PhaseResult phase) {
        Summary.latencies(phase).stream().findFirst().ifPresent(kind -> {
            Latency latency = kind.latency();
            String name = kind.name().substring(0, 1).toUpperCase(Locale.ROOT)
                    + kind.name().substring(1);
            cards.add(card(
                    "p50",
                    name + " p50",
                    Figure.precise(latency.p50()),
                    "ms",
                    "mean " + Figure.precise(latency.mean()) + " ms"));
            cards.add(card(
                    "p99",
                    name + " p99",
                    Figure.precise(latency.p99()),
                    "ms",
                    "p99.9 " + Figure.precise(latency.p999()) + ", max " + Figure.precise(latency.max()) + " ms"));
        });
    }

    private static void integrity(List<String> cards, Counts counts) {
        cards.add(card(
                "lost",
                "Messages lost",
                Figure.count(counts.lost()),
                "of " + Figure.count(counts.expected()),
                Figure.count(counts.duplicates()) + " duplicates, " + Figure.count(counts.late()) + " late, "
                        + Figure.count(counts.corrupt()) + " corrupt"));
    }

    private static void resources(List<String> cards, PhaseResult phase, Result result) {
        @Nullable Usage broker = phase.broker();
        if (broker != null) {
            cards.add(card(
                    "broker-cpu",
                    "Broker CPU",
                    Figure.precise(phase.brokerMicrosPerMessage()),
                    "µs/message",
                    Figure.rounded(Summary.cores(broker, phase), 2) + " cores busy"));
            cards.add(card(
                    "broker-memory",
                    "Broker memory",
                    Figure.bytes(broker.residentBytes()),
                    "",
                    Summary.connecting(result)
                            .map(connecting -> Figure.bytes(connecting.brokerBytesPerConnection()) + " per connection")
                            .orElseGet(() -> "peak " + Figure.bytes(broker.peakBytes()))));
        }
        if (phase.tool() != null) {
            cards.add(card(
                    "tool-cpu",
                    "This tool's CPU",
                    Figure.precise(phase.toolMicrosPerMessage()),
                    "µs/message",
                    Figure.rounded(Summary.cores(phase.tool(), phase), 2) + " cores of "
                            + result.environment().processors()));
        }
    }

    private static String card(String id, String label, String value, String unit, String detail) {
        return "<div class=\"card\" id=\"card-" + id + "\"><h3>" + Page.text(label) + "</h3><p class=\"value\">"
                + Page.text(value) + (unit.isEmpty() ? "" : " <span>" + Page.text(unit) + "</span>")
                + "</p><p class=\"detail\">"
                + Page.text(detail) + "</p></div>\n";
    }

    private static String charts() {
        return "<section aria-labelledby=\"over-time\"><h2 id=\"over-time\">Over time</h2>\n<div class=\"charts\">\n"
                + Page.chart(
                        "chart-rates",
                        "Messages each second",
                        "Messages sent, received and acknowledged each second, over time. The figures are in the tables below.")
                + Page.chart(
                        "chart-latency",
                        "Delivery latency",
                        "Median, 99th percentile and maximum of the delivery latency in each second, over time, on a logarithmic"
                                + " scale.")
                + Page.chart(
                        "chart-percentiles",
                        "Latency by percentile",
                        "What latency which part of the messages did not exceed, on logarithmic scales. The main percentiles are"
                                + " in the tables below.")
                + Page.chart(
                        "chart-cpu",
                        "Processor cores busy",
                        "Processor cores kept busy by the broker and by this tool, over time.")
                + Page.chart("chart-memory", "Broker memory", "Resident memory of the broker's process, over time.")
                + Page.chart("chart-connections", "Connections", "Open connections, over time.")
                + "</div>\n<noscript><p>The charts need JavaScript. All figures are in the tables.</p></noscript>\n</section>";
    }

    private static String tables(Result result) {
        List<Table> tables = List.of(
                Summary.rates(result.phases()),
                Summary.latencies(result.phases()),
                Summary.resources(result.phases()),
                totals(result.totals()));
        return tables.stream()
                .filter(table -> !table.empty())
                .map(Table::html)
                .collect(Collectors.joining(
                        "",
                        "<section aria-labelledby=\"figures\"><h2 id=\"figures\">All figures</h2>\n",
                        "</section>"));
    }

    private static Table totals(Counts counts) {
        List<List<String>> totals = new ArrayList<>(Summary.totals(counts));
        totals.add(List.of("connected", Figure.count(counts.connected())));
        totals.add(List.of("failed", Figure.count(counts.failed())));
        List<String> row = new ArrayList<>(List.of("whole run"));
        totals.forEach(total -> row.add(total.get(1)));
        return new Table("Totals", totals.stream().map(total -> total.get(0)).toList(), List.of(row));
    }

    private static String repeat(Result result) {
        Result.Environment environment = result.environment();
        return """
                <section aria-labelledby="again"><h2 id="again">Run it again</h2>
                <pre class="command"><code>%s</code></pre>
                <dl class="environment">
                <div><dt>Tool</dt><dd>%s</dd></div>
                <div><dt>Java</dt><dd>%s</dd></div>
                <div><dt>System</dt><dd>%s</dd></div>
                <div><dt>Processors</dt><dd>%d</dd></div>
                <div><dt>Broker process</dt><dd>%s</dd></div>
                </dl>
                </section>""".formatted(
                        Page.text(result.command()),
                        Page.text(environment.tool()),
                        Page.text(environment.java()),
                        Page.text(environment.system()),
                        environment.processors(),
                        environment.brokerPid() == null ? "not known" : Long.toString(environment.brokerPid()));
    }
}
