package io.aldis.broker.message;

/** Takes a message to everybody who wants it: how a will or another room's own message is published. */
@FunctionalInterface
public interface MessageSink {

    /** Publishes {@code message} as if a client had sent it. Callable from any thread; returns at once. */
    void publishAsync(Message message);
}
