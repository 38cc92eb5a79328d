package io.aldis.broker.admin;

import io.aldis.codec.MqttVersion;
import java.net.SocketAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A connected client.
 *
 * @param clientId its own or the one it was given
 * @param username of its CONNECT; null if it had none. Nothing proves it unless the client was authenticated by it
 * @param principal who it was found to be, "" if nobody asked
 * @param version it speaks
 * @param address where it connects from
 * @param connectedAt when it was let in
 * @param cleanStart whether it asked for a new session (MQTT 5.0 §3.1.2.4)
 * @param keepAlive in seconds, 0 for none; the one that holds, which is the server's if CONNACK said so
 * @param sessionExpiry session expiry interval in seconds; 0 ends the session with the connection, 4,294,967,295 never
 * @param receiveMaximum most messages of QoS 1 and 2 it has in flight, 1 to 65,535
 */
public record ClientInfo(
        String clientId,
        @Nullable String username,
        String principal,
        MqttVersion version,
        SocketAddress address,
        Instant connectedAt,
        boolean cleanStart,
        int keepAlive,
        long sessionExpiry,
        int receiveMaximum) {}
