package io.aldis.broker;

import java.util.ArrayList;
import java.util.List;

/** What hooks have heard, in order, as tests look at it. */
final class Chronicle {

    private final List<String> lines = new ArrayList<>();

    void add(String line) {
        lines.add(line);
    }

    /** What was heard and not looked at. */
    List<String> news() {
        List<String> news = List.copyOf(lines);
        lines.clear();
        return news;
    }
}
