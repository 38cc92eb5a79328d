package io.aldis.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** How many nodes a look-up looks at does not grow with the tree, but with what it finds. */
class TopicTreeScaleTest {

    private static final int MANY = 100_000;

    private static TopicTree<String> treeOf(Iterable<String> paths) {
        TopicTree<String> tree = new TopicTree<>();
        paths.forEach(path -> tree.update(path, none -> path));
        return tree;
    }

    /** A hundred sites, a thousand devices each; ten of all devices have an alarm. */
    private static List<String> names() {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            names.add("site/" + i % 100 + "/device/" + i + "/state");
            if (i % (MANY / 10) == 0) {
                names.add("site/" + i % 100 + "/device/" + i + "/alarm");
            }
        }
        return names;
    }

    private static long visits(TopicTree<String> tree, String filter, int expected) {
        List<String> found = new ArrayList<>();
        NameWalk<String> walk = tree.snapshot().matchedBy(filter);
        walk.advance(Integer.MAX_VALUE, found::add);
        assertThat(found).as(filter).hasSize(expected);
        return walk.visited();
    }

    @Test
    void aWildcardThatFindsNoneOrTenAmongAHundredThousandNamesLooksAtFew() {
        TopicTree<String> tree = treeOf(names());
        assertThat(visits(tree, "site/+/device/+/nothing", 0)).isLessThan(10);
        assertThat(visits(tree, "+/+/+/+/alarm", 10)).isLessThan(2000);
        assertThat(visits(tree, "site/+/device/+/alarm", 10)).isLessThan(2000);
        assertThat(visits(tree, "site/+/device/4711/state", 1)).isLessThan(1000);
        assertThat(visits(tree, "site/11/device/4711/#", 1)).isLessThan(10);
        assertThat(visits(tree, "nothing/#", 0)).isLessThan(10);
    }

    @Test
    void aFlatTreeIsPassedOverInBulkToo() {
        TopicTree<String> tree = treeOf(
                IntStream.range(0, MANY).mapToObj(i -> "device-" + i + "/state").toList());
        tree.update("device-7/alarm", none -> "device-7/alarm");
        assertThat(visits(tree, "+/alarm", 1)).isLessThan(300);
        assertThat(visits(tree, "+/nothing", 0)).isLessThan(100);
    }

    @Test
    void whatHasGoneIsLookedForNoMore() {
        TopicTree<String> tree = treeOf(names());
        for (int i = 0; i < MANY; i += MANY / 10) {
            tree.update("site/" + i % 100 + "/device/" + i + "/alarm", alarm -> null);
        }
        assertThat(visits(tree, "site/+/device/+/alarm", 0)).isLessThan(10);
    }

    @Test
    void aTopicNameLooksAtAsManyFiltersAmongAMillionAsAmongAThousand() {
        assertThat(visitsOfFilters(1_000_000)).isLessThanOrEqualTo(2 * visitsOfFilters(1_000));
    }

    /** Half of the filters have wildcards, at each place a wildcard can be. */
    private static int visitsOfFilters(int count) {
        TopicTree<String> tree = new TopicTree<>();
        for (int i = 0; i < count; i++) {
            String filter = filter(i);
            tree.update(filter, none -> filter);
        }
        int most = 0;
        for (int i = 0; i < 1000; i++) {
            List<String> found = new ArrayList<>();
            most = Math.max(most, tree.snapshot().matching("site/" + i % 100 + "/device/" + i + "/state", found::add));
            assertThat(found).containsExactly(filter(i));
        }
        return most;
    }

    private static String filter(int i) {
        return switch (i % 6) {
            case 0 -> "site/+/device/" + i + "/state";
            case 1 -> "+/" + i % 100 + "/device/" + i + "/+";
            case 2 -> "site/" + i % 100 + "/+/" + i + "/#";
            default -> "site/" + i % 100 + "/device/" + i + "/state";
        };
    }
}
