package io.aldis.codec;

/** Whether a new subscription is sent the retained messages that match it (MQTT 5.0, section 3.8.3.1). */
public enum RetainHandling {
    /** 0: send them. What MQTT 3.x always does. */
    SEND(0),
    /** 1: send them only if the subscription did not exist before. */
    SEND_IF_NEW(1),
    /** 2: do not send them. */
    DO_NOT_SEND(2);

    private static final RetainHandling[] CODES = values();

    private final int code;

    RetainHandling(int code) {
        this.code = code;
    }

    /** The number on the wire: 0, 1 or 2. */
    public int code() {
        return code;
    }

    /**
     * The retain handling with this number.
     *
     * @throws IllegalArgumentException unless {@code code} is 0, 1 or 2
     */
    public static RetainHandling of(int code) {
        if (code < 0 || code >= CODES.length) {
            throw new IllegalArgumentException("retain handling " + code + "; 0, 1 or 2 expected");
        }
        return CODES[code];
    }
}
