package io.aldis.broker.session;

import io.aldis.broker.loop.Loop;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The sessions alive on this node. Readable by all threads; changed only by the thread that applies commands, so it follows the
 * ledger: at most one session a client id.
 */
public final class SessionTable {

    private final ConcurrentMap<String, Session> byClientId = new ConcurrentHashMap<>();
    private final ConcurrentMap<Long, Session> byNumber = new ConcurrentHashMap<>();

    /** Where the connections wait whose claims are under way: a session begun by one of them lives on its loop. */
    private final ConcurrentMap<Long, Loop> claimants = new ConcurrentHashMap<>();

    /** The session of a client id, or null. */
    public @Nullable Session ofClient(String clientId) {
        return byClientId.get(clientId);
    }

    /** The session of that number, or null if it has ended. */
    public @Nullable Session ofNumber(long number) {
        return byNumber.get(number);
    }

    /** All sessions, as they are now. */
    public Collection<Session> all() {
        return List.copyOf(byClientId.values());
    }

    /** How many there are. */
    public int size() {
        return byClientId.size();
    }

    /** A connection that waits on {@code loop} is about to claim a client id. */
    void expect(long link, Loop loop) {
        claimants.put(link, loop);
    }

    /** Its claim has been answered: where it waited, or null if it is not one of this node's. */
    @Nullable
    Loop arrived(long link) {
        return claimants.remove(link);
    }

    void add(Session session) {
        byClientId.put(session.clientId(), session);
        byNumber.put(session.number(), session);
    }

    void remove(Session session) {
        byNumber.remove(session.number());
        byClientId.remove(session.clientId(), session);
    }
}
