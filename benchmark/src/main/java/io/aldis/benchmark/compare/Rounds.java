package io.aldis.benchmark.compare;

/**
 * How often each broker carries each plan.
 *
 * @param measured how often it counts, at least 1
 * @param warmUps how often before that nothing of it is kept, so that virtual machines have compiled their code; 0 for never
 * @param fresh whether local brokers are started, and warmed up, for each measured round, rather than once for all rounds of a plan
 */
public record Rounds(int measured, int warmUps, boolean fresh) {

    /** Three rounds after one for nothing. */
    public static final Rounds USUAL = new Rounds(3, 1, false);

    /**
     * Checks the numbers.
     *
     * @throws CompareFailed if one is too small
     */
    public Rounds {
        if (measured < 1) {
            throw CompareFailed.usage("There must be a round or more, but it is to be " + measured + ".");
        } else if (warmUps < 0) {
            throw CompareFailed.usage(
                    "There can be no less than 0 rounds of warm-up, but it is to be " + warmUps + ".");
        }
    }

    /** Such as "3 rounds in turns, each broker warmed up by 1 round before". */
    String text() {
        String rounds = measured + (measured == 1 ? " round" : " rounds") + " in turns";
        String warm = warmUps == 0
                ? ", without warm-up"
                : ", after " + warmUps + (warmUps == 1 ? " round" : " rounds") + " of warm-up" + (fresh ? " each" : "");
        return rounds + warm + (fresh ? ", local brokers started afresh for each" : "");
    }
}
