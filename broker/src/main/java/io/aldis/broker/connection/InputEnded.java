package io.aldis.broker.connection;

/**
 * An event of the pipeline: the client has said, in a layer between the socket and MQTT, that it sends nothing more. What came before is
 * still handled. That a socket has ended is told by Netty's {@code ChannelInputShutdownEvent}.
 */
public enum InputEnded {
    /** The event. */
    EVENT
}
