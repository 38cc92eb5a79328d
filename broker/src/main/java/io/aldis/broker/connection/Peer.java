package io.aldis.broker.connection;

import io.aldis.broker.hook.Attributes;
import io.aldis.broker.hook.Client;
import io.aldis.broker.hook.ClientCertificate;
import io.aldis.broker.hook.Proxied;
import io.aldis.broker.session.Session;
import io.aldis.codec.Connect;
import io.aldis.codec.MqttVersion;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** The client on a connection as others see it, from its CONNECT on. Written on the connection's loop, read from any thread. */
final class Peer implements Client {

    private final Connection connection;
    private final @Nullable String username;
    private final MqttVersion version;
    private final SocketAddress remoteAddress;
    private final String listener;
    private final @Nullable ClientCertificate certificate;
    private final @Nullable Proxied proxied;
    private volatile String clientId;
    private volatile String principal = "";
    private volatile @Nullable Session session;
    private final Attributes attributes = new Attributes();

    /** Who has sent {@code connect}, came in by {@code entrance} at {@code listener}, and is known as {@code clientId}. */
    Peer(Connection connection, Connect connect, String clientId, Entrance entrance, String listener) {
        this.connection = connection;
        this.clientId = clientId;
        this.listener = listener;
        remoteAddress = entrance.remoteAddress();
        certificate = entrance.certificate();
        proxied = entrance.proxied();
        username = connect.username();
        version = connect.version();
    }

    /** A hook has given it another client id than the broker had. */
    void called(String assigned) {
        clientId = assigned;
    }

    /** It has been found out who it is. */
    void is(String somebody) {
        principal = somebody;
    }

    /** It has a session. */
    void has(Session attached) {
        session = attached;
    }

    @Override
    public String clientId() {
        return clientId;
    }

    @Override
    public @Nullable String username() {
        return username;
    }

    @Override
    public String principal() {
        return principal;
    }

    @Override
    public MqttVersion version() {
        return version;
    }

    @Override
    public @Nullable ClientCertificate certificate() {
        return certificate;
    }

    @Override
    public @Nullable Proxied proxied() {
        return proxied;
    }

    @Override
    public SocketAddress remoteAddress() {
        return remoteAddress;
    }

    @Override
    public String listener() {
        return listener;
    }

    @Override
    public long connection() {
        return connection.number();
    }

    @Override
    public Attributes attributes() {
        return attributes;
    }

    /** Forgets what classes of this loader remember of the connection. */
    void forget(ClassLoader loader) {
        attributes.forget(loader);
    }

    @Override
    public Attributes sessionAttributes() {
        Session present = session;
        if (present == null) {
            throw new IllegalStateException(
                    "The client " + Printable.quoted(clientId)
                            + " has no session yet: keep this in attributes(), or wait for OnSessionCreated or OnSessionResumed.");
        }
        return present.attributes();
    }

    @Override
    public boolean connected() {
        return connection.connected();
    }

    @Override
    public String toString() {
        return "Client " + Printable.quoted(clientId) + " from " + remoteAddress;
    }
}
