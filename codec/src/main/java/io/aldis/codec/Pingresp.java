package io.aldis.codec;

/** The server answers a PINGREQ (MQTT 5.0, section 3.13; MQTT 3.1.1, section 3.13). */
public record Pingresp() implements Packet {
    static final Pingresp INSTANCE = new Pingresp();

    @Override
    public PacketType type() {
        return PacketType.PINGRESP;
    }
}
