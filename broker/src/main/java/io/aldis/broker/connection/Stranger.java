package io.aldis.broker.connection;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Guesses what a client speaks that does not speak MQTT, for the log: a wrong port is the most common mistake. */
final class Stranger {

    private static final int TLS_HANDSHAKE = 0x16;
    private static final int TLS_MAJOR_VERSION = 3;

    /** The first byte of a header of version 2, which no packet begins with. */
    private static final int PROXY_V2 = 0x0D;

    private static final String PROXY =
            " This looks like a header of the PROXY protocol, which the listener does not expect:"
                    + " switch it on there, or off in the proxy.";

    private static final List<String> HTTP =
            List.of("GET ", "POST ", "HEAD ", "PUT ", "OPTIONS ", "CONNECT ", "DELETE ", "PRI * ");

    private Stranger() {}

    /** A hint that begins with a space, or "" if the bytes look like MQTT. */
    static String guess(ByteBuf first) {
        int start = 0;
        int length = first.writerIndex();
        if (length >= 2
                && first.getUnsignedByte(start) == TLS_HANDSHAKE
                && first.getUnsignedByte(start + 1) == TLS_MAJOR_VERSION) {
            return " This looks like TLS, but the listener is plain TCP: use a TLS listener's port, or switch TLS off in the client.";
        }
        if (length >= 2 && first.getUnsignedByte(start) == PROXY_V2 && first.getUnsignedByte(start + 1) == '\n') {
            return PROXY;
        }
        String text = first.toString(start, Math.min(length, 8), StandardCharsets.ISO_8859_1);
        if (text.startsWith("PROXY ")) {
            return PROXY;
        }
        if (HTTP.stream().anyMatch(text::startsWith)) {
            return " This looks like HTTP, but the listener speaks MQTT: use the port of the WebSocket or management listener.";
        }
        return "";
    }
}
