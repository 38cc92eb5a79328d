package io.aldis.benchmark.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StampTest {

    private static final int RUN = 0x1234_5678;
    private static final int LARGEST = 4096;

    private final Stamp stamp = new Stamp(RUN, LARGEST);

    private static byte[] payload(Stamp stamp, int size) {
        byte[] bytes = new byte[size];
        stamp.write(bytes, 0, size, 7, 1_000_000_000_000L, -5L);
        return bytes;
    }

    private boolean isWhole(byte[] bytes) {
        return stamp.isWhole(bytes, 0, bytes.length);
    }

    @Test
    void whatIsWrittenIsRead() {
        byte[] bytes = new byte[100];
        stamp.write(bytes, 10, 60, Integer.MAX_VALUE, Long.MAX_VALUE, Long.MIN_VALUE);

        assertThat(stamp.isWhole(bytes, 10, 70)).isTrue();
        assertThat(stamp.isOurs(bytes, 10)).isTrue();
        assertThat(Stamp.stream(bytes, 10)).isEqualTo(Integer.MAX_VALUE);
        assertThat(Stamp.number(bytes, 10)).isEqualTo(Long.MAX_VALUE);
        assertThat(Stamp.time(bytes, 10)).isEqualTo(Long.MIN_VALUE);
        assertThat(Arrays.copyOfRange(bytes, 0, 10)).containsOnly(0);
        assertThat(Arrays.copyOfRange(bytes, 70, 100)).containsOnly(0);
    }

    @ParameterizedTest
    @ValueSource(ints = {28, 29, 31, 32, 64, 100, 255, 256, 257, 1000, 4095, 4096})
    void everySingleChangedByteIsFound(int size) {
        byte[] bytes = payload(stamp, size);
        assertThat(isWhole(bytes)).isTrue();
        for (int at = 0; at < size; at++) {
            for (int bit = 0; bit < 8; bit++) {
                bytes[at] ^= (byte) (1 << bit);
                assertThat(isWhole(bytes)).as("byte %d, bit %d", at, bit).isFalse();
                bytes[at] ^= (byte) (1 << bit);
            }
        }
        assertThat(isWhole(bytes)).isTrue();
    }

    @Test
    void everyOtherValueOfEveryByteOfTheSmallestPayloadIsFound() {
        byte[] bytes = payload(stamp, Stamp.SIZE);
        for (int at = 0; at < bytes.length; at++) {
            byte right = bytes[at];
            for (int other = 1; other < 256; other++) {
                bytes[at] = (byte) (right + other);
                assertThat(isWhole(bytes)).isFalse();
            }
            bytes[at] = right;
        }
    }

    @Test
    void swappedBytesAreFound() {
        Random random = new Random(1);
        byte[] bytes = payload(stamp, 300);
        for (int i = 0; i < 10_000; i++) {
            int one = random.nextInt(bytes.length);
            int other = random.nextInt(bytes.length);
            byte[] swapped = bytes.clone();
            swapped[one] = bytes[other];
            swapped[other] = bytes[one];
            assertThat(isWhole(swapped)).isEqualTo(Arrays.equals(bytes, swapped));
        }
    }

    @Test
    void whatIsCutOffIsMissed() {
        byte[] bytes = payload(stamp, 200);
        for (int size = 0; size < 200; size++) {
            assertThat(stamp.isWhole(bytes, 0, size)).as("%d bytes", size).isFalse();
        }
    }

    @Test
    void whatIsAddedIsFoundEvenIfItIsTheRightFilling() {
        byte[] longer = payload(stamp, 200);
        System.arraycopy(payload(stamp, 100), 0, longer, 0, Stamp.SIZE);

        assertThat(stamp.isWhole(longer, 0, 100)).isTrue();
        for (int size = 101; size <= 200; size++) {
            assertThat(stamp.isWhole(longer, 0, size)).as("%d bytes", size).isFalse();
        }
    }

    @Test
    void anotherRunIsToldApart() {
        byte[] theirs = payload(new Stamp(RUN + 1, LARGEST), 64);

        assertThat(isWhole(theirs)).isTrue();
        assertThat(stamp.isOurs(theirs, 0)).isFalse();
    }

    @Test
    void anotherRunMayHaveLargerPayloads() {
        byte[] theirs = payload(new Stamp(RUN + 1, 3 * LARGEST), 3 * LARGEST);

        assertThat(isWhole(theirs)).isTrue();
        assertThat(stamp.isOurs(theirs, 0)).isFalse();
        theirs[theirs.length - 1]++;
        assertThat(isWhole(theirs)).isFalse();
    }

    @Test
    void noBytesOfSomebodyElseAreTakenForOurs() {
        Random random = new Random(2);
        for (int i = 0; i < 100_000; i++) {
            byte[] bytes = new byte[random.nextInt(40)];
            random.nextBytes(bytes);
            assertThat(isWhole(bytes)).isFalse();
        }
        assertThat(isWhole(new byte[Stamp.SIZE])).isFalse();
    }
}
