package io.aldis.storage;

import org.jspecify.annotations.Nullable;
import org.rocksdb.AbstractEventListener;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What keeps the store from writing, in words. It is known from commits that fail, also for what fails in the background and keeps it from
 * writing. When a disk that was full has room again, RocksDB goes on by itself and says so on a thread of its own.
 *
 * <p>Not asked for background errors themselves: RocksDB's Java part does not know all of their reasons, and throws.
 */
final class Trouble extends AbstractEventListener {
    static final String REPAIR = "Stop the broker and run: aldis store check --repair";

    private static final Logger LOG = LoggerFactory.getLogger(Trouble.class);

    private volatile String text = "";

    Trouble() {
        super(EnabledEventCallback.ON_ERROR_RECOVERY_COMPLETED);
    }

    /** "" if there is none. */
    String text() {
        return text;
    }

    /** A commit has failed. */
    String writing(RocksDBException e) {
        text = "The store cannot write: " + reason(e.getStatus(), e);
        return text;
    }

    /** A commit has not failed. */
    void isOver() {
        if (!text.isEmpty()) {
            text = "";
        }
    }

    @Override
    public void onErrorRecoveryCompleted(Status before) {
        text = "";
        LOG.info("The store writes again");
    }

    static String reading(String table, RocksDBException e) {
        return "Table " + table + " cannot be read: " + reason(e.getStatus(), e);
    }

    /**
     * @param status null if RocksDB gave none
     */
    static String reason(@Nullable Status status, Object otherwise) {
        if (status == null) {
            return String.valueOf(otherwise);
        }
        String state = status.getState() == null ? "" : " (" + status.getState() + ")";
        if (status.getSubCode() == Status.SubCode.NoSpace) {
            return "the disk is full" + state + ". It goes on by itself when there is space.";
        }
        if (status.getCode() == Status.Code.Corruption) {
            return "its files are damaged" + state + ". " + REPAIR;
        }
        return status.getCodeString() + state;
    }
}
