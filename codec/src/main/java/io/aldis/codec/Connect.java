package io.aldis.codec;

import io.netty.buffer.ByteBuf;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A client asks for a connection (MQTT 5.0, section 3.1; MQTT 3.1.1, section 3.1).
 *
 * @param version the version all packets of the connection are in
 * @param clientId who the client is; empty asks the server to choose a name. MQTT 3.1 wants 1 to 23 characters,
 *     which is the server's to judge
 * @param cleanStart whether to forget an earlier session; called Clean Session in MQTT 3.x, where it also ends this
 *     one with the connection
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

    // The connect flags (3.1.2.3).
    private static final int RESERVED = 0x01;
    private static final int CLEAN_START = 0x02;
    private static final int WILL = 0x04;
    private static final int WILL_QOS_SHIFT = 3;
    private static final int WILL_RETAIN = 0x20;
    private static final int PASSWORD = 0x40;
    private static final int USERNAME = 0x80;

    public Connect {
        Objects.requireNonNull(version, "version");
        Objects.requireNonNull(clientId, "clientId");
        Objects.requireNonNull(properties, "properties");
        Check.range(keepAlive, 0, Check.MAXIMUM_TWO_BYTES, "keep alive");
        Check.that(
                version == MqttVersion.V5 || username != null || password == null,
                "a password without a user name in " + version); // [MQTT3-3.1.2-22]
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

    /** Reads the variable header and the payload, and tells the reader the version as soon as it is known. */
    static Connect read(PacketReader in) {
        MqttVersion version = readVersion(in);
        in.version(version);
        int flags = in.oneByte("connect flags");
        checkFlags(in, version, flags);
        boolean cleanStart = (flags & CLEAN_START) != 0;
        int keepAlive = in.twoBytes("keep alive");
        ConnectProperties properties = version == MqttVersion.V5 ? ConnectProperties.read(in) : ConnectProperties.NONE;
        in.connectProperties(properties);
        // [MQTT-3.1.3-1], [MQTT-3.1.3-4]
        String clientId = in.string("client identifier"); // [MQTT-3.1.3-3], [MQTT3-3.1.3-3], [MQTT3-3.1.3-4]
        // [MQTT3-3.1.2-9], [MQTT3-3.1.2-18], [MQTT3-3.1.2-19], [MQTT3-3.1.2-20], [MQTT3-3.1.2-21], [MQTT3-3.1.3-1]
        // [MQTT-3.1.2-9]
        Will will = (flags & WILL) == 0 ? null : Will.read(in, Qos.of(willQos(flags)), (flags & WILL_RETAIN) != 0);
        // [MQTT-3.1.2-16], [MQTT-3.1.2-17], [MQTT-3.1.3-12]
        String username = isThere(in, version, flags & USERNAME) ? in.string("user name") : null; // [MQTT3-3.1.3-11]
        // [MQTT-3.1.2-18], [MQTT-3.1.2-19]
        Binary password = isThere(in, version, flags & PASSWORD) ? in.binary("password") : null;
        return new Connect(version, clientId, cleanStart, keepAlive, will, username, password, properties);
    }

    private static MqttVersion readVersion(PacketReader in) {
        String name = in.string("protocol name");
        if (!name.equals(MqttVersion.V5.protocolName()) && !name.equals(MqttVersion.V3_1.protocolName())) {
            throw in.malformed(
                    // [MQTT3-3.1.2-1]
                    "protocol name " + PacketReader.quote(name) + "; MQTT or MQIsdp expected"); // [MQTT-3.1.2-1]
        }
        int level = in.oneByte("protocol level");
        for (MqttVersion version : MqttVersion.values()) {
            if (version.level() == level && version.protocolName().equals(name)) {
                return version;
            }
        }
        throw in.unsupportedVersion(name, level); // [MQTT-3.1.2-2], [MQTT3-3.1.2-2]
    }

    private static void checkFlags(PacketReader in, MqttVersion version, int flags) {
        boolean will = (flags & WILL) != 0;
        if (will && willQos(flags) == 3) {
            throw in.malformed("will QoS 3; 0, 1 or 2 expected"); // [MQTT-3.1.2-12], [MQTT3-3.1.2-14]
        }
        if (version != MqttVersion.V5 && (flags & (USERNAME | PASSWORD)) == PASSWORD) {
            throw in.malformed("password without a user name"); // [MQTT3-3.1.2-22]
        }
        if (version == MqttVersion.V3_1) {
            return; // MQTT 3.1 lets the other bits be anything: reserved, will QoS and will retain without a will.
        }
        if ((flags & RESERVED) != 0) {
            throw in.malformed("reserved connect flag is 1; 0 expected"); // [MQTT-3.1.2-3], [MQTT3-3.1.2-3]
        }
        if (!will && willQos(flags) != 0) {
            // [MQTT3-3.1.2-11], [MQTT3-3.1.2-13]
            throw in.malformed("will QoS " + willQos(flags) + " without a will; 0 expected"); // [MQTT-3.1.2-11]
        }
        if (!will && (flags & WILL_RETAIN) != 0) {
            // [MQTT3-3.1.2-11], [MQTT3-3.1.2-15]
            throw in.malformed("will retain without a will; 0 expected"); // [MQTT-3.1.2-13]
        }
    }

    /**
     * In MQTT 3.1 the end of the packet counts for more than the flags of user name and password (MQTT 3.1, section
     * 3.1).
     */
    private static boolean isThere(PacketReader in, MqttVersion version, int flag) {
        return flag != 0 && (version != MqttVersion.V3_1 || in.hasMore());
    }

    private static int willQos(int flags) {
        return flags >> WILL_QOS_SHIFT & 3;
    }

    long put(@Nullable ByteBuf out) {
        return PacketWriter.string(out, version.protocolName())
                + PacketWriter.oneByte(out, version.level())
                + PacketWriter.oneByte(out, flags())
                + PacketWriter.twoBytes(out, keepAlive)
                + (version == MqttVersion.V5 ? properties.put(out) : 0)
                + PacketWriter.string(out, clientId)
                + (will == null ? 0 : will.put(out, version))
                + (username == null ? 0 : PacketWriter.string(out, username))
                + (password == null ? 0 : PacketWriter.binary(out, password));
    }

    private int flags() {
        return (cleanStart ? CLEAN_START : 0)
                | (will == null ? 0 : WILL | will.qos().level() << WILL_QOS_SHIFT | (will.retain() ? WILL_RETAIN : 0))
                | (username == null ? 0 : USERNAME)
                | (password == null ? 0 : PASSWORD);
    }
}
