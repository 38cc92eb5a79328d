/** MQTT packets to bytes and back, usable without the broker. */
module io.aldis.codec {
    requires transitive io.netty.buffer;
    requires static transitive org.jspecify;

    exports io.aldis.codec;
}
