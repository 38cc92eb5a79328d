package io.aldis.broker.connection;

/**
 * Where a connection stands. Legal ways: {@code AWAITING_CONNECT → CONNECTING → OPEN}, any number of times from
 * {@code CONNECTING} to {@code AUTHENTICATING} and back, and from each of them to {@code CLOSING → CLOSED} or straight to
 * {@code CLOSED}.
 */
enum ConnectionState {
    /** The socket is open, nothing has come; a timer runs. */
    AWAITING_CONNECT,
    /** CONNECT has come and is being decided; what else came waits. */
    CONNECTING,
    /** The client is to say more about who it is: AUTH has been sent, and AUTH or DISCONNECT may come. */
    AUTHENTICATING,
    /** CONNACK has been sent with success: packets flow. */
    OPEN,
    /** The last bytes have been written, what still comes is thrown away, the socket is about to close. */
    CLOSING,
    /** The socket is closed and everything is released. */
    CLOSED;

    boolean mayBecome(ConnectionState next) {
        return switch (next) {
            case AWAITING_CONNECT -> false;
            case CONNECTING -> this == AWAITING_CONNECT || this == AUTHENTICATING;
            case AUTHENTICATING -> this == CONNECTING;
            case OPEN -> this == CONNECTING;
            case CLOSING -> !over();
            case CLOSED -> true;
        };
    }

    /** Whether packets are still taken. */
    boolean takesPackets() {
        return this == AWAITING_CONNECT || this == AUTHENTICATING || this == OPEN;
    }

    /** Whether the connection is on its way out. */
    boolean over() {
        return this == CLOSING || this == CLOSED;
    }
}
