package io.aldis.acceptance.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every {@link Law} holds for everything named {@code io.aldis} on the class path, and is broken by its offences. */
class ArchitectureTest {
    private static final JavaClasses HOUSE = new ClassFileImporter().importPackages("io.aldis");

    static Stream<Law> laws() {
        return Stream.of(
                        ModuleArrows.LAWS,
                        RoomArrows.LAWS,
                        BenchmarkArrows.LAWS,
                        ThreadLaw.LAWS,
                        Borrowed.LAWS,
                        Habits.LAWS)
                .flatMap(List::stream);
    }

    @ParameterizedTest
    @MethodSource("laws")
    void is_kept_by_the_house(Law law) {
        assertThat(complaints(law.rule(), HOUSE)).as("%s", law).isEmpty();
    }

    @TestFactory
    Stream<DynamicTest> is_broken_by_its_offences(@TempDir Path classes) {
        return laws().flatMap(law -> Stream.iterate(0, i -> i < law.offences().size(), i -> i + 1)
                .map(i -> DynamicTest.dynamicTest(law + ", offence " + (i + 1), () -> {
                    Path offender = classes.resolve(law.name() + i);
                    Snippet.compile(law.offences().get(i), offender);
                    assertThat(complaints(
                                    law.rule().allowEmptyShould(true), new ClassFileImporter().importPath(offender)))
                            .isNotEmpty();
                })));
    }

    private static List<String> complaints(ArchRule rule, JavaClasses classes) {
        EvaluationResult result = rule.evaluate(classes);
        return result.getFailureReport().getDetails();
    }
}
