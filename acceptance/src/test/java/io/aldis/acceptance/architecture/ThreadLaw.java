package io.aldis.acceptance.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaCodeUnit;
import com.tngtech.archunit.core.domain.JavaCodeUnitAccess;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.Timer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** A connection and its session live on one event loop; threads are crossed in named places; nobody locks or waits. */
final class ThreadLaw {
    /**
     * Rooms whose business threads are. The ledger answers on the loop that asked; a listener owns the loops; plugins start and stop on
     * threads of their own, and so do hooks that block.
     */
    private static final Set<String> ROOMS_OF_THREADS =
            Set.of("loop", "listener", "store", "lifecycle", "chain", "time");

    private static final Set<String> HANDING_OVER = Set.of("execute", "submit", "invokeAll", "invokeAny");
    private static final Set<String> WAITING = Set.of(
            "get",
            "join",
            "await",
            "awaitUninterruptibly",
            "sync",
            "syncUninterruptibly",
            "acquire",
            "acquireUninterruptibly",
            "put",
            "take",
            "wait",
            "sleep",
            "park",
            "parkNanos");

    private static final String LOOP = """
            package io.aldis.broker.loop; public interface Loop extends java.util.concurrent.Executor {}
            """;

    static final List<Law> LAWS = List.of(
            Law.of(
                    "Threads are crossed in named places",
                    brokerMayNot(
                            "hand work to another thread, except in Fanout, in …Async and in ClientLink.close",
                            ThreadLaw::handsOver,
                            call -> ROOMS_OF_THREADS.contains(RoomArrows.room(call.getOriginOwner()))
                                    || isNamedPlace(call.getOrigin())),
                    LOOP + """
                    package io.aldis.broker.routing;
                    class Router {
                        void route(io.aldis.broker.loop.Loop loop) { loop.execute(() -> {}); }
                    }
                    """,
                    LOOP + """
                    package io.aldis.broker.session;
                    class Session {
                        void end(io.aldis.broker.loop.Loop loop, Runnable task) {
                            Runnable later = () -> loop.execute(task);
                        }
                    }
                    """,
                    LOOP + """
                    package io.aldis.broker.session;
                    class Outbox {
                        java.util.function.Consumer<Runnable> hop(io.aldis.broker.loop.Loop loop) { return loop::execute; }
                    }
                    """,
                    """
                    package io.aldis.broker.connection;
                    class Connection {
                        void read(io.netty.channel.Channel channel) { channel.eventLoop().submit(() -> {}); }
                    }
                    """,
                    """
                    package io.aldis.broker.connection;
                    class KeepAlive {
                        void start(io.netty.channel.Channel channel) {
                            channel.eventLoop().schedule(() -> {}, 1, java.util.concurrent.TimeUnit.SECONDS);
                        }
                    }
                    """),
            Law.of(
                    "A future comes home to a loop",
                    brokerMayNot("continue on a thread it did not name", ThreadLaw::continuesAnywhere, call -> false),
                    """
                    package io.aldis.broker.connection;
                    class Handshake {
                        void wait(java.util.concurrent.CompletionStage<String> answer) {
                            answer.thenAcceptAsync(text -> {});
                        }
                    }
                    """,
                    """
                    package io.aldis.broker.hook;
                    class Hooks {
                        void ask() { java.util.concurrent.CompletableFuture.runAsync(() -> {}); }
                    }
                    """),
            Law.of(
                    "Threads are started where the broker is put together",
                    brokerMayNot(
                            "start threads, except in its own package and where the loops are made",
                            ThreadLaw::startsThreads,
                            call -> Set.of(RoomArrows.ROOT, "loop", "listener", "lifecycle", "chain")
                                    .contains(RoomArrows.room(call.getOriginOwner()))),
                    "package io.aldis.broker.session; class Expiry { Thread thread = new Thread(); }",
                    """
                    package io.aldis.broker.store;
                    class Ledger { Object pool = java.util.concurrent.Executors.newCachedThreadPool(); }
                    """),
            Law.of(
                    "Nobody waits",
                    brokerMayNot(
                            "wait for another thread, except where it starts and stops",
                            ThreadLaw::waits,
                            call -> Set.of(RoomArrows.ROOT, "listener", "lifecycle", "chain")
                                    .contains(RoomArrows.room(call.getOriginOwner()))),
                    """
                    package io.aldis.broker.connection;
                    class Handshake {
                        String wait(java.util.concurrent.CompletableFuture<String> answer) { return answer.join(); }
                    }
                    """,
                    """
                    package io.aldis.broker.routing;
                    class Fanout {
                        void settle(java.util.concurrent.CountDownLatch latch) throws InterruptedException { latch.await(); }
                    }
                    """,
                    """
                    package io.aldis.broker.connection;
                    class Connection {
                        void close(io.netty.channel.Channel channel) { channel.close().syncUninterruptibly(); }
                    }
                    """,
                    """
                    package io.aldis.broker.session;
                    class Expiry {
                        void nap() throws InterruptedException { Thread.sleep(1); }
                    }
                    """),
            Law.of(
                    "Sessions and connections know no lock objects",
                    noClasses()
                            .that()
                            .resideInAnyPackage("io.aldis.broker.session..", "io.aldis.broker.connection..")
                            .should()
                            .dependOnClassesThat()
                            .resideInAPackage("java.util.concurrent.locks.."),
                    """
                    package io.aldis.broker.session;
                    class Session { Object lock = new java.util.concurrent.locks.ReentrantLock(); }
                    """),
            Law.of(
                    "Sessions and connections are not synchronized",
                    classes()
                            .that()
                            .resideInAnyPackage("io.aldis.broker.session..", "io.aldis.broker.connection..")
                            .should(haveNoMonitor()),
                    "package io.aldis.broker.session; class Session { synchronized void end() {} }",
                    """
                    package io.aldis.broker.connection;
                    class Connection { void close() { Runnable r = () -> { synchronized (this) { } }; } }
                    """));

    private ThreadLaw() {}

    static ArchRule brokerMayNot(
            String what, Predicate<CodeUnitAccessTarget> deed, Predicate<JavaCodeUnitAccess<?>> allowed) {
        return noClasses()
                .that(describe("belong to the broker", RoomArrows::isOfBroker))
                .should(new ArchCondition<>(what) {
                    @Override
                    public void check(JavaClass type, ConditionEvents events) {
                        accesses(type)
                                .filter(access -> deed.test(access.getTarget()))
                                .filter(allowed.negate())
                                .forEach(access ->
                                        events.add(SimpleConditionEvent.satisfied(type, access.getDescription())));
                    }
                });
    }

    /** Calls and references, of methods and constructors. */
    private static Stream<? extends JavaCodeUnitAccess<?>> accesses(JavaClass type) {
        return Stream.concat(type.getCodeUnitCallsFromSelf().stream(), type.getCodeUnitReferencesFromSelf().stream());
    }

    private static boolean handsOver(CodeUnitAccessTarget target) {
        JavaClass owner = target.getOwner();
        return (owner.isAssignableTo(Executor.class) && HANDING_OVER.contains(target.getName()))
                || (owner.isAssignableTo(ScheduledExecutorService.class)
                        && target.getName().startsWith("schedule"));
    }

    private static boolean isNamedPlace(JavaCodeUnit origin) {
        return outermost(origin.getOwner()).getSimpleName().equals("Fanout")
                || origin.getName().endsWith("Async")
                || (origin.getName().equals("close")
                        && origin.getOwner().isAssignableTo("io.aldis.broker.session.ClientLink"));
    }

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(ThreadLaw::outermost).orElse(type);
    }

    private static boolean continuesAnywhere(CodeUnitAccessTarget target) {
        return target.getOwner().isAssignableTo(CompletionStage.class)
                && target.getName().endsWith("Async")
                && target.getRawParameterTypes().stream().noneMatch(type -> type.isEquivalentTo(Executor.class));
    }

    private static boolean startsThreads(CodeUnitAccessTarget target) {
        JavaClass owner = target.getOwner();
        return owner.isEquivalentTo(Executors.class)
                || (target.getName().equals("<init>")
                        && (owner.isAssignableTo(Thread.class)
                                || owner.isAssignableTo(ExecutorService.class)
                                || owner.isAssignableTo(Timer.class)));
    }

    private static boolean waits(CodeUnitAccessTarget target) {
        JavaClass owner = target.getOwner();
        boolean someoneToWaitFor = owner.isAssignableTo(Future.class)
                || owner.isAssignableTo(BlockingQueue.class)
                || owner.isAssignableTo(CountDownLatch.class)
                || owner.isAssignableTo(CyclicBarrier.class)
                || owner.isAssignableTo(Semaphore.class)
                || owner.isAssignableTo(LockSupport.class)
                || owner.isAssignableTo(Thread.class)
                || target.getName().equals("wait");
        return someoneToWaitFor && WAITING.contains(target.getName());
    }

    private static ArchCondition<JavaClass> haveNoMonitor() {
        return new ArchCondition<>("have no synchronized method or block") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                type.getMethods().stream()
                        .filter(method -> method.getModifiers().contains(JavaModifier.SYNCHRONIZED))
                        .forEach(method -> events.add(
                                SimpleConditionEvent.violated(type, method.getDescription() + " is synchronized")));
                if (entersMonitor(type)) {
                    events.add(
                            SimpleConditionEvent.violated(type, type.getDescription() + " has a synchronized block"));
                }
            }
        };
    }

    /** Looks for the one instruction that ArchUnit does not show. */
    private static boolean entersMonitor(JavaClass type) {
        boolean[] found = {false};
        try (InputStream in = type.getSource().orElseThrow().getUri().toURL().openStream()) {
            new ClassReader(in)
                    .accept(
                            new ClassVisitor(Opcodes.ASM9) {
                                @Override
                                public MethodVisitor visitMethod(
                                        int access,
                                        String name,
                                        String descriptor,
                                        String signature,
                                        String[] exceptions) {
                                    return new MethodVisitor(Opcodes.ASM9) {
                                        @Override
                                        public void visitInsn(int opcode) {
                                            found[0] |= opcode == Opcodes.MONITORENTER;
                                        }
                                    };
                                }
                            },
                            ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return found[0];
    }
}
