package io.aldis.codec;

/** A client says that it lives (MQTT 5.0, section 3.12; MQTT 3.1.1, section 3.12). */
public record Pingreq() implements Packet {
    static final Pingreq INSTANCE = new Pingreq();

    @Override
    public PacketType type() {
        return PacketType.PINGREQ;
    }
}
