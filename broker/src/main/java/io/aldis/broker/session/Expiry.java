package io.aldis.broker.session;

import io.aldis.broker.loop.Loop;
import io.aldis.broker.loop.Timer;
import io.aldis.broker.settings.Durability;
import io.aldis.broker.store.Command.Fire;
import io.aldis.broker.store.CommandLog;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Makes time pass for the ledger: proposes {@link Fire} when a will or a session expiry is due. Confined to one loop of the
 * broker.
 */
public final class Expiry {

    private static final long NEVER = Long.MAX_VALUE;

    /** Longer waits are cut in pieces, so that a clock that was set is noticed. */
    private static final long LONGEST_WAIT_MILLIS = 60_000;

    private final Loop loop;
    private final CommandLog log;
    private long nextDue = NEVER;
    private @Nullable Timer timer;

    /** Runs on {@code loop} and proposes to {@code log}. */
    public Expiry(Loop loop, CommandLog log) {
        this.loop = loop;
        this.log = log;
    }

    /** A timer of the ledger is due at {@code time} (milliseconds since 1970). Callable from any thread. */
    public void dueAsync(long time) {
        loop.execute(() -> due(time));
    }

    private void due(long time) {
        assert loop.inEventLoop();
        if (time < nextDue) {
            nextDue = time;
            await();
        }
    }

    private void await() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        if (nextDue != NEVER) {
            long wait = Math.max(0, nextDue - loop.currentTimeMillis());
            timer = loop.schedule(this::look, Duration.ofMillis(Math.min(wait, LONGEST_WAIT_MILLIS)));
        }
    }

    private void look() {
        timer = null;
        if (loop.currentTimeMillis() < nextDue) {
            await();
            return;
        }
        nextDue = NEVER;
        log.propose(new Fire(loop.currentTimeMillis()), Durability.WRITTEN, loop, this::due);
    }

    /** Forgets what is due: the broker stops. */
    public void stop() {
        assert loop.inEventLoop();
        nextDue = NEVER;
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }
}
