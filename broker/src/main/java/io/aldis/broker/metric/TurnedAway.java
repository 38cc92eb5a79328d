package io.aldis.broker.metric;

/** Why a listener did not let a connection in. Each that is turned away for one of these reasons is counted under it. */
public enum TurnedAway {
    /** As many connections are open as the listener may have. */
    LISTENER_FULL,
    /** Its CONNECT, with what comes before it, took too long. */
    CONNECT_TIMEOUT,
    /** The listener does not allow the protocol version. */
    PROTOCOL_VERSION,
    /** The broker has been overloaded for a while. */
    OVERLOADED,
    /** It spoke another protocol than the listener, such as HTTP where MQTT is expected. */
    ANOTHER_PROTOCOL,
    /** TLS was not agreed on, or the client's certificate is not trusted. */
    TLS_REFUSED,
    /** What it asked of the WebSocket is not there or not allowed. */
    WEB_SOCKET_REFUSED
}
