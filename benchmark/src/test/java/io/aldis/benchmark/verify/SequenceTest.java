package io.aldis.benchmark.verify;

import static io.aldis.benchmark.verify.Sequence.Arrival.DUPLICATE;
import static io.aldis.benchmark.verify.Sequence.Arrival.IN_ORDER;
import static io.aldis.benchmark.verify.Sequence.Arrival.LATE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class SequenceTest {

    private final Sequence sequence = new Sequence();

    private List<Sequence.Arrival> accept(long... numbers) {
        List<Sequence.Arrival> arrivals = new ArrayList<>();
        for (long number : numbers) {
            arrivals.add(sequence.accept(number));
        }
        return arrivals;
    }

    private void assertCounts(long distinct, long duplicates, long late) {
        assertThat(sequence.distinct()).as("distinct").isEqualTo(distinct);
        assertThat(sequence.duplicates()).as("duplicates").isEqualTo(duplicates);
        assertThat(sequence.late()).as("late").isEqualTo(late);
    }

    @Test
    void whatComesInOrderIsInOrder() {
        assertThat(accept(0, 1, 2, 3)).containsOnly(IN_ORDER);
        assertCounts(4, 0, 0);
    }

    @Test
    void aGapIsNothingBadByItself() {
        assertThat(accept(2, 5, 6)).containsOnly(IN_ORDER);
        assertCounts(3, 0, 0);
    }

    @Test
    void whatFillsAGapIsLateOnceAndThenADuplicate() {
        assertThat(accept(0, 4, 2, 2, 1, 3, 1, 2, 3, 5))
                .containsExactly(
                        IN_ORDER, IN_ORDER, LATE, DUPLICATE, LATE, LATE, DUPLICATE, DUPLICATE, DUPLICATE, IN_ORDER);
        assertCounts(6, 4, 3);
    }

    @Test
    void theEndsOfAGapAreFilledToo() {
        assertThat(accept(9, 0, 8, 4)).containsExactly(IN_ORDER, LATE, LATE, LATE);
        assertThat(accept(0, 8, 4)).containsOnly(DUPLICATE);
        assertThat(accept(1, 2, 3, 5, 6, 7)).containsOnly(LATE);
        assertCounts(10, 3, 9);
    }

    @Test
    void theLastOneMayComeAgain() {
        assertThat(accept(0, 0, 1, 1)).containsExactly(IN_ORDER, DUPLICATE, IN_ORDER, DUPLICATE);
    }

    @Test
    void theOldestGapsAreForgottenFirst() {
        int gaps = 10_001;
        for (long number = 1; number < 2L * gaps; number += 2) {
            accept(number);
        }
        // Nobody knows any more that 0 has not come.
        assertThat(accept(0, 2, 2L * gaps - 2)).containsExactly(DUPLICATE, LATE, LATE);
    }

    @Test
    void whoComesLaterMissesNothingOfWhatWasBefore() {
        sequence.skipTo(10);
        assertThat(accept(10, 12, 11, 9)).containsExactly(IN_ORDER, IN_ORDER, LATE, DUPLICATE);
    }

    @Test
    void whatIsSkippedBehindIsNotSkipped() {
        accept(0, 1, 2);
        sequence.skipTo(1);
        assertThat(accept(2, 3)).containsExactly(DUPLICATE, IN_ORDER);
    }

    @Test
    void aRetainedMessageIsTheBeginning() {
        sequence.startAt(41);
        assertThat(accept(42)).containsExactly(IN_ORDER);
        assertCounts(2, 0, 0);
        sequence.startAt(42);
        sequence.startAt(7);
        assertCounts(2, 0, 0);
        sequence.startAt(50);
        assertThat(accept(51, 45)).containsExactly(IN_ORDER, DUPLICATE);
        assertCounts(4, 1, 0);
    }

    @Test
    void aRetainedMessageCountsOnceForEachTimeItIsAskedFor() {
        assertThat(sequence.retainedComes(0)).isTrue();
        assertThat(sequence.retainedComes(0)).isFalse();
        assertThat(sequence.retainedComes(1)).isTrue();
        assertThat(sequence.retainedComes(1)).isFalse();
    }

    @RepeatedTest(20)
    void anyOrderIsToldAsASetWouldTellIt(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        List<Long> numbers = new ArrayList<>();
        for (long number = 0; number < 500; number++) {
            for (int copies = random.nextInt(4); copies > 0; copies--) {
                numbers.add(number);
            }
        }
        Collections.shuffle(numbers, random);
        Set<Long> come = new HashSet<>();
        long highest = -1;
        long duplicates = 0;
        long late = 0;
        for (long number : numbers) {
            boolean first = come.add(number);
            Sequence.Arrival expected = !first ? DUPLICATE : number > highest ? IN_ORDER : LATE;
            assertThat(sequence.accept(number))
                    .as("seed %s, number %s", repetition, number)
                    .isEqualTo(expected);
            highest = Math.max(highest, number);
            duplicates += expected == DUPLICATE ? 1 : 0;
            late += expected == LATE ? 1 : 0;
        }
        assertCounts(come.size(), duplicates, late);
    }
}
