package io.aldis.examples;

import io.aldis.broker.Broker;
import io.aldis.broker.Listener;
import java.util.concurrent.CountDownLatch;

/**
 * A broker in a plain {@code main}: it listens, refuses one topic filter, and stops gracefully at Ctrl-C.
 *
 * <pre>{@code
 * $ mosquitto_sub -t test/nosubscribe
 * All subscription requests were denied.
 * }</pre>
 */
final class EmbeddedBroker {

    private EmbeddedBroker() {}

    static Broker start(int port) {
        return Broker.builder()
                .listener(Listener.tcp("127.0.0.1", port))
                .hooks(hooks -> hooks.onSubscribe(event -> event.filter().equals("test/nosubscribe")
                        ? event.refuse("Nobody may subscribe to this.")
                        : event.grant()))
                .start();
    }

    public static void main(String[] args) throws InterruptedException {
        Broker broker = start(1883);
        System.out.println("Started: mqtt://127.0.0.1:" + broker.port());
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            broker.close();
            System.out.println("Stopped.");
            stopped.countDown();
        }));
        stopped.await();
    }
}
