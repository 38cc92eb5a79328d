package io.aldis.benchmark.scenario;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what was probably meant by a name that is not known. */
final class NearestName {

    private NearestName() {}

    /** The one that is fewest changes away (Levenshtein), if these are few for its length. */
    static Optional<String> to(String typed, Collection<String> known) {
        return known.stream()
                .filter(name -> changes(typed, name) <= 1 + name.length() / 4)
                .min(Comparator.comparingInt(name -> changes(typed, name)));
    }

    /** The end of a message that asks whether it was meant. */
    static Optional<String> hint(String typed, Collection<String> known) {
        return to(typed, known).map(near -> "; did you mean \"" + near + "\"?");
    }

    /** How many letters must be added, left out or replaced. */
    private static int changes(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int t = 0; t <= to.length(); t++) {
            row[t] = t;
        }
        for (int f = 1; f <= from.length(); f++) {
            int diagonal = row[0];
            row[0] = f;
            for (int t = 1; t <= to.length(); t++) {
                int replaced = diagonal + (from.charAt(f - 1) == to.charAt(t - 1) ? 0 : 1);
                diagonal = row[t];
                row[t] = Math.min(replaced, 1 + Math.min(row[t], row[t - 1]));
            }
        }
        return row[to.length()];
    }
}
