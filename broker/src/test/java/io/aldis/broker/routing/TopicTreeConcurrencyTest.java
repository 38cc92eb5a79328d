package io.aldis.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.routing.TopicTree.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TopicTreeConcurrencyTest {

    private static final int WRITERS = 4;
    private static final int READERS = 2;
    private static final int ROUNDS = 20_000;

    private final ExecutorService threads = Executors.newFixedThreadPool(WRITERS + READERS);
    private final CyclicBarrier start = new CyclicBarrier(WRITERS + READERS);
    private final AtomicBoolean isOver = new AtomicBoolean();
    private final TopicTree<Integer> tree = new TopicTree<>();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void noChangeIsLostAndNoReaderSeesHalfAnUpdate() throws Exception {
        List<Future<?>> readers = new ArrayList<>();
        List<Future<?>> writers = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            readers.add(threads.submit(started(this::readUntilOver)));
        }
        for (int i = 0; i < WRITERS; i++) {
            int writer = i;
            writers.add(threads.submit(started(() -> write(writer))));
        }
        finish(writers);
        isOver.set(true);
        finish(readers);

        Snapshot<Integer> end = tree.snapshot();
        assertThat(end.get("count/all")).isEqualTo(WRITERS * ROUNDS);
        assertThat(end.get("pair/left")).isEqualTo(WRITERS * ROUNDS);
        assertThat(end.get("pair/right/deep/down")).isEqualTo(WRITERS * ROUNDS);
        for (int writer = 0; writer < WRITERS; writer++) {
            assertThat(end.get("count/" + writer)).isEqualTo(ROUNDS);
        }
        assertThat(end.size()).isEqualTo(3 + WRITERS); // all that came and went has gone
        assertThat(TopicTrees.nodes(end)).isEqualTo(5 + WRITERS); // and left no node
        // one generation for each change: two counts, the pair, and each coming and going
        assertThat(end.generation()).isEqualTo(5L * WRITERS * ROUNDS);
    }

    private void write(int writer) {
        Random random = new Random(writer);
        for (int round = 0; round < ROUNDS; round++) {
            tree.update("count/" + writer, TopicTreeConcurrencyTest::next);
            tree.update("count/all", TopicTreeConcurrencyTest::next);
            String passing = (random.nextBoolean() ? "count/all/" : "pair/+/") + random.nextInt(50) + "/" + writer;
            tree.update(passing, value -> 0);
            tree.updateAll(List.of("pair/left", "pair/right/deep/down"), (path, value) -> next(value));
            tree.update(passing, value -> null);
        }
    }

    private static int next(@Nullable Integer value) {
        return value == null ? 1 : value + 1;
    }

    private void readUntilOver() {
        long lastGeneration = -1;
        int lastLeft = -1;
        while (!isOver.get()) {
            Snapshot<Integer> seen = tree.snapshot();
            assertThat(seen.generation()).isGreaterThanOrEqualTo(lastGeneration);
            lastGeneration = seen.generation();

            Integer left = seen.get("pair/left");
            Integer right = seen.get("pair/right/deep/down");
            assertThat(left).isEqualTo(right);
            int now = left == null ? 0 : left;
            assertThat(now).isGreaterThanOrEqualTo(lastLeft);
            lastLeft = now;

            List<Integer> values = new ArrayList<>();
            seen.forEach(values::add);
            assertThat(values).hasSize(seen.size());
        }
    }

    private Callable<Object> started(Runnable work) {
        return () -> {
            start.await();
            work.run();
            return work;
        };
    }

    private static void finish(List<Future<?>> tasks) throws InterruptedException, ExecutionException {
        for (Future<?> task : tasks) {
            task.get();
        }
    }
}
