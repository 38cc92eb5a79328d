package io.aldis.server;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Finds what was probably meant by a name that is not known. */
final class NearestName {

    private NearestName() {}

    /** The name out of {@code known} that {@code typed} begins, goes on from, or misses by a slip or two. */
    static Optional<String> to(String typed, Collection<String> known) {
        String meant = bare(typed);
        return known.stream()
                // A single letter is near to every other.
                .filter(name -> bare(name).length() > 1)
                .filter(name -> distance(meant, bare(name)) <= 1 + bare(name).length() / 4)
                .min(Comparator.comparingInt(name -> distance(meant, bare(name))));
    }

    /** The last word of a name, without its dashes. */
    private static String bare(String name) {
        return name.substring(name.lastIndexOf(' ') + 1).replaceFirst("^-+", "");
    }

    private static int distance(String typed, String known) {
        boolean isBegun = !typed.isEmpty() && known.startsWith(typed);
        return isBegun || typed.startsWith(known) ? 0 : slips(typed, known);
    }

    /** How many letters were added, left out, mistaken or swapped with their neighbour. */
    private static int slips(String typed, String known) {
        int[][] slips = new int[typed.length() + 1][known.length() + 1];
        for (int t = 0; t <= typed.length(); t++) {
            for (int k = 0; k <= known.length(); k++) {
                if (t == 0 || k == 0) {
                    slips[t][k] = t + k;
                    continue;
                }
                int mistaken = typed.charAt(t - 1) == known.charAt(k - 1) ? 0 : 1;
                int least = Math.min(slips[t - 1][k] + 1, slips[t][k - 1] + 1);
                least = Math.min(least, slips[t - 1][k - 1] + mistaken);
                if (isSwapped(typed, t, known, k)) {
                    least = Math.min(least, slips[t - 2][k - 2] + 1);
                }
                slips[t][k] = least;
            }
        }
        return slips[typed.length()][known.length()];
    }

    private static boolean isSwapped(String typed, int t, String known, int k) {
        return t > 1
                && k > 1
                && typed.charAt(t - 1) == known.charAt(k - 2)
                && typed.charAt(t - 2) == known.charAt(k - 1);
    }
}
