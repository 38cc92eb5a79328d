package io.aldis.broker.settings;

import java.util.List;

/**
 * MQTT over WebSocket on a listener (RFC 6455, MQTT 5.0 §6). Messages are never compressed.
 *
 * @param path where clients connect, beginning with "/"
 * @param subprotocols those that a client may offer, the first of them that it offers is taken
 * @param allowedOrigins pages that may connect, such as "https://example.org"; all if empty. Clients that are no browsers have no
 *     origin and may always
 * @param trustedProxies networks of proxies whose {@code X-Forwarded-For} is believed: the client's address is then the last one in it
 *     that is not of such a proxy. The field is ignored if this is empty, or somebody else has sent the request. On a Unix domain socket,
 *     where the permissions of the file say who may connect, the sender is a trusted proxy if there is any
 * @param maximumRequestLine most bytes of the first line of a request, 256 to 65,536
 * @param maximumHeaderBytes most bytes of all header fields of a request, 256 to 1,048,576
 */
public record WebSocket(
        String path,
        List<String> subprotocols,
        List<String> allowedOrigins,
        List<Network> trustedProxies,
        int maximumRequestLine,
        int maximumHeaderBytes) {

    public WebSocket {
        subprotocols = List.copyOf(subprotocols);
        allowedOrigins = List.copyOf(allowedOrigins);
        trustedProxies = List.copyOf(trustedProxies);
        if (!path.startsWith("/") || path.indexOf('?') >= 0 || path.indexOf('#') >= 0) {
            throw new IllegalArgumentException("The path of WebSocket is \"" + path
                    + "\", but it must begin with \"/\" and have no \"?\" and no \"#\".");
        }
        if (subprotocols.isEmpty()) {
            throw new IllegalArgumentException("WebSocket needs a sub-protocol, such as \"mqtt\", but none is given.");
        }
        Check.inRange("maximumRequestLine", maximumRequestLine, 256, 65_536);
        Check.inRange("maximumHeaderBytes", maximumHeaderBytes, 256, 1_048_576);
    }

    /** The defaults. */
    public static WebSocket defaults() {
        return new WebSocket("/mqtt", List.of("mqtt", "mqttv3.1"), List.of(), List.of(), 4096, 16_384);
    }

    /** These with another {@code path}. */
    public WebSocket withPath(String value) {
        return new WebSocket(
                value, subprotocols, allowedOrigins, trustedProxies, maximumRequestLine, maximumHeaderBytes);
    }

    /** These with other {@code subprotocols}. */
    public WebSocket withSubprotocols(List<String> value) {
        return new WebSocket(path, value, allowedOrigins, trustedProxies, maximumRequestLine, maximumHeaderBytes);
    }

    /** These with other {@code allowedOrigins}. */
    public WebSocket withAllowedOrigins(List<String> value) {
        return new WebSocket(path, subprotocols, value, trustedProxies, maximumRequestLine, maximumHeaderBytes);
    }

    /** These with other {@code trustedProxies}. */
    public WebSocket withTrustedProxies(List<Network> value) {
        return new WebSocket(path, subprotocols, allowedOrigins, value, maximumRequestLine, maximumHeaderBytes);
    }

    /** These with another {@code maximumRequestLine}. */
    public WebSocket withMaximumRequestLine(int value) {
        return new WebSocket(path, subprotocols, allowedOrigins, trustedProxies, value, maximumHeaderBytes);
    }

    /** These with another {@code maximumHeaderBytes}. */
    public WebSocket withMaximumHeaderBytes(int value) {
        return new WebSocket(path, subprotocols, allowedOrigins, trustedProxies, maximumRequestLine, value);
    }
}
