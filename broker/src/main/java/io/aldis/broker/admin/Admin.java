package io.aldis.broker.admin;

import java.util.List;
import java.util.Optional;

/** What management may know of a running broker. Callable from any thread. */
public interface Admin {

    /** All sessions, in no order. */
    List<SessionInfo> sessions();

    /** The session of a client id, if it has one. */
    Optional<SessionInfo> session(String clientId);

    /** Counters and sizes. */
    Statistics statistics();
}
