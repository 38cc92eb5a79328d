package io.aldis.benchmark.engine;

import io.aldis.benchmark.plan.Plan;
import io.aldis.benchmark.result.ExitCode;
import io.aldis.benchmark.verify.Audience;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What all clients of a run share. Its methods may be called from any thread. */
final class Stage {

    /** When nothing of what is owed has come for so long, it is taken for lost and no longer waited for. */
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(1);

    /** Of a stack, as many as tell where a bug is. */
    private static final int FRAMES = 8;

    private final Plan plan;
    private final String run;
    private final Audience audience;
    private final Dialer dialer;
    private final CompletableFuture<Void> failure = new CompletableFuture<>();
    private final ConcurrentLinkedQueue<String> remarks = new ConcurrentLinkedQueue<>();
    private final AtomicLong unsent = new AtomicLong();

    // What may be owed while publishers send as fast as they can.
    private LongSupplier settled = () -> 0;
    private LongSupplier expected = () -> 0;
    private final AtomicLong settledBefore = new AtomicLong();
    private final AtomicLong settledAt = new AtomicLong();
    private final AtomicLong forgiven = new AtomicLong();

    private volatile boolean churning;
    private volatile boolean quiet = true;

    /** @param run a name no other run has */
    Stage(Plan plan, String run, Audience audience, Dialer dialer) {
        this.plan = plan;
        this.run = run;
        this.audience = audience;
        this.dialer = dialer;
    }

    /** Where it can be read how many deliveries should have happened, and how many have. */
    void counts(LongSupplier deliveriesExpected, LongSupplier deliveriesSettled) {
        expected = deliveriesExpected;
        settled = deliveriesSettled;
    }

    Plan plan() {
        return plan;
    }

    String run() {
        return run;
    }

    Audience audience() {
        return audience;
    }

    Dialer dialer() {
        return dialer;
    }

    /** Completes exceptionally with {@link RunFailed} when the run cannot go on. */
    CompletableFuture<Void> failure() {
        return failure;
    }

    void fail(ExitCode exit, String message) {
        failure.completeExceptionally(new RunFailed(exit, message));
    }

    /** Something of ours went wrong, for which the broker is not to be blamed. */
    void bug(Throwable thrown) {
        String where = Stream.of(thrown.getStackTrace())
                .limit(FRAMES)
                .map(StackTraceElement::toString)
                .collect(Collectors.joining(", called by "));
        fail(ExitCode.BUG, "This tool has a bug: " + thrown + " in " + where + ".");
    }

    /** A task for an event loop, which by itself would keep silent about a bug in it. */
    Runnable guarded(Runnable task) {
        return () -> {
            try {
                task.run();
            } catch (RuntimeException | Error thrown) {
                bug(thrown);
            }
        };
    }

    /** Something that is allowed but worth knowing. */
    void remark(String sentence) {
        remarks.add(sentence);
    }

    Iterable<String> remarks() {
        return remarks;
    }

    /** So many messages were due and could not be sent. */
    void unsent(long messages) {
        unsent.addAndGet(messages);
    }

    long unsent() {
        return unsent.get();
    }

    /** How many more deliveries may be owed now; more than anybody sends if there is no bound. */
    long allowance() {
        long most = plan.outstanding();
        if (most == 0) {
            return Long.MAX_VALUE;
        }
        long done = settled.getAsLong();
        long now = System.nanoTime();
        long owed = expected.getAsLong() - done - forgiven.get();
        if (settledBefore.getAndSet(done) != done || owed < most) {
            settledAt.set(now);
        } else if (now - settledAt.get() > PATIENCE) {
            forgiven.addAndGet(owed);
            settledAt.set(now);
            owed = 0;
        }
        return most - owed;
    }

    /** Whether clients that come and go do so. */
    boolean churning() {
        return churning;
    }

    void churning(boolean now) {
        churning = now;
    }

    /** Whether nobody publishes, so that it is certain what is retained. */
    boolean quiet() {
        return quiet;
    }

    void quiet(boolean now) {
        quiet = now;
    }
}
