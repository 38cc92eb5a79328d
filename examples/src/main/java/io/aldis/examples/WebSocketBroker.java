package io.aldis.examples;

import io.aldis.broker.Broker;
import io.aldis.broker.Listener;
import io.aldis.broker.settings.WebSocket;
import java.util.List;

/**
 * MQTT over TCP for devices and in a WebSocket for pages, of one origin only.
 *
 * <pre>{@code
 * // In the page, with mqtt.js:
 * const client = mqtt.connect('ws://127.0.0.1:8080/mqtt');
 * }</pre>
 */
final class WebSocketBroker {

    private WebSocketBroker() {}

    static Broker start(int port, int webPort) {
        WebSocket pages = WebSocket.defaults().withAllowedOrigins(List.of("http://localhost:3000"));
        return Broker.builder()
                .listener(Listener.tcp("127.0.0.1", port))
                .listener(Listener.tcp("127.0.0.1", webPort).webSocket(pages))
                .start();
    }

    public static void main(String[] args) {
        Broker broker = start(1883, 8080);
        System.out.println("mqtt://127.0.0.1:" + broker.port());
    }
}
