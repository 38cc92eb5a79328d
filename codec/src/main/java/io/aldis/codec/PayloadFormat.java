package io.aldis.codec;

/** What the sender says its payload is (Payload Format Indicator; MQTT 5.0, section 3.3.2.3.2). */
public enum PayloadFormat {
    /** 0: bytes of any kind; the same as not saying anything. */
    UNSPECIFIED(0),
    /** 1: UTF-8 encoded character data. The codec does not check the payload for it. */
    UTF_8(1);

    private final int code;

    PayloadFormat(int code) {
        this.code = code;
    }

    /** The number on the wire: 0 or 1. */
    public int code() {
        return code;
    }
}
