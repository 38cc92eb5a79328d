package io.aldis.microbench.load;

import static io.aldis.microbench.load.Sequence.Arrival.DUPLICATE;
import static io.aldis.microbench.load.Sequence.Arrival.IN_ORDER;
import static io.aldis.microbench.load.Sequence.Arrival.LATE;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SequenceTest {
    private final Sequence sequence = new Sequence();

    @Test
    void numbersThatGoUpAreInOrderWhateverIsMissing() {
        assertThat(accept(0, 1, 2, 5, 100)).containsOnly(IN_ORDER);
    }

    @Test
    void aMissingNumberIsLateOnceAndADuplicateAfterwards() {
        accept(0, 1, 7);
        assertThat(accept(4, 4)).containsExactly(LATE, DUPLICATE);
        assertThat(accept(2, 3, 5, 6)).containsOnly(LATE);
        assertThat(accept(2, 3, 5, 6)).containsOnly(DUPLICATE);
        assertThat(accept(8)).containsExactly(IN_ORDER);
    }

    @Test
    void aNumberThatHadComeIsADuplicate() {
        assertThat(accept(0, 0, 1, 0, 1)).containsExactly(IN_ORDER, DUPLICATE, IN_ORDER, DUPLICATE, DUPLICATE);
    }

    private List<Sequence.Arrival> accept(long... numbers) {
        return LongStream.of(numbers).mapToObj(sequence::accept).toList();
    }
}
