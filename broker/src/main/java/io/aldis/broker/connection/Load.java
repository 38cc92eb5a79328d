package io.aldis.broker.connection;

import io.aldis.broker.loop.Loop;
import io.aldis.broker.settings.OverloadSettings;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the broker's loops keep up. Each has a small task every tenth of a second; by how much it comes late is the loop's lag, and what
 * everybody on that loop waits for. Callable from any thread.
 */
public final class Load {

    private static final Logger log = LoggerFactory.getLogger(Load.class);

    /** How often a loop is looked at. */
    static final Duration BEAT = Duration.ofMillis(100);

    /** How long no loop must lag for all to be well again. */
    static final Duration CALM = Duration.ofMillis(500);

    /** How it stands. */
    public enum State {
        /** All loops keep up. */
        KEEPS_UP,
        /** A loop lags: nobody is accepted for the moment. */
        LAGS,
        /** It has lagged for long: who comes is refused. */
        OVERLOADED
    }

    /**
     * A state and what leads out of it.
     *
     * @param since when the trouble began
     * @param lastTrouble when a loop lagged last, or had not recovered
     */
    private record Standing(State state, long since, long lastTrouble) {}

    private final long limitNanos;
    private final long refuseAfterNanos;
    private volatile List<Pulse> pulses = List.of();
    private volatile Standing standing = new Standing(State.KEEPS_UP, 0, 0);
    private final AtomicBoolean judging = new AtomicBoolean();
    private final LongAdder overloads = new LongAdder();

    /** Looks at nothing before {@link #startAsync}. */
    public Load(OverloadSettings settings) {
        limitNanos = settings.lagLimit().toNanos();
        refuseAfterNanos = settings.refuseAfter().toNanos();
    }

    /** Begins to look at these loops, unless the settings say never to. Called once. */
    public void startAsync(List<Loop> loops) {
        if (limitNanos == 0) {
            return;
        }
        pulses = loops.stream().map(Pulse::new).toList();
        pulses.forEach(pulse -> pulse.loop.execute(pulse::plan));
    }

    /** How it stands now. */
    public State state() {
        return standing.state;
    }

    /** How often loops have begun to lag. */
    public long overloads() {
        return overloads.sum();
    }

    /** By how much the loop that lags most did so last. */
    public Duration lag() {
        long most = 0;
        for (Pulse pulse : pulses) {
            most = Math.max(most, pulse.lag());
        }
        return Duration.ofNanos(most);
    }

    /** One loop's small task. */
    private final class Pulse {
        private final Loop loop;
        private volatile long last;
        private volatile long dueAt;

        Pulse(Loop loop) {
            this.loop = loop;
            dueAt = loop.machineNanos() + BEAT.toNanos();
        }

        void plan() {
            dueAt = loop.machineNanos() + BEAT.toNanos();
            loop.scheduleOnMachine(this::beat, BEAT);
        }

        private void beat() {
            assert loop.inEventLoop();
            long now = loop.machineNanos();
            last = Math.max(0, now - dueAt);
            plan();
            judge(now);
        }

        /** The last one, or that of the next if it is late already: a loop that is stuck says nothing. */
        long lag() {
            return Math.max(last, loop.machineNanos() - dueAt);
        }
    }

    private void judge(long now) {
        if (!judging.compareAndSet(false, true)) {
            return; // Another loop does just that.
        }
        State before = standing.state;
        standing = next(standing, lag().toNanos(), now);
        if (standing.state != before) {
            tell(standing.state);
        }
        judging.set(false);
    }

    private Standing next(Standing before, long lag, long now) {
        if (before.state == State.KEEPS_UP) {
            return lag > limitNanos ? new Standing(State.LAGS, now, now) : before;
        }
        boolean trouble = lag > limitNanos / 2;
        if (!trouble && now - before.lastTrouble >= CALM.toNanos()) {
            return new Standing(State.KEEPS_UP, now, now);
        }
        boolean lasts = now - before.since >= refuseAfterNanos;
        return new Standing(lasts ? State.OVERLOADED : before.state, before.since, trouble ? now : before.lastTrouble);
    }

    private void tell(State now) {
        switch (now) {
            case LAGS -> {
                overloads.increment();
                log.warn(
                        "A loop lags by {} ms: nobody new is accepted until it has caught up. If this comes often, the broker has too much to do, or a hook waits on its loop",
                        lag().toMillis());
            }
            case OVERLOADED -> log.warn("The broker has been overloaded for a while: clients that connect are refused");
            case KEEPS_UP -> log.info("All loops keep up again: everybody is accepted");
        }
    }
}
