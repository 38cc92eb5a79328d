package io.aldis.benchmark.scenario;

import java.util.ArrayList;
import java.util.List;

/** Gathers what is wrong in one file, so that all of it can be told at once. */
final class Problems {

    private final String file;
    private final List<ScenarioFailed.Problem> found = new ArrayList<>();

    Problems(String file) {
        this.file = file;
    }

    void add(Node.Place place, String text) {
        found.add(new ScenarioFailed.Problem(place.line(), place.column(), text));
    }

    /** Goes on only if nothing is wrong. */
    void throwIfAny() {
        if (!found.isEmpty()) {
            throw new ScenarioFailed(file, found);
        }
    }
}
