package io.aldis.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random trees, changed at random, beside a plain map and a plain matcher. A failure names its seed. */
class TopicTreeRandomTest {

    private static final String[] WORDS = {"", "a", "b", "c", "aa", "ab", "$", "$s", "ü", "日本", "a b"};

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void filtersMatchTopicNamesAsTheyDoOneByOne(long seed) {
        Random random = new Random(seed);
        Map<String, String> model = new HashMap<>();
        TopicTree<String> tree = new TopicTree<>();
        for (int step = 0; step < 4_000; step++) {
            change(tree, model, random.nextInt(8) == 0 ? filterLike(random, "a/b/c/aa/ab") : filter(random), random);
            if (step % 4 == 0) {
                String name = name(random);
                List<String> expected = model.keySet().stream()
                        .filter(filter -> NaiveMatcher.matches(filter, name))
                        .sorted()
                        .toList();
                List<String> matched = new ArrayList<>();
                tree.snapshot().matching(name, matched::add);
                assertThat(matched.stream().sorted().toList()).as(name).isEqualTo(expected);
            }
        }
        empty(tree, model, random);
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void topicNamesAreMatchedByFiltersAsTheyAreOneByOne(long seed) {
        Random random = new Random(seed);
        Map<String, String> model = new HashMap<>();
        TopicTree<String> tree = new TopicTree<>();
        for (int step = 0; step < 4_000; step++) {
            change(tree, model, name(random), random);
            if (step % 4 == 0) {
                String filter = filter(random);
                List<String> expected = model.keySet().stream()
                        .filter(name -> NaiveMatcher.matches(filter, name))
                        .sorted()
                        .toList();
                List<String> matched = new ArrayList<>();
                NameWalk<String> walk = tree.snapshot().matchedBy(filter);
                while (walk.advance(1 + random.nextInt(3), matched::add)) {
                    assertThat(matched.size()).isLessThanOrEqualTo(expected.size());
                }
                assertThat(matched.stream().sorted().toList()).as(filter).isEqualTo(expected);
            }
        }
        empty(tree, model, random);
    }

    /** Adds three paths for each that it takes away, until there are many; the value of a path is the path. */
    private static void change(TopicTree<String> tree, Map<String, String> model, String path, Random random) {
        boolean takesAway = random.nextInt(3 + model.size()) > 200 || random.nextInt(4) == 0;
        String gone = takesAway && !model.isEmpty() && random.nextBoolean() ? any(model, random) : path;
        if (takesAway) {
            assertThat(tree.update(gone, value -> null)).isNull();
            model.remove(gone);
        } else {
            assertThat(tree.update(path, value -> path)).isEqualTo(path);
            model.put(path, path);
        }
        assertThat(tree.snapshot().size()).isEqualTo(model.size());
        assertThat(tree.snapshot().get(path)).isEqualTo(model.get(path));
    }

    private static void empty(TopicTree<String> tree, Map<String, String> model, Random random) {
        List<String> all = new ArrayList<>();
        tree.snapshot().forEach(all::add);
        assertThat(all).containsExactlyInAnyOrderElementsOf(model.keySet());
        assertThat(TopicTrees.nodes(tree.snapshot())).isLessThan(2L * Math.max(1, all.size()));
        while (!model.isEmpty()) {
            String path = any(model, random);
            tree.update(path, value -> null);
            model.remove(path);
        }
        assertThat(tree.snapshot().size()).isZero();
        assertThat(TopicTrees.nodes(tree.snapshot())).isZero();
    }

    private static String any(Map<String, String> model, Random random) {
        return List.copyOf(model.keySet()).get(random.nextInt(model.size()));
    }

    private static String name(Random random) {
        List<String> levels = new ArrayList<>();
        int count = 1 + random.nextInt(5);
        for (int i = 0; i < count; i++) {
            levels.add(WORDS[random.nextInt(random.nextBoolean() ? 3 : WORDS.length)]);
        }
        return String.join("/", levels);
    }

    private static String filter(Random random) {
        return filterLike(random, name(random));
    }

    private static String filterLike(Random random, String name) {
        List<String> levels = new ArrayList<>(List.of(name.split("/", -1)));
        for (int i = 0; i < levels.size(); i++) {
            if (random.nextInt(4) == 0) {
                levels.set(i, "+");
            }
        }
        if (random.nextInt(4) == 0) {
            levels.add("#");
        } else if (random.nextInt(6) == 0) {
            levels.set(levels.size() - 1, "#");
        }
        return String.join("/", levels);
    }
}
