package io.aldis.benchmark.compare;

import io.aldis.benchmark.compare.ComparisonResult.Row;
import io.aldis.benchmark.compare.ComparisonResult.Section;
import java.util.List;
import java.util.Locale;

/**
 * A comparison as a page for a browser: for each figure bars of the medians, with lines from the smallest to the largest round, and all
 * numbers in a table. It asks no other place for anything.
 */
public final class ComparisonHtml {

    private static final String STYLES = """
            .comparison { --ink: #1c2330; --faint: #5d6778; --line: #d9dee7; --card: #ffffff; --wrong: #b3261e;
              --bar0: #6b7a90; --bar1: #2f6fde; --bar2: #d9822b; --bar3: #1f9d78; --bar4: #9b51c9; --bar5: #c2417c;
              color: var(--ink); }
            @media (prefers-color-scheme: dark) {
              .comparison { --ink: #e6eaf1; --faint: #9aa5b6; --line: #333c4b; --card: #1b212c; --wrong: #ff8a80;
                --bar0: #8a99b0; --bar1: #6aa0ff; --bar2: #f0a55a; --bar3: #4cc9a0; --bar4: #bd8ae6; --bar5: #ea7fb0; }
            }
            .comparison .faint { color: var(--faint); }
            .comparison .wrong { color: var(--wrong); white-space: pre-wrap; }
            .comparison code { overflow-wrap: anywhere; }
            .comparison .figures { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fill, minmax(22rem, 1fr)); }
            .comparison figure { margin: 0; padding: .8rem 1rem; border: 1px solid var(--line); border-radius: 8px;
              background: var(--card); }
            .comparison figcaption { font-weight: 600; margin-bottom: .3rem; }
            .comparison figcaption .faint { font-weight: 400; }
            .comparison svg { width: 100%; height: auto; display: block; font-size: 13px; }
            .comparison svg text { fill: var(--ink); }
            .comparison svg .whisker { stroke: var(--ink); stroke-width: 1.5; fill: none; }
            .comparison svg .of0 { fill: var(--bar0); } .comparison svg .of1 { fill: var(--bar1); }
            .comparison svg .of2 { fill: var(--bar2); } .comparison svg .of3 { fill: var(--bar3); }
            .comparison svg .of4 { fill: var(--bar4); } .comparison svg .of5 { fill: var(--bar5); }
            .comparison details { margin-top: .8rem; }
            .comparison .wide { overflow-x: auto; }
            .comparison table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
            .comparison th, .comparison td { padding: .25rem .7rem; border-bottom: 1px solid var(--line); text-align: right;
              white-space: nowrap; }
            .comparison th:first-child, .comparison td:first-child { text-align: left; }
            """;

    private static final String PAGE_STYLES = """
            :root { color-scheme: light dark; }
            body { margin: 0 auto; max-width: 76rem; padding: 1.5rem; background: #f6f7fa;
              font: 15px/1.5 system-ui, sans-serif; }
            @media (prefers-color-scheme: dark) { body { background: #12161d; } }
            """;

    private static final int COLOURS = 6;

    // Of the drawing, in pixels of its own.
    private static final int LINE = 30;
    private static final int BARS_BEGIN = 108;
    private static final int BARS_LENGTH = 160;
    private static final int WIDTH = 400;
    private static final int LONGEST_NAME = 15;

    private ComparisonHtml() {}

    /** A whole page. */
    public static String of(ComparisonResult result) {
        return """
                <!DOCTYPE html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>%s</title>
                <style>
                %s%s</style>
                </head>
                <body>
                %s</body>
                </html>
                """.formatted(escaped(title(result)), PAGE_STYLES, STYLES, content(result));
    }

    /** What {@link #content} needs in a page's styles. They touch nothing else. */
    public static String styles() {
        return STYLES;
    }

    /** What is on the page, to be put into another one. */
    public static String content(ComparisonResult result) {
        StringBuilder out = new StringBuilder("<main class=\"comparison\">\n");
        element(out, "h1", "", title(result));
        element(out, "p", "faint", result.began() + " · " + result.machine().text());
        element(
                out,
                "p",
                "",
                result.rounds().text() + ". " + ComparisonText.LEGEND + " In the pictures a bar is the median, the"
                        + " line over it goes from the smallest to the largest round.");
        out.append("<p><code>").append(escaped(result.command())).append("</code></p>\n<ul>\n");
        for (Contender contender : result.contenders()) {
            out.append("<li><strong>").append(escaped(contender.name())).append("</strong> <code>");
            out.append(escaped(contender.given())).append("</code></li>\n");
        }
        out.append("</ul>\n");
        if (!result.complete()) {
            element(out, "p", "wrong", "Ended by the user before all was done.");
        }
        result.sections().forEach(section -> section(out, section));
        return out.append("</main>\n").toString();
    }

    private static String title(ComparisonResult result) {
        return "Comparison of "
                + String.join(
                        ", ", result.contenders().stream().map(Contender::name).toList());
    }

    private static void section(StringBuilder out, Section section) {
        out.append("<section>\n");
        element(out, "h2", "", section.title());
        section.setting().forEach(line -> element(out, "p", "faint", line));
        for (Row row : section.rows()) {
            if (row.failed()) {
                element(out, "p", "wrong", "(!) " + row.contender() + ": " + row.verdict());
            }
            row.notes().forEach(note -> element(out, "p", "wrong", note));
        }
        out.append("<div class=\"figures\">\n");
        section.figures().forEach(figure -> figure(out, section.rows(), figure));
        out.append("</div>\n");
        table(out, section);
        out.append("</section>\n");
    }

    // ---- Bars

    private static void figure(StringBuilder out, List<Row> rows, Figure figure) {
        out.append("<figure><figcaption>").append(escaped(figure.label())).append(" <span class=\"faint\">");
        out.append(figure.better().spoken()).append("</span></figcaption>\n");
        String summary =
                String.join("; ", rows.stream().map(row -> inWords(row, figure)).toList());
        out.append("<svg role=\"img\" aria-label=\"").append(escaped(summary)).append("\" viewBox=\"0 0 ");
        out.append(WIDTH).append(' ').append(LINE * rows.size()).append("\">\n");
        double largest = rows.stream()
                .map(row -> row.summary(figure))
                .filter(Summary::known)
                .mapToDouble(Summary::max)
                .max()
                .orElse(0);
        for (int index = 0; index < rows.size(); index++) {
            bar(out, rows.get(index), figure, index, largest > 0 ? BARS_LENGTH / largest : 0);
        }
        out.append("</svg></figure>\n");
    }

    private static String inWords(Row row, Figure figure) {
        Summary summary = row.summary(figure);
        return row.contender() + ": " + figure.text(summary.median()) + ", from " + figure.text(summary.min()) + " to "
                + figure.text(summary.max()) + ", " + Figure.timesText(summary.ratio());
    }

    private static void bar(StringBuilder out, Row row, Figure figure, int index, double scale) {
        Summary summary = row.summary(figure);
        int middle = index * LINE + LINE / 2;
        out.append("<g><title>").append(escaped(inWords(row, figure))).append("</title>");
        label(out, 0, middle, "start", named(row));
        if (summary.known()) {
            out.append("<rect class=\"of")
                    .append(index % COLOURS)
                    .append("\" x=\"")
                    .append(BARS_BEGIN);
            out.append("\" y=\"").append(middle - 9).append("\" width=\"");
            out.append(pixels(Math.max(1, summary.median() * scale))).append("\" height=\"18\" rx=\"2\"/>");
            String from = pixels(BARS_BEGIN + summary.min() * scale);
            String to = pixels(BARS_BEGIN + summary.max() * scale);
            out.append("<path class=\"whisker\" d=\"M%s %dv8M%s %dH%sM%s %dv8\"/>"
                    .formatted(from, middle - 4, from, middle, to, to, middle - 4));
        }
        String ratio = index == 0 ? "" : "  " + Figure.timesText(summary.ratio());
        label(out, WIDTH, middle, "end", figure.text(summary.median()) + ratio);
        out.append("</g>\n");
    }

    private static void label(StringBuilder out, int x, int middle, String anchor, String text) {
        out.append("<text x=\"").append(x).append("\" y=\"").append(middle + 5).append("\" text-anchor=\"");
        out.append(anchor)
                .append("\" xml:space=\"preserve\">")
                .append(escaped(text))
                .append("</text>");
    }

    /** Cut where it would run into the bar. */
    private static String named(Row row) {
        String mark = row.failed() ? " (!)" : "";
        int room = LONGEST_NAME - mark.length();
        String name = row.contender();
        return (name.length() > room ? name.substring(0, room - 1) + "…" : name) + mark;
    }

    private static String pixels(double number) {
        return String.format(Locale.ROOT, "%.1f", number);
    }

    // ---- Numbers

    private static void table(StringBuilder out, Section section) {
        out.append("<details><summary>All numbers</summary><div class=\"wide\"><table>\n<tr>");
        for (String head : List.of("figure", "broker", "median", "smallest", "largest", "spread", "ratio", "verdict")) {
            element(out, "th", "", head);
        }
        out.append("</tr>\n");
        for (Figure figure : section.figures()) {
            for (Row row : section.rows()) {
                Summary summary = row.summary(figure);
                out.append("<tr>");
                for (String cell : List.of(
                        figure.label(),
                        row.contender(),
                        figure.text(summary.median()),
                        figure.text(summary.min()),
                        figure.text(summary.max()),
                        Figure.percentText(summary.spread()),
                        Figure.timesText(summary.ratio()),
                        row.verdict())) {
                    element(out, "td", "", cell);
                }
                out.append("</tr>\n");
            }
        }
        out.append("</table></div></details>\n");
    }

    private static void element(StringBuilder out, String name, String style, String text) {
        out.append('<').append(name);
        if (!style.isEmpty()) {
            out.append(" class=\"").append(style).append('"');
        }
        out.append('>').append(escaped(text)).append("</").append(name).append(">\n");
    }

    /** For text and for attributes in double quotes. */
    static String escaped(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> out.append(c);
            }
        }
        return out.toString();
    }
}
