package io.aldis.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Paths that strangers choose to make the tree deep, wide, slow or big. Cost is shown in nodes, never in time. */
class TopicTreeHostileTest {

    private static final int DEEPEST = 32_768; // levels of one character in 65,535 bytes
    private static final long SMALL_STACK = 192 * 1024;

    private final TopicTree<String> tree = new TopicTree<>();

    @Test
    void theDeepestPathsAreWalkedWithoutRecursionAndCostOneNodeEach() throws InterruptedException {
        onASmallStack(() -> {
            String name = path("a", DEEPEST);
            String[] filters = {
                name, path("+", DEEPEST), path("a", DEEPEST - 1) + "/+", path("a", DEEPEST - 1) + "/#", "#", "a/#"
            };
            for (String filter : filters) {
                tree.update(filter, value -> filter);
            }
            List<String> matches = new ArrayList<>();
            int visited = tree.snapshot().matching(name, matches::add);
            assertThat(matches).containsExactlyInAnyOrder(filters);
            assertThat(visited).isLessThanOrEqualTo(2 * filters.length);
            assertThat(TopicTrees.nodes(tree.snapshot())).isLessThan(2L * filters.length);

            assertThat(tree.snapshot().matching(path("a", DEEPEST - 1) + "/b", matches::add))
                    .isLessThanOrEqualTo(2 * filters.length);
            for (String filter : filters) {
                tree.update(filter, value -> null);
            }
            assertThat(TopicTrees.nodes(tree.snapshot())).isZero();
        });
    }

    @Test
    void nothingButSlashesIsAPathLikeOthers() throws InterruptedException {
        onASmallStack(() -> {
            String slashes = "/".repeat(65_535);
            tree.update(slashes, value -> slashes);
            assertThat(tree.snapshot().get(slashes)).isEqualTo(slashes);
            assertThat(tree.snapshot().get(slashes.substring(1))).isNull();
            List<String> matches = new ArrayList<>();
            tree.snapshot().matchedBy(path("+", 32_767) + "/#", matches::add);
            tree.snapshot().matching(slashes, matches::add);
            assertThat(matches).hasSize(2);
        });
    }

    @Test
    void aChainOfThousandsOfNodesIsWalkedWithoutRecursion() throws InterruptedException {
        int length = 4_000;
        onASmallStack(() -> {
            for (int levels = 1; levels <= length; levels++) {
                String name = path("a", levels);
                tree.update(name, value -> name);
            }
            String longest = path("a", length);
            assertThat(TopicTrees.nodes(tree.snapshot())).isEqualTo(length);
            assertThat(tree.snapshot().get(longest)).isEqualTo(longest);
            assertThat(tree.snapshot().matching(longest, value -> {})).isEqualTo(length);
            List<String> matches = new ArrayList<>();
            tree.snapshot().matchedBy("a/#", matches::add);
            assertThat(matches).hasSize(length);
            matches.clear();
            tree.snapshot().matchedBy(path("+", length), matches::add);
            assertThat(matches).containsExactly(longest);
            for (int levels = 1; levels <= length; levels++) {
                tree.update(path("a", levels), value -> null);
            }
            assertThat(TopicTrees.nodes(tree.snapshot())).isZero();
        });
    }

    @Test
    void wildcardsAtEveryLevelCostNoMoreThanTheNodesThatThereAre() {
        int levels = 10;
        for (int choice = 0; choice < 1 << levels; choice++) {
            String filter = wildcardsWhere(choice, levels, "a");
            tree.update(filter, value -> filter);
        }
        int nodes = (2 << levels) - 2; // a binary tree: each node is looked at once

        List<String> matches = new ArrayList<>();
        assertThat(tree.snapshot().matching(path("a", levels), matches::add)).isEqualTo(nodes);
        assertThat(matches).hasSize(1 << levels).doesNotHaveDuplicates();
        assertThat(tree.snapshot().matching("b/" + path("a", levels - 1), value -> {}))
                .isEqualTo(nodes / 2);
        assertThat(tree.snapshot().matching(path("b", levels), value -> {})).isEqualTo(levels);
    }

    @Test
    void aRowOfPlusesThatEndsWrongIsOneNode() {
        String filter = path("+", 1_000) + "/x";
        tree.update(filter, value -> filter);
        assertThat(tree.snapshot().matching(path("a", 1_001), value -> {})).isEqualTo(1);
    }

    @Test
    void amongManyTopicsOnlyTheBranchesThatMatterAreVisited() {
        int devices = 20_000;
        for (int i = 0; i < devices; i++) {
            for (String leaf : List.of("state", "cmd")) {
                String path = "devices/" + i + "/" + leaf;
                tree.update(path, value -> path);
            }
        }
        assertThat(tree.snapshot().matching("devices/4711/cmd", value -> {})).isEqualTo(3);
        assertThat(tree.snapshot().matching("devices/none/cmd", value -> {})).isEqualTo(1);
        assertThat(tree.snapshot().matching("others/4711/cmd", value -> {})).isZero();

        assertThat(visitedBy("devices/4711/cmd")).isEqualTo(3);
        assertThat(visitedBy("devices/4711/#")).isEqualTo(4);
        assertThat(visitedBy("+/4711/+")).isEqualTo(4);
        assertThat(visitedBy("devices/none/#")).isEqualTo(1);
        assertThat(visitedBy("devices/+/cmd")).isEqualTo(1 + 2 * devices);
        assertThat(visitedBy("devices/+/none")).isEqualTo(1); // No name ends so: the branches are passed over in bulk.
    }

    private long visitedBy(String filter) {
        NameWalk<String> walk = tree.snapshot().matchedBy(filter);
        walk.advance(Integer.MAX_VALUE, value -> {});
        return walk.visited();
    }

    @Test
    void aHundredThousandLevelsOfOneHashAreToldApart() {
        List<String> levels = levelsOfOneHash(100_000);
        assertThat(levels.stream().mapToInt(Levels::firstHash).distinct().count())
                .isEqualTo(1);
        for (String level : levels) {
            tree.update("a/" + level + "/b", value -> level);
        }
        assertThat(tree.snapshot().size()).isEqualTo(levels.size());
        for (String level : levels) {
            List<String> matches = new ArrayList<>();
            tree.snapshot().matching("a/" + level + "/b", matches::add);
            tree.snapshot().matchedBy("+/" + level + "/#", matches::add);
            assertThat(matches).containsExactly(level, level);
        }
        assertThat(visitedBy("a/+/b")).isEqualTo(1 + levels.size());
        for (String level : levels) {
            tree.update("a/" + level + "/b", value -> null);
        }
        assertThat(TopicTrees.nodes(tree.snapshot())).isZero();
    }

    /** Two blocks of one hash, found by trial, in all orders: what anyone can do who has read the source. */
    private static List<String> levelsOfOneHash(int count) {
        String[] blocks = twoBlocksOfOneHash();
        List<String> levels = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            StringBuilder level = new StringBuilder();
            for (int bit = 0; bit < 17; bit++) {
                level.append(blocks[i >>> bit & 1]);
            }
            levels.add(level.toString());
        }
        return levels;
    }

    private static String[] twoBlocksOfOneHash() {
        Random random = new Random(1);
        Map<Integer, String> seen = new HashMap<>();
        while (true) {
            String block = Long.toString(random.nextLong() >>> 1, 36).substring(0, 8);
            String other = seen.put(Levels.firstHash(block), block);
            if (other != null && !other.equals(block)) {
                return new String[] {block, other};
            }
        }
    }

    private static String path(String level, int count) {
        return (level + "/").repeat(count - 1) + level;
    }

    private static String wildcardsWhere(int choice, int levels, String otherwise) {
        List<String> path = new ArrayList<>();
        for (int level = 0; level < levels; level++) {
            path.add((choice >>> level & 1) == 1 ? "+" : otherwise);
        }
        return String.join("/", path);
    }

    private static void onASmallStack(Runnable test) throws InterruptedException {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Thread thread = new Thread(null, test, "small stack", SMALL_STACK);
        thread.setUncaughtExceptionHandler((where, thrown) -> failure.set(thrown));
        thread.start();
        thread.join();
        assertThat(failure.get()).isNull();
    }
}
