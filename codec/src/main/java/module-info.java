/** MQTT packets to bytes and back, usable without the broker. */
module io.aldis.codec {
    requires transitive io.netty.buffer;
    requires transitive io.netty.common; // ByteBuf is reference-counted, which io.netty.common says.
    requires static transitive org.jspecify;

    exports io.aldis.codec;
}
