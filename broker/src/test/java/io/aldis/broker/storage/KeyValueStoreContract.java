package io.aldis.broker.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aldis.broker.storage.KeyValueStore.Batch;
import io.aldis.broker.storage.KeyValueStore.Rows;
import io.aldis.broker.storage.KeyValueStore.Table;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link KeyValueStore} does; the test of one extends this. */
public abstract class KeyValueStoreContract {

    private static final byte[] LOWEST = {};

    private @Nullable KeyValueStore store;

    /** For those who extend it. */
    protected KeyValueStoreContract() {}

    /** A new store with nothing in it. */
    protected abstract KeyValueStore open() throws Exception;

    /** Closes a store and opens it again, as another process would that comes after it. */
    protected abstract KeyValueStore reopened(KeyValueStore store) throws Exception;

    /** Lets every commit fail from now on. A store that cannot be made to leaves this as it is. */
    protected void breakDown(KeyValueStore store) throws Exception {
        Assumptions.abort("This store cannot be made to fail.");
    }

    /** Lets commits succeed again. */
    protected void mend(KeyValueStore store) throws Exception {
        Assumptions.abort("This store cannot be made to fail.");
    }

    @BeforeEach
    void openOne() throws Exception {
        store = open();
    }

    @AfterEach
    void closeIt() {
        store().close();
    }

    private KeyValueStore store() {
        if (store == null) {
            throw new IllegalStateException("No store was opened.");
        }
        return store;
    }

    private void reopen() throws Exception {
        store = reopened(store());
    }

    private Table table() {
        return store().table("rows");
    }

    @Test
    void aNewTableHasNoRows() {
        assertThat(table().get(bytes("a"))).isNull();
        assertThat(all()).isEmpty();
    }

    @Test
    void whatWasPutIsThereWhenItIsCommitted() {
        try (Batch batch = store().batch()) {
            batch.put(table(), bytes("a"), bytes("one"));
            assertThat(table().get(bytes("a"))).isNull();
            assertThat(all()).isEmpty();
            store().commit(batch, false);
        }
        assertThat(table().get(bytes("a"))).isEqualTo(bytes("one"));
        assertThat(all()).containsExactly("a=one");
    }

    @Test
    void aKeyHasTheValueThatWasPutLast() {
        commit(batch -> {
            batch.put(table(), bytes("a"), bytes("one"));
            batch.put(table(), bytes("a"), bytes("two"));
        });
        assertThat(all()).containsExactly("a=two");
        commit(batch -> batch.put(table(), bytes("a"), bytes("three")));
        assertThat(all()).containsExactly("a=three");
    }

    @Test
    void whatWasRemovedIsGone() {
        commit(batch -> {
            batch.put(table(), bytes("a"), bytes("one"));
            batch.put(table(), bytes("b"), bytes("two"));
        });
        commit(batch -> {
            batch.remove(table(), bytes("a"));
            batch.remove(table(), bytes("never there"));
        });
        assertThat(table().get(bytes("a"))).isNull();
        assertThat(all()).containsExactly("b=two");
    }

    @Test
    void aRangeIsRemovedFromItsFirstKeyToBeforeItsLast() {
        put("a", "b", "bb", "c", "d");
        commit(batch -> batch.removeRange(table(), bytes("b"), bytes("d")));
        assertThat(all()).containsExactly("a=a", "d=d");
        assertThat(table().get(bytes("bb"))).isNull();
    }

    @Test
    void aRangeThatEndsBeforeItBeginsRemovesNothing() {
        put("a", "b", "c");
        commit(batch -> {
            batch.removeRange(table(), bytes("c"), bytes("a"));
            batch.removeRange(table(), bytes("b"), bytes("b"));
        });
        assertThat(all()).containsExactly("a=a", "b=b", "c=c");
    }

    @Test
    void theChangesOfABatchAreMadeInTheirOrder() {
        put("a", "b", "c");
        commit(batch -> {
            batch.put(table(), bytes("a"), bytes("gone with the range"));
            batch.removeRange(table(), bytes("a"), bytes("c"));
            batch.put(table(), bytes("b"), bytes("after the range"));
            batch.remove(table(), bytes("c"));
            batch.put(table(), bytes("c"), bytes("after the removal"));
            batch.put(table(), bytes("d"), bytes("d"));
            batch.remove(table(), bytes("d"));
        });
        assertThat(all()).containsExactly("b=after the range", "c=after the removal");
    }

    @Test
    void tablesDoNotShareRows() {
        Table other = store().table("others");
        commit(batch -> {
            batch.put(table(), bytes("a"), bytes("one"));
            batch.put(table(), bytes("b"), bytes("one"));
            batch.put(other, bytes("a"), bytes("two"));
        });
        commit(batch -> batch.removeRange(table(), bytes("a"), bytes("b")));
        assertThat(all()).containsExactly("b=one");
        assertThat(rows(other, LOWEST, null)).containsExactly("a=two");
        assertThat(store().table("others").get(bytes("a"))).isEqualTo(bytes("two"));
    }

    @Test
    void keysAreOrderedAsUnsignedBytes() {
        List<byte[]> keys = new ArrayList<>();
        for (String key : List.of("", "00", "0000", "00ff", "01", "7f", "7fff", "80", "8000", "ff", "ff00", "ffff")) {
            keys.add(HexFormat.of().parseHex(key));
        }
        commit(batch -> {
            for (int i = 0; i < keys.size(); i++) {
                batch.put(
                        table(), keys.get((i * 7 + 3) % keys.size()), LOWEST); // 7 and the size have no common divisor.
            }
        });
        List<byte[]> found = new ArrayList<>();
        try (Rows rows = table().rows(LOWEST, null)) {
            while (rows.next()) {
                found.add(rows.key());
            }
        }
        assertThat(found).usingElementComparator(Arrays::compare).containsExactlyElementsOf(keys);
    }

    @Test
    void rowsAreThoseFromTheFirstKeyToBeforeTheLast() {
        put("a", "b", "bb", "c", "d");
        assertThat(rows(table(), bytes("b"), bytes("d"))).containsExactly("b=b", "bb=bb", "c=c");
        assertThat(rows(table(), bytes("aa"), bytes("bbb"))).containsExactly("b=b", "bb=bb");
        assertThat(rows(table(), bytes("bb"), null)).containsExactly("bb=bb", "c=c", "d=d");
        assertThat(rows(table(), LOWEST, bytes("b"))).containsExactly("a=a");
        assertThat(rows(table(), bytes("e"), null)).isEmpty();
        assertThat(rows(table(), bytes("b"), bytes("b"))).isEmpty();
        assertThat(rows(table(), bytes("d"), bytes("a"))).isEmpty();
    }

    @Test
    void aKeyAndAValueMayBeEmpty() throws Exception {
        commit(batch -> {
            batch.put(table(), LOWEST, bytes("no key"));
            batch.put(table(), bytes("no value"), LOWEST);
        });
        reopen();
        assertThat(table().get(LOWEST)).isEqualTo(bytes("no key"));
        assertThat(table().get(bytes("no value"))).isEqualTo(LOWEST);
        assertThat(all()).containsExactly("=no key", "no value=");
        commit(batch -> batch.remove(table(), LOWEST));
        assertThat(table().get(LOWEST)).isNull();
        commit(batch -> batch.removeRange(table(), LOWEST, bytes("z")));
        assertThat(all()).isEmpty();
    }

    @Test
    void aValueMayBeLarge() throws Exception {
        byte[] large = new byte[16 * 1024 * 1024];
        new Random(1).nextBytes(large);
        commit(batch -> batch.put(table(), bytes("large"), large));
        reopen();
        assertThat(table().get(bytes("large"))).isEqualTo(large);
        try (Rows rows = table().rows(LOWEST, null)) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.value()).isEqualTo(large);
            assertThat(rows.next()).isFalse();
        }
    }

    @Test
    void aBatchTellsHowMuchItHolds() {
        try (Batch batch = store().batch()) {
            long empty = batch.bytes();
            batch.put(table(), bytes("a"), new byte[10_000]);
            assertThat(batch.bytes() - empty).isBetween(10_000L, 11_000L);
            batch.clear();
            assertThat(batch.bytes()).isEqualTo(empty);
        }
    }

    @Test
    void aBatchThatWasClearedIsFilledAnew() {
        try (Batch batch = store().batch()) {
            batch.put(table(), bytes("a"), bytes("a"));
            batch.clear();
            batch.put(table(), bytes("b"), bytes("b"));
            store().commit(batch, false);
        }
        assertThat(all()).containsExactly("b=b");
    }

    @Test
    void anEmptyBatchChangesNothing() {
        put("a");
        commit(batch -> {});
        assertThat(all()).containsExactly("a=a");
    }

    @Test
    void aBatchStaysAsItIsWhenItIsCommitted() {
        try (Batch batch = store().batch()) {
            batch.put(table(), bytes("a"), bytes("again"));
            batch.removeRange(table(), bytes("b"), bytes("d"));
            store().commit(batch, false);
            commit(other -> {
                other.put(table(), bytes("a"), bytes("other"));
                other.put(table(), bytes("c"), bytes("other"));
            });
            store().commit(batch, true);
        }
        assertThat(all()).containsExactly("a=again");
    }

    @Test
    void nothingIsSeenOfABatchThatFailedAndAllOfItWhenItIsCommittedAgain() throws Exception {
        put("a", "b");
        try (Batch batch = store().batch()) {
            batch.remove(table(), bytes("a"));
            batch.put(table(), bytes("b"), bytes("changed"));
            batch.put(table(), bytes("c"), bytes("new"));
            breakDown(store());
            assertThatThrownBy(() -> store().commit(batch, true)).isInstanceOf(StorageFailed.class);
            assertThat(all()).containsExactly("a=a", "b=b");
            assertThatThrownBy(() -> store().commit(batch, false)).isInstanceOf(StorageFailed.class);
            assertThat(store().figures().trouble()).isNotEmpty();
            mend(store());
            batch.put(table(), bytes("d"), bytes("added"));
            store().commit(batch, true);
        }
        assertThat(all()).containsExactly("b=changed", "c=new", "d=added");
        assertThat(store().figures().trouble()).isEmpty();
        reopen();
        assertThat(all()).containsExactly("b=changed", "c=new", "d=added");
    }

    @Test
    void reopeningFindsWhatWasCommitted() throws Exception {
        Table other = store().table("others");
        commit(batch -> {
            batch.put(table(), bytes("a"), bytes("one"));
            batch.put(table(), bytes("b"), bytes("two"));
            batch.put(other, bytes("c"), bytes("three"));
        });
        commit(batch -> batch.removeRange(table(), bytes("a"), bytes("b")));
        try (Batch lost = store().batch()) {
            lost.put(table(), bytes("lost"), bytes("lost"));
        }
        reopen();
        assertThat(all()).containsExactly("b=two");
        assertThat(rows(store().table("others"), LOWEST, null)).containsExactly("c=three");
        commit(batch -> batch.put(table(), bytes("b"), bytes("four")));
        reopen();
        assertThat(all()).containsExactly("b=four");
    }

    @Test
    void rowsThatAreThereAllTheWhileComeOnceWhateverIsCommittedMeanwhile() {
        put("b", "d", "f", "h");
        List<String> found = new ArrayList<>();
        try (Rows rows = table().rows(LOWEST, null)) {
            assertThat(rows.next()).isTrue();
            found.add(row(rows));
            commit(batch -> {
                batch.put(table(), bytes("a"), bytes("before"));
                batch.put(table(), bytes("c"), bytes("between"));
                batch.remove(table(), bytes("f"));
                batch.put(table(), bytes("z"), bytes("behind"));
            });
            while (rows.next()) {
                found.add(row(rows));
            }
        }
        assertThat(found).isSorted().doesNotHaveDuplicates().contains("b=b", "d=d", "h=h");
        found.removeAll(List.of("b=b", "d=d", "h=h"));
        assertThat(List.of("c=between", "f=f", "z=behind")).containsAll(found);
        assertThat(all()).containsExactly("a=before", "b=b", "c=between", "d=d", "h=h", "z=behind");
    }

    @Test
    void whatRowsAnsweredIsNotChangedByGoingOn() {
        put("a", "b");
        commit(batch -> batch.put(table(), bytes("a"), bytes("of a")));
        try (Rows rows = table().rows(LOWEST, null)) {
            assertThat(rows.next()).isTrue();
            byte[] key = rows.key();
            byte[] value = rows.value();
            assertThat(rows.next()).isTrue();
            assertThat(key).isEqualTo(bytes("a"));
            assertThat(value).isEqualTo(bytes("of a"));
        }
    }

    @Test
    void otherThreadsReadWholeRowsInOrderWhileBatchesAreCommitted() throws Exception {
        int commits = 1_000;
        put("0 stays", "5 stays", "9 stays");
        AtomicBoolean done = new AtomicBoolean();
        CountDownLatch reading = new CountDownLatch(2);
        ExecutorService readers = Executors.newFixedThreadPool(2);
        try {
            List<Future<?>> ended = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                ended.add(readers.submit(() -> readUntil(done, reading)));
            }
            assertThat(reading.await(30, TimeUnit.SECONDS)).isTrue();
            for (int i = 0; i < commits; i++) {
                commitRound(i);
            }
            done.set(true);
            for (Future<?> reader : ended) {
                reader.get(30, TimeUnit.SECONDS);
            }
        } finally {
            done.set(true);
            readers.shutdown();
        }
        assertThat(number(table().get(bytes("5")))).isEqualTo(commits - 1);
    }

    /** Some rows that come and go, and one that counts. */
    private void commitRound(int round) {
        byte[] value = bytes(Integer.toString(round).repeat(100));
        commit(batch -> {
            for (int i = 0; i < 10; i++) {
                byte[] key = bytes(i + " round " + (round + i) % 7);
                if ((round + i) % 3 == 0) {
                    batch.remove(table(), key);
                } else {
                    batch.put(table(), key, value);
                }
            }
            batch.put(table(), bytes("5"), value);
        });
    }

    private void readUntil(AtomicBoolean done, CountDownLatch reading) {
        int last = -1;
        while (!done.get()) {
            List<String> keys = new ArrayList<>();
            try (Rows rows = table().rows(LOWEST, null)) {
                while (rows.next()) {
                    String key = new String(rows.key(), StandardCharsets.UTF_8);
                    keys.add(key);
                    assertThat(key.endsWith("stays") || number(rows.value()) >= 0)
                            .isTrue();
                }
            }
            assertThat(keys).isSorted().doesNotHaveDuplicates().contains("0 stays", "5 stays", "9 stays");
            int count = number(table().get(bytes("5")));
            assertThat(count).isGreaterThanOrEqualTo(last);
            last = count;
            reading.countDown();
        }
    }

    /** The round a value was written in, which it says a hundred times; -1 for no value. */
    private static int number(byte @Nullable [] value) {
        if (value == null) {
            return -1;
        }
        String text = new String(value, StandardCharsets.UTF_8);
        String once = text.substring(0, text.length() / 100);
        assertThat(text).isEqualTo(once.repeat(100));
        return Integer.parseInt(once);
    }

    @Test
    void randomProgramsGiveWhatASortedMapGives() throws Exception {
        Random random = new Random(7);
        NavigableMap<byte[], byte[]> model = new TreeMap<>(Arrays::compareUnsigned);
        for (int round = 0; round < 300; round++) {
            try (Batch batch = store().batch()) {
                for (int i = random.nextInt(8); i >= 0; i--) {
                    changeBoth(batch, model, random);
                }
                store().commit(batch, random.nextInt(20) == 0);
            }
            if (random.nextInt(50) == 0) {
                reopen();
            }
            byte[] from = key(random);
            byte[] to = random.nextInt(4) == 0 ? null : key(random);
            assertThat(rows(table(), from, to)).isEqualTo(rows(model, from, to));
            byte[] key = key(random);
            assertThat(table().get(key)).isEqualTo(model.get(key));
        }
    }

    private void changeBoth(Batch batch, NavigableMap<byte[], byte[]> model, Random random) {
        byte[] key = key(random);
        switch (random.nextInt(8)) {
            case 0, 1 -> {
                batch.remove(table(), key);
                model.remove(key);
            }
            case 2 -> {
                byte[] to = key(random);
                batch.removeRange(table(), key, to);
                if (Arrays.compareUnsigned(key, to) < 0) {
                    model.subMap(key, to).clear();
                }
            }
            default -> {
                byte[] value = key(random);
                batch.put(table(), key, value);
                model.put(key, value);
            }
        }
    }

    private static byte[] key(Random random) {
        byte[] key = new byte[random.nextInt(4)];
        for (int i = 0; i < key.length; i++) {
            key[i] = (byte) ((random.nextInt(6) - 2) * 63); // Few, and on both sides of 0x80.
        }
        return key;
    }

    private static List<String> rows(NavigableMap<byte[], byte[]> model, byte[] from, byte @Nullable [] to) {
        List<String> rows = new ArrayList<>();
        model.tailMap(from).forEach((key, value) -> {
            if (to == null || Arrays.compareUnsigned(key, to) < 0) {
                rows.add(row(key, value));
            }
        });
        return rows;
    }

    // What the tests are written in.

    private interface Filling {
        void into(Batch batch);
    }

    private void commit(Filling filling) {
        try (Batch batch = store().batch()) {
            filling.into(batch);
            store().commit(batch, false);
        }
    }

    /** Keys with themselves as values. */
    private void put(String... keys) {
        commit(batch -> {
            for (String key : keys) {
                batch.put(table(), bytes(key), bytes(key));
            }
        });
    }

    private List<String> all() {
        return rows(table(), LOWEST, null);
    }

    private static List<String> rows(Table table, byte[] from, byte @Nullable [] to) {
        List<String> found = new ArrayList<>();
        try (Rows rows = table.rows(from, to)) {
            while (rows.next()) {
                found.add(row(rows));
            }
            assertThat(rows.next()).as("the end stays the end").isFalse();
        }
        return found;
    }

    private static String row(Rows rows) {
        return row(rows.key(), rows.value());
    }

    private static String row(byte[] key, byte[] value) {
        return new String(key, StandardCharsets.ISO_8859_1) + "=" + new String(value, StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
