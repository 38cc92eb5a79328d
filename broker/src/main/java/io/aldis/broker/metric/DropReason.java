package io.aldis.broker.metric;

/** Why a message did not reach one receiver, or is not retained for later ones. Every drop is counted under exactly one of these. */
public enum DropReason {
    /** QoS 0 to a client whose connection is over its outbound high-water mark. */
    SLOW_CONSUMER,
    /** The session's queue holds as many messages as it may. */
    QUEUE_FULL_MESSAGES,
    /** The session's queue holds as many bytes as it may. */
    QUEUE_FULL_BYTES,
    /** All queues together hold as many messages as they may. */
    QUEUES_FULL_MESSAGES,
    /** All queues together hold as many bytes as they may. */
    QUEUES_FULL_BYTES,
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
    /** A message that the broker or one of its hooks does not take, because of its topic, payload, retain flag or publisher: nobody gets it. */
    REFUSED,
    /** It had to be kept, and the storage does not take anything: nobody gets it, and its publisher is told. */
    STORAGE_FAILED,
    /** A hook did not let the message go to this client. */
    REFUSED_BY_HOOK,
    /** The client is connected at a listener with a mount point, and the topic is not below it. */
    OUTSIDE_MOUNT_POINT,
    /** A shared subscription group had no member left that could take the message. */
    NO_SHARED_MEMBER,
    /** There are as many retained messages as there may be: the message was delivered, but not retained for later. */
    RETAINED_FULL,
    /** The payload is larger than that of a retained message may be: the message was delivered, but not retained for later. */
    RETAINED_TOO_LARGE
}
