package io.aldis.microbench.load;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Wakes the publishers of one lane at the times their messages are due. All publishers of the run take turns: message
 * {@code k} of publisher {@code p} is due at the start plus {@code (k · publishers + p) / rate}.
 */
final class Pacer {
    private final Lane lane;
    private final List<Publisher> publishers;
    private long round;
    private int turn;

    Pacer(Lane lane, Plan plan, List<Publisher> publishers) {
        this.lane = lane;
        this.publishers = publishers;
    }

    void begin() {
        long start = lane.timetable().start();
        publishers.forEach(publisher -> publisher.pace(start));
        if (!publishers.isEmpty()) {
            waitForNext();
        }
    }

    private void wake() {
        long now = System.nanoTime();
        while (due() - now <= 0 && !lane.timetable().isOver(due())) {
            publishers.get(turn).sendDue(now);
            if (++turn == publishers.size()) {
                turn = 0;
                round++;
            }
        }
        if (!lane.timetable().isOver(due())) {
            waitForNext();
        }
    }

    private long due() {
        return publishers.get(turn).due(round);
    }

    private void waitForNext() {
        var unused = lane.loop().schedule(this::wake, due() - System.nanoTime(), TimeUnit.NANOSECONDS);
    }
}
