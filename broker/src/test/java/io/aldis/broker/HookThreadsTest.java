package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.admin.Admin;
import io.aldis.broker.chain.Asker;
import io.aldis.broker.chain.Hooks;
import io.aldis.broker.chain.Hooks.Owned;
import io.aldis.broker.hook.OnSubscribed.Subscribed;
import io.aldis.broker.hook.OnWillPublish;
import io.aldis.broker.hook.OnWillPublish.WillDue;
import io.aldis.broker.loop.Loop;
import io.aldis.broker.loop.Timer;
import io.aldis.broker.message.Message;
import io.aldis.broker.settings.HookSettings;
import io.aldis.codec.Qos;
import io.aldis.codec.Subscription;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Hooks that block, on real threads. */
@Timeout(60)
class HookThreadsTest {

    /** Stands where a broker is, and is not spoken to. */
    private static final Admin NOBODY = (Admin) Proxy.newProxyInstance(
            Admin.class.getClassLoader(), new Class<?>[] {Admin.class}, (self, method, given) -> {
                throw new AssertionError(method);
            });

    @RegisterExtension
    final HookLog log = new HookLog();

    private final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();

    private static Subscribed event(String clientId, int number) {
        return new Subscribed(NOBODY, clientId, Subscription.of("f/" + number, Qos.AT_MOST_ONCE));
    }

    private static String of(Subscribed event) {
        return event.clientId() + " " + event.subscription().filter();
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    @Test
    void aClientWhoseHookSleepsDelaysNoOther() throws InterruptedException {
        CountDownLatch awake = new CountDownLatch(1);
        try (Hooks hooks = Hooks.of(HookSettings.defaults(), System::nanoTime)) {
            hooks.replace(List.of(Hooks.register(
                    "test",
                    registry -> registry.blocking().onSubscribed(event -> {
                        if (event.clientId().equals("sleeper")) {
                            await(awake);
                        }
                        heard.add(of(event));
                    }))));
            for (int i = 0; i < 3; i++) {
                hooks.onSubscribed.tell(event("sleeper", i), "sleeper");
            }
            hooks.onSubscribed.tell(event("other", 0), "other");
            assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo("other f/0");
            assertThat(heard).isEmpty();
            awake.countDown();
            for (int i = 0; i < 3; i++) {
                assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo("sleeper f/" + i);
            }
        }
    }

    @Test
    void whatWaitsWhenTheThreadsEndIsToldToTheEndAndInOrder() throws InterruptedException {
        int many = 100_000;
        CountDownLatch closing = new CountDownLatch(1);
        List<String> told = new ArrayList<>(many);
        Hooks hooks = Hooks.of(HookSettings.defaults().withWaitingEvents(many), System::nanoTime);
        hooks.replace(List.of(Hooks.register(
                "test",
                registry -> registry.blocking().onSubscribed(event -> {
                    await(closing);
                    told.add(of(event));
                }))));
        for (int i = 0; i < many; i++) {
            hooks.onSubscribed.tell(event("client", i), "client");
        }
        Thread closer = new Thread(hooks::close);
        closer.start();
        while (closer.getState()
                != Thread.State.TIMED_WAITING) { // Until it has told the threads to end, and waits for them.
            Thread.onSpinWait();
        }
        closing.countDown();
        closer.join();
        assertThat(told).hasSize(many).last().isEqualTo("client f/" + (many - 1));
        assertThat(log.lines()).isEmpty();
    }

    @Test
    void whatComesAfterTheThreadsHaveEndedIsLostAndCounted() {
        Hooks hooks = Hooks.of(HookSettings.defaults(), System::nanoTime);
        hooks.replace(List.of(Hooks.register(
                "test", registry -> registry.blocking().onSubscribed(event -> heard.add(of(event))))));
        hooks.close();
        hooks.onSubscribed.tell(event("client", 0), "client");
        assertThat(heard).isEmpty();
        assertThat(hooks.uses())
                .singleElement()
                .satisfies(use -> assertThat(use.lost()).isEqualTo(1));
    }

    /** A loop that is the thread of the test, in a time of its own. */
    private static final class Here implements Loop {
        private final ArrayDeque<Runnable> tasks = new ArrayDeque<>();
        private final List<Runnable> due = new ArrayList<>();

        @Override
        public synchronized void execute(Runnable task) {
            tasks.add(task);
        }

        private synchronized Runnable next() {
            Runnable task = tasks.poll();
            return task == null ? () -> {} : task;
        }

        void run() {
            while (!isIdle()) {
                next().run();
            }
        }

        private synchronized boolean isIdle() {
            return tasks.isEmpty();
        }

        void letTimePass() {
            due.forEach(this::execute);
            due.clear();
            run();
        }

        @Override
        public Timer schedule(Runnable task, Duration delay) {
            due.add(task);
            return () -> due.remove(task);
        }

        @Override
        public int index() {
            return 0;
        }

        @Override
        public boolean inEventLoop() {
            return true;
        }

        @Override
        public void atEndOfTurn(Runnable job) {
            execute(job);
        }

        @Override
        public int random(int bound) {
            return 0;
        }

        @Override
        public long nanoTime() {
            return 0;
        }

        @Override
        public long currentTimeMillis() {
            return 0;
        }
    }

    @Test
    void anOwnerIsNotQuietWhileAThreadIsInOneOfItsHooksHoweverLateItIs() throws Exception {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch leave = new CountDownLatch(1);
        Here loop = new Here();
        ExecutorService threads = Executors.newSingleThreadExecutor();
        List<OnWillPublish.Answer> answers = new ArrayList<>();
        try (Hooks hooks = Hooks.on(HookSettings.defaults(), loop::nanoTime, threads)) {
            Owned plugin = Hooks.register(
                    "plugin",
                    registry -> registry.blocking().onWillPublish(event -> {
                        entered.countDown();
                        boolean left = false;
                        while (!left) {
                            left = leaves(leave);
                        }
                        return event.publish();
                    }));
            hooks.replace(List.of(plugin));
            WillDue event = new WillDue(NOBODY, Message.builder("t").build());
            hooks.onWillPublish.decide(event, Asker.on(loop), answers::add);
            await(entered);
            hooks.replace(List.of());
            CompletableFuture<Void> quiet =
                    hooks.quietAsync(plugin, List.of(loop)).toCompletableFuture();
            loop.letTimePass();
            assertThat(answers).singleElement().isInstanceOf(OnWillPublish.Drop.class);
            assertThat(quiet).isNotDone();
            leave.countDown();
            quiet.get(30, TimeUnit.SECONDS);
        } finally {
            leave.countDown();
            threads.shutdownNow();
        }
    }

    /** As a hook does that takes no notice of being interrupted. */
    private static boolean leaves(CountDownLatch latch) {
        try {
            return latch.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException ignored) {
            return false;
        }
    }

    @Test
    void anOwnerIsQuietWhenAllItsCallsHaveComeBack() {
        Here loop = new Here();
        List<Runnable> offLoop = new ArrayList<>();
        Executor later = offLoop::add;
        try (Hooks hooks = Hooks.on(HookSettings.defaults(), loop::nanoTime, later)) {
            CompletableFuture<OnWillPublish.Answer> answer = new CompletableFuture<>();
            Owned plugin = Hooks.register(
                    "plugin",
                    registry -> registry.onWillPublishAsync(event -> answer)
                            .blocking()
                            .onSubscribed(event -> heard.add(of(event))));
            hooks.replace(List.of(plugin));
            WillDue event = new WillDue(NOBODY, Message.builder("t").build());
            hooks.onWillPublish.decide(event, Asker.on(loop), decided -> heard.add("decided"));
            hooks.onSubscribed.tell(event("client", 0), "client");
            hooks.replace(List.of());
            CompletableFuture<Void> quiet =
                    hooks.quietAsync(plugin, List.of(loop)).toCompletableFuture();
            loop.run();
            assertThat(quiet).isNotDone();
            answer.complete(event.publish());
            loop.run();
            assertThat(quiet).as("one is still to be told").isNotDone();
            offLoop.forEach(Runnable::run);
            assertThat(quiet).isDone();
            assertThat(heard).containsExactly("decided", "client f/0");
            hooks.onSubscribed.tell(event("client", 1), "client");
            assertThat(heard).hasSize(2);
        }
    }

    @Test
    void aHookThatIsTooLateIsInterrupted() throws InterruptedException {
        CountDownLatch entered = new CountDownLatch(1);
        CountDownLatch interrupted = new CountDownLatch(1);
        Here loop = new Here();
        ExecutorService threads = Executors.newSingleThreadExecutor();
        try (Hooks hooks = Hooks.on(HookSettings.defaults(), loop::nanoTime, threads)) {
            hooks.replace(List.of(Hooks.register(
                    "plugin",
                    registry -> registry.blocking().onWillPublish(event -> {
                        entered.countDown();
                        try {
                            new CountDownLatch(1).await();
                        } catch (InterruptedException expected) {
                            interrupted.countDown();
                        }
                        return event.publish();
                    }))));
            WillDue event = new WillDue(NOBODY, Message.builder("t").build());
            List<OnWillPublish.Answer> answers = new ArrayList<>();
            hooks.onWillPublish.decide(event, Asker.on(loop), answers::add);
            await(entered);
            loop.letTimePass();
            await(interrupted);
            loop.run();
            assertThat(answers).singleElement().isInstanceOf(OnWillPublish.Drop.class);
        } finally {
            threads.shutdownNow();
        }
    }
}
