package io.aldis.junit;

import java.util.ArrayList;
import java.util.List;

/** Something that packets wait before until a test opens it: see {@link Faults#delay}. Safe for use by every thread. */
public final class Gate {

    private final List<Runnable> waiting = new ArrayList<>();
    private boolean open;

    /** A gate that is closed. */
    public Gate() {}

    /** Lets through what waits, and whatever comes later. It stays open. */
    public void open() {
        List<Runnable> through;
        synchronized (this) {
            open = true;
            through = List.copyOf(waiting);
            waiting.clear();
        }
        through.forEach(Runnable::run);
    }

    /** Runs {@code then} when it is open, on the thread that opens it; at once if it is. */
    void pass(Runnable then) {
        synchronized (this) {
            if (!open) {
                waiting.add(then);
                return;
            }
        }
        then.run();
    }
}
