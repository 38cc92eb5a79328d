package io.aldis.acceptance.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A client library, with what all of them can do in common words. Each step returns when the broker has answered, and
 * fails after a deadline. A client is for one connection.
 */
abstract class LibraryClient implements AutoCloseable {
    static final Duration DEADLINE = Duration.ofSeconds(30);

    private final BlockingQueue<Received> inbox = new LinkedBlockingQueue<>();
    private final CompletableFuture<OptionalInt> disconnected = new CompletableFuture<>();

    /**
     * Who connects, and how.
     *
     * @param port where; the host is the broker's, or the proxy's, on this machine
     * @param persistent whether an earlier session is resumed and this one is kept after the connection
     */
    record Identity(
            String host,
            int port,
            String clientId,
            boolean persistent,
            @Nullable LastWill will) {
        Identity withWill(String topic, String payload, int qos, boolean retained) {
            return new Identity(host, port, clientId, persistent, new LastWill(topic, payload, qos, retained));
        }

        Identity through(CuttableProxy proxy) {
            return new Identity("127.0.0.1", proxy.port(), clientId, persistent, will);
        }

        Identity persisting() {
            return new Identity(host, port, clientId, true, will);
        }
    }

    record LastWill(String topic, String payload, int qos, boolean retained) {}

    /** Connects and tells whether the broker had a session. */
    abstract boolean connect() throws Exception;

    /** Subscribes and returns the granted QoS. */
    abstract int subscribe(String filter, int qos) throws Exception;

    abstract void unsubscribe(String filter) throws Exception;

    /** Publishes and waits for the last acknowledgement that the QoS asks for. */
    abstract void publish(String topic, String payload, int qos, boolean retained) throws Exception;

    /**
     * Publishes all without waiting for each, as far as the library likes, and then waits for the last
     * acknowledgement.
     */
    abstract void publishAll(String topic, List<String> payloads, int qos) throws Exception;

    /** Says DISCONNECT. */
    abstract void disconnect() throws Exception;

    /** Ends whatever is left of the client. */
    @Override
    public abstract void close();

    final void received(Received message) {
        inbox.add(message);
    }

    final void disconnected(OptionalInt reason) {
        disconnected.complete(reason);
    }

    /** The next message. */
    final Received next() {
        try {
            var message = inbox.poll(DEADLINE.toSeconds(), TimeUnit.SECONDS);
            assertThat(message).as("a message within the deadline").isNotNull();
            return Objects.requireNonNull(message);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for a message", e);
        }
    }

    final List<String> nextPayloads(int count) {
        return Stream.generate(this::next).limit(count).map(Received::payload).toList();
    }

    /** What has come and was not taken. */
    final List<Received> leftOver() {
        var left = new ArrayList<Received>();
        inbox.drainTo(left);
        return left;
    }

    /** Waits until the connection is closed from outside, and gives the reason code if the broker said one. */
    final OptionalInt awaitDisconnected() throws ExecutionException, InterruptedException, TimeoutException {
        return disconnected.get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
    }
}
