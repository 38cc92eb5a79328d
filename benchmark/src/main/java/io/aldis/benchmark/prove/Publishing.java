package io.aldis.benchmark.prove;

import io.aldis.codec.Binary;
import io.aldis.codec.Publish;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.ReasonCode;
import java.util.List;
import java.util.Random;

/** A publisher: sends messages of its lines as fast as they are acknowledged and its subscribers follow. Confined to the thread of {@link Turns}. */
final class Publishing implements PersistentClient.Role {

    /** Mostly there, so that there is a load. */
    private static final Wanderer.Ways WAYS = new Wanderer.Ways(3_000, 100, 1_000);

    private static final long UNTIL_SUBSCRIBERS_FOLLOW_MILLIS = 5;

    private final int number;
    private final List<Line> lines;
    private final History history;
    private final ProofPlan.Load load;
    private final Payloads payloads;
    private final Turns turns;
    private final Random random;
    private final PersistentClient client;
    private final Wanderer wanderer;
    private boolean busy;
    private boolean waiting;

    Publishing(int number, Scene scene, Random random) {
        this.number = number;
        this.lines = scene.cast().linesOf(number);
        this.history = scene.history();
        this.load = scene.load();
        this.payloads = scene.payloads();
        this.turns = scene.turns();
        this.random = random;
        client = new PersistentClient(turns, scene.broker(), "prove-publisher-" + number, load.version(number), this);
        wanderer = new Wanderer(turns, random, client, WAYS, () -> {});
    }

    void begin() {
        busy = true;
        wanderer.wander();
        publish();
    }

    /** Stays, and sends nothing new. */
    void rest() {
        busy = false;
        wanderer.rest();
    }

    /** Whether the broker has taken all it was sent. */
    boolean isDone() {
        return client.isOpen() && client.inFlight() == 0;
    }

    private void publish() {
        while (busy && client.mayPublish() && client.inFlight() < load.window()) {
            Line line = lines.get(random.nextInt(lines.size()));
            if (!history.mayGoOn(line, load.backlog())) {
                waitForSubscribers();
                break;
            }
            Binary payload = payloads.of(line, history.sent(line));
            client.publish(
                    new Publish(line.topic(), payload, line.qos(), line.retained(), false, 1, PublishProperties.NONE));
        }
        client.flush();
    }

    private void waitForSubscribers() {
        if (!waiting) {
            waiting = true;
            turns.after(UNTIL_SUBSCRIBERS_FOLLOW_MILLIS, () -> {
                waiting = false;
                publish();
            });
        }
    }

    @Override
    public void welcomed(boolean sessionPresent) {
        publish();
    }

    @Override
    public void sessionLost() {
        history.publishersSessionLost(number);
    }

    @Override
    public void givenUp(Publish message) {
        history.withdrawn(line(message), number(message));
    }

    @Override
    public void acknowledged(Publish message, ReasonCode reason) {
        if (reason.isError()) {
            history.refused(line(message), number(message));
        } else {
            history.acknowledged(line(message), number(message));
        }
    }

    @Override
    public void paused() {
        publish();
    }

    private Line line(Publish own) {
        return payloads.line(own).orElseThrow();
    }

    private static int number(Publish own) {
        return (int) Payloads.number(own);
    }
}
