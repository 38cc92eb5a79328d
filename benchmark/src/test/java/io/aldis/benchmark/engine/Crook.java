package io.aldis.benchmark.engine;

import io.aldis.benchmark.engine.TestBroker.Delivery;
import io.aldis.benchmark.engine.TestBroker.Session;
import io.aldis.codec.Binary;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Commits one fault on every so many deliveries, and keeps count of it. */
final class Crook extends Conduct {

    /** A message that is held back goes on alone if no successor comes in this time: then it is not late. */
    private static final long HELD_MILLIS = 100;

    private final Fault fault;
    private final int every;
    private final AtomicLong misdeeds = new AtomicLong();
    private final Map<Way, Delivery> held = new HashMap<>();
    private int deliveries;

    /** Messages in whose order a subscriber can trust. */
    private record Way(Session to, String topic) {}

    Crook(Fault fault, int every) {
        this.fault = fault;
        this.every = every;
    }

    /** How many deliveries have gone wrong. */
    long misdeeds() {
        return misdeeds.get();
    }

    @Override
    void deliver(TestBroker broker, Delivery delivery) {
        Way way = new Way(delivery.to(), delivery.topic());
        if (held.containsKey(way)) {
            broker.send(delivery);
            broker.send(held.remove(way));
            misdeeds.incrementAndGet();
        } else if (++deliveries % every == 0) {
            commit(broker, delivery, way);
        } else {
            broker.send(delivery);
        }
    }

    private void commit(TestBroker broker, Delivery delivery, Way way) {
        long number = fault == Fault.SWAP ? 0 : misdeeds.incrementAndGet();
        switch (fault) {
            case DROP -> {}
            case DOUBLE -> {
                broker.send(delivery);
                broker.send(delivery);
            }
            case SWAP -> {
                held.put(way, delivery);
                broker.later(HELD_MILLIS, () -> {
                    if (held.remove(way, delivery)) {
                        broker.send(delivery);
                    }
                });
            }
            case PAYLOAD -> broker.send(with(delivery, delivery.topic(), bent(delivery.payload(), number)));
            case TOPIC -> broker.send(with(delivery, otherThan(delivery.topic()), delivery.payload()));
            case MISDIRECT -> {
                Session stranger = broker.stranger(delivery).orElseThrow();
                broker.send(new Delivery(
                        stranger, delivery.topic(), delivery.payload(), delivery.qos(), delivery.retain()));
            }
        }
    }

    private static Delivery with(Delivery delivery, String topic, Binary payload) {
        return new Delivery(delivery.to(), topic, payload, delivery.qos(), delivery.retain());
    }

    /** One bit is another, each time at another place. */
    private static Binary bent(Binary payload, long number) {
        byte[] bytes = payload.toArray();
        bytes[(int) (number * 5 % bytes.length)] ^= (byte) (1 << number % 8);
        return Binary.wrap(bytes);
    }

    private static String otherThan(String topic) {
        return topic.substring(0, topic.length() - 1) + (topic.endsWith("0") ? "1" : "0");
    }
}
