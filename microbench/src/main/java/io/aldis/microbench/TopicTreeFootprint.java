package io.aldis.microbench;

import io.aldis.broker.routing.PersistentMap;
import io.aldis.broker.routing.TopicTree;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/**
 * How much memory a value in a tree or map takes, the value itself not counted: the heap in use after a collection, before
 * and after a million of them are there.
 *
 * <p>Run from the repository:
 *
 * <pre>
 * mvn -q -pl microbench -am compile dependency:build-classpath -Dmdep.outputFile=target/classpath
 * java -Xmx2g -XX:+UseG1GC -cp microbench/target/classes:$(cat microbench/target/classpath) \
 *     io.aldis.microbench.TopicTreeFootprint
 * </pre>
 */
public final class TopicTreeFootprint {

    private static final int COUNT = 1_000_000;
    private static final Object VALUE = new Object();

    private TopicTreeFootprint() {}

    public static void main(String[] arguments) {
        System.out.printf("bytes an entry, of %,d%n", COUNT);
        print("TopicTree devices/<n>/state", () -> tree(n -> "devices/" + n + "/state"));
        print("TopicTree devices/<n>/{state,cmd}", () -> tree(TopicTreeFootprint::twoPerDevice));
        print("TopicTree site/<n/1000>/<n>/+/state", () -> tree(TopicTreeFootprint::filter));
        print("TopicTree <n>", () -> tree(Integer::toString));
        print("PersistentMap client-<n>, with keys", TopicTreeFootprint::map);
        print("PersistentMap of one, keys shared", TopicTreeFootprint::mapsOfOne);
        print("ConcurrentHashMap devices/<n>/state", TopicTreeFootprint::hashMap);
    }

    private static void print(String what, Supplier<Object> made) {
        bytes(made); // the first time also loads classes
        System.out.printf("%-36s %4d%n", what, bytes(made));
    }

    private static String twoPerDevice(int n) {
        return "devices/" + n / 2 + (n % 2 == 0 ? "/state" : "/cmd");
    }

    private static String filter(int n) {
        return "site/" + n / 1_000 + "/" + n + "/+/state";
    }

    private static Object tree(IntFunction<String> path) {
        TopicTree<Object> tree = new TopicTree<>();
        for (int n = 0; n < COUNT; n++) {
            tree.update(path.apply(n), none -> VALUE);
        }
        return tree.snapshot();
    }

    private static Object map() {
        PersistentMap<String, Object> map = PersistentMap.empty();
        for (int n = 0; n < COUNT; n++) {
            map = map.with("client-" + n, VALUE);
        }
        return map;
    }

    private static Object mapsOfOne() {
        Object[] maps = new Object[COUNT];
        Arrays.setAll(maps, n -> PersistentMap.<String, Object>empty().with("client", VALUE));
        return maps;
    }

    private static Object hashMap() {
        ConcurrentHashMap<String, Object> map = new ConcurrentHashMap<>();
        for (int n = 0; n < COUNT; n++) {
            map.put("devices/" + n + "/state", VALUE);
        }
        return map;
    }

    private static long bytes(Supplier<Object> made) {
        long before = usedHeap();
        Object held = made.get();
        long after = usedHeap();
        return held == VALUE ? 0 : Math.round((double) (after - before) / COUNT);
    }

    private static long usedHeap() {
        System.gc();
        System.gc(); // what the first left to be cleaned up
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
