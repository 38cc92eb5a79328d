package io.aldis.broker.store;

import io.aldis.broker.message.Message;
import io.aldis.codec.Qos;
import java.util.List;

/**
 * A message in a session's queue.
 *
 * @param qos what the receiver gets: 1 or 2
 * @param retain whether RETAIN is set towards it
 * @param received whether the client has answered PUBREC, so that only PUBREL is owed
 */
public record QueuedMessage(
        Message message, Qos qos, boolean retain, List<Integer> subscriptionIdentifiers, boolean received) {}
