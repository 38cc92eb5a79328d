package io.aldis.acceptance.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which package of the benchmark may use which, and who knows what it is made with. */
final class BenchmarkArrows {
    /** One line a package, from what is typed down; the same picture as in {@code ARCHITECTURE.md}. */
    private static final Rooms ROOMS = new Rooms(
            "io.aldis.benchmark",
            Map.ofEntries(
                    Map.entry("command", Set.of("prove", "compare", "show", "transport", "scenario")),
                    Map.entry("prove", Set.of("compare", "report")),
                    Map.entry("compare", Set.of("engine")),
                    Map.entry("show", Set.of("engine", "report")),
                    Map.entry("transport", Set.of("engine")),
                    Map.entry("engine", Set.of("verify", "watch")),
                    Map.entry("scenario", Set.of("plan")),
                    Map.entry("verify", Set.of("plan")),
                    Map.entry("watch", Set.of("result")),
                    Map.entry("report", Set.of("result")),
                    Map.entry("plan", Set.of()),
                    Map.entry("result", Set.of())));

    static final List<Law> LAWS = List.of(
            Law.of(
                    "Packages of the benchmark use those below them",
                    classes().that().resideInAPackage("io.aldis.benchmark..").should(ROOMS.followTheArrows()),
                    """
                    package io.aldis.benchmark.engine; public class Run {}
                    package io.aldis.benchmark.verify; class Climbs { io.aldis.benchmark.engine.Run run; }
                    """,
                    """
                    package io.aldis.benchmark.plan; public class Plan {}
                    package io.aldis.benchmark.report; class Asks { io.aldis.benchmark.plan.Plan plan; }
                    """,
                    """
                    package io.aldis.benchmark.transport; public class TargetDialer {}
                    package io.aldis.benchmark.engine; class Dials { io.aldis.benchmark.transport.TargetDialer dialer; }
                    """,
                    """
                    package io.aldis.benchmark.engine; public class Run {}
                    package io.aldis.benchmark.scenario; class Carries { io.aldis.benchmark.engine.Run run; }
                    """,
                    """
                    package io.aldis.benchmark.result; public class Result {}
                    package io.aldis.benchmark.plan; class Knows { io.aldis.benchmark.result.Result result; }
                    """,
                    """
                    package io.aldis.benchmark.plan; public class Plan {}
                    package io.aldis.benchmark.watch; class Reads { io.aldis.benchmark.plan.Plan plan; }
                    """,
                    """
                    package io.aldis.benchmark.command; public class Bench {}
                    package io.aldis.benchmark.compare; class Types { io.aldis.benchmark.command.Bench bench; }
                    """,
                    """
                    package io.aldis.benchmark.prove; public class Proof {}
                    package io.aldis.benchmark.compare; class Kills { io.aldis.benchmark.prove.Proof proof; }
                    """,
                    """
                    package io.aldis.benchmark; public class Main {}
                    package io.aldis.benchmark.command; class Restarts { io.aldis.benchmark.Main main; }
                    """,
                    "package io.aldis.benchmark.attic; class Unheard {}"),
            Law.of(
                    "Channels of the benchmark are known to its engine, to transport, and to the clients of prove",
                    noClasses()
                            .that()
                            .resideInAPackage("io.aldis.benchmark..")
                            .and()
                            .resideOutsideOfPackages(
                                    "io.aldis.benchmark",
                                    "io.aldis.benchmark.engine..",
                                    "io.aldis.benchmark.transport..",
                                    "io.aldis.benchmark.prove..")
                            .should()
                            .dependOnClassesThat()
                            .resideInAPackage("io.netty.."),
                    "package io.aldis.benchmark.verify; class Reads { io.netty.buffer.ByteBuf bytes; }",
                    "package io.aldis.benchmark.scenario; class Writes { io.netty.channel.Channel channel; }"),
            Law.of(
                    "What is typed is read by command alone",
                    noClasses()
                            .that()
                            .resideInAPackage("io.aldis.benchmark..")
                            .and()
                            .resideOutsideOfPackage("io.aldis.benchmark.command..")
                            .should()
                            .dependOnClassesThat()
                            .resideInAPackage("picocli.."),
                    "package io.aldis.benchmark.compare; class Reads { @picocli.CommandLine.Option(names = \"-x\") int x; }"));

    private BenchmarkArrows() {}
}
