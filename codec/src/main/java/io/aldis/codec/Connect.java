package io.aldis.codec;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A client asks for a connection (MQTT 5.0, section 3.1; MQTT 3.1.1, section 3.1).
 *
 * @param version the version all packets of the connection are in
 * @param clientId who the client is; empty asks the server to choose a name. MQTT 3.1 wants 1 to 23 characters, which is the server's to judge
 * @param cleanStart whether to forget an earlier session; called Clean Session in MQTT 3.x, where it also ends this one with the connection
 * @param keepAlive the longest silence of the client in seconds, 0 to 65,535; 0 for no limit
 * @param will what the server publishes if the connection breaks; null for nothing
 * @param username null if absent
 * @param password null if absent; in MQTT 3.x only with a user name
 * @param properties only in MQTT 5.0
 */
public record Connect(
        MqttVersion version,
        String clientId,
        boolean cleanStart,
        int keepAlive,
        @Nullable Will will,
        @Nullable String username,
        @Nullable Binary password,
        ConnectProperties properties)
        implements Packet {
    private static final int KEEP_ALIVE = 60;

    public Connect {
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(clientId, "clientId");
        Objects.requireNonNull(properties, "properties");
        Check.range(keepAlive, 0, Check.MAXIMUM_TWO_BYTES, "keep alive");
        Check.that(
                version == MqttVersion.V5 || username != null || password == null,
                "a password without a user name in " + version); // [MQTT-3.1.2-22] of 3.1.1
    }

    /** A CONNECT of MQTT 5.0 with a clean start and a keep alive of 60 seconds. */
    public static Connect v5(String clientId) {
        return of(MqttVersion.V5, clientId);
    }

    /** A CONNECT of MQTT 3.1.1 with a clean session and a keep alive of 60 seconds. */
    public static Connect v311(String clientId) {
        return of(MqttVersion.V3_1_1, clientId);
    }

    /** A CONNECT of MQTT 3.1 with a clean session and a keep alive of 60 seconds. */
    public static Connect v31(String clientId) {
        return of(MqttVersion.V3_1, clientId);
    }

    /** A CONNECT with a clean start and a keep alive of 60 seconds. */
    public static Connect of(MqttVersion version, String clientId) {
        return new Connect(version, clientId, true, KEEP_ALIVE, null, null, null, ConnectProperties.NONE);
    }

    /** The same, starting clean or not. */
    public Connect withCleanStart(boolean cleanStart) {
        return new Connect(version, clientId, cleanStart, keepAlive, will, username, password, properties);
    }

    /** The same with this keep alive, in seconds. */
    public Connect withKeepAlive(int keepAlive) {
        return new Connect(version, clientId, cleanStart, keepAlive, will, username, password, properties);
    }

    /** The same with this will. */
    public Connect withWill(Will will) {
        return new Connect(version, clientId, cleanStart, keepAlive, will, username, password, properties);
    }

    /** The same with this user name and no password. */
    public Connect withUsername(String username) {
        return new Connect(version, clientId, cleanStart, keepAlive, will, username, null, properties);
    }

    /** The same with this user name and password. */
    public Connect withCredentials(String username, Binary password) {
        return new Connect(version, clientId, cleanStart, keepAlive, will, username, password, properties);
    }

    /** The same with these properties. */
    public Connect withProperties(ConnectProperties properties) {
        return new Connect(version, clientId, cleanStart, keepAlive, will, username, password, properties);
    }

    @Override
    public PacketType type() {
        return PacketType.CONNECT;
    }

    /** All but the password. */
    @Override
    public String toString() {
        return "Connect[version=" + version + ", clientId=" + clientId + ", cleanStart=" + cleanStart + ", keepAlive="
                + keepAlive + ", will=" + will + ", username=" + username + ", password="
                + (password == null ? "null" : "***") + ", properties=" + properties + "]";
    }
}
