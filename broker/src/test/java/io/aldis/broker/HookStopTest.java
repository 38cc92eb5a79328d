package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.hook.HookRegistry;
import io.aldis.broker.settings.Settings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** {@code OnStop}: the broker has stopped. */
class HookStopTest {

    @RegisterExtension
    final HookLog log = new HookLog();

    private final List<String> said = new CopyOnWriteArrayList<>();

    @SafeVarargs
    private static Broker start(Consumer<HookRegistry>... registrations) {
        Broker.Builder builder = Broker.builder()
                .listener(Listener.tcp("127.0.0.1", 0))
                .loops(1)
                .settings(Settings.defaults().withSys(sys -> sys.withInterval(Duration.ZERO)));
        for (Consumer<HookRegistry> registration : registrations) {
            builder.hooks(registration);
        }
        return builder.start();
    }

    @Test
    void isToldOnceInTheOrderOfRegistrationWhenAllOthersHaveEnded() {
        String stopping = Thread.currentThread().getName();
        Broker broker = start(
                hooks -> hooks.onStop(
                        () -> said.add("one on " + Thread.currentThread().getName())),
                hooks -> hooks.onStop(
                        () -> said.add("two on " + Thread.currentThread().getName())));
        assertThat(said).isEmpty();
        broker.stop(Duration.ofSeconds(5), new StopProgress() {
            @Override
            public void listenersClosed() {
                said.add("listeners closed");
            }

            @Override
            public void idleClosed(int connections) {
                said.add("idle closed");
            }

            @Override
            public void othersEnded(int inOrder, int byForce) {
                said.add("others ended");
            }
        });
        broker.close();
        assertThat(said)
                .containsExactly(
                        "listeners closed", "idle closed", "others ended", "one on " + stopping, "two on " + stopping);
    }

    @Test
    void oneThatThrowsHurtsNobody() {
        Broker broker = start(
                hooks -> hooks.onStop(() -> {
                    throw new NoClassDefFoundError("a library");
                }),
                hooks -> hooks.onStop(() -> said.add("two")));
        broker.close();
        assertThat(said).containsExactly("two");
        assertThat(log.lines()).singleElement().asString().contains("OnStop of embedder");
    }

    @Test
    void runsOnTheThreadThatStopsAlsoIfItIsMarkedAsBlocking() {
        Thread stopping = Thread.currentThread();
        Broker broker = start(hooks ->
                hooks.blocking().onStop(() -> said.add(Thread.currentThread() == stopping ? "here" : "elsewhere")));
        broker.close();
        assertThat(said).containsExactly("here");
    }
}
