package io.aldis.benchmark.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Figures in rows and columns, for a terminal and for a page. The first column names the row and stands left, the figures stand right.
 *
 * @param caption what it shows; on a terminal the heading of the first column
 * @param columns headings of the columns after the first
 * @param rows each a name and a figure for each column
 */
public record Table(String caption, List<String> columns, List<List<String>> rows) {

    /**
     * A table.
     *
     * @throws IllegalArgumentException if a row has another length than the headings
     */
    public Table {
        columns = List.copyOf(columns);
        rows = rows.stream().map(List::copyOf).toList();
        for (List<String> row : rows) {
            if (row.size() != columns.size() + 1) {
                throw new IllegalArgumentException(
                        "The row " + row + " should have a name and " + columns.size() + " figures.");
            }
        }
    }

    /** Whether it has no rows. */
    public boolean empty() {
        return rows.isEmpty();
    }

    /** Lines of equal columns, each ended. */
    public String text() {
        List<List<String>> lines = new ArrayList<>();
        List<String> heading = new ArrayList<>(List.of(caption));
        heading.addAll(columns);
        lines.add(heading);
        lines.addAll(rows);
        StringBuilder out = new StringBuilder();
        for (List<String> line : lines) {
            StringBuilder text = new StringBuilder(padded(line.get(0), -width(lines, 0)));
            for (int column = 1; column < line.size(); column++) {
                text.append("  ").append(padded(line.get(column), width(lines, column)));
            }
            out.append(text.toString().stripTrailing()).append('\n');
        }
        return out.toString();
    }

    private static int width(List<List<String>> lines, int column) {
        return lines.stream().mapToInt(line -> line.get(column).length()).max().orElse(0);
    }

    /** Filled up with spaces: on the left, or for a negative width on the right. */
    private static String padded(String text, int width) {
        String spaces = " ".repeat(Math.max(0, Math.abs(width) - text.length()));
        return width < 0 ? text + spaces : spaces + text;
    }

    /** A {@code table} element. */
    public String html() {
        StringBuilder out =
                new StringBuilder("<div class=\"scroll\"><table>\n<caption>" + Page.text(caption) + "</caption>\n");
        out.append("<thead><tr><td></td>");
        columns.forEach(column ->
                out.append("<th scope=\"col\">").append(Page.text(column)).append("</th>"));
        out.append("</tr></thead>\n<tbody>\n");
        for (List<String> row : rows) {
            out.append("<tr><th scope=\"row\">").append(Page.text(row.get(0))).append("</th>");
            row.subList(1, row.size())
                    .forEach(cell -> out.append("<td>").append(Page.text(cell)).append("</td>"));
            out.append("</tr>\n");
        }
        return out.append("</tbody>\n</table></div>\n").toString();
    }
}
