package io.aldis.broker.session;

import io.aldis.broker.message.Message;
import io.aldis.codec.Qos;
import java.util.List;

/**
 * A message as one receiver gets it.
 *
 * @param qos the lesser of the message's and the subscription's [MQTT-3.8.4-8], [MQTT3-3.8.4-6]
 * @param retain whether RETAIN is set towards the receiver
 * @param subscriptionIdentifiers of the subscriptions that matched (MQTT 5.0 §3.3.2.3.8)
 * @param shared whether others get the same packet, so that encoding it once pays
 * @param share the shared subscription it comes by, as its member wrote it, or {@link #NO_SHARE} (MQTT 5.0 §4.8.2)
 */
public record Delivery(
        Message message, Qos qos, boolean retain, List<Integer> subscriptionIdentifiers, boolean shared, String share) {

    /** Another message in its place, which nobody else gets. */
    public Delivery with(Message other) {
        return new Delivery(other, qos, retain, subscriptionIdentifiers, false, share);
    }

    /** By no shared subscription. */
    public static final String NO_SHARE = "";
}
