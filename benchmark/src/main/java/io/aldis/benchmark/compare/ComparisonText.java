package io.aldis.benchmark.compare;

import io.aldis.benchmark.compare.ComparisonResult.Row;
import io.aldis.benchmark.compare.ComparisonResult.Section;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A comparison in letters: for terminals, and as Markdown. */
public final class ComparisonText {

    static final String LEGEND =
            "Medians of the rounds; spread is from the smallest to the largest, as a part of the median.";

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("yyyy-MM-dd", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final Pattern MARKED = Pattern.compile("[\\\\`*_\\[\\]<>|#&~]");

    private ComparisonText() {}

    /** A table of figures: a line each, with the brokers beside one another. */
    private record Table(List<String> head, List<List<String>> lines) {

        static Table of(Section section, String baseline) {
            List<String> head = new ArrayList<>(List.of(""));
            List<String> verdicts = new ArrayList<>(List.of("verdict"));
            for (Row row : section.rows()) {
                boolean beside = !row.contender().equals(baseline);
                head.addAll(cells(row.contender() + (row.failed() ? " (!)" : ""), "spread", beside, "÷ " + baseline));
                verdicts.addAll(cells(row.verdict(), "", beside, ""));
            }
            List<List<String>> lines = new ArrayList<>(List.of(verdicts));
            for (Figure figure : section.figures()) {
                List<String> line = new ArrayList<>(List.of(figure.label()));
                for (Row row : section.rows()) {
                    Summary summary = row.summary(figure);
                    line.addAll(cells(
                            figure.text(summary.median()),
                            Figure.percentText(summary.spread()),
                            !row.contender().equals(baseline),
                            Figure.timesText(summary.ratio())));
                }
                lines.add(line);
            }
            return new Table(head, lines);
        }

        /** Two or three. */
        private static List<String> cells(String median, String spread, boolean beside, String ratio) {
            return beside ? List.of(median, spread, ratio) : List.of(median, spread);
        }
    }

    /** For a terminal, with aligned columns. */
    public static String of(ComparisonResult result) {
        StringBuilder out = new StringBuilder();
        for (Contender contender : result.contenders()) {
            out.append(contender.name()).append(": ").append(contender.given()).append('\n');
        }
        out.append(result.machine().text()).append('\n');
        out.append(result.rounds().text()).append(". ").append(LEGEND).append('\n');
        for (Section section : result.sections()) {
            out.append('\n').append(section.title()).append('\n');
            section.setting().forEach(line -> out.append("  ").append(line).append('\n'));
            aligned(out, Table.of(section, baseline(result)));
            notes(section).forEach(note -> out.append("(!) ").append(note).append('\n'));
        }
        if (!result.complete()) {
            out.append("\nEnded by the user before all was done.\n");
        }
        return out.toString();
    }

    private static void aligned(StringBuilder out, Table table) {
        List<List<String>> lines = new ArrayList<>(List.of(table.head()));
        lines.addAll(table.lines());
        int[] widths = new int[table.head().size()];
        for (List<String> line : lines) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], width(line.get(column)));
            }
        }
        for (List<String> line : lines) {
            StringBuilder written = new StringBuilder();
            for (int column = 0; column < widths.length; column++) {
                String cell = line.get(column);
                String blanks = " ".repeat(widths[column] - width(cell));
                written.append(column == 0 ? cell + blanks : "  " + blanks + cell);
            }
            out.append(written.toString().stripTrailing()).append('\n');
        }
    }

    private static int width(String cell) {
        return cell.codePointCount(0, cell.length());
    }

    /** To be put into a document: a chapter with date, machine and command, and a table for each section. */
    public static String markdown(ComparisonResult result) {
        StringBuilder out = new StringBuilder();
        out.append("## ").append(DATE.format(result.began())).append("\n\n");
        out.append(marked(result.machine().text()))
                .append(". ")
                .append(marked(result.rounds().text()));
        out.append(". ").append(LEGEND).append("\n\n");
        out.append(code(result.command())).append("\n\n");
        for (Contender contender : result.contenders()) {
            out.append("- ").append(contender.name()).append(": ");
            out.append(code(contender.given())).append('\n');
        }
        for (Section section : result.sections()) {
            out.append("\n### ").append(marked(section.title())).append("\n\n");
            if (!section.setting().isEmpty()) {
                out.append(marked(String.join("; ", section.setting()))).append("\n\n");
            }
            Table table = Table.of(section, baseline(result));
            line(out, table.head());
            out.append("| ---")
                    .append(" | ---:".repeat(table.head().size() - 1))
                    .append(" |\n");
            table.lines().forEach(line -> line(out, line));
            List<String> notes = notes(section);
            if (!notes.isEmpty()) {
                out.append('\n');
                notes.forEach(note -> out.append("- (!) ").append(marked(note)).append('\n'));
            }
        }
        if (!result.complete()) {
            out.append("\nEnded by the user before all was done.\n");
        }
        return out.toString();
    }

    private static void line(StringBuilder out, List<String> cells) {
        out.append('|');
        cells.forEach(cell ->
                out.append(cell.isEmpty() ? " " : " " + marked(cell) + " ").append('|'));
        out.append('\n');
    }

    /** Text that Markdown shows as it is, on one line. */
    private static String marked(String text) {
        return MARKED.matcher(oneLine(text)).replaceAll(found -> Matcher.quoteReplacement("\\" + found.group()));
    }

    /** Between more backticks than follow one another in it. */
    private static String code(String text) {
        String line = oneLine(text);
        String fence = "`";
        while (line.contains(fence)) {
            fence += "`";
        }
        String blank = line.startsWith("`") || line.endsWith("`") ? " " : "";
        return fence + blank + line + blank + fence;
    }

    private static String oneLine(String text) {
        return text.replaceAll("\\s*\\R\\s*", " ");
    }

    private static List<String> notes(Section section) {
        return section.rows().stream().flatMap(row -> row.notes().stream()).toList();
    }

    /** The name of the broker that the others are compared with. */
    static String baseline(ComparisonResult result) {
        return result.contenders().get(0).name();
    }
}
