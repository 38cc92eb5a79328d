package io.aldis.broker.connection;

import io.aldis.broker.admin.ClientInfo;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The connections open now. Safe for use by every thread. */
public final class Connections {

    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final AtomicLong lastNumber = new AtomicLong();

    /** Those of the connections that have been let in, by client id. */
    private final ConcurrentNavigableMap<String, ClientInfo> clients = new ConcurrentSkipListMap<>();

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

    /** The connected client of a client id, or null. */
    public @Nullable ClientInfo client(String clientId) {
        return clients.get(clientId);
    }

    /** The connected clients whose client ids come after this one, in their order; may change while read. */
    public Iterable<ClientInfo> clientsAfter(String clientId) {
        return clients.tailMap(clientId, false).values();
    }

    /** How many clients are connected. */
    public int clients() {
        return clients.size();
    }

    /** A client has been let in. */
    void came(ClientInfo client) {
        clients.put(client.clientId(), client);
    }

    /** Its connection ends; another one may have taken its place before. */
    @SuppressWarnings("ReferenceEquality") // Two connections may be equal in all that is known of them.
    void left(ClientInfo client) {
        clients.computeIfPresent(client.clientId(), (id, present) -> present == client ? null : present);
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
