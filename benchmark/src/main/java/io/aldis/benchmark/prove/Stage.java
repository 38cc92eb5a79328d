package io.aldis.benchmark.prove;

import io.aldis.benchmark.compare.LocalBroker;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Publish;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;

/** All clients of a proof, and what the thread that conducts can let them do. */
final class Stage implements AutoCloseable {

    private static final long BETWEEN_LOOKS_MILLIS = 10;
    /** How long nothing may come before nothing is under way any more. */
    private static final Duration QUIET = Duration.ofMillis(300);

    private final Turns turns = new Turns();
    private final Whereabouts broker = new Whereabouts();
    private final Duration patience;
    private final MqttVersion version;
    private final Cast cast;
    private final History history;
    private final Payloads payloads;
    private final List<Publishing> publishers = new ArrayList<>();
    private final List<Subscribing> subscribers = new ArrayList<>();

    Stage(ProofPlan plan) {
        patience = plan.patience();
        version = plan.load().version(0);
        cast = new Cast(plan.load().publishers());
        history = new History(cast.lines(), plan.load().subscribers());
        Random random = new Random(plan.seed());
        // Of the clock, so that messages of another run with the same seed are told apart.
        payloads = new Payloads((int) System.nanoTime(), cast.lines());
        Scene scene = new Scene(turns, broker, cast, history, payloads, plan.load());
        for (int number = 0; number < plan.load().publishers(); number++) {
            publishers.add(new Publishing(number, scene, new Random(random.nextLong())));
        }
        for (int number = 0; number < plan.load().subscribers(); number++) {
            subscribers.add(new Subscribing(number, scene, new Random(random.nextLong())));
        }
    }

    /** Asks the history something, on its thread. */
    <T> T ask(Function<History, T> question) {
        return turns.ask(() -> question.apply(history));
    }

    /**
     * Tells clients where the broker is, once it has answered the first CONNECT.
     *
     * @return from the start of its process to the first CONNACK; empty if none came in time
     */
    Optional<Duration> welcome(LocalBroker started) {
        Address address = new Address(started.host(), started.port());
        Optional<Long> welcomed = firstConnack(address);
        welcomed.ifPresent(moment -> turns.tell(() -> broker.at(address)));
        return welcomed.map(moment -> Duration.ofNanos(moment - started.launched()));
    }

    private Optional<Long> firstConnack(Address address) {
        long began = System.nanoTime();
        while (System.nanoTime() - began < patience.toNanos()) {
            Visitor visitor = turns.ask(() -> Visitor.enter(turns, address, version));
            await(patience, () -> visitor.isClosed() || visitor.welcomed() != 0);
            long welcomed = turns.ask(visitor::welcomed);
            turns.tell(visitor::leave);
            if (welcomed != 0) {
                return Optional.of(welcomed);
            }
            turns.pause(BETWEEN_LOOKS_MILLIS);
        }
        return Optional.empty();
    }

    /** Lets the thread that conducts wait. */
    void pause(long milliseconds) {
        turns.pause(milliseconds);
    }

    /** The broker has been killed. */
    void brokerIsGone() {
        turns.tell(broker::gone);
    }

    /** Lets all clients come, subscribe and stay; false if not all could in time. */
    boolean gather() {
        rest();
        return await(patience, this::allAreThere);
    }

    private boolean allAreThere() {
        return publishers.stream().allMatch(Publishing::isDone)
                && subscribers.stream().allMatch(Subscribing::isSettled);
    }

    /** Lets publishers publish, and all come and go. */
    void play() {
        turns.tell(() -> {
            publishers.forEach(Publishing::begin);
            subscribers.forEach(Subscribing::begin);
        });
    }

    private void rest() {
        turns.tell(() -> {
            publishers.forEach(Publishing::rest);
            subscribers.forEach(Subscribing::rest);
        });
    }

    /**
     * Lets all that is under way arrive, for as long as anything does.
     *
     * @return who is not back or waits for an acknowledgement, in words; empty if all has come to its end
     */
    Optional<String> drain() {
        rest();
        long progress = ask(History::progress);
        long since = System.nanoTime();
        boolean complete = turns.ask(this::isComplete);
        while (System.nanoTime() - since < (complete ? QUIET : patience).toNanos()) {
            turns.pause(BETWEEN_LOOKS_MILLIS);
            long now = ask(History::progress);
            if (now != progress) {
                progress = now;
                since = System.nanoTime();
            }
            complete = turns.ask(this::isComplete);
        }
        return turns.ask(this::unfinished);
    }

    private boolean isComplete() {
        return allAreThere() && history.complete();
    }

    private Optional<String> unfinished() {
        long publishing = publishers.stream().filter(one -> !one.isDone()).count();
        long returning = subscribers.stream().filter(one -> !one.isSettled()).count();
        return publishing + returning == 0
                ? Optional.empty()
                : Optional.of(publishing + " publishers are not back or wait for acknowledgements, and " + returning
                        + " subscribers are not back with their subscriptions");
    }

    /** Looks at every retained message, and lets the history judge. */
    void lookAtRetained(LocalBroker running) {
        Address address = new Address(running.host(), running.port());
        Visitor visitor = turns.ask(() -> Visitor.enter(turns, address, version));
        await(patience, () -> visitor.isClosed() || visitor.welcomed() != 0);
        turns.tell(visitor::askForRetained);
        await(
                patience,
                () -> retainedLines().stream()
                        .allMatch(line -> history.isRetainedGood(line, numberOf(line, visitor.retained()))));
        turns.tell(() -> {
            retainedLines().forEach(line -> history.retained(line, numberOf(line, visitor.retained())));
            visitor.leave();
        });
    }

    private List<Line> retainedLines() {
        return cast.lines().stream().filter(Line::retained).toList();
    }

    /** -1 for a message that did not come, or is not of this line. */
    private long numberOf(Line line, Map<String, Publish> retained) {
        return Optional.ofNullable(retained.get(line.topic()))
                .filter(message -> payloads.line(message).equals(Optional.of(line)))
                .map(Payloads::number)
                .orElse(-1L);
    }

    private boolean await(Duration time, BooleanSupplier condition) {
        Supplier<Boolean> question = condition::getAsBoolean;
        long began = System.nanoTime();
        boolean met = turns.ask(question);
        while (!met && System.nanoTime() - began < time.toNanos()) {
            turns.pause(BETWEEN_LOOKS_MILLIS);
            met = turns.ask(question);
        }
        return met;
    }

    @Override
    public void close() {
        turns.close();
    }
}
