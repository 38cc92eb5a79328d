package io.aldis.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aldis.broker.routing.TopicTree.Snapshot;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TopicTreeTest {

    private final TopicTree<String> tree = new TopicTree<>();

    /** A tree whose values are their own paths. */
    private static TopicTree<String> treeOf(String... paths) {
        TopicTree<String> tree = new TopicTree<>();
        for (String path : paths) {
            tree.update(path, value -> path);
        }
        return tree;
    }

    private static List<String> matching(TopicTree<String> filters, String topicName) {
        List<String> matches = new ArrayList<>();
        filters.snapshot().matching(topicName, matches::add);
        return matches;
    }

    private static List<String> matchedBy(TopicTree<String> names, String filter) {
        List<String> matches = new ArrayList<>();
        names.snapshot().matchedBy(filter, matches::add);
        return matches;
    }

    /** Section 4.7 of the standards, in both directions: a tree of one filter, and a tree of one topic name. */
    @Nested
    class Matching {

        @ParameterizedTest(name = "{0} matches {1}: {2}")
        @CsvSource({
            // 4.7.1.2: # stands for the parent and any number of levels below it
            "sport/tennis/player1/#, sport/tennis/player1,             true",
            "sport/tennis/player1/#, sport/tennis/player1/ranking,     true",
            "sport/tennis/player1/#, sport/tennis/player1/score/wimbledon, true",
            "sport/tennis/player1/#, sport/tennis/player2,             false",
            "sport/tennis/player1/#, sport/tennis,                     false",
            "sport/#,                sport,                            true",
            "sport/#,                sports,                           false",
            "sport/#,                sport/,                           true",
            "#,                      sport,                            true",
            "#,                      /,                                true",
            "#,                      a/b/c/d/e,                        true",
            "/#,                     /,                                true",
            "/#,                     sport,                            false",
            // [MQTT3-4.7.1-3], [MQTT-4.7.1-2]: + stands for one level, at any place, also an empty one
            "sport/tennis/+,         sport/tennis/player1,             true",
            "sport/tennis/+,         sport/tennis/player1/ranking,     false",
            "sport/+,                sport,                            false",
            "sport/+,                sport/,                           true",
            "+,                      sport,                            true",
            "+,                      /finance,                         false",
            "+/+,                    /finance,                         true",
            "/+,                     /finance,                         true",
            "+/tennis/#,             sport/tennis,                     true",
            "+/tennis/#,             sport/tennis/a/b,                 true",
            "sport/+/player1,        sport/tennis/player1,             true",
            "sport/+/player1,        sport//player1,                   true",
            "sport/+/player1,        sport/player1,                    false",
            "+/+/+,                  //,                               true",
            "+/+,                    //,                               false",
            // several in one filter
            "a/+/+/d,                a/b/c/d,                          true",
            "a/+/c/+,                a/b/c/d,                          true",
            "a/+/c/+,                a/b/d/d,                          false",
            "a/+/c/#,                a/b/c,                            true",
            // [MQTT-4.7.2-1]: a wildcard at the first level does not see names that begin with $
            "#,                      $SYS/uptime,                      false",
            "+/uptime,               $SYS/uptime,                      false",
            "+,                      $SYS,                             false",
            "$SYS/#,                 $SYS/uptime,                      true",
            "$SYS/#,                 $SYS,                             true",
            "$SYS/+,                 $SYS/uptime,                      true",
            "$SYS/uptime,            $SYS/uptime,                      true",
            "+/$SYS,                 a/$SYS,                           true",
            "a/#,                    a/$SYS,                           true",
            "#,                      a$,                               true",
            // 4.7.3: case counts, and so does every slash
            "ACCOUNTS,               Accounts,                         false",
            "/finance,               finance,                          false",
            "finance,                finance/,                         false",
            "finance,                finance,                          true",
            "a b/c,                  a b/c,                            true",
            // [MQTT-4.7.3-4]: characters are themselves; e with an accent is not e and an accent
            "caf\u00e9,              cafe\u0301,                       false",
            "caf\u00e9,              caf\u00e9,                        true",
            "\u65e5\u672c/+,         \u65e5\u672c/\u6771,              true",
        })
        void asTheStandardsSay(String filter, String topicName, boolean isMatch) {
            assertThat(NaiveMatcher.matches(filter, topicName)).isEqualTo(isMatch);

            TopicTree<String> filters = treeOf(filter);
            assertThat(matching(filters, topicName)).hasSize(isMatch ? 1 : 0);
            TopicTree<String> names = treeOf(topicName);
            assertThat(matchedBy(names, filter)).hasSize(isMatch ? 1 : 0);
        }

        @Test
        void everyFilterThatMatchesIsFoundOnce() {
            TopicTree<String> filters =
                    treeOf("a/b/c", "a/b/+", "a/+/c", "+/b/c", "+/+/+", "a/b/#", "a/#", "#", "a/b/c/#", "a/b", "x/b/c");

            assertThat(matching(filters, "a/b/c"))
                    .containsExactlyInAnyOrder(
                            "a/b/c", "a/b/+", "a/+/c", "+/b/c", "+/+/+", "a/b/#", "a/#", "#", "a/b/c/#");
        }

        @Test
        void everyTopicNameThatIsMatchedIsFoundOnce() {
            TopicTree<String> names = treeOf("a", "a/b", "a/b/c", "a/x/c", "b/b/c", "$SYS/b/c", "", "/b/c");

            assertThat(matchedBy(names, "+/b/c")).containsExactlyInAnyOrder("a/b/c", "b/b/c", "/b/c");
            assertThat(matchedBy(names, "a/#")).containsExactlyInAnyOrder("a", "a/b", "a/b/c", "a/x/c");
            assertThat(matchedBy(names, "$SYS/#")).containsExactly("$SYS/b/c");
            assertThat(matchedBy(names, "#"))
                    .containsExactlyInAnyOrder("a", "a/b", "a/b/c", "a/x/c", "b/b/c", "", "/b/c");
        }

        @Test
        void aWalkCanBeTakenInPortions() {
            for (int i = 0; i < 1_000; i++) {
                String path = "devices/" + i + "/state";
                tree.update(path, value -> path);
            }
            NameWalk<String> walk = tree.snapshot().matchedBy("devices/+/state");
            List<String> matches = new ArrayList<>();
            int before = 0;
            while (walk.advance(1, matches::add)) {
                assertThat(matches.size() - before).isLessThanOrEqualTo(1);
                before = matches.size();
                tree.update("devices/late" + before + "/state", value -> "late"); // not in this snapshot
            }
            assertThat(matches).hasSize(1_000).doesNotHaveDuplicates().doesNotContain("late");
            assertThat(walk.advance(1, matches::add)).isFalse();
        }
    }

    @Nested
    class Changing {

        @Test
        void anUpdateGivesWhatItsChangeGave() {
            assertThat(tree.update("a/b", value -> value + "1")).isEqualTo("null1");
            assertThat(tree.update("a/b", value -> value + "2")).isEqualTo("null12");
            assertThat(tree.update("a/b", value -> null)).isNull();
            assertThat(tree.update("a/b", value -> value)).isNull();
        }

        @Test
        void aSnapshotStaysAsItWas() {
            tree.update("a/b", value -> "1");
            Snapshot<String> before = tree.snapshot();
            tree.update("a/b", value -> "2");
            tree.update("a/c", value -> "3");

            assertThat(before.get("a/b")).isEqualTo("1");
            assertThat(before.get("a/c")).isNull();
            assertThat(before.size()).isEqualTo(1);
            assertThat(tree.snapshot().get("a/b")).isEqualTo("2");
        }

        @Test
        void theGenerationGrowsWithEveryChangeAndOnlyThen() {
            assertThat(tree.generation()).isZero();
            tree.update("a", value -> "1");
            assertThat(tree.generation()).isEqualTo(1);
            tree.update("a", value -> value);
            tree.update("b", value -> null);
            assertThat(tree.generation()).isEqualTo(1);
            tree.updateAll(List.of("a", "b", "c"), (path, value) -> path);
            assertThat(tree.generation()).isEqualTo(2);
            tree.updateAll(List.of("a", "b"), (path, value) -> value);
            assertThat(tree.generation()).isEqualTo(2);
            assertThat(tree.snapshot().generation()).isEqualTo(2);
        }

        @Test
        void severalPathsChangeAsOne() {
            tree.update("a", value -> "0");
            tree.updateAll(List.of("a", "b", "b", "a/b"), (path, value) -> path.equals("a") ? null : path + value);

            assertThat(tree.snapshot().get("a")).isNull();
            assertThat(tree.snapshot().get("b")).isEqualTo("bbnull");
            assertThat(tree.snapshot().get("a/b")).isEqualTo("a/bnull");
            assertThat(tree.snapshot().size()).isEqualTo(2);
        }

        @Test
        void aChangeThatThrowsChangesNothing() {
            tree.update("a", value -> "1");
            assertThatThrownBy(() -> tree.updateAll(List.of("b", "c"), (path, value) -> {
                        if (path.equals("c")) {
                            throw new IllegalStateException("no");
                        }
                        return path;
                    }))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(tree.generation()).isEqualTo(1);
            assertThat(tree.snapshot().get("b")).isNull();
        }

        @Test
        void emptyLevelsAreLevels() {
            String[] paths = {"", "/", "//", "a/", "/a", "a//b", "a/b", "a/b/", "+/", "/+", "/#", "+//#"};
            TopicTree<String> all = treeOf(paths);

            assertThat(all.snapshot().size()).isEqualTo(paths.length);
            for (String path : paths) {
                assertThat(all.snapshot().get(path)).isEqualTo(path);
            }
            assertThat(all.snapshot().get("///")).isNull();
        }

        @Test
        void wildcardsArePathsLikeOthersWhenTheyAreChanged() {
            TopicTree<String> all = treeOf("a/+", "a/b", "a/#", "+/b", "#", "+");
            all.update("a/+", value -> null);

            assertThat(all.snapshot().get("a/+")).isNull();
            assertThat(all.snapshot().get("a/b")).isEqualTo("a/b");
            assertThat(all.snapshot().get("a/#")).isEqualTo("a/#");
            assertThat(all.snapshot().get("+")).isEqualTo("+");
        }
    }

    @Nested
    class Shape {

        @Test
        void aPathIsOneNodeUntilAnotherPartsFromIt() {
            tree.update("a/b/c/d/e", value -> "1");
            assertThat(TopicTrees.nodes(tree.snapshot())).isEqualTo(1);
            tree.update("a/b/x", value -> "2"); // a/b, c/d/e, x
            assertThat(TopicTrees.nodes(tree.snapshot())).isEqualTo(3);
            tree.update("a/b", value -> "3");
            assertThat(TopicTrees.nodes(tree.snapshot())).isEqualTo(3);
        }

        @Test
        void nothingStaysOfWhatIsTakenAway() {
            TopicTree<String> all = treeOf("a/b/c/d/e", "a/b/x", "a/b", "a/#", "+/b");
            all.update("a/b", value -> null);
            all.update("a/b/x", value -> null);
            assertThat(TopicTrees.nodes(all.snapshot())).isEqualTo(4); // a, b/c/d/e, #, +/b
            all.update("a/#", value -> null);
            assertThat(TopicTrees.nodes(all.snapshot())).isEqualTo(2); // a/b/c/d/e, +/b
            all.update("a/b/c/d/e", value -> null);
            all.update("+/b", value -> null);
            assertThat(TopicTrees.nodes(all.snapshot())).isZero();
            assertThat(all.snapshot().size()).isZero();
        }

        @Test
        void takingAwayWhatIsNotThereLeavesTheSnapshot() {
            tree.update("a/b/c", value -> "1");
            Snapshot<String> before = tree.snapshot();
            for (String path : List.of("a", "a/b", "a/b/c/d", "a/b/x", "b", "", "a/b/", "#", "+/b/c")) {
                tree.update(path, value -> null);
            }
            assertThat(tree.snapshot()).isSameAs(before);
        }

        @Test
        void aChangeMakesNewNodesOnItsPathOnly() {
            for (int i = 0; i < 20_000; i++) {
                tree.update("devices/" + i + "/state", value -> "0");
                tree.update("devices/" + i + "/cmd", value -> "0");
            }
            Snapshot<String> before = tree.snapshot();
            tree.update("devices/4711/state", value -> "1");
            assertThat(TopicTrees.newNodes(before, tree.snapshot())).isEqualTo(4); // root, devices, 4711, state
        }
    }
}
