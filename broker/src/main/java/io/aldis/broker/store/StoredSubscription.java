package io.aldis.broker.store;

import io.aldis.codec.Subscription;

/**
 * A subscription as the ledger keeps it.
 *
 * @param identifier subscription identifier, 0 for none (MQTT 5.0 §3.8.2.1.2)
 */
public record StoredSubscription(Subscription subscription, int identifier) {}
