package io.aldis.broker.connection;

import io.aldis.broker.hook.ClientCertificate;
import io.aldis.broker.hook.Proxied;
import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** How a connection came in: what its listener found out about the client, and put between the socket and the connection. */
public interface Entrance {

    /** Where the client connects from, as far as it is known by now. Callable from any thread. */
    SocketAddress remoteAddress();

    /** The broker's own address that it has come to. */
    SocketAddress localAddress();

    /** What a trusted proxy has said of the client; null if none has. Known before there is a connection. */
    @Nullable
    Proxied proxied();

    /** The certificate the client has shown; null if none. Known when the first byte of MQTT is read. */
    @Nullable
    ClientCertificate certificate();

    /**
     * Tells the client that nothing more comes, at each layer from MQTT down to the socket. Called once, on the connection's loop,
     * when all that was to be said has been given to the socket.
     */
    void endOutput();

    /** Straight from the socket. */
    static Entrance plain(Channel channel) {
        return new Entrance() {
            @Override
            public SocketAddress remoteAddress() {
                return channel.remoteAddress();
            }

            @Override
            public SocketAddress localAddress() {
                return channel.localAddress();
            }

            @Override
            public @Nullable Proxied proxied() {
                return null;
            }

            @Override
            public @Nullable ClientCertificate certificate() {
                return null;
            }

            @Override
            public void endOutput() {
                halfClose(channel);
            }
        };
    }

    /** Closes the socket for what is sent, all of it where the transport cannot do half of that. */
    static void halfClose(Channel channel) {
        if (channel instanceof DuplexChannel duplex && channel.isActive()) {
            duplex.shutdownOutput();
        } else {
            channel.close();
        }
    }
}
