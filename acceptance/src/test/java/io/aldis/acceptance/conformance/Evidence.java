package io.aldis.acceptance.conformance;

import static java.util.stream.Collectors.joining;

import io.aldis.acceptance.conformance.JavaFile.CitedTests;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What tests and sources say about the statements of the standards. */
final class Evidence {

    private final List<Statement> statements;

    /** A citation's text → links to the lines that obey it. */
    private final Map<String, SortedSet<Link>> obeyed = new TreeMap<>();

    /** A citation's text → links to the tests that show it. */
    private final Map<String, SortedSet<Link>> shown = new TreeMap<>();

    private final List<String> complaints = new ArrayList<>();

    Evidence(List<Statement> statements, List<JavaFile> sources, List<JavaFile> tests) {
        this.statements = statements;
        Map<String, Statement> byCitation = new TreeMap<>();
        for (Statement statement : statements) {
            if (byCitation.put(statement.citation(), statement) != null) {
                complaints.add(statement.citation() + " is twice in its list");
            }
        }
        for (JavaFile source : sources) {
            for (Citation citation : source.citations()) {
                requireKnown(citation, byCitation.keySet());
                add(obeyed, citation, Link.toLine(citation));
            }
        }
        for (JavaFile test : tests) {
            for (CitedTests cited : test.citedTests()) {
                requireKnown(cited.citation(), byCitation.keySet());
                if (cited.tests().isEmpty() && test.hasTests()) {
                    complaints.add(cited.citation() + " stands at no test");
                }
                cited.tests().forEach(name -> add(shown, cited.citation(), Link.toTest(name, cited.citation())));
            }
        }
        statements.forEach(this::judge);
    }

    private void requireKnown(Citation citation, Set<String> known) {
        if (!known.contains(citation.statement())) {
            complaints.add(citation + " is in no list of statements");
        }
    }

    private void judge(Statement statement) {
        boolean isShown = !shownBy(statement).isEmpty();
        if (statement.isShowable() && !isShown) {
            complaints.add(statement.citation() + " has neither a test nor a reason");
        }
        if (!statement.isShowable() && isShown) {
            complaints.add(statement.citation() + " has a reason why no test shows it, and is shown by "
                    + shownBy(statement).stream().map(Link::name).collect(joining(", ")));
        }
    }

    private static void add(Map<String, SortedSet<Link>> links, Citation citation, Link link) {
        links.computeIfAbsent(citation.statement(), missing -> new TreeSet<>()).add(link);
    }

    /** What is wrong with them; empty if each statement has a test or a reason, and each citation a statement. */
    List<String> complaints() {
        return complaints;
    }

    List<Statement> statements(Standard standard) {
        return statements.stream()
                .filter(statement -> statement.standard() == standard)
                .toList();
    }

    SortedSet<Link> obeyedAt(Statement statement) {
        return obeyed.getOrDefault(statement.citation(), new TreeSet<>());
    }

    SortedSet<Link> shownBy(Statement statement) {
        return shown.getOrDefault(statement.citation(), new TreeSet<>());
    }

    /**
     * A place in the repository.
     *
     * @param order tells lines of one file from each other
     */
    record Link(String name, String target, int order) implements Comparable<Link> {

        static Link toLine(Citation citation) {
            String line = citation.file() + "#L" + citation.line();
            return new Link(citation.type() + ":" + citation.line(), line, citation.line());
        }

        static Link toTest(String name, Citation citation) {
            return new Link(name, citation.file(), 0);
        }

        @Override
        public int compareTo(Link other) {
            int byFile = target.replaceFirst("#.*", "").compareTo(other.target.replaceFirst("#.*", ""));
            if (byFile != 0) {
                return byFile;
            }
            int byOrder = Integer.compare(order, other.order);
            return byOrder != 0 ? byOrder : name.compareTo(other.name);
        }
    }
}
