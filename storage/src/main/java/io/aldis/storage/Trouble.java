package io.aldis.storage;

import org.rocksdb.AbstractEventListener;
import org.rocksdb.BackgroundErrorReason;
import org.rocksdb.RocksDBException;
import org.rocksdb.Status;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What keeps the store from writing, in words. RocksDB tells of it on threads of its own, and goes on by itself when a disk that was full has
 * room again.
 */
final class Trouble extends AbstractEventListener {
    static final String REPAIR = "Stop the broker and run: aldis store check --repair";

    private static final Logger LOG = LoggerFactory.getLogger(Trouble.class);

    private volatile String text = "";

    Trouble() {
        super(EnabledEventCallback.ON_BACKGROUND_ERROR, EnabledEventCallback.ON_ERROR_RECOVERY_COMPLETED);
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
    public void onBackgroundError(BackgroundErrorReason during, Status status) {
        text = "The store cannot write: " + reason(status, status);
        LOG.error("{} (during {})", text, during);
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
    static String reason(@org.jspecify.annotations.Nullable Status status, Object otherwise) {
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
