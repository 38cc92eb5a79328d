package io.aldis.acceptance.conformance;

import static java.util.stream.Collectors.joining;

import io.aldis.acceptance.conformance.Evidence.Link;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;

/** {@code docs/conformance.md}: a template whose lines in double braces are replaced by tables. */
final class Page {

    private Page() {}

    static String of(String template, Evidence evidence) {
        String page = template.replace("{{counts}}", counts(evidence));
        for (Standard standard : Standard.values()) {
            page = page.replace("{{" + standard.slug() + "}}", table(standard, evidence));
        }
        return page;
    }

    private static String counts(Evidence evidence) {
        StringBuilder counts = new StringBuilder("| standard | statements | shown by tests | not shown, for a reason |"
                + "\n| --- | ---: | ---: | ---: |");
        for (Standard standard : Standard.values()) {
            List<Statement> statements = evidence.statements(standard);
            long unshowable = statements.stream()
                    .filter(statement -> !statement.isShowable())
                    .count();
            long shown = statements.stream()
                    .filter(statement -> !evidence.shownBy(statement).isEmpty())
                    .count();
            counts.append("\n| %s | %d | %d | %d |".formatted(standard, statements.size(), shown, unshowable));
        }
        return counts.toString();
    }

    private static String table(Standard standard, Evidence evidence) {
        return evidence.statements(standard).stream()
                .map(statement -> row(statement, evidence))
                .collect(joining(
                        "\n",
                        "| statement | asks | obeyed at | shown by, or why not |\n| --- | --- | --- | --- |\n",
                        ""));
    }

    private static String row(Statement statement, Evidence evidence) {
        SortedSet<Link> tests = evidence.shownBy(statement);
        return "| %s | %s | %s | %s |"
                .formatted(
                        statement.id(),
                        escaped(statement.asks()),
                        links(evidence.obeyedAt(statement)),
                        tests.isEmpty() ? escaped(statement.unshowable()) : links(tests));
    }

    private static String links(SortedSet<Link> links) {
        return links.stream()
                .map(link -> "[%s](../%s)".formatted(escaped(link.name()), link.target()))
                .collect(joining("<br>"));
    }

    private static String escaped(String text) {
        return text.replaceAll("[\\\\|<*_`$\\[]", "\\\\$0");
    }

    /**
     * Makes the file say what the page says.
     *
     * @param mayWrite if not, a file that says something else is an error
     */
    static void bring(Path file, String page, boolean mayWrite) throws IOException {
        if (Files.exists(file) && Files.readString(file).equals(page)) {
            return;
        }
        if (!mayWrite) {
            throw new AssertionError(
                    file.getFileName() + " is not what sources and tests say: run mvn verify and commit it");
        }
        Files.writeString(file, page);
    }
}
