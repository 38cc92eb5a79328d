package io.aldis.acceptance.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The check of the statements can fail, and knows which test a comment belongs to. */
class EvidenceTest {

    private static final Statement FIRST = new Statement(Standard.MQTT_5_0, "1.0-1", "One asks.", "");
    private static final Statement SECOND = new Statement(Standard.MQTT_3_1_1, "1.0-1", "Another asks.", "");
    private static final Statement CLIENTS =
            new Statement(Standard.MQTT_5_0, "1.0-2", "A client does.", "Asks something of the client only.");

    private static final String BOTH_SHOWN = """
            class FirstTest {
                @Test
                void shows() { // [MQTT-1.0-1], [MQTT3-1.0-1]
                }
            }
            """;

    private static Evidence evidence(String test) {
        return evidence("", test);
    }

    private static Evidence evidence(String source, String test) {
        return new Evidence(
                List.of(FIRST, SECOND, CLIENTS),
                List.of(new JavaFile("broker/First.java", source)),
                List.of(new JavaFile("broker/FirstTest.java", test)));
    }

    /** The tests that the comments with the first statement belong to, in the members of a class "T". */
    private static List<String> testsIn(String members) {
        return new JavaFile("T.java", "class T {\n" + members + "\n}\n")
                .citedTests().stream()
                        .map(JavaFile.CitedTests::tests)
                        .map(tests -> String.join(" ", tests))
                        .toList();
    }

    // ---- What is wrong is told --------------------------------------------------------------------------------------

    @Test
    void nothingIsWrongIfEachStatementHasATestOrAReason() {
        assertThat(evidence(BOTH_SHOWN).complaints()).isEmpty();
    }

    @Test
    void aStatementWithNeitherATestNorAReasonIsTold() {
        assertThat(evidence(BOTH_SHOWN.replace(", [MQTT3-1.0-1]", "")).complaints())
                .containsExactly("[MQTT3-1.0-1] has neither a test nor a reason");
    }

    @Test
    void aStatementWithBothATestAndAReasonIsTold() {
        assertThat(evidence(BOTH_SHOWN.replace("// ", "// [MQTT-1.0-2], ")).complaints())
                .containsExactly("[MQTT-1.0-2] has a reason why no test shows it, and is shown by FirstTest.shows");
    }

    @Test
    void aCitationOfNoStatementIsToldInTestsAndInSources() {
        assertThat(evidence("// [MQTT-9.9-9]\n", BOTH_SHOWN.replace("// ", "// [MQTT-3-8.3-4], "))
                        .complaints())
                .containsExactly(
                        "[MQTT-9.9-9] at broker/First.java:1 is in no list of statements",
                        "[MQTT-3-8.3-4] at broker/FirstTest.java:3 is in no list of statements");
    }

    @Test
    void aCitationAtWhatIsNoTestIsTold() {
        String another = "@Test\n    void another() {}\n\n    ";
        assertThat(evidence(BOTH_SHOWN.replace("@Test", another)).complaints())
                .contains("[MQTT-1.0-1] at broker/FirstTest.java:6 stands at no test");
        assertThat(evidence(BOTH_SHOWN.replace("@Test", "")).complaints())
                .as("a file without tests shows nothing")
                .contains("[MQTT-1.0-1] has neither a test nor a reason");
    }

    @Test
    void aCitationAtADisabledTestIsTold() {
        assertThat(evidence(BOTH_SHOWN.replace("@Test", "@Test @Disabled")).complaints())
                .contains("[MQTT-1.0-1] at broker/FirstTest.java:3 stands at no test");
    }

    @Test
    void aListThatIsNoneIsRefused() {
        String heading = "id\tasks\tno server test because\n";
        assertThat(Statement.list(Standard.MQTT_5_0, heading + "MQTT-1.0-1\tOne asks.\t\n"))
                .containsExactly(FIRST);
        for (String wrong : List.of(
                "", "MQTT-1.0-1\tOne asks.\t", heading + "MQTT-1.0-1\tOne asks.", heading + "MQTT-1.0-1\t \t")) {
            assertThatThrownBy(() -> Statement.list(Standard.MQTT_5_0, wrong))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        Evidence twice = new Evidence(List.of(CLIENTS, CLIENTS), List.of(), List.of());
        assertThat(twice.complaints()).containsExactly("[MQTT-1.0-2] is twice in its list");
    }

    // ---- Whose a comment is -----------------------------------------------------------------------------------------

    @Test
    void aCommentBelongsToTheTestItStandsAboveInOrOnTheLastLineOf() {
        assertThat(testsIn("""
                // [MQTT-1.0-1]
                @Test
                void above() {}

                /** What it is. [MQTT-1.0-1] */
                @ParameterizedTest
                void documented() {}

                @TestFactory // [MQTT-1.0-1]
                Object annotated() {}

                @Test
                void signed( // [MQTT-1.0-1]
                        String argument) {}

                @Test
                void inside() {
                    new Object() {
                        void deep() {
                            // [MQTT-1.0-1]
                        }
                    };
                }

                @Test
                void behind() {} // [MQTT-1.0-1]
                """))
                .containsExactly("T.above", "T.documented", "T.annotated", "T.signed", "T.inside", "T.behind");
    }

    @Test
    void aCommentAtTheSourceOfArgumentsBelongsToTheTestsThatTakeThem() {
        assertThat(testsIn("""
                static List<String> cases() {
                    return List.of(
                            "a", // [MQTT-1.0-1]
                            "b");
                }

                @ParameterizedTest
                @MethodSource("cases")
                void one(String argument) {}

                @ParameterizedTest
                @MethodSource({"others", "cases"})
                void another(String argument) {}

                @ParameterizedTest
                @MethodSource("others")
                void neither(String argument) {}

                // [MQTT-1.0-1]
                static List<String> eponymous() {}

                @ParameterizedTest
                @MethodSource
                void eponymous(String argument) {}
                """)).containsExactly("T.one T.another", "T.eponymous");
    }

    @Test
    void aCommentInANestedClassBelongsToItsTest() {
        assertThat(testsIn("""
                @Nested
                class Inner {
                    @Test
                    void shows() {} // [MQTT-1.0-1]
                }
                """)).containsExactly("T.Inner.shows");
    }

    @Test
    void aCommentAnywhereElseBelongsToNoTest() {
        assertThat(testsIn("""
                int field = 1; // [MQTT-1.0-1]

                @Test
                void test() {}

                /** [MQTT-1.0-1] */
                class Inner {
                    @Test
                    void test() {}
                    // [MQTT-1.0-1]
                }
                // [MQTT-1.0-1]
                """)).containsExactly("", "", "", "");
        assertThat(new JavaFile("T.java", "/** [MQTT-1.0-1] */\nclass T {\n@Test\nvoid test() {}\n}").citedTests())
                .singleElement()
                .satisfies(cited -> assertThat(cited.tests()).isEmpty());
    }

    @Test
    void onlyCommentsCite() {
        String source = """
                class T {
                    String text = "// [MQTT-1.0-1]";
                    char quote = '"'; // [MQTT-1.0-1]
                    String escaped = "\\"// [MQTT-1.0-1]";
                    String block = ''\'
                            // [MQTT-1.0-1] "
                            ''\'; /* [MQTT3-1.0-1],
                            [MQTT-1.0-2] */
                }
                """.replace("'''", "\"\"\"");
        assertThat(new JavaFile("T.java", source).citations())
                .containsExactly(
                        new Citation("[MQTT-1.0-1]", "T.java", 3),
                        new Citation("[MQTT3-1.0-1]", "T.java", 7),
                        new Citation("[MQTT-1.0-2]", "T.java", 8));
    }

    // ---- The page ---------------------------------------------------------------------------------------------------

    @Test
    void thePageHasARowForEachStatement() {
        String source = "\n// [MQTT-1.0-1]\n\n\n\n\n\n\n\n// [MQTT-1.0-1]\n";
        assertThat(Page.of("{{counts}}\n\n{{mqtt-3.1.1}}\n\n{{mqtt-5.0}}\n", evidence(source, BOTH_SHOWN)))
                .isEqualTo("""
                        | standard | statements | shown by tests | not shown, for a reason |
                        | --- | ---: | ---: | ---: |
                        | MQTT 3.1.1 | 1 | 1 | 0 |
                        | MQTT 5.0 | 2 | 1 | 1 |

                        | statement | asks | obeyed at | shown by, or why not |
                        | --- | --- | --- | --- |
                        | MQTT-1.0-1 | Another asks. |  | [FirstTest.shows](../broker/FirstTest.java) |

                        | statement | asks | obeyed at | shown by, or why not |
                        | --- | --- | --- | --- |
                        | MQTT-1.0-1 | One asks. | [First:2](../broker/First.java#L2)<br>[First:10](../broker/First.java#L10) \
                        | [FirstTest.shows](../broker/FirstTest.java) |
                        | MQTT-1.0-2 | A client does. |  | Asks something of the client only. |
                        """);
    }

    @Test
    void anOldPageIsReplacedWhereThatIsAllowedAndAnErrorElsewhere(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("page.md");
        assertThatThrownBy(() -> Page.bring(file, "new", false)).isInstanceOf(AssertionError.class);
        Page.bring(file, "old", true);
        assertThatThrownBy(() -> Page.bring(file, "new", false))
                .isInstanceOf(AssertionError.class)
                .hasMessage("page.md is not what sources and tests say: run mvn verify and commit it");
        assertThat(file).hasContent("old");
        Page.bring(file, "new", true);
        Page.bring(file, "new", false);
        assertThat(file).hasContent("new");
    }
}
