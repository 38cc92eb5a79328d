package io.aldis.codec;

/** The versions of MQTT, in order of age. */
public enum MqttVersion {
    V3_1("MQIsdp", 3),
    V3_1_1("MQTT", 4),
    V5("MQTT", 5);

    private final String protocolName;
    private final int level;

    MqttVersion(String protocolName, int level) {
        this.protocolName = protocolName;
        this.level = level;
    }

    /** The protocol name a client writes into CONNECT. */
    public String protocolName() {
        return protocolName;
    }

    /** The protocol level a client writes into CONNECT. */
    public int level() {
        return level;
    }
}
