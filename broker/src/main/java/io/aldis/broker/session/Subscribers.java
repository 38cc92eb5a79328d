package io.aldis.broker.session;

import io.aldis.broker.store.StoredSubscription;
import java.util.Collection;
import java.util.List;

/** Where sessions are found by what they subscribe to. Callable from any thread; effective when the call returns. */
public interface Subscribers {

    /** Adds subscriptions in their order, each new or replacing the session's one with the same filter [MQTT-3.8.4-3], [MQTT3-3.8.4-3]. */
    void add(Session session, List<StoredSubscription> subscriptions);

    /** Removes a session's subscriptions with these filters, those of them that there are. */
    void remove(Session session, Collection<String> filters);
}
