package io.aldis.broker.operation;

import io.aldis.broker.admin.Page;
import io.aldis.broker.admin.SessionInfo;
import io.aldis.broker.session.Session;
import io.aldis.broker.session.SessionTable;
import io.aldis.broker.store.SessionRecord;
import io.aldis.broker.store.StateMachine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** Looks sessions up: in the ledger, which has them in the order of their client ids. Safe for use by every thread. */
final class SessionPages {

    private final StateMachine ledger;
    private final SessionTable sessions;

    SessionPages(StateMachine ledger, SessionTable sessions) {
        this.ledger = ledger;
        this.sessions = sessions;
    }

    /** The session of a client id, or null. */
    @Nullable
    SessionInfo session(String clientId) {
        SessionRecord record = ledger.session(clientId);
        Session session = record == null ? null : sessions.ofNumber(record.session());
        return record == null || session == null ? null : info(record, session);
    }

    /** Sessions after a client id, each as {@code view} has it. */
    <E> Page<E> page(String after, int limit, BiFunction<SessionRecord, Session, E> view) {
        int most = PagePicker.checked(limit);
        List<E> entries = new ArrayList<>();
        String last = "";
        for (SessionRecord record : ledger.sessionsFrom(after.isEmpty() ? "" : after + '\0')) { // Nothing is between.
            Session session = sessions.ofNumber(record.session());
            if (session == null) {
                continue; // It begins or ends just now.
            }
            if (entries.size() == most) {
                return new Page<>(entries, last, sessions.size());
            }
            entries.add(view.apply(record, session));
            last = record.clientId();
        }
        return new Page<>(entries, "", sessions.size());
    }

    /** All sessions. */
    List<SessionInfo> all() {
        List<SessionInfo> all = new ArrayList<>();
        for (SessionRecord record : ledger.sessionsFrom("")) {
            Session session = sessions.ofNumber(record.session());
            if (session != null) {
                all.add(info(record, session));
            }
        }
        return List.copyOf(all);
    }

    /** What anybody may know of a session. */
    static SessionInfo info(SessionRecord record, Session session) {
        boolean connected = session.connected();
        return new SessionInfo(
                session.clientId(),
                record.principal(),
                connected,
                session.durable(),
                session.subscriptionCount(),
                record.expirySeconds(),
                Instant.ofEpochMilli(session.createdAt()),
                instant(session.connectedAt()),
                connected ? null : instant(session.disconnectedAt()));
    }

    private static @Nullable Instant instant(long millis) {
        return millis == 0 ? null : Instant.ofEpochMilli(millis);
    }
}
