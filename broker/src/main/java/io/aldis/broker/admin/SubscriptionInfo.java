package io.aldis.broker.admin;

import io.aldis.codec.Subscription;
import io.aldis.codec.Topics;
import io.aldis.codec.Topics.SharedFilter;

/**
 * A subscription of a session.
 *
 * @param clientId whose it is
 * @param subscription filter and options, at the QoS that was granted
 * @param identifier subscription identifier, 0 for none (MQTT 5.0 §3.8.2.1.2)
 */
public record SubscriptionInfo(String clientId, Subscription subscription, int identifier) {

    /** The filter as it was subscribed to, {@code $share/} and share name included. */
    public String filter() {
        return subscription.filter();
    }

    /** The share name, "" if the subscription is not shared (MQTT 5.0 §4.8.2). */
    public String group() {
        return Topics.shared(filter()).map(SharedFilter::group).orElse("");
    }

    /** What topics are matched with: what follows the share name, if there is one. */
    public String topicFilter() {
        return Topics.shared(filter()).map(SharedFilter::filter).orElse(filter());
    }
}
