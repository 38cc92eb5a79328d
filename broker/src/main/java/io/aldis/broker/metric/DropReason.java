package io.aldis.broker.metric;

/** Why a message did not reach one receiver. Every drop is counted under exactly one of these. */
public enum DropReason {
    /** QoS 0 to a client whose connection is over its outbound high-water mark. */
    SLOW_CONSUMER,
    /** The session's queue holds as many messages as it may. */
    QUEUE_FULL_MESSAGES,
    /** The session's queue holds as many bytes as it may. */
    QUEUE_FULL_BYTES,
    /** The message expiry interval passed before the message could be sent. */
    EXPIRED,
    /** The packet would be larger than the client's Maximum Packet Size. */
    PACKET_TOO_LARGE,
    /** QoS 0 for a session whose client is not connected. */
    NOT_CONNECTED,
    /** The session ended while the message waited in it. */
    SESSION_ENDED,
    /** The client answered the message with an error reason code. */
    REFUSED_BY_CLIENT,
    /** A client's message that the broker does not take, because of its topic, payload or retain flag: nobody gets it. */
    REFUSED,
    /** A shared subscription group had no member left that could take the message. */
    NO_SHARED_MEMBER
}
