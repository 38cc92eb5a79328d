package io.aldis.acceptance.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import java.nio.file.Path;
import java.time.Clock;
import java.time.InstantSource;
import java.time.temporal.Temporal;
import java.util.Date;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.random.RandomGenerator;

/** The core asks for time, chance and disk; it does not take them. */
final class Borrowed {
    /** Where the real clock, the real sockets and the real thread are tied in. */
    private static final Set<String> GIVERS = Set.of(RoomArrows.ROOT, "loop", "listener", "time");

    static final List<Law> LAWS = List.of(
            Law.of(
                    "Time is given",
                    ThreadLaw.brokerMayNot("read the clock", Borrowed::readsTheClock, Borrowed::isGiver),
                    "package io.aldis.broker.session; class Expiry { long now() { return System.currentTimeMillis(); } }",
                    "package io.aldis.broker.routing; class Fanout { long now() { return System.nanoTime(); } }",
                    """
                    package io.aldis.broker.store;
                    class Ledger { java.time.Instant now() { return java.time.Instant.now(); } }
                    """,
                    """
                    package io.aldis.broker.connection;
                    class KeepAlive { java.util.function.LongSupplier clock = System::nanoTime; }
                    """,
                    "package io.aldis.broker.message; class Message { Object since = java.time.Clock.systemUTC(); }"),
            Law.of(
                    "Chance is given",
                    ThreadLaw.brokerMayNot("throw dice", Borrowed::throwsDice, Borrowed::isGiver),
                    """
                    package io.aldis.broker.routing;
                    class SharedGroup { int choose(int n) { return new java.util.Random().nextInt(n); } }
                    """,
                    """
                    package io.aldis.broker.routing;
                    class SharedGroup {
                        int choose(int n) { return java.util.concurrent.ThreadLocalRandom.current().nextInt(n); }
                    }
                    """,
                    "package io.aldis.broker.session; class Session { double weight = Math.random(); }",
                    "package io.aldis.broker.connection; class Handshake { Object id = java.util.UUID.randomUUID(); }"),
            Law.of(
                    "Disk is given",
                    noClasses()
                            .that(describe("belong to the core", Borrowed::isCoreWithoutPlugins))
                            .should()
                            .dependOnClassesThat(describe("open files", Borrowed::opensFiles)),
                    """
                    package io.aldis.broker.store;
                    class Ledger { Object log() throws java.io.IOException { return new java.io.FileWriter("log"); } }
                    """,
                    """
                    package io.aldis.broker.session;
                    class Session {
                        boolean saved(java.nio.file.Path path) { return java.nio.file.Files.exists(path); }
                    }
                    """));

    private Borrowed() {}

    private static boolean isCore(JavaClass type) {
        return RoomArrows.isOfBroker(type) && !GIVERS.contains(RoomArrows.room(type));
    }

    /** Plugins are files. */
    private static boolean isCoreWithoutPlugins(JavaClass type) {
        return isCore(type) && !RoomArrows.room(type).equals("lifecycle");
    }

    private static boolean isGiver(JavaCodeUnitAccess<?> access) {
        return !isCore(access.getOriginOwner());
    }

    private static boolean readsTheClock(CodeUnitAccessTarget target) {
        JavaClass owner = target.getOwner();
        String name = target.getName();
        return (owner.isEquivalentTo(System.class) && (name.equals("currentTimeMillis") || name.equals("nanoTime")))
                || (owner.isAssignableTo(Temporal.class) && name.equals("now"))
                || (owner.isAssignableTo(InstantSource.class) && name.equals("system"))
                || (owner.isAssignableTo(Clock.class) && (name.startsWith("system") || name.startsWith("tick")))
                || (owner.isAssignableTo(Date.class) && name.equals("<init>"));
    }

    private static boolean throwsDice(CodeUnitAccessTarget target) {
        JavaClass owner = target.getOwner();
        String name = target.getName();
        return (owner.isAssignableTo(Random.class) && (name.equals("<init>") || name.equals("current")))
                || (owner.isAssignableTo(RandomGenerator.class) && (name.equals("of") || name.equals("getDefault")))
                || (owner.isEquivalentTo(Math.class) && name.equals("random"))
                || (owner.isEquivalentTo(UUID.class) && name.equals("randomUUID"));
    }

    private static boolean opensFiles(JavaClass type) {
        return (type.getPackageName().startsWith("java.nio.file")
                        && !type.isEquivalentTo(Path.class)) // Names one only.
                || type.getPackageName().equals("java.nio.channels")
                || (type.getPackageName().equals("java.io")
                        && (type.getSimpleName().startsWith("File")
                                || type.getSimpleName().equals("RandomAccessFile")));
    }
}
