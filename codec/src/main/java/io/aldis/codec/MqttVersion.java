package io.aldis.codec;

/** The versions of the protocol, by the level a CONNECT carries (MQTT 5.0, section 3.1.2.2). */
public enum MqttVersion {
    /** MQTT 3.1, protocol name {@code MQIsdp}. */
    V3_1(3, "MQIsdp", "3.1"),
    /** MQTT 3.1.1, protocol name {@code MQTT}. */
    V3_1_1(4, "MQTT", "3.1.1"),
    /** MQTT 5.0, protocol name {@code MQTT}. */
    V5(5, "MQTT", "5.0");

    private final int level;
    private final String protocolName;
    private final String number;

    MqttVersion(int level, String protocolName, String number) {
        this.level = level;
        this.protocolName = protocolName;
        this.number = number;
    }

    /** The protocol level byte of CONNECT: 3, 4 or 5. */
    public int level() {
        return level;
    }

    /** The protocol name of CONNECT: {@code MQIsdp} or {@code MQTT}. */
    public String protocolName() {
        return protocolName;
    }

    /** As people write it: {@code MQTT 3.1.1}. */
    @Override
    public String toString() {
        return "MQTT " + number;
    }
}
