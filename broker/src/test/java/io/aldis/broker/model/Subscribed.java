package io.aldis.broker.model;

import io.aldis.codec.Subscription;

/** A subscription of a session.
 *
 * @param identifier 0 for none
 */
record Subscribed(Subscription subscription, int identifier) {}
