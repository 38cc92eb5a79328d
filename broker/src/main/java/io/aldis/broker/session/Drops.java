package io.aldis.broker.session;

import io.aldis.broker.chain.Hooks;
import io.aldis.broker.hook.OnMsgDropped;
import io.aldis.broker.message.Message;
import io.aldis.broker.metric.DropReason;
import io.aldis.broker.metric.Metrics;

/**
 * Where every message ends that does not reach a receiver: counted under its reason, and told to those who listen.
 *
 * <p>Callable from any thread. If nobody listens, a drop costs its count and nothing else.
 */
public final class Drops {

    private final Metrics metrics;
    private final Hooks hooks;

    /** Counts in {@code metrics} and tells {@code hooks}. */
    public Drops(Metrics metrics, Hooks hooks) {
        this.metrics = metrics;
        this.hooks = hooks;
    }

    /**
     * A message did not reach one receiver.
     *
     * @param receiver client id, or "" if there is none to name
     */
    public void dropped(DropReason reason, Message message, String receiver) {
        metrics.dropped(reason);
        if (hooks.onMsgDropped.any()) {
            hooks.onMsgDropped.tell(new OnMsgDropped.Dropped(hooks.broker(), reason, message, receiver), receiver);
        }
    }
}
