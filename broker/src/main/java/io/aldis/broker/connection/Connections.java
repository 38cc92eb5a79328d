package io.aldis.broker.connection;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The connections open now. Safe for use by every thread. */
public final class Connections {

    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong lastNumber = new AtomicLong();

    /** No connections yet. */
    public Connections() {}

    /** All open connections, as they are now. */
    public List<Connection> all() {
        return List.copyOf(open);
    }

    /** How many are open. */
    public int size() {
        return open.size();
    }

    long nextNumber() {
        return lastNumber.incrementAndGet();
    }

    void add(Connection connection) {
        open.add(connection);
    }

    void remove(Connection connection) {
        open.remove(connection);
    }
}
