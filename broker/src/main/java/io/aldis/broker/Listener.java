package io.aldis.broker;

/** Where a broker accepts connections. Immutable. */
public sealed interface Listener {

    /**
     * MQTT over plain TCP (MQTT 5.0 §4.2).
     *
     * @param host name or address of this machine to listen on; "0.0.0.0" or "::" for all addresses
     * @param port 1 to 65,535, or 0 to have the system choose one: {@link Broker#port()} then tells it
     * @throws IllegalArgumentException if the port is out of range or the host is empty
     */
    static Listener tcp(String host, int port) {
        return new Tcp(host, port);
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

    /** MQTT over plain TCP; see {@link Listener#tcp}. */
    record Tcp(String host, int port) implements Listener {
        public Tcp {
            if (host.isBlank()) {
                throw new IllegalArgumentException("The host to listen on is empty; name one, such as 127.0.0.1.");
            }
            if (port < 0 || port > 65_535) {
                throw new IllegalArgumentException(
                        "The port to listen on is " + port + ", but it must be from 0 to 65535.");
            }
        }

        @Override
        public String toString() {
            return "tcp://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
        }
    }
}
