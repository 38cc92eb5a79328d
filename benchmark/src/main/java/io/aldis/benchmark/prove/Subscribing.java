package io.aldis.benchmark.prove;

import io.aldis.codec.Packet;
import io.aldis.codec.Publish;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.codec.Subscription;
import io.aldis.codec.Unsuback;
import io.aldis.codec.Unsubscribe;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;

/** A subscriber: has one subscription as long as it lives, and makes and ends another. Confined to the thread of {@link Turns}. */
final class Subscribing implements PersistentClient.Role {

    /** Away about as long as it is there, and at times over several kills. */
    private static final Wanderer.Ways WAYS = new Wanderer.Ways(1_000, 800, 4_000);

    /** What the broker and the client know of a subscription. */
    private enum Standing {
        /** There is none. */
        NONE,
        /** SUBSCRIBE has left; if the connection ends before SUBACK comes, it leaves again. */
        ASKED,
        /** SUBACK has come. */
        HELD,
        /** UNSUBSCRIBE has left; if the connection ends before UNSUBACK comes, it leaves again. */
        ENDING
    }

    /** One of its subscriptions. */
    private static final class Wish {
        final Subscription subscription;
        Standing standing = Standing.NONE;

        Wish(Subscription subscription) {
            this.subscription = subscription;
        }
    }

    private final int number;
    private final History history;
    private final Payloads payloads;
    private final PersistentClient client;
    private final Wanderer wanderer;
    private final Wish kept;
    private final Wish passing;

    /** By packet id, what waits for SUBACK or UNSUBACK on this connection. */
    private final Map<Integer, Wish> asked = new HashMap<>();

    Subscribing(int number, Scene scene, Random random) {
        this.number = number;
        this.history = scene.history();
        this.payloads = scene.payloads();
        kept = new Wish(scene.cast().kept(number));
        passing = new Wish(scene.cast().passing(number));
        client = new PersistentClient(
                scene.turns(),
                scene.broker(),
                "prove-subscriber-" + number,
                scene.load().version(number / 3),
                this);
        wanderer = new Wanderer(scene.turns(), random, client, WAYS, this::changeItsMind);
    }

    void begin() {
        wanderer.wander();
    }

    void rest() {
        wanderer.rest();
    }

    /** Whether it is there, and all its subscriptions are known to hold or not to hold. */
    boolean isSettled() {
        return client.isOpen() && asked.isEmpty() && kept.standing == Standing.HELD;
    }

    private void changeItsMind() {
        if (!isSettled()) {
            return;
        }
        if (passing.standing == Standing.NONE) {
            subscribe(passing);
        } else {
            unsubscribe(passing);
        }
        client.flush();
    }

    private void subscribe(Wish wish) {
        wish.standing = Standing.ASKED;
        int packetId = client.nextPacketId();
        asked.put(packetId, wish);
        client.send(Subscribe.of(packetId, wish.subscription));
    }

    private void unsubscribe(Wish wish) {
        wish.standing = Standing.ENDING;
        history.unsubscribing(number, wish.subscription.filter());
        int packetId = client.nextPacketId();
        asked.put(packetId, wish);
        client.send(Unsubscribe.of(packetId, wish.subscription.filter()));
    }

    @Override
    public void sessionLost() {
        history.subscribersSessionLost(number);
        kept.standing = Standing.NONE;
        passing.standing = Standing.NONE;
    }

    @Override
    public void welcomed(boolean sessionPresent) {
        asked.clear();
        if (kept.standing != Standing.HELD) {
            subscribe(kept);
        }
        if (passing.standing == Standing.ASKED) {
            subscribe(passing);
        } else if (passing.standing == Standing.ENDING) {
            unsubscribe(passing);
        }
    }

    @Override
    public void answered(Packet packet) {
        if (packet instanceof Suback suback) {
            Wish wish = asked.remove(suback.packetId());
            if (wish != null && suback.reasons().stream().noneMatch(ReasonCode::isError)) {
                wish.standing = Standing.HELD;
                history.subscribed(number, wish.subscription.filter());
            }
        } else if (packet instanceof Unsuback unsuback) {
            Wish wish = asked.remove(unsuback.packetId());
            if (wish != null) {
                wish.standing = Standing.NONE;
            }
        }
    }

    /** What comes with RETAIN comes because of a SUBSCRIBE, and perhaps not for the first time (MQTT 5.0, section 3.3.1.3). */
    @Override
    public void delivered(Publish message) {
        if (!message.retain()) {
            payloads.line(message)
                    .ifPresentOrElse(
                            line -> history.delivered(number, line, Payloads.number(message), message.qos()),
                            () -> history.foreign(
                                    "a message of " + message.topic() + " that nobody sent came", number));
        }
    }
}
