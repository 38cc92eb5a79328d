package io.aldis.benchmark.verify;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** Topic filters, level by level, and who asks for what matches them (MQTT 5.0 §4.7): many of them make a search no longer. */
final class Filters {

    private static final String ONE_LEVEL = "+";
    private static final String ALL_LEVELS = "#";

    private final Level root = new Level();

    private static final class Level {
        private final Map<String, Level> next = new HashMap<>();
        private final List<Asked> asked = new ArrayList<>();
    }

    private record Asked(Receiver receiver, Receiver.Wish wish) {}

    /** @param filter without the name of a share */
    void add(String filter, Receiver receiver, Receiver.Wish wish) {
        Level level = root;
        for (String name : filter.split("/", -1)) {
            level = level.next.computeIfAbsent(name, ignored -> new Level());
        }
        level.asked.add(new Asked(receiver, wish));
    }

    /** Tells all that match a topic; who asked by several filters comes several times. */
    void matching(String topic, BiConsumer<Receiver, Receiver.Wish> found) {
        descend(root, topic.split("/", -1), 0, found);
    }

    private static void descend(Level level, String[] names, int depth, BiConsumer<Receiver, Receiver.Wish> found) {
        // [MQTT-4.7.2-1]
        boolean wildcards = depth > 0 || !names[0].startsWith("$");
        if (wildcards) {
            tell(level.next.get(ALL_LEVELS), found);
        }
        if (depth == names.length) {
            tell(level, found);
            return;
        }
        Level exact = level.next.get(names[depth]);
        if (exact != null) {
            descend(exact, names, depth + 1, found);
        }
        Level any = wildcards ? level.next.get(ONE_LEVEL) : null;
        if (any != null) {
            descend(any, names, depth + 1, found);
        }
    }

    private static void tell(@Nullable Level level, BiConsumer<Receiver, Receiver.Wish> found) {
        if (level != null) {
            level.asked.forEach(asked -> found.accept(asked.receiver(), asked.wish()));
        }
    }
}
