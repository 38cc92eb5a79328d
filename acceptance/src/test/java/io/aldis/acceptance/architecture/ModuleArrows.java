package io.aldis.acceptance.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.net.URL;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Which Maven module may use what. */
final class ModuleArrows {
    private static final String[] CODEC_MAY_USE = {
        "io.aldis.codec..",
        "java.lang..",
        "java.nio..",
        "java.util..",
        "java.time..",
        "io.netty.buffer..",
        "io.netty.util..",
        "org.jspecify.."
    };
    private static final String[] BROKER_MAY_USE = {
        "io.aldis.broker..",
        "io.aldis.codec..",
        "java..",
        "javax.crypto..",
        "javax.net..",
        "javax.security.auth.x500..",
        "io.netty..",
        "org.slf4j..",
        "org.jspecify.."
    };
    private static final String[] SECURITY_MAY_USE = {
        "io.aldis.security..",
        "io.aldis.broker..",
        "io.aldis.codec..",
        "java..",
        "javax.crypto..",
        "com.ongres.saslprep..",
        "org.jspecify.."
    };
    private static final String[] STORAGE_MAY_USE = {
        "io.aldis.storage..", "io.aldis.broker.storage..", "java..", "org.rocksdb..", "org.slf4j..", "org.jspecify.."
    };
    private static final String[] JUNIT_MAY_USE = {
        "io.aldis.junit..",
        "io.aldis.broker..",
        "io.aldis.codec..",
        "java..",
        "javax.net..",
        "io.netty..",
        "org.junit.jupiter.api..",
        "org.jspecify.."
    };
    private static final String[] TESTKIT_MAY_USE = {
        "io.aldis.testkit..",
        "io.aldis.codec..",
        "java..",
        "javax.crypto..",
        "io.netty.buffer..",
        "io.netty.util..",
        "org.jspecify.."
    };
    private static final String[] BENCHMARK_MAY_USE = {
        "io.aldis.benchmark..",
        "io.aldis.codec..",
        "java..",
        "javax.net.ssl..",
        "com.sun.management..",
        "io.netty..",
        "picocli..",
        "tools.jackson..",
        "org.HdrHistogram..",
        "org.jspecify.."
    };

    static final List<Law> LAWS = List.of(
            Law.of(
                    "The codec knows bytes and the JDK",
                    classes()
                            .that()
                            .resideInAPackage("io.aldis.codec..")
                            .should()
                            .onlyDependOnClassesThat()
                            .resideInAnyPackage(CODEC_MAY_USE),
                    "package io.aldis.codec; class Dials { java.net.Socket socket; }",
                    "package io.aldis.codec; class Pipes { io.netty.channel.Channel channel; }"),
            Law.of(
                    "The codec has no threads",
                    noClasses()
                            .that()
                            .resideInAPackage("io.aldis.codec..")
                            .should()
                            .dependOnClassesThat(resideInAPackage("java.util.concurrent..")
                                    .or(JavaClass.Predicates.assignableTo(Thread.class))
                                    .or(JavaClass.Predicates.assignableTo(ThreadLocal.class))),
                    "package io.aldis.codec; class Locks { java.util.concurrent.locks.Lock lock; }",
                    "package io.aldis.codec; class Starts { void go() { new Thread().start(); } }"),
            Law.of(
                    "The broker knows the codec, Netty and SLF4J",
                    classes()
                            .that()
                            .resideInAPackage("io.aldis.broker..")
                            .should()
                            .onlyDependOnClassesThat()
                            .resideInAnyPackage(BROKER_MAY_USE),
                    """
                    package io.aldis.server; public class Main {}
                    package io.aldis.broker; class Upwards { io.aldis.server.Main main; }
                    """,
                    "package io.aldis.broker; class Logs { ch.qos.logback.classic.Logger logger; }"),
            Law.of(
                    "Security knows the broker and no socket",
                    classes()
                            .that()
                            .resideInAPackage("io.aldis.security..")
                            .should()
                            .onlyDependOnClassesThat()
                            .resideInAnyPackage(SECURITY_MAY_USE),
                    """
                    package io.aldis.server; public class Main {}
                    package io.aldis.security; class Upwards { io.aldis.server.Main main; }
                    """,
                    "package io.aldis.security; class Pipes { io.netty.channel.Channel channel; }"),
            Law.of(
                    "The storage knows the broker's port to it, and RocksDB",
                    classes()
                            .that()
                            .resideInAPackage("io.aldis.storage..")
                            .should()
                            .onlyDependOnClassesThat()
                            .resideInAnyPackage(STORAGE_MAY_USE),
                    """
                    package io.aldis.broker; public class Broker {}
                    package io.aldis.storage; class Upwards { io.aldis.broker.Broker broker; }
                    """,
                    "package io.aldis.storage; class Pipes { io.netty.channel.Channel channel; }"),
            Law.of(
                    "Nobody but the storage knows what it is made of",
                    noClasses()
                            .that()
                            .resideOutsideOfPackage("io.aldis.storage..")
                            .should()
                            .dependOnClassesThat()
                            .resideInAPackage("org.rocksdb.."),
                    "package io.aldis.server; class Digs { org.rocksdb.RocksDB database; }"),
            Law.of(
                    "The broker for tests knows the broker and no client",
                    classes()
                            .that()
                            .resideInAPackage("io.aldis.junit..")
                            .should()
                            .onlyDependOnClassesThat()
                            .resideInAnyPackage(JUNIT_MAY_USE),
                    """
                    package io.aldis.testkit; public class RawClient {}
                    package io.aldis.junit; class Speaks { io.aldis.testkit.RawClient client; }
                    """),
            Law.of(
                    "The testkit knows the codec and no broker",
                    classes()
                            .that()
                            .resideInAPackage("io.aldis.testkit..")
                            .should()
                            .onlyDependOnClassesThat()
                            .resideInAnyPackage(TESTKIT_MAY_USE),
                    """
                    package io.aldis.broker; public class Broker {}
                    package io.aldis.testkit; class Starts { io.aldis.broker.Broker broker; }
                    """),
            Law.of(
                    "The benchmark knows the codec and no broker",
                    classes()
                            .that()
                            .resideInAPackage("io.aldis.benchmark..")
                            .should()
                            .onlyDependOnClassesThat()
                            .resideInAnyPackage(BENCHMARK_MAY_USE),
                    """
                    package io.aldis.broker; public class Broker {}
                    package io.aldis.benchmark; class Favours { io.aldis.broker.Broker broker; }
                    """,
                    """
                    package io.aldis.server; public class Main {}
                    package io.aldis.benchmark.compare; class Starts { io.aldis.server.Main main; }
                    """,
                    """
                    package io.aldis.security; public class ScramUsers {}
                    package io.aldis.benchmark.engine; class Enters { io.aldis.security.ScramUsers users; }
                    """),
            Law.of(
                    "Nobody looks into a room from outside its module",
                    classes()
                            .that()
                            .resideInAPackage("io.aldis..")
                            .should(seeOnlyExportedPackages(exports("io.aldis.codec", "io.aldis.broker"))),
                    """
                    package io.aldis.broker.session; public class Session {}
                    package io.aldis.server; class Peeps { io.aldis.broker.session.Session session; }
                    """),
            Law.of(
                    "Packages do not go in circles",
                    slices().matching("io.aldis.(**)").should().beFreeOfCycles(),
                    """
                    package io.aldis.broker.session; public class Session { io.aldis.broker.store.Ledger ledger; }
                    package io.aldis.broker.store; public class Ledger { io.aldis.broker.session.Session session; }
                    """));

    private ModuleArrows() {}

    private static ArchCondition<JavaClass> seeOnlyExportedPackages(Set<String> exported) {
        return new ArchCondition<>("see only exported packages of other modules") {
            @Override
            public void check(JavaClass user, ConditionEvents events) {
                user.getDirectDependenciesFromSelf().stream()
                        .filter(use ->
                                isOfModule(use.getTargetClass(), "codec") || isOfModule(use.getTargetClass(), "broker"))
                        .filter(use -> !module(use.getTargetClass()).equals(module(user)))
                        .filter(use -> !exported.contains(use.getTargetClass().getPackageName()))
                        .forEach(use -> events.add(SimpleConditionEvent.violated(user, use.getDescription())));
            }
        };
    }

    private static boolean isOfModule(JavaClass type, String module) {
        return module(type).equals(module);
    }

    /** The third word of {@code io.aldis.broker.session}, or nothing. */
    private static String module(JavaClass type) {
        String name = type.getPackageName();
        return name.startsWith("io.aldis.") ? name.split("\\.", -1)[2] : "";
    }

    /** What the module descriptors on the class path export to everybody. */
    private static Set<String> exports(String... modules) {
        try {
            return Collections.list(ModuleArrows.class.getClassLoader().getResources("module-info.class")).stream()
                    .map(ModuleArrows::descriptor)
                    .filter(descriptor -> Set.of(modules).contains(descriptor.name()))
                    .flatMap(ModuleArrows::unqualifiedExports)
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Stream<String> unqualifiedExports(ModuleDescriptor descriptor) {
        return descriptor.exports().stream()
                .filter(export -> !export.isQualified())
                .map(ModuleDescriptor.Exports::source);
    }

    private static ModuleDescriptor descriptor(URL url) {
        try (InputStream in = url.openStream()) {
            return ModuleDescriptor.read(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
