package io.aldis.broker.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.chain.Hooks;
import io.aldis.broker.loop.Loop;
import io.aldis.broker.metric.Metrics;
import io.aldis.broker.settings.HookSettings;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an outbox holds for a client that takes nothing. */
class OutboxTest {

    private final Outbox outbox = new Outbox(
            "client",
            untouched(Backlog.class),
            new Drops(new Metrics(), Hooks.of(HookSettings.defaults(), System::nanoTime)),
            untouched(Loop.class));

    /** Stands where something is needed that has nothing to do. */
    private static <T> T untouched(Class<T> type) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (self, method, given) -> {
            throw new AssertionError(method);
        }));
    }

    /** A replay for one filter that has not found anything yet. */
    private static final class Searching implements Replay {
        private final String filter;
        private boolean ended;

        Searching(String filter) {
            this.filter = filter;
        }

        @Override
        public @Nullable Delivery peek() {
            return null;
        }

        @Override
        public void remove() {
            throw new AssertionError("There is nothing to be taken.");
        }

        @Override
        public boolean ended() {
            return ended;
        }

        @Override
        public void join(Replay other) {
            throw new AssertionError("The former one has ended.");
        }

        @Override
        public void forget(Set<String> filters) {
            ended |= filters.contains(filter);
        }
    }

    @Test
    void aClientThatSubscribesAgainAndAgainLeavesNothingBehind() {
        for (int i = 0; i < 3; i++) {
            outbox.forget(List.of("filter"));
            outbox.replay(new Searching("filter"));
            assertThat(outbox.idle()).isFalse();
        }
        outbox.forget(List.of("another"));
        assertThat(outbox.idle()).isFalse();
        outbox.forget(List.of("filter"));
        assertThat(outbox.idle()).isTrue();
    }
}
