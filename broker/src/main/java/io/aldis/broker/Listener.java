package io.aldis.broker;

import io.aldis.broker.settings.ListenerSettings;
import io.aldis.broker.settings.Tls;
import io.aldis.broker.settings.WebSocket;
import org.jspecify.annotations.Nullable;

/**
 * Where a broker accepts connections, and what lies between the socket and MQTT. Immutable.
 *
 * <pre>{@code
 * Listener.tcp("0.0.0.0", 1883)                                                     // mqtt
 * Listener.tcp("0.0.0.0", 8883).tls(Tls.pem(chain, key))                            // mqtts
 * Listener.tcp("0.0.0.0", 8080).webSocket(WebSocket.defaults())                     // ws
 * Listener.tcp("0.0.0.0", 8443).tls(Tls.pem(chain, key)).webSocket(WebSocket.defaults()) // wss
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
        return new Tcp(host, port, null, null, ListenerSettings.defaults());
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
     * @param tls what encrypts it, right above the socket; null if nothing does
     * @param webSocket the WebSocket that MQTT is in, above TLS if there is any; null if it is in none
     * @param settings what holds for its connections
     */
    record Tcp(
            String host,
            int port,
            @Nullable Tls tls,
            @Nullable WebSocket webSocket,
            ListenerSettings settings) implements Listener {
        public Tcp {
            if (host.isBlank()) {
                throw new IllegalArgumentException("The host to listen on is empty; name one, such as 127.0.0.1.");
            }
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException(
                        "The port to listen on is " + port + ", but it must be from 0 to 65535.");
            }
        }

        /** This with TLS. */
        public Tcp tls(Tls layer) {
            return new Tcp(host, port, layer, webSocket, settings);
        }

        /** This with MQTT in a WebSocket. */
        public Tcp webSocket(WebSocket layer) {
            return new Tcp(host, port, tls, layer, settings);
        }

        /** This with other settings. */
        public Tcp settings(ListenerSettings all) {
            return new Tcp(host, port, tls, webSocket, all);
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
}
