package io.aldis.broker.store;

import io.aldis.broker.loop.Loop;
import io.aldis.broker.settings.Durability;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A log without a disk: a command is applied as soon as it is proposed.
 *
 * <p>Nobody waits: whoever finds the log idle applies its own command and all that others propose meanwhile; whoever finds it
 * busy leaves the command to that thread. So commands have one order and no lock.
 */
public final class InMemoryCommandLog implements CommandLog {

    private static final Logger log = LoggerFactory.getLogger(InMemoryCommandLog.class);

    private final StateMachine machine;
    private final Queue<Proposal<?>> proposals = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile boolean closed;

    /** By index of the loop: answers that were handed to it and have not been heard yet. */
    private final AtomicIntegerArray underWay;

    /**
     * A log whose commands are applied by {@code machine}, which must have no other caller.
     *
     * @param loops how many loops propose
     */
    public InMemoryCommandLog(StateMachine machine, int loops) {
        this.machine = machine;
        underWay = new AtomicIntegerArray(loops);
    }

    @Override
    public <R> void propose(Command<R> command, Durability needed, Loop home, Consumer<? super R> applied) {
        if (closed) {
            return;
        }
        proposals.add(new Proposal<>(command, home, applied));
        if (waiting.getAndIncrement() == 0) {
            applyAll();
        }
    }

    private void applyAll() {
        do {
            Proposal<?> proposal = proposals.poll();
            if (proposal != null) {
                apply(proposal);
            }
        } while (waiting.decrementAndGet() != 0);
    }

    private <R> void apply(Proposal<R> proposal) {
        try {
            answerAsync(proposal, machine.apply(proposal.command));
        } catch (Throwable bug) { // Whatever it is, the commands of all others must go on.
            log.error("A command failed: {}", proposal.command.getClass().getSimpleName(), bug);
        }
    }

    /** Answers in the order of application: at once only if nothing answered before is still on its way to that loop. */
    private <R> void answerAsync(Proposal<R> proposal, R answer) {
        Loop home = proposal.home;
        if (underWay.get(home.index()) == 0 && home.inEventLoop()) {
            proposal.applied.accept(answer);
        } else {
            underWay.incrementAndGet(home.index());
            home.execute(() -> {
                underWay.decrementAndGet(home.index());
                proposal.applied.accept(answer);
            });
        }
    }

    @Override
    public boolean full() {
        return false;
    }

    @Override
    public void whenRoom(Loop loop, Runnable resume) {
        loop.execute(resume);
    }

    @Override
    public String trouble() {
        return "";
    }

    @Override
    public void close() {
        closed = true;
    }

    private record Proposal<R>(Command<R> command, Loop home, Consumer<? super R> applied) {}
}
