package io.aldis.acceptance.hooks;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.Broker;
import io.aldis.broker.Listener;
import io.aldis.broker.hook.HookRegistry;
import io.aldis.broker.hook.OnConnect;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.Puback;
import io.aldis.codec.Publish;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.testkit.RawClient;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * A hook that takes long about one user delays that user only. How long it takes is up to the test, which lets it go when all the
 * others have been served: if they waited for it, they would wait for ever.
 */
class SlowHookTest {

    private static final int OTHERS = 200;

    private final CountDownLatch called = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final CompletableFuture<OnConnect.Answer> answer = new CompletableFuture<>();

    private static Broker broker(Consumer<HookRegistry> hooks) {
        return Broker.builder()
                .listener(Listener.tcp("127.0.0.1", 0))
                .loops(1)
                .settings(Settings.defaults().withHook(hook -> hook.withDecisionTimeout(Duration.ofMinutes(5))))
                .hooks(hooks)
                .start();
    }

    private static boolean isSlow(OnConnect.Connecting event) {
        return "slow".equals(event.client().username());
    }

    private OnConnect.Answer dawdle(OnConnect.Connecting event) {
        if (isSlow(event)) {
            called.countDown();
            try {
                release.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
        return event.proceed();
    }

    @Test
    void aHookThatBlocksAboutOneUserDelaysThatUserOnly() throws InterruptedException {
        try (Broker broker = broker(hooks -> hooks.blocking().onConnect(this::dawdle))) {
            assertOthersGoOn(broker, release::countDown);
        }
    }

    @Test
    void aHookThatAnswersLateAboutOneUserDelaysThatUserOnly() throws InterruptedException {
        try (Broker broker = broker(hooks -> hooks.onConnectAsync(event -> {
            if (isSlow(event)) {
                called.countDown();
                return answer.thenApply(ignored -> event.proceed());
            }
            return CompletableFuture.completedFuture(event.proceed());
        }))) {
            assertOthersGoOn(broker, () -> answer.complete(null));
        }
    }

    private void assertOthersGoOn(Broker broker, Runnable letGo) throws InterruptedException {
        try (RawClient subscriber = RawClient.connected(broker.port(), Connect.v5("subscriber"));
                RawClient slow = RawClient.connect(broker.port())) {
            subscriber.subscribe("news", Qos.AT_LEAST_ONCE);
            slow.send(Connect.v5("slow").withCredentials("slow", Binary.EMPTY));
            called.await();
            for (int i = 0; i < OTHERS; i++) {
                try (RawClient other = RawClient.connected(broker.port(), Connect.v5("other-" + i))) {
                    other.send(Publish.qos1("news", Binary.utf8("" + i), 1));
                    assertThat(other.expect(Puback.class).reason()).isEqualTo(ReasonCode.SUCCESS);
                    assertThat(subscriber.takeMessage().payload()).isEqualTo(Binary.utf8("" + i));
                }
            }
            assertThat(broker.admin().client("slow")).isEmpty();
            letGo.run();
            assertThat(slow.expect(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
        }
    }

    @Test
    void aHookThatHoldsUpALoopOnceDoesSoNeverAgain() throws Exception {
        CountDownLatch second = new CountDownLatch(1);
        try (Broker broker = broker(hooks -> hooks.onConnect(event -> {
            if (isSlow(event) && called.getCount() > 0) {
                called.countDown();
                holdUp();
            } else if (isSlow(event)) {
                second.countDown();
                return dawdle(event);
            }
            return event.proceed();
        }))) {
            try (RawClient first = RawClient.connect(broker.port())) {
                first.send(Connect.v5("first").withCredentials("slow", Binary.EMPTY));
                first.expect(Connack.class);
            }
            assertThat(broker.admin().hooks())
                    .anySatisfy(use -> assertThat(use.offLoop()).isTrue());
            assertOthersGoOn(broker, release::countDown);
            second.await();
        }
    }

    /** For longer than a loop may be held up, without sleeping. */
    private static void holdUp() {
        long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(150);
        while (System.nanoTime() < until) {
            Thread.onSpinWait();
        }
    }

    @Test
    void aBrokerThatStopsWaitsForNoDecision() throws InterruptedException {
        Broker broker = broker(hooks -> hooks.onConnectAsync(event -> {
            called.countDown();
            return answer;
        }));
        try (RawClient waiting = RawClient.connect(broker.port())) {
            waiting.send(Connect.v5("waiting"));
            called.await();
            assertThat(broker.stop(Duration.ofMinutes(1)).closedByForce()).isZero();
            waiting.expectRefusal(ReasonCode.SERVER_UNAVAILABLE);
        }
    }
}
