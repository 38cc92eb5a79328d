package io.aldis.broker;

import io.aldis.broker.settings.ListenerSettings;
import io.aldis.broker.settings.ProxyProtocol;
import io.aldis.broker.settings.Tls;
import io.aldis.broker.settings.WebSocket;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a broker accepts connections, and what lies between the socket and MQTT. Immutable.
 *
 * <pre>{@code
 * Listener.tcp("0.0.0.0", 1883)                                                     // mqtt
 * Listener.tcp("0.0.0.0", 8883).tls(Tls.pem(chain, key))                            // mqtts
 * Listener.tcp("0.0.0.0", 8080).webSocket(WebSocket.defaults())                     // ws
 * Listener.tcp("0.0.0.0", 8443).tls(Tls.pem(chain, key)).webSocket(WebSocket.defaults()) // wss
 * Listener.unix(Path.of("/run/aldis.sock")).permissions("rw-rw----")                // on this machine
 * }</pre>
 */
public sealed interface Listener {

    /**
     * MQTT over TCP (MQTT 5.0 §4.2): plain, unless something is put on top of it.
     *
     * @param host name or address of this machine to listen on; "0.0.0.0" for all addresses of IPv4, "::" for all
     *     there are
     * @param port 1 to 65,535, or 0 to have the system choose one: {@link Broker#port()} then tells it
     * @throws IllegalArgumentException if the port is out of range or the host is empty
     */
    static Tcp tcp(String host, int port) {
        return new Tcp(host, port, null, null, null, ListenerSettings.defaults());
    }

    /**
     * MQTT over a Unix domain socket: from processes of this machine that may write to its file. The file is made when the broker starts,
     * in place of one that a dead broker has left, and removed when it stops. It may be read and written by its user and its group, unless
     * something else is said.
     *
     * @param path of the file, at most 106 bytes; its directory must be there
     */
    static Unix unix(Path path) {
        return new Unix(path, "rw-rw----", "", null, null, ListenerSettings.defaults());
    }

    /**
     * MQTT from within this program, without the network: {@link Broker#inProcess()} makes the sockets. One is enough; others
     * are the same.
     */
    static Listener inProcess() {
        return new InProcess();
    }

    /** MQTT from within this program; see {@link Listener#inProcess}. */
    record InProcess() implements Listener {
        @Override
        public String toString() {
            return "in-process";
        }
    }

    /**
     * MQTT over TCP; see {@link Listener#tcp}.
     *
     * @param proxyProtocol the header that comes first on each connection, right above the socket; null if none may come
     * @param tls what encrypts the rest; null if nothing does
     * @param webSocket the WebSocket that MQTT is in, above TLS if there is any; null if it is in none
     * @param settings what holds for its connections
     */
    record Tcp(
            String host,
            int port,
            @Nullable ProxyProtocol proxyProtocol,
            @Nullable Tls tls,
            @Nullable WebSocket webSocket,
            ListenerSettings settings)
            implements Listener {
        public Tcp {
            if (host.isBlank()) {
                throw new IllegalArgumentException("The host to listen on is empty; name one, such as 127.0.0.1.");
            }
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException(
                        "The port to listen on is " + port + ", but it must be from 0 to 65535.");
            }
            if (proxyProtocol != null && proxyProtocol.sources().isEmpty()) {
                throw new IllegalArgumentException(
                        "The PROXY protocol needs the networks of the proxies that are believed, such as"
                                + " ProxyProtocol.from(\"10.0.0.0/8\"), but none is given.");
            }
        }

        /** This with a header of the PROXY protocol at the beginning of each connection. */
        public Tcp proxyProtocol(ProxyProtocol layer) {
            return new Tcp(host, port, layer, tls, webSocket, settings);
        }

        /** This with TLS. */
        public Tcp tls(Tls layer) {
            return new Tcp(host, port, proxyProtocol, layer, webSocket, settings);
        }

        /** This with MQTT in a WebSocket. */
        public Tcp webSocket(WebSocket layer) {
            return new Tcp(host, port, proxyProtocol, tls, layer, settings);
        }

        /** This with other settings. */
        public Tcp settings(ListenerSettings all) {
            return new Tcp(host, port, proxyProtocol, tls, webSocket, all);
        }

        /** What a client would write to reach it: "mqtt", "mqtts", "ws" or "wss". */
        public String scheme() {
            if (webSocket != null) {
                return tls == null ? "ws" : "wss";
            }
            return tls == null ? "mqtt" : "mqtts";
        }

        /** As a URI such as {@code wss://127.0.0.1:8443/mqtt}, with {@code actual} in place of its port. */
        public String uri(int actual) {
            return scheme() + "://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + actual
                    + (webSocket == null ? "" : webSocket.path());
        }

        @Override
        public String toString() {
            return uri(port);
        }
    }

    /**
     * MQTT over a Unix domain socket; see {@link Listener#unix}.
     *
     * @param permissions of the file, as in {@code rw-rw----} or {@code 0660}, kept as the former; who may write to it may connect
     * @param group of the file; empty for the one the system gives it
     * @param proxyProtocol the header that comes first on each connection; null if none may come. Its sources say nothing here
     * @param webSocket the WebSocket that MQTT is in; null if it is in none
     * @param settings what holds for its connections
     */
    record Unix(
            Path path,
            String permissions,
            String group,
            @Nullable ProxyProtocol proxyProtocol,
            @Nullable WebSocket webSocket,
            ListenerSettings settings)
            implements Listener {
        public Unix {
            if (path.toString().isEmpty()) {
                throw new IllegalArgumentException(
                        "The path of the Unix domain socket is empty; name a file, such as /run/aldis.sock.");
            }
            permissions = PosixFilePermissions.toString(read(permissions));
        }

        private static Set<PosixFilePermission> read(String permissions) {
            String written = permissions;
            if (permissions.matches("0?[0-7]{3}")) {
                StringBuilder letters = new StringBuilder();
                for (char digit :
                        permissions.substring(permissions.length() - 3).toCharArray()) {
                    letters.append((digit & 4) != 0 ? 'r' : '-')
                            .append((digit & 2) != 0 ? 'w' : '-')
                            .append((digit & 1) != 0 ? 'x' : '-');
                }
                written = letters.toString();
            }
            try {
                return PosixFilePermissions.fromString(written);
            } catch (IllegalArgumentException wrong) {
                throw new IllegalArgumentException(
                        "The permissions of the Unix domain socket are \"" + permissions
                                + "\", but they are written as rw-rw---- or 0660.",
                        wrong);
            }
        }

        /** This with other permissions of the file. */
        public Unix permissions(String all) {
            return new Unix(path, all, group, proxyProtocol, webSocket, settings);
        }

        /** This with another group of the file, which the user of the broker must belong to. */
        public Unix group(String name) {
            return new Unix(path, permissions, name, proxyProtocol, webSocket, settings);
        }

        /** This with a header of the PROXY protocol at the beginning of each connection. */
        public Unix proxyProtocol(ProxyProtocol layer) {
            return new Unix(path, permissions, group, layer, webSocket, settings);
        }

        /** This with MQTT in a WebSocket. */
        public Unix webSocket(WebSocket layer) {
            return new Unix(path, permissions, group, proxyProtocol, layer, settings);
        }

        /** This with other settings. */
        public Unix settings(ListenerSettings all) {
            return new Unix(path, permissions, group, proxyProtocol, webSocket, all);
        }

        @Override
        public String toString() {
            return "unix://" + path.toAbsolutePath();
        }
    }
}
