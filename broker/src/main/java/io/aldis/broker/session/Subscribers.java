package io.aldis.broker.session;

import io.aldis.broker.store.StoredSubscription;

/** Where sessions are found by what they subscribe to. Callable from any thread; effective when the call returns. */
public interface Subscribers {

    /**
     * Adds a subscription, or replaces the session's subscription with the same filter [MQTT-3.8.4-3], [MQTT3-3.8.4-3].
     */
    void add(Session session, StoredSubscription subscription);

    /** Removes a session's subscription with this filter, if there is one. */
    void remove(Session session, String filter);
}
