package io.aldis.benchmark.plan;

import io.aldis.codec.MqttVersion;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The broker and the way to it.
 *
 * @param host name or address
 * @param port 1 to 65,535
 * @param path of the WebSocket, such as {@code /mqtt}; without meaning for other transports
 * @param tls how TLS is spoken; null where it is not
 * @param username null for none
 * @param password null for none
 * @param sources local addresses from which clients connect in turn; empty for the one the system chooses
 */
public record Target(
        String host,
        int port,
        MqttVersion version,
        Transport transport,
        String path,
        @Nullable Tls tls,
        @Nullable String username,
        @Nullable String password,
        List<String> sources) {

    /** How bytes travel. */
    public enum Transport {
        TCP,
        TLS,
        WS,
        WSS
    }

    /**
     * How TLS is spoken.
     *
     * @param caFile PEM of the authorities that are trusted; null for those the JDK trusts
     * @param insecure whether any certificate of the broker will do
     * @param certificateFile PEM of the client's certificate and its chain; null for none
     * @param keyFile PEM (PKCS#8) of its key
     */
    public record Tls(
            @Nullable String caFile,
            boolean insecure,
            @Nullable String certificateFile,
            @Nullable String keyFile) {}

    public Target {
        sources = List.copyOf(sources);
    }

    /** A broker that is spoken to in plain TCP. */
    public static Target tcp(String host, int port, MqttVersion version) {
        return new Target(host, port, version, Transport.TCP, "/mqtt", null, null, null, List.of());
    }

    /** The same way to another place. */
    public Target at(String otherHost, int otherPort) {
        return new Target(otherHost, otherPort, version, transport, path, tls, username, password, sources);
    }

    /** The same, from other local addresses. */
    public Target from(List<String> otherSources) {
        return new Target(host, port, version, transport, path, tls, username, password, otherSources);
    }

    /** Such as {@code mqtts://broker:8883}. */
    public String uri() {
        return switch (transport) {
            case TCP -> "mqtt://" + host + ":" + port;
            case TLS -> "mqtts://" + host + ":" + port;
            case WS -> "ws://" + host + ":" + port + path;
            case WSS -> "wss://" + host + ":" + port + path;
        };
    }
}
