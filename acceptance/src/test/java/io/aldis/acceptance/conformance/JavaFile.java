package io.aldis.acceptance.conformance;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.AssignmentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.NewArrayTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * A source file, read for its citations.
 *
 * @param path relative to the root of the repository, with slashes
 */
record JavaFile(String path, String text) {

    /** Comments, and what may look as if one began in it: text blocks, strings and characters. */
    private static final Pattern COMMENT_OR_TEXT = Pattern.compile(
            "(?<comment>//[^\\n]*|/\\*.*?\\*/)"
                    + "|\"\"\".*?(?<!\\\\)\"\"\"|\"(?:[^\"\\\\\\n]++|\\\\.)*+\"|'(?:[^'\\\\\\n]|\\\\.)+'",
            Pattern.DOTALL);

    private static final Pattern TEST_METHOD =
            Pattern.compile("@(Test|ParameterizedTest|RepeatedTest|TestFactory|TestTemplate)\\b");

    /** Whatever looks like a citation, so that a misspelt one is found. */
    private static final Pattern CITATION = Pattern.compile("\\[MQTT\\d?-[^\\]\\s]*\\]");

    private static final Set<String> TEST_ANNOTATIONS =
            Set.of("Test", "ParameterizedTest", "RepeatedTest", "TestFactory", "TestTemplate");

    private static final JavaCompiler COMPILER = ToolProvider.getSystemJavaCompiler();

    /** All citations in comments, in their order. */
    List<Citation> citations() {
        List<Citation> citations = new ArrayList<>();
        eachCitation((citation, offset) -> citations.add(citation));
        return citations;
    }

    /** Whether there are tests in it; what else test sources cite is not judged. */
    boolean hasTests() {
        return TEST_METHOD.matcher(text).find();
    }

    /**
     * All citations in comments, each with the tests it belongs to: the one whose method it stands in, before, or on the last
     * line of; or those that take their arguments from that method. There are none if it stands anywhere else, or if the
     * test is disabled.
     */
    List<CitedTests> citedTests() {
        if (!CITATION.matcher(text).find()) {
            return List.of();
        }
        CompilationUnitTree unit;
        SourcePositions positions;
        try {
            JavacTask task = (JavacTask)
                    COMPILER.getTask(null, null, null, List.of("-proc:none"), null, List.of(new Source(path, text)));
            unit = task.parse().iterator().next();
            positions = Trees.instance(task).getSourcePositions();
        } catch (IOException impossible) {
            throw new AssertionError("the source is in memory", impossible);
        }
        List<CitedTests> cited = new ArrayList<>();
        eachCitation((citation, offset) ->
                cited.add(new CitedTests(citation, tests(unit.getTypeDecls(), null, "", unit, positions, offset))));
        return cited;
    }

    private void eachCitation(BiConsumer<Citation, Integer> action) {
        Matcher piece = COMMENT_OR_TEXT.matcher(text);
        while (piece.find()) {
            if (piece.group("comment") == null) {
                continue;
            }
            Matcher citation = CITATION.matcher(text).region(piece.start(), piece.end());
            while (citation.find()) {
                int line = 1
                        + (int) text.chars()
                                .limit(citation.start())
                                .filter(c -> c == '\n')
                                .count();
                action.accept(new Citation(citation.group(), path, line), citation.start());
            }
        }
    }

    /**
     * The tests that a comment at {@code offset} belongs to, which is somewhere among these members.
     *
     * @param names of the classes around, a dot behind each
     */
    private List<String> tests(
            List<? extends Tree> members,
            @Nullable ClassTree owner,
            String names,
            CompilationUnitTree unit,
            SourcePositions positions,
            long offset) {
        for (Tree member : members) {
            int start = (int) positions.getStartPosition(unit, member);
            int end = (int) positions.getEndPosition(unit, member);
            int lineEnd = text.indexOf('\n', end);
            if (offset < start || offset < (lineEnd < 0 ? text.length() : lineEnd)) {
                // An enclosing class goes on to its end only: what is above it belongs to no test.
                if (member instanceof ClassTree type && offset >= start) {
                    return tests(type.getMembers(), type, names + type.getSimpleName() + ".", unit, positions, offset);
                }
                return member instanceof MethodTree method && owner != null ? tests(method, owner, names) : List.of();
            }
        }
        return List.of();
    }

    private static List<String> tests(MethodTree method, ClassTree owner, String names) {
        String name = method.getName().toString();
        Stream<String> tests = isTest(method)
                ? Stream.of(name)
                : owner.getMembers().stream()
                        .filter(MethodTree.class::isInstance)
                        .map(MethodTree.class::cast)
                        .filter(JavaFile::isTest)
                        .filter(test -> sources(test).contains(name))
                        .map(test -> test.getName().toString());
        return tests.map(names::concat).toList();
    }

    private static boolean isTest(MethodTree method) {
        Set<String> names = Set.copyOf(annotations(method)
                .map(annotation -> annotation.getAnnotationType().toString())
                .toList());
        return names.stream().anyMatch(TEST_ANNOTATIONS::contains) && !names.contains("Disabled");
    }

    /** The names of the methods that a test takes its arguments from. */
    private static List<String> sources(MethodTree test) {
        return annotations(test)
                .filter(annotation -> annotation.getAnnotationType().toString().equals("MethodSource"))
                .flatMap(annotation -> annotation.getArguments().isEmpty()
                        ? Stream.of(test.getName().toString())
                        : annotation.getArguments().stream().flatMap(JavaFile::literals))
                .toList();
    }

    private static Stream<? extends AnnotationTree> annotations(MethodTree method) {
        return method.getModifiers().getAnnotations().stream();
    }

    private static Stream<String> literals(ExpressionTree value) {
        if (value instanceof AssignmentTree named) {
            return literals(named.getExpression());
        }
        if (value instanceof NewArrayTree several) {
            return several.getInitializers().stream().flatMap(JavaFile::literals);
        }
        return value instanceof LiteralTree literal ? Stream.of(String.valueOf(literal.getValue())) : Stream.of();
    }

    /**
     * A citation in a test source.
     *
     * @param tests each as "class.method"
     */
    record CitedTests(Citation citation, List<String> tests) {}

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String path, String text) {
            super(URI.create("string:///" + path), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
