package io.aldis.broker.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.aldis.broker.message.Message;
import io.aldis.broker.storage.HeapKeyValueStore;
import io.aldis.broker.storage.StorageFailed;
import io.aldis.broker.store.Tables.Reading;
import io.aldis.broker.store.Tables.Table;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables over a store: what the applying thread sees, what others see, and what the store is given. */
class StoredTablesTest {

    private final HeapKeyValueStore heap = new HeapKeyValueStore();
    private final WatchedStore store = new WatchedStore(heap);
    private final StoredTables tables = new StoredTables(store);
    private final Table<String, Long> counters = tables.table(LedgerFormats.COUNTERS);
    private final Reading<String, Long> committed = tables.committed(LedgerFormats.COUNTERS);

    @Test
    void aChangeIsSeenAtOnceByItsThreadAndByOthersWhenItIsCommitted() {
        counters.put("a", 1L);
        assertThat(counters.get("a")).isEqualTo(1);
        assertThat(keys(counters.all())).containsExactly("a");
        assertThat(committed.get("a")).isNull();
        assertThat(committed.all()).isEmpty();
        tables.commit(false);
        assertThat(counters.get("a")).isEqualTo(1);
        assertThat(committed.get("a")).isEqualTo(1);
        assertThat(keys(committed.all())).containsExactly("a");
        counters.remove("a");
        assertThat(counters.get("a")).isNull();
        assertThat(counters.all()).isEmpty();
        assertThat(committed.get("a")).isEqualTo(1);
    }

    @Test
    void whatIsReadIsWithinItsBounds() {
        put("a", "c", "e");
        tables.commit(false);
        put("b", "d", "f");
        assertThat(keys(counters.range("b", "e"))).containsExactly("b", "c", "d");
        assertThat(keys(counters.from("d"))).containsExactly("d", "e", "f");
        assertThat(keys(counters.range("e", "b"))).isEmpty();
        assertThat(keys(committed.range("b", "e"))).containsExactly("c");
        assertThat(keys(committed.from("c"))).containsExactly("c", "e");
        assertThat(keys(committed.range("e", "b"))).isEmpty();
        for (Iterable<Map.Entry<String, Long>> none : List.of(counters.range("x", "y"), committed.range("x", "y"))) {
            Iterator<Map.Entry<String, Long>> rows = none.iterator();
            assertThat(rows.hasNext()).isFalse();
            assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(rows::next);
        }
    }

    @Test
    void aRemovedRangeHidesWhatIsCommittedAndNotWhatComesLater() {
        put("a", "b", "c", "d");
        tables.commit(false);
        put("bb");
        counters.removeRange("b", "d");
        assertThat(keys(counters.all())).containsExactly("a", "d");
        assertThat(counters.get("b")).isNull();
        assertThat(counters.get("bb")).isNull();
        counters.put("c", 2L);
        assertThat(counters.get("c")).isEqualTo(2);
        assertThat(keys(counters.all())).containsExactly("a", "c", "d");
        tables.commit(false);
        assertThat(keys(committed.all())).containsExactly("a", "c", "d");
        assertThat(committed.get("c")).isEqualTo(2);
    }

    @Test
    void aRowThatWasPutTwiceIsWrittenOnce() {
        counters.put("a", 1L);
        counters.put("a", 2L);
        tables.commit(true);
        assertThat(store.puts).isEqualTo(1);
        assertThat(committed.get("a")).isEqualTo(2);
    }

    @Test
    void allTablesAreCommittedTogether() {
        counters.put("a", 1L);
        tables.table(LedgerFormats.REFERENCES).put(7L, 2);
        tables.commit(false);
        assertThat(store.commits).containsExactly("written");
        assertThat(tables.committed(LedgerFormats.REFERENCES).get(7L)).isEqualTo(2);
    }

    @Test
    void nothingIsCommittedIfNothingIsToBe() {
        tables.commit(false);
        tables.commit(true);
        assertThat(store.commits).isEmpty();
        counters.put("a", 1L);
        tables.commit(true);
        tables.commit(true);
        tables.commit(false);
        assertThat(store.commits).containsExactly("synced");
    }

    @Test
    void whatWasOnlyWrittenIsSyncedWhenThatIsAskedFor() {
        counters.put("a", 1L);
        tables.commit(false);
        tables.commit(false);
        tables.commit(true);
        tables.commit(true);
        assertThat(store.commits).containsExactly("written", "synced");
        assertThat(heap.afterPowerCut(new Random(1)).dump()).isEqualTo(heap.dump());
    }

    @Test
    void aSyncThatFailedIsStillOwed() {
        counters.put("a", 1L);
        tables.commit(false);
        heap.failing("the disk is full");
        assertThatExceptionOfType(StorageFailed.class).isThrownBy(() -> tables.commit(true));
        heap.mended();
        tables.commit(true);
        tables.commit(true);
        assertThat(store.commits).containsExactly("written", "synced", "synced");
    }

    @Test
    void whatCouldNotBeCommittedIsCommittedWithTheNext() {
        put("a", "b");
        tables.commit(true);
        heap.failing("the disk is full");
        counters.remove("a");
        counters.removeRange("b", "c");
        put("c");
        assertThatExceptionOfType(StorageFailed.class).isThrownBy(() -> tables.commit(true));
        long tried = store.bytes;
        assertThatExceptionOfType(StorageFailed.class).isThrownBy(() -> tables.commit(true));
        assertThat(store.bytes)
                .as("what is tried again is not in the batch twice")
                .isEqualTo(tried);
        assertThat(keys(counters.all())).containsExactly("c");
        assertThat(keys(committed.all())).containsExactly("a", "b");
        assertThat(tables.uncommittedBytes()).isPositive();
        put("b", "d");
        heap.mended();
        tables.commit(true);
        assertThat(keys(committed.all())).containsExactly("b", "c", "d");
        assertThat(tables.uncommittedBytes()).isZero();
    }

    @Test
    void whatIsToBeWrittenIsRoughlyKnown() {
        RandomRecords records = new RandomRecords(1);
        Table<Long, Message> messages = tables.table(LedgerFormats.MESSAGES);
        for (long i = 0; i < 100; i++) {
            messages.put(i, records.message());
            messages.put(i, records.message()); // The first of the two is not written.
            counters.put("counter " + i, i);
        }
        counters.remove("counter 1");
        long estimated = tables.uncommittedBytes();
        tables.commit(false);
        assertThat(estimated).isBetween(store.bytes, 6 * store.bytes);
        assertThat(tables.uncommittedBytes()).isZero();
        counters.put("a", 1L);
        long one = tables.uncommittedBytes();
        counters.put("b", 1L);
        counters.removeRange("b", "c");
        counters.remove("a");
        assertThat(tables.uncommittedBytes()).isBetween(1L, 2 * one);
    }

    @Test
    void readingGoesOnWhileRowsAreChangedAndCommitted() {
        for (int i = 100; i < 400; i += 2) {
            counters.put("" + i, 0L);
        }
        tables.commit(false);
        for (int i = 101; i < 400; i += 2) {
            counters.put("" + i, 0L);
        }
        List<String> found = new ArrayList<>();
        for (Map.Entry<String, Long> row : counters.all()) {
            found.add(row.getKey());
            switch (row.getKey()) {
                case "110" -> counters.remove("110"); // It has been.
                case "120" -> counters.remove("122"); // Committed.
                case "130" -> counters.remove("133"); // Not committed.
                case "140" -> counters.put("140a", 0L);
                case "150" -> tables.commit(false);
                case "160" -> counters.put("155", 0L); // It has been.
                case "170" -> counters.removeRange("180", "190");
                case "200" -> {
                    counters.put("200a", 0L);
                    counters.removeRange("300", "310");
                    counters.put("305", 0L);
                    tables.commit(false);
                }
                case "210" -> counters.removeRange("0", "9");
                default -> {}
            }
        }
        List<String> expected = new ArrayList<>();
        for (int i = 100; i <= 210; i++) {
            expected.add("" + i);
        }
        expected.removeAll(List.of("122", "133"));
        expected.removeIf(key -> key.compareTo("180") >= 0 && key.compareTo("190") < 0);
        expected.add(expected.indexOf("140") + 1, "140a");
        expected.add(expected.indexOf("200") + 1, "200a");
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void theFirstOfManyCostsNoReadingOfAll() {
        for (int i = 0; i < 10_000; i++) {
            counters.put("" + i, 0L);
        }
        tables.commit(false);
        store.rowsRead = 0;
        assertThat(counters.from("5").iterator().next().getKey()).isEqualTo("5");
        assertThat(committed.from("5").iterator().next().getKey()).isEqualTo("5");
        assertThat(store.rowsRead).isLessThan(50);
        store.rowsRead = 0;
        counters.removeRange("0", "9999");
        assertThat(keys(counters.all())).containsExactly("9999");
        assertThat(store.rowsRead).isLessThan(100);
    }

    @Test
    void noRowsStayOpen() {
        for (int i = 0; i < 1_000; i++) {
            counters.put("" + i, 0L);
        }
        tables.commit(false);
        Iterator<Map.Entry<String, Long>> some = committed.all().iterator();
        for (int i = 0; i < 20; i++) {
            some.next();
        }
        assertThat(store.rowsOpen).isZero();
        assertThat(keys(counters.all())).hasSize(1_000);
        assertThat(store.rowsOpen).isZero();
    }

    @ParameterizedTest(name = "seed {0}")
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void randomProgramsGiveWhatSortedMapsGive(long seed) {
        Random random = new Random(seed);
        NavigableMap<String, Long> applied = new TreeMap<>();
        NavigableMap<String, Long> kept = new TreeMap<>();
        Iterator<Map.Entry<String, Long>> walk = counters.all().iterator();
        String walked = null;
        for (long step = 0; step < 3_000; step++) {
            switch (random.nextInt(20)) {
                case 0, 1, 2, 3, 4 -> {
                    String key = key(random);
                    counters.put(key, step);
                    applied.put(key, step);
                }
                case 5, 6 -> {
                    String key = key(random);
                    counters.remove(key);
                    applied.remove(key);
                }
                case 7 -> {
                    String from = key(random);
                    String to = random.nextInt(4) == 0 ? key(random) : from + "c";
                    counters.removeRange(from, to);
                    if (from.compareTo(to) < 0) {
                        applied.subMap(from, to).clear();
                    }
                }
                case 8 -> {
                    if (commits(random)) {
                        kept.clear();
                        kept.putAll(applied);
                        assertThat(tables.uncommittedBytes()).isZero();
                    }
                }
                case 9 -> {
                    if (random.nextBoolean()) {
                        heap.failing("chance");
                    } else {
                        heap.mended();
                    }
                }
                case 10, 11 -> {
                    String key = key(random);
                    assertThat(counters.get(key)).isEqualTo(applied.get(key));
                    assertThat(committed.get(key)).isEqualTo(kept.get(key));
                }
                case 12, 13 -> {
                    String from = key(random);
                    String to = key(random);
                    assertSame(counters.range(from, to), within(applied, from, to));
                    assertSame(committed.range(from, to), within(kept, from, to));
                }
                case 14 -> {
                    String from = key(random);
                    assertSame(counters.from(from), applied.tailMap(from));
                    assertSame(committed.from(from), kept.tailMap(from));
                }
                case 15 -> {
                    assertSame(counters.all(), applied);
                    assertSame(committed.all(), kept);
                }
                default -> {
                    Map.Entry<String, Long> next = walked == null ? applied.firstEntry() : applied.higherEntry(walked);
                    assertThat(walk.hasNext()).isEqualTo(next != null);
                    if (next == null) {
                        walk = counters.all().iterator();
                        walked = null;
                    } else {
                        assertThat(walk.next()).isEqualTo(next);
                        walked = next.getKey();
                    }
                }
            }
        }
    }

    private boolean commits(Random random) {
        try {
            tables.commit(random.nextBoolean());
            return true;
        } catch (StorageFailed e) {
            assertThat(e).hasMessageContaining("chance");
            return false;
        }
    }

    private static String key(Random random) {
        StringBuilder key = new StringBuilder();
        for (int i = random.nextInt(4); i >= 0; i--) {
            key.append("ab\uFFFDd\0".charAt(random.nextInt(5)));
        }
        return key.toString();
    }

    private static Map<String, Long> within(NavigableMap<String, Long> map, String from, String to) {
        return from.compareTo(to) < 0 ? map.subMap(from, to) : Map.of();
    }

    private static void assertSame(Iterable<Map.Entry<String, Long>> rows, Map<String, Long> expected) {
        List<Map.Entry<String, Long>> found = new ArrayList<>();
        rows.forEach(found::add);
        if (!found.equals(List.copyOf(
                expected.entrySet()))) { // Much faster than an assertion, which follows to say what differs.
            assertThat(found).containsExactlyElementsOf(expected.entrySet());
        }
    }

    private void put(String... keys) {
        for (String key : keys) {
            counters.put(key, 1L);
        }
    }

    private static List<String> keys(Iterable<Map.Entry<String, Long>> rows) {
        List<String> keys = new ArrayList<>();
        rows.forEach(row -> keys.add(row.getKey()));
        return keys;
    }
}
