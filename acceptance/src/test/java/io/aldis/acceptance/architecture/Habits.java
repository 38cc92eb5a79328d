package io.aldis.acceptance.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.domain.PackageMatchers;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.NullMarked;

/** Habits that show in the shape of classes. */
final class Habits {
    private static final Pattern EMPTY_NAME = Pattern.compile("Abstract.*|.*(Impl|Manager|Util|Utils|Helper|Service)");
    private static final Pattern I_NAME = Pattern.compile("I[A-Z][a-z].*");
    private static final PackageMatchers PRODUCT = PackageMatchers.of(
            "io.aldis.codec..",
            "io.aldis.broker..",
            "io.aldis.security..",
            "io.aldis.storage..",
            "io.aldis.junit..",
            "io.aldis.server..",
            "io.aldis.benchmark..");

    static final List<Law> LAWS = List.of(
            Law.of(
                    "Names say what a thing is",
                    noClasses()
                            .that()
                            .resideInAPackage("io.aldis..")
                            .should(be(describe("named emptily", Habits::hasEmptyName))),
                    "package io.aldis.broker.session; class SessionManager {}",
                    "package io.aldis.broker.session; class Sessions { static class TableImpl {} }",
                    "package io.aldis.codec; abstract class AbstractPacket {}",
                    "package io.aldis.codec; interface IPacket {}"),
            Law.of(
                    "Every package says what it is, and that null is not a value",
                    classes().that().resideInAPackage("io.aldis..").should(liveInADescribedPackage()),
                    "package io.aldis.broker.attic; class Homeless {}"),
            Law.of(
                    "Optional is an answer only",
                    classes().that(describe("ship", Habits::isProduct)).should(useOptionalAsAnswerOnly()),
                    "package io.aldis.broker; record Listener(java.util.Optional<String> host) {}",
                    "package io.aldis.broker; class Builder { void host(java.util.Optional<String> host) {} }"),
            Law.of(
                    "Nobody sleeps, tests included",
                    noClasses()
                            .that()
                            .resideInAPackage("io.aldis..")
                            .should()
                            .callMethodWhere(describe("sleeps", Habits::sleeps)),
                    """
                    package io.aldis.acceptance;
                    class Naps { void nap() throws InterruptedException { Thread.sleep(1); } }
                    """,
                    """
                    package io.aldis.testkit;
                    class Naps {
                        void nap() throws InterruptedException { java.util.concurrent.TimeUnit.SECONDS.sleep(1); }
                    }
                    """),
            Law.of(
                    "Standard streams belong to nobody",
                    noClasses().that(describe("ship", Habits::isProduct)).should(ACCESS_STANDARD_STREAMS),
                    "package io.aldis.broker; class Shouts { void go() { System.out.println(); } }"),
            Law.of(
                    "Nothing is done by reflection",
                    noClasses()
                            .that(describe("ship", Habits::isProduct))
                            .should()
                            .dependOnClassesThat()
                            .resideInAPackage("java.lang.reflect..")
                            .orShould()
                            .callMethod(Class.class, "forName", String.class),
                    """
                    package io.aldis.broker;
                    class Loads { Object go() throws Exception { return Class.forName("x"); } }
                    """,
                    "package io.aldis.server; class Digs { java.lang.reflect.Method method; }"));

    private Habits() {}

    private static boolean hasEmptyName(JavaClass type) {
        return EMPTY_NAME.matcher(type.getSimpleName()).matches()
                || (type.isInterface() && I_NAME.matcher(type.getSimpleName()).matches());
    }

    private static boolean sleeps(JavaMethodCall call) {
        JavaClass owner = call.getTargetOwner();
        return call.getName().equals("sleep")
                && (owner.isAssignableTo(Thread.class) || owner.isEquivalentTo(TimeUnit.class));
    }

    private static boolean isProduct(JavaClass type) {
        return PRODUCT.test(type.getPackageName());
    }

    private static ArchCondition<JavaClass> useOptionalAsAnswerOnly() {
        return new ArchCondition<>("have no field and no parameter that is an Optional") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                type.getFields().stream()
                        .filter(field -> field.getRawType().isEquivalentTo(Optional.class))
                        .forEach(field -> events.add(SimpleConditionEvent.violated(field, field.getDescription())));
                type.getCodeUnits().stream()
                        .filter(unit -> unit.getRawParameterTypes().stream()
                                .anyMatch(parameter -> parameter.isEquivalentTo(Optional.class)))
                        .forEach(unit -> events.add(SimpleConditionEvent.violated(unit, unit.getDescription())));
            }
        };
    }

    private static ArchCondition<JavaClass> liveInADescribedPackage() {
        return new ArchCondition<>("live in a package with a null-marked package-info") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                JavaPackage home = type.getPackage();
                if (!home.isAnnotatedWith(NullMarked.class)) {
                    events.add(SimpleConditionEvent.violated(
                            type, home.getName() + " has no package-info that is @NullMarked"));
                }
            }
        };
    }
}
