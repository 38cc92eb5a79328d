package io.aldis.broker.session;

import io.aldis.broker.message.Message;

/** Takes messages of no connection: wills, another room's own messages, and what a member of a shared subscription left. */
public interface MessageSink {

    /**
     * Publishes a will whose time has come, if hooks let it through. Callable from any thread; returns at once.
     *
     * @param number by which the ledger knows it
     */
    void publishWillAsync(long number, Message will);

    /**
     * A message that went to one member of a shared subscription is still to go to a member: that one is gone (MQTT 5.0 §4.8.2).
     * Callable from any thread.
     *
     * @param share the shared subscription, as its members wrote it
     */
    void redispatchAsync(Message message, String share);
}
