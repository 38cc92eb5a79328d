package io.aldis.benchmark.prove;

import io.aldis.benchmark.compare.CompareFailed;
import io.aldis.benchmark.compare.LocalBroker;
import io.aldis.benchmark.result.ExitCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Conducts a proof: load, kill, start, again and again. Every few kills, and after the last, it lets all that is under way arrive, and counts;
 * so that between two counts sessions have been through several kills.
 */
public final class Prover {

    private static final int KILLS_BETWEEN_COUNTS = 3;
    private static final int SHORTEST_LOAD_MILLIS = 200;
    private static final int LONGEST_LOAD_MILLIS = 2_000;

    private final ProofPlan plan;
    private final Consumer<String> observer;
    private final List<Long> startsMillis = new ArrayList<>();
    private final List<String> troubles = new ArrayList<>();

    /** @param observer hears a line about each round */
    public Prover(ProofPlan plan, Consumer<String> observer) {
        this.plan = plan;
        this.observer = observer;
    }

    /**
     * Does it.
     *
     * @throws CompareFailed if the broker cannot be started the first time, does not welcome all clients, or the thread is interrupted
     */
    public Proof run() {
        try (LocalBroker broker = LocalBroker.start(plan.broker());
                Stage stage = new Stage(plan)) {
            begin(broker, stage);
            // Chance of its own: how the clients are made does not change when the broker is killed.
            Random random = new Random(~plan.seed());
            for (int round = 1; round <= plan.rounds() && troubles.isEmpty(); round++) {
                round(round, broker, stage, random);
            }
            return new Proof(
                    plan.broker().given(),
                    plan.seed(),
                    plan.rounds(),
                    startsMillis,
                    stage.ask(History::counts),
                    stage.ask(History::examples),
                    troubles);
        }
    }

    private void begin(LocalBroker broker, Stage stage) {
        if (stage.welcome(broker).isEmpty()) {
            throw CompareFailed.unreachable("The broker listens, but has answered no CONNECT within "
                    + plan.patience().toSeconds() + " s. It was started with: "
                    + plan.broker().given());
        }
        if (!stage.gather()) {
            throw CompareFailed.unreachable(
                    "The broker did not welcome all clients with all their subscriptions within "
                            + plan.patience().toSeconds()
                            + " s. It must let in anybody, with MQTT 3.1.1 and 5.0; raise its limits if it has any. "
                            + "It was started with: " + plan.broker().given());
        }
    }

    private void round(int round, LocalBroker broker, Stage stage, Random random) {
        stage.ask(history -> {
            history.round(round);
            return history;
        });
        stage.play();
        int load = SHORTEST_LOAD_MILLIS + random.nextInt(LONGEST_LOAD_MILLIS - SHORTEST_LOAD_MILLIS);
        stage.pause(load);
        Optional<String> ending = broker.ending();
        broker.kill();
        stage.brokerIsGone();
        if (ending.isPresent()) {
            troubles.add("In round " + round + " the broker was not killed, but " + ending.get());
            return;
        }
        Optional<Duration> start = revive(round, broker, stage);
        if (start.isEmpty()) {
            return;
        }
        startsMillis.add(start.get().toMillis());
        if (round % KILLS_BETWEEN_COUNTS == 0 || round == plan.rounds()) {
            count(round, broker, stage);
        }
        Counts counts = stage.ask(History::counts);
        observer.accept(
                "Round " + round + " of " + plan.rounds() + ": killed after " + load + " ms, answers again after "
                        + start.get().toMillis() + " ms; " + (counts.acknowledgedQos1() + counts.acknowledgedQos2())
                        + " acknowledged, " + counts.lost() + " lost");
    }

    private Optional<Duration> revive(int round, LocalBroker broker, Stage stage) {
        try {
            broker.revive();
        } catch (CompareFailed failed) {
            if (failed.exit() == ExitCode.INTERRUPTED) {
                throw failed;
            }
            troubles.add("After kill " + round + " the broker did not start again. " + failed.getMessage());
            return Optional.empty();
        }
        Optional<Duration> start = stage.welcome(broker);
        if (start.isEmpty()) {
            troubles.add("After kill " + round + " the broker listens again, but answered no CONNECT within "
                    + plan.patience().toSeconds() + " s.");
        }
        return start;
    }

    private void count(int round, LocalBroker broker, Stage stage) {
        stage.drain()
                .ifPresent(what -> troubles.add("After kill " + round + ", " + what + ", though nothing has come for "
                        + plan.patience().toSeconds() + " s."));
        stage.lookAtRetained(broker);
        stage.ask(history -> {
            history.settle();
            return history;
        });
    }
}
