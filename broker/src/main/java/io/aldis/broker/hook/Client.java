package io.aldis.broker.hook;

import io.aldis.codec.MqttVersion;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A client on one connection, as hooks see it. Callable from any thread; facts are those of its CONNECT and do not change, unless
 * it is said so.
 */
public interface Client {

    /** The client id; the one it was given if it brought none. */
    String clientId();

    /** The user name of its CONNECT, which proves nothing; null if it has none. */
    @Nullable
    String username();

    /** Who it was found to be by an authenticator; empty as long as nobody has found out. */
    String principal();

    /** The protocol version it speaks. */
    MqttVersion version();

    /** The certificate it has shown in the handshake of TLS, for which an authority of the listener vouches; null if it has none. */
    default @Nullable ClientCertificate certificate() {
        return null;
    }

    /** What a trusted proxy has said of it in the header of the PROXY protocol; null if none has. */
    default @Nullable Proxied proxied() {
        return null;
    }

    /**
     * The address it comes from: its own also behind a proxy that is trusted, as the PROXY protocol or {@code X-Forwarded-For} tell it,
     * the latter without a port; a {@link UnixPeer} if it has connected to a Unix domain socket.
     */
    SocketAddress remoteAddress();

    /** The name of the listener it came in by: its URI, unless its settings name it. */
    default String listener() {
        return "";
    }

    /** Names this connection: unique among all of the broker since its start. */
    long connection();

    /** What hooks remember of this connection; gone with it. */
    Attributes attributes();

    /**
     * What hooks remember of its session, which may outlive the connection; gone with the session, and when the broker stops.
     *
     * @throws IllegalStateException before it has a session: the first hook to see one is {@link OnSessionCreated} or
     *     {@link OnSessionResumed}
     */
    Attributes sessionAttributes();

    /** Whether the connection is still open, give or take a moment. */
    boolean connected();
}
