package io.aldis.broker.session;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Messages for one session that are fetched only as its client takes them, however many there are: the retained ones of new
 * subscriptions. Confined to the session's loop.
 */
public interface Replay {

    /**
     * The next message, which stays the next until {@link #remove}. Null if none is at hand: then more are looked for, and
     * {@link Session#replayReady} is called, unless this {@link #ended}.
     */
    @Nullable
    Delivery peek();

    /** The message that {@link #peek} gave has been taken. */
    void remove();

    /** Whether nothing more will come. */
    boolean ended();

    /** Takes over what another replay for the same session would give, after its own. */
    void join(Replay other);

    /** Gives no more for subscriptions with these filters: they have ended. */
    void forget(Set<String> filters);
}
