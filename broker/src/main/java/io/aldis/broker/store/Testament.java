package io.aldis.broker.store;

import io.aldis.broker.message.Message;
import org.jspecify.annotations.Nullable;

/**
 * A will (MQTT 5.0 §3.1.2.5): the message, and how long it waits.
 *
 * @param message without expiry
 * @param delaySeconds will delay interval, 0 to 4,294,967,295
 * @param expirySeconds message expiry interval, counted from when the will is published; null for none (MQTT 5.0 §3.1.3.2.4)
 */
public record Testament(
        Message message, long delaySeconds, @Nullable Long expirySeconds) {

    /** The message as it is published at {@code time} (milliseconds since 1970). */
    Message publishedAt(long time) {
        return expirySeconds == null ? message : message.expiringAt(time + expirySeconds * 1000);
    }
}
