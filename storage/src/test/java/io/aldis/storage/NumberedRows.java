package io.aldis.storage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.aldis.broker.storage.KeyValueStore;
import io.aldis.broker.storage.KeyValueStore.Batch;
import io.aldis.broker.storage.KeyValueStore.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Rows for tests: numbers, with values of 150 bytes that follow from the number. */
final class NumberedRows {
    private NumberedRows() {}

    static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    static byte[] key(int number) {
        return bytes("%08d".formatted(number));
    }

    static byte[] value(int number) {
        byte[] value = new byte[150];
        new Random(number).nextBytes(value);
        return value;
    }

    /** Commits the rows from one number to before another together. */
    static void put(KeyValueStore store, String table, int from, int to) {
        try (Batch batch = store.batch()) {
            for (int i = from; i < to; i++) {
                batch.put(store.table(table), key(i), value(i));
            }
            store.commit(batch, false);
        }
    }

    /** The numbers of the rows that are there and as they were put. */
    static List<Integer> numbers(Table table) {
        List<Integer> numbers = new ArrayList<>();
        try (KeyValueStore.Rows rows = table.rows(new byte[0], null)) {
            while (rows.next()) {
                int number = Integer.parseInt(new String(rows.key(), ISO_8859_1));
                if (java.util.Arrays.equals(rows.value(), value(number))) {
                    numbers.add(number);
                }
            }
        }
        return numbers;
    }
}
