package io.aldis.microbench.load;

import java.util.BitSet;

/** The packet identifiers of one publisher, 1 to 65,535, and which of them are in flight. */
final class PacketIds {
    private static final int HIGHEST = 65_535;

    private final BitSet inFlight = new BitSet(HIGHEST + 1);
    private int count;
    private int last;

    /** The next free identifier. */
    int take() {
        do {
            last = last == HIGHEST ? 1 : last + 1;
        } while (inFlight.get(last));
        inFlight.set(last);
        count++;
        return last;
    }

    /** Whether it was in flight, which it is no longer. */
    boolean release(int id) {
        if (!inFlight.get(id)) {
            return false;
        }
        inFlight.clear(id);
        count--;
        return true;
    }

    int inFlight() {
        return count;
    }
}
