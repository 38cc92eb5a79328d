package io.aldis.broker.storage;

/** A place to keep what must outlive the process, given to a broker's builder. */
public interface Storage {

    /**
     * Opens it for one broker. Called once by each broker, on the thread that starts it; may take long.
     *
     * @return what the broker closes when it stops
     * @throws StorageUnavailable if it cannot be used
     */
    KeyValueStore open();
}
