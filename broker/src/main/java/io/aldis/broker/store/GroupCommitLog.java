package io.aldis.broker.store;

import io.aldis.broker.loop.Loop;
import io.aldis.broker.settings.Durability;
import io.aldis.broker.storage.StorageFailed;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log on a storage: one thread applies what has come, keeps it all with one commit, and then tells of the changes and answers, each
 * loop in one task. While it waits for the disk, the next batch gathers; so the slower the disk is, the more messages share a wait.
 *
 * <p>When the storage cannot keep a batch, the batch is tried again until it can; nothing is answered meanwhile.
 */
public final class GroupCommitLog implements CommandLog {

    private static final Logger log = LoggerFactory.getLogger(GroupCommitLog.class);

    /** Commands and bytes of one batch at most, so that the first of it does not wait long for the last. */
    private static final int LARGEST_BATCH = 4096;

    private static final long LARGEST_BATCH_BYTES = 8L << 20;

    /** What may wait before publishers pause. */
    private static final int MOST_COMMANDS = 32_768;

    private static final long MOST_BYTES = 64L << 20;

    /** Publishers go on at this fraction of both. */
    private static final int EASED = 2;

    private static final Duration RETRY_AFTER = Duration.ofMillis(250);

    private final StateMachine machine;
    private final DeferredChanges changes;
    private final Tables tables;
    private final Executor writer;
    private final Loop clock;

    private final Queue<Proposal<?>> proposals = new ConcurrentLinkedQueue<>();
    private final AtomicInteger pending = new AtomicInteger();
    private final AtomicLong pendingBytes = new AtomicLong();
    private final Queue<Paused> paused = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;
    private volatile String trouble = "";

    // Confined to the writer.
    private final List<List<Runnable>> answers = new ArrayList<>();
    private final List<Loop> homes = new ArrayList<>();
    private int applied;
    private long appliedBytes;
    private boolean sync;

    /**
     * @param changes what {@code machine} tells its changes to
     * @param tables those of {@code machine}
     * @param writer runs one task at a time
     * @param clock by which a failed commit is tried again
     */
    public GroupCommitLog(StateMachine machine, DeferredChanges changes, Tables tables, Executor writer, Loop clock) {
        this.machine = machine;
        this.changes = changes;
        this.tables = tables;
        this.writer = writer;
        this.clock = clock;
    }

    @Override
    public <R> void propose(Command<R> command, Durability needed, Loop home, Consumer<? super R> whenKept) {
        if (closed) {
            return;
        }
        Proposal<R> proposal = new Proposal<>(command, needed, home, whenKept, command.bytes());
        pendingBytes.addAndGet(proposal.bytes);
        proposals.add(proposal);
        if (pending.getAndIncrement() == 0) {
            begin();
        }
    }

    private void begin() {
        try {
            writer.execute(this::work);
        } catch (RejectedExecutionException stopped) {
            log.debug("A command came after the end.", stopped);
        }
    }

    /** Batch after batch, until nothing is left or the storage fails. */
    private void work() {
        do {
            if (applied == 0) {
                applyBatch();
            }
            if (!commit()) {
                return;
            }
            tell();
        } while (finish() > 0);
    }

    private void applyBatch() {
        Proposal<?> proposal;
        while (applied < LARGEST_BATCH && appliedBytes < LARGEST_BATCH_BYTES && (proposal = proposals.poll()) != null) {
            applied++;
            appliedBytes += proposal.bytes;
            sync |= proposal.needed == Durability.SYNCED;
            apply(proposal);
        }
        machine.settle();
    }

    private <R> void apply(Proposal<R> proposal) {
        try {
            R answer = machine.apply(proposal.command);
            answersOf(proposal.home).add(() -> proposal.applied.accept(answer));
        } catch (Throwable bug) { // Whatever it is, the commands of all others must go on.
            log.error("A command failed: {}", proposal.command.getClass().getSimpleName(), bug);
        }
    }

    private List<Runnable> answersOf(Loop home) {
        while (answers.size() <= home.index()) {
            answers.add(new ArrayList<>());
            homes.add(home);
        }
        homes.set(home.index(), home);
        return answers.get(home.index());
    }

    /** Keeps what was applied; false if that has to be tried again. */
    private boolean commit() {
        try {
            tables.commit(sync);
        } catch (StorageFailed failed) {
            if (trouble.isEmpty()) {
                log.error(
                        "The storage does not take anything. Until it does, messages that must be kept are not acknowledged: {}",
                        failed.getMessage(),
                        failed);
            }
            trouble = String.valueOf(failed.getMessage());
            clock.execute(() -> clock.schedule(this::begin, RETRY_AFTER));
            return false;
        }
        if (!trouble.isEmpty()) {
            trouble = "";
            log.warn("The storage takes what comes again. Nothing that was acknowledged is lost.");
        }
        return true;
    }

    private void tell() {
        changes.tell();
        for (int i = 0; i < answers.size(); i++) {
            List<Runnable> ofLoop = answers.get(i);
            if (!ofLoop.isEmpty()) {
                answers.set(i, new ArrayList<>());
                homes.get(i).execute(() -> ofLoop.forEach(Runnable::run));
            }
        }
    }

    /** The batch is done with; answers how many commands wait. */
    private int finish() {
        pendingBytes.addAndGet(-appliedBytes);
        int left = pending.addAndGet(-applied);
        applied = 0;
        appliedBytes = 0;
        sync = false;
        if (!paused.isEmpty() && !fuller(EASED)) {
            resume();
        }
        return left;
    }

    // Who waits for room.

    @Override
    public boolean full() {
        return fuller(1);
    }

    private boolean fuller(int part) {
        return pending.get() > MOST_COMMANDS / part || pendingBytes.get() > MOST_BYTES / part;
    }

    @Override
    public void whenRoom(Loop loop, Runnable resume) {
        paused.add(new Paused(loop, resume));
        if (!full()) { // There may have been room before it was known that somebody waits.
            resume();
        }
    }

    private void resume() {
        Paused next;
        while ((next = paused.poll()) != null) {
            next.loop.execute(next.resume);
        }
    }

    @Override
    public String trouble() {
        return trouble;
    }

    @Override
    public void close() {
        closed = true;
    }

    private record Proposal<R>(
            Command<R> command, Durability needed, Loop home, Consumer<? super R> applied, long bytes) {}

    private record Paused(Loop loop, Runnable resume) {}
}
