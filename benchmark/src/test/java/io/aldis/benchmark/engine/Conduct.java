package io.aldis.benchmark.engine;

import io.aldis.codec.Connect;
import io.aldis.codec.Publish;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Subscription;

/** How a {@link TestBroker} behaves: as it should, but for what is overridden. Called on its event loop. */
class Conduct {

    /** A client wants to connect. */
    ReasonCode admit(TestBroker broker, Connect connect) {
        return ReasonCode.SUCCESS;
    }

    /** A client wants to subscribe. */
    ReasonCode grant(Subscription subscription) {
        return ReasonCode.granted(subscription.qos());
    }

    /** Whether packets of clients are looked at, rather than thrown away. */
    boolean listens() {
        return true;
    }

    /** Whether sessions outlive their connections if their clients want it. */
    boolean remembers() {
        return true;
    }

    /** Whether PUBLISH is answered. */
    boolean acknowledges() {
        return true;
    }

    /** A client has published. */
    void published(TestBroker broker, Publish message) {}

    /** A message is for a session. */
    void deliver(TestBroker broker, TestBroker.Delivery delivery) {
        broker.send(delivery);
    }
}
