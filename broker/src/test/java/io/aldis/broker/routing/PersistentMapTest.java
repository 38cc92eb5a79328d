package io.aldis.broker.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.routing.PersistentMap.Keys;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PersistentMapTest {

    private static final PersistentMap<String, Integer> EMPTY = PersistentMap.empty();

    @Test
    void anEmptyMapHoldsNothing() {
        assertThat(EMPTY.size()).isZero();
        assertThat(EMPTY.isEmpty()).isTrue();
        assertThat(EMPTY.get("a")).isNull();
        assertThat(EMPTY).hasToString("{}");
    }

    @Test
    void aChangeMakesAnotherMapAndLeavesTheFirstAsItWas() {
        PersistentMap<String, Integer> one = EMPTY.with("a", 1);
        PersistentMap<String, Integer> two = one.with("a", 2).with("b", 3);

        assertThat(EMPTY.get("a")).isNull();
        assertThat(one.get("a")).isEqualTo(1);
        assertThat(one.get("b")).isNull();
        assertThat(two.get("a")).isEqualTo(2);
        assertThat(two.get("b")).isEqualTo(3);
        assertThat(two.without("a").get("a")).isNull();
        assertThat(two.get("a")).isEqualTo(2);
    }

    @Test
    void aMapIsItsOwnResultWhenNothingChanges() {
        PersistentMap<String, Integer> map = EMPTY.with("a", 1_000).with("b", 2);

        assertThat(map.with("a", 2_000 - 1_000)).isSameAs(map);
        assertThat(map.without("c")).isSameAs(map);
        assertThat(EMPTY.without("a")).isSameAs(EMPTY);
    }

    @Test
    void aMapWithoutItsLastEntryIsTheEmptyMap() {
        assertThat(EMPTY.with("a", 1).without("a")).isSameAs(EMPTY);
        PersistentMap<String, Integer> map = EMPTY;
        for (int i = 0; i < 100; i++) {
            map = map.with("k" + i, i);
        }
        for (int i = 0; i < 100; i++) {
            map = map.without("k" + i);
        }
        assertThat(map).isSameAs(EMPTY);
    }

    /** Ways to hash that reach every branch of the code: one good, the others hostile. */
    enum Hash {
        GOOD,
        FEW_VALUES,
        ONE_VALUE,
        TWO_VALUES;

        int of(int key) {
            return switch (this) {
                case GOOD -> key * 0x9e3779b9;
                case FEW_VALUES -> key & 63;
                case ONE_VALUE -> 42;
                case TWO_VALUES -> -(key & 1);
            };
        }

        Keys<Integer> keys() {
            return new Keys<>() {
                @Override
                public int hash(Integer key) {
                    return of(key);
                }

                @Override
                public int compare(Integer a, Integer b) {
                    return a.compareTo(b);
                }
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void doesWhatAPlainMapDoes(Hash hash) {
        for (long seed = 1; seed <= 20; seed++) {
            Random random = new Random(seed);
            Map<Integer, Integer> model = new HashMap<>();
            PersistentMap<Integer, Integer> map = PersistentMap.empty(hash.keys());
            int range = 1 << (2 + random.nextInt(10));
            for (int step = 0; step < 3_000; step++) {
                int key = random.nextInt(range);
                if (random.nextInt(5) < 2) {
                    map = map.without(key);
                    model.remove(key);
                } else {
                    map = map.with(key, step);
                    model.put(key, step);
                }
                assertThat(map.size()).as("size, seed %d", seed).isEqualTo(model.size());
                int other = random.nextInt(range);
                assertThat(map.get(other)).as("seed %d", seed).isEqualTo(model.get(other));
            }
            assertThat(entries(map)).as("seed %d", seed).isEqualTo(model);
            assertThat(entriesInSmallSteps(map)).as("seed %d", seed).isEqualTo(model);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theSameEntriesStandInTheSameOrderWhateverTheHistory(Hash hash) {
        // Keys with equal hashes stand in their own order, all others in that of their hashes.
        List<Integer> keys = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            keys.add(i);
        }
        PersistentMap<Integer, Integer> straight = PersistentMap.empty(hash.keys());
        for (int key : keys) {
            straight = straight.with(key, key);
        }
        PersistentMap<Integer, Integer> winding = PersistentMap.empty(hash.keys());
        Collections.shuffle(keys, new Random(7));
        for (int key : keys) {
            winding = winding.with(key, -1).with(key + 1_000, key);
        }
        for (int key : keys) {
            winding = winding.with(key, key).without(key + 1_000);
        }
        assertThat(winding).hasToString(straight.toString());
    }

    /** Orders in which keys may come and go. */
    enum Order {
        RISING,
        FALLING,
        SHUFFLED;

        void accept(List<String> keys) {
            switch (this) {
                case RISING -> Collections.sort(keys);
                case FALLING -> keys.sort(Collections.reverseOrder());
                case SHUFFLED -> Collections.shuffle(keys, new Random(1));
            }
        }
    }

    @Nested
    class WhenStrangersChooseTheKeys {

        private static final int COUNT = 100_000;

        private long comparisons;

        private final Keys<String> counted = new Keys<>() {
            @Override
            public int hash(String key) {
                return key.hashCode();
            }

            @Override
            public int compare(String a, String b) {
                comparisons++;
                return a.compareTo(b);
            }
        };

        @ParameterizedTest
        @EnumSource
        void aHundredThousandEqualHashesCostAFewComparisonsEach(Order order) {
            List<String> keys = stringsOfOneHash();
            order.accept(keys);
            int perStep = 25; // 1.44 log2(100,000)
            PersistentMap<String, Integer> map = PersistentMap.empty(counted);

            for (int i = 0; i < COUNT; i++) {
                map = map.with(keys.get(i), i);
            }
            assertThat(map.size()).isEqualTo(COUNT);
            assertThat(comparisons).isLessThan((long) COUNT * perStep);

            comparisons = 0;
            for (int i = 0; i < COUNT; i++) {
                assertThat(map.get(keys.get(i))).isEqualTo(i);
            }
            assertThat(comparisons).isLessThan((long) COUNT * perStep);

            comparisons = 0;
            for (String key : keys) {
                map = map.without(key);
            }
            assertThat(map.isEmpty()).isTrue();
            assertThat(comparisons).isLessThan((long) COUNT * 2 * perStep); // and once more for the next in order
        }

        /** "Aa" and "BB" have the same hash, and so has every row of them. */
        private static List<String> stringsOfOneHash() {
            List<String> strings = new ArrayList<>();
            for (int i = 0; i < COUNT; i++) {
                StringBuilder text = new StringBuilder();
                for (int bit = 0; bit < 17; bit++) {
                    text.append((i >>> bit & 1) == 0 ? "Aa" : "BB");
                }
                strings.add(text.toString());
            }
            assertThat(strings.stream().mapToInt(String::hashCode).distinct().count())
                    .isEqualTo(1);
            return strings;
        }
    }

    private static Map<Integer, Integer> entries(PersistentMap<Integer, Integer> map) {
        Map<Integer, Integer> entries = new HashMap<>();
        map.forEach((key, value) -> assertThat(entries.put(key, value)).isNull());
        return entries;
    }

    private static Map<Integer, Integer> entriesInSmallSteps(PersistentMap<Integer, Integer> map) {
        Map<Integer, Integer> entries = new HashMap<>();
        List<PersistentMap<Integer, Integer>> parts = new ArrayList<>(List.of(map));
        while (!parts.isEmpty()) {
            parts.remove(parts.size() - 1)
                    .forEachShallow(
                            (key, value) -> assertThat(entries.put(key, value)).isNull(), parts::add);
        }
        return entries;
    }
}
