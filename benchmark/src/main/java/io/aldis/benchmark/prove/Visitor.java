package io.aldis.benchmark.prove;

import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.Puback;
import io.aldis.codec.Publish;
import io.aldis.codec.Qos;
import io.aldis.codec.Subscribe;
import io.aldis.codec.Subscription;
import java.util.HashMap;
import java.util.Map;

/**
 * A client without a session: sees whether the broker welcomes clients, and which messages it has retained. Confined to the thread of
 * {@link Turns}.
 */
final class Visitor implements Wire.Owner {

    private final Wire wire;
    private final Map<String, Publish> retained = new HashMap<>();
    private long welcomed;
    private boolean closed;

    private Visitor(Turns turns, Address address, MqttVersion version) {
        wire = Wire.open(turns, address, version, this);
        wire.send(Connect.of(version, "prove-visitor"));
        wire.flush();
    }

    /** Comes, and asks for nothing yet. */
    static Visitor enter(Turns turns, Address address, MqttVersion version) {
        return new Visitor(turns, address, version);
    }

    /** When CONNACK came: {@link System#nanoTime}; 0 as long as it has not. */
    long welcomed() {
        return welcomed;
    }

    /** Whether its connection is over. */
    boolean isClosed() {
        return closed;
    }

    void askForRetained() {
        wire.send(Subscribe.of(
                1,
                Cast.RETAINED.stream()
                        .map(filter -> Subscription.of(filter, Qos.AT_LEAST_ONCE))
                        .toArray(Subscription[]::new)));
        wire.flush();
    }

    /** The retained messages that have come, by topic. */
    Map<String, Publish> retained() {
        return Map.copyOf(retained);
    }

    void leave() {
        wire.close();
    }

    @Override
    public void received(Wire from, Packet packet) {
        if (packet instanceof Connack connack && !connack.reason().isError()) {
            welcomed = System.nanoTime();
        } else if (packet instanceof Publish message) {
            if (message.retain()) {
                retained.put(message.topic(), message);
            }
            if (message.qos() == Qos.AT_LEAST_ONCE) {
                wire.send(new Puback(message.packetId()));
            }
        }
    }

    @Override
    public void paused(Wire from) {
        wire.flush();
    }

    @Override
    public void closed(Wire from) {
        closed = true;
    }
}
