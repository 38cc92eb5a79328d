package io.aldis.broker.hook;

import io.aldis.broker.admin.Admin;
import org.jspecify.annotations.Nullable;

/**
 * Something that happens, as it passes along the chain of the hooks that are asked about it or hear of it: one object for the
 * whole chain.
 */
public class HookEvent {

    private final Admin broker;
    private volatile @Nullable Attributes context;

    HookEvent(Admin broker) {
        this.broker = broker;
    }

    /**
     * The broker it happens on: publish, subscribe, disconnect and look things up from here, on whatever thread. What changes
     * something is done a moment later, so that a hook never waits for itself.
     */
    public final Admin broker() {
        return broker;
    }

    /**
     * What the hooks of this chain tell each other about this event; gone after it. Values put by one hook are seen by the next;
     * but listening hooks that block hear in their own time, perhaps after those that are next.
     */
    public final Attributes context() {
        Attributes present = context;
        return present == null ? firstContext() : present;
    }

    private synchronized Attributes firstContext() {
        Attributes present = context;
        if (present == null) {
            present = new Attributes();
            context = present;
        }
        return present;
    }
}
