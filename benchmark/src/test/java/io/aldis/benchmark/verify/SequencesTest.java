package io.aldis.benchmark.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

class SequencesTest {

    @Test
    void atFirstThereIsNone() {
        assertThat(new Sequences().of(0)).isNull();
        assertThat(new Sequences().of(12_345)).isNull();
    }

    @Test
    void neighboursAreKeptApart() {
        // A table of a million must not become a search: with 65,536 places this would take minutes.
        likeAMap(1_000_000, index -> index);
    }

    @Test
    void multiplesAreKeptApart() {
        likeAMap(100_000, index -> index * 1024);
    }

    @Test
    void anyNumbersAreKeptApart() {
        Random random = new Random(3);
        likeAMap(100_000, index -> random.nextInt(Integer.MAX_VALUE));
    }

    private static void likeAMap(int count, IntUnaryOperator ids) {
        Sequences sequences = new Sequences();
        Map<Integer, Sequence> map = new HashMap<>();
        for (int i = 0; i < count; i++) {
            int id = ids.applyAsInt(i);
            assertThat(sequences.of(id)).isSameAs(map.get(id));
            if (!map.containsKey(id)) {
                Sequence sequence = new Sequence();
                map.put(id, sequence);
                sequences.put(id, sequence);
            }
        }
        map.forEach((id, sequence) -> assertThat(sequences.of(id)).isSameAs(sequence));
        assertThat(sequences.of(Integer.MAX_VALUE)).isNull();
    }
}
