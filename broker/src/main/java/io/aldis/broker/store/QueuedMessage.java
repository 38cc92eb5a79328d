package io.aldis.broker.store;

import io.aldis.broker.message.Message;
import io.aldis.codec.Qos;
import java.util.List;

/**
 * A message for a session's queue.
 *
 * @param qos what the receiver gets
 * @param retain whether RETAIN is set towards it
 * @param share the shared subscription it came by, as its member wrote it, or "" (MQTT 5.0 §4.8.2)
 */
public record QueuedMessage(
        Message message, Qos qos, boolean retain, List<Integer> subscriptionIdentifiers, String share) {}
