package io.aldis.benchmark.prove;

import io.aldis.benchmark.prove.PersistentClient.Leaving;
import java.util.Random;

/** Lets a client come and go at random moments, and take itself over. Confined to the thread of {@link Turns}. */
final class Wanderer {

    /**
     * How long a client stays and is away, in milliseconds.
     *
     * @param longestStay between two deeds, at most
     * @param longestAbsence at most, mostly
     * @param longestJourney at most, one time in ten
     */
    record Ways(int longestStay, int longestAbsence, int longestJourney) {}

    private static final int SHORTEST_STAY = 100;

    private static final int SHORTEST_ABSENCE = 20;

    private final Turns turns;
    private final Random random;
    private final PersistentClient client;
    private final Ways ways;
    private final Runnable deed;

    /** Tells deeds that were planned in another outing from those of this one. */
    private int outing;

    private boolean away;

    /** @param deed what the client does apart from coming and going */
    Wanderer(Turns turns, Random random, PersistentClient client, Ways ways, Runnable deed) {
        this.turns = turns;
        this.random = random;
        this.client = client;
        this.ways = ways;
        this.deed = deed;
    }

    /** Comes and goes from now on. */
    void wander() {
        outing++;
        stay();
    }

    /** Comes back, and stays. */
    void rest() {
        outing++;
        away = false;
        client.arrive();
    }

    private void stay() {
        later(SHORTEST_STAY + random.nextInt(ways.longestStay() - SHORTEST_STAY), this::act);
    }

    private void later(int milliseconds, Runnable then) {
        int of = outing;
        turns.after(milliseconds, () -> {
            if (of == outing) {
                then.run();
            }
        });
    }

    private void act() {
        switch (random.nextInt(6)) {
            case 0 -> leave(Leaving.SAYING_SO);
            case 1 -> leave(Leaving.CLOSING);
            case 2 -> leave(Leaving.RESETTING);
            case 3, 4 -> client.takeOver();
            default -> deed.run();
        }
        if (!away) {
            stay();
        }
    }

    private void leave(Leaving how) {
        away = true;
        client.leave(how);
        int longest = random.nextInt(10) == 0 ? ways.longestJourney() : ways.longestAbsence();
        later(SHORTEST_ABSENCE + random.nextInt(longest), () -> {
            away = false;
            client.arrive();
            stay();
        });
    }
}
