package io.aldis.storage;

import io.aldis.broker.storage.StorageFailed;
import java.util.concurrent.locks.StampedLock;

/**
 * Lets users of native objects in until it is shut. Who shuts it waits until all have left; later ones are turned away. Users do not
 * enter twice.
 */
final class Gate {
    private final StampedLock lock = new StampedLock();

    /** Changed by who holds the whole lock. */
    private boolean isShut;

    /**
     * To be followed by {@link #leave}.
     *
     * @return what to leave with
     * @throws StorageFailed if it was shut
     */
    long enter() {
        long pass = lock.readLock();
        if (isShut) {
            lock.unlockRead(pass);
            throw new StorageFailed("The store is closed", null);
        }
        return pass;
    }

    /** As {@link #enter}, but answers 0 if it was shut. */
    long tryEnter() {
        long pass = lock.readLock();
        if (isShut) {
            lock.unlockRead(pass);
            return 0;
        }
        return pass;
    }

    void leave(long pass) {
        lock.unlockRead(pass);
    }

    /** Shuts it and then runs the last words, unless it was shut before. */
    void shut(Runnable last) {
        long pass = lock.writeLock();
        try {
            if (!isShut) {
                isShut = true;
                last.run();
            }
        } finally {
            lock.unlockWrite(pass);
        }
    }
}
