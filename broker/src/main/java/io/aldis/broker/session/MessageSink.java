package io.aldis.broker.session;

import io.aldis.broker.message.Message;

/** Takes messages of no connection: wills, another room's own messages, and what a member of a shared subscription left. */
public interface MessageSink {

    /** Publishes {@code message} as if a client had sent it. Callable from any thread; returns at once. */
    void publishAsync(Message message);

    /**
     * A message that went to one member of a shared subscription is still to go to a member: that one is gone (MQTT 5.0 §4.8.2).
     * Callable from any thread.
     *
     * @param share the shared subscription, as its members wrote it
     */
    void redispatchAsync(Message message, String share);
}
