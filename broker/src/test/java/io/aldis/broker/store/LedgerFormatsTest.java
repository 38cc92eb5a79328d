package io.aldis.broker.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.aldis.broker.message.Message;
import io.aldis.broker.store.TableFormat.Format;
import io.aldis.codec.Binary;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Qos;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is written is read again, keys keep their order, and damage is told as such. */
class LedgerFormatsTest {

    private static final int ROUNDS = 1_000;

    /** A kind of key or value, how it is written, where such come from, and what makes two the same. */
    private record Kind<T>(String name, Format<T> format, Supplier<T> things, Function<T, Object> parts) {

        @Override
        public String toString() {
            return name;
        }
    }

    /** A kind of key. */
    private record Keys<K extends Comparable<K>>(String name, Format<K> format, Supplier<K> things) {

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Keys<?>> keys() {
        RandomRecords any = new RandomRecords(1);
        return Stream.of(
                new Keys<>("session", LedgerFormats.SESSIONS.keys(), any::text),
                new Keys<>("subscription", LedgerFormats.SUBSCRIPTIONS.keys(), any::subscriptionKey),
                new Keys<>("queue", LedgerFormats.QUEUE.keys(), any::queueKey),
                new Keys<>("queuestate", LedgerFormats.QUEUES.keys(), any::number),
                new Keys<>("message", LedgerFormats.MESSAGES.keys(), any::number),
                new Keys<>("references", LedgerFormats.REFERENCES.keys(), any::number),
                new Keys<>("inbound", LedgerFormats.INBOUND.keys(), any::inboundKey),
                new Keys<>("retained", LedgerFormats.RETAINED.keys(), any::text),
                new Keys<>("timer", LedgerFormats.TIMERS.keys(), any::timerKey),
                new Keys<>("will", LedgerFormats.WILLS.keys(), any::number),
                new Keys<>("counter", LedgerFormats.COUNTERS.keys(), any::text));
    }

    static Stream<Kind<?>> values() {
        RandomRecords any = new RandomRecords(2);
        return Stream.of(
                new Kind<>("session", LedgerFormats.SESSIONS.values(), any::session, RandomRecords::parts),
                new Kind<>("subscription", LedgerFormats.SUBSCRIPTIONS.values(), any::subscription, value -> value),
                new Kind<>("queue", LedgerFormats.QUEUE.values(), any::queuedRow, RandomRecords::parts),
                new Kind<>("queuestate", LedgerFormats.QUEUES.values(), any::queueState, value -> value),
                new Kind<>("message", LedgerFormats.MESSAGES.values(), any::message, RandomRecords::parts),
                new Kind<>("references", LedgerFormats.REFERENCES.values(), any::small, value -> value),
                new Kind<>("inbound", LedgerFormats.INBOUND.values(), () -> any.small() % 2 == 0, value -> value),
                new Kind<>("retained", LedgerFormats.RETAINED.values(), any::message, RandomRecords::parts),
                new Kind<>("timer", LedgerFormats.TIMERS.values(), () -> true, value -> value),
                new Kind<>("will", LedgerFormats.WILLS.values(), any::message, RandomRecords::parts),
                new Kind<>("counter", LedgerFormats.COUNTERS.values(), any::number, value -> value));
    }

    static Stream<Kind<?>> keysAndValues() {
        return Stream.concat(keys().map(LedgerFormatsTest::asKind), values());
    }

    private static <K extends Comparable<K>> Kind<K> asKind(Keys<K> keys) {
        return new Kind<>("key of " + keys.name(), keys.format(), keys.things(), key -> key);
    }

    @ParameterizedTest
    @MethodSource("keysAndValues")
    <T> void whatIsWrittenIsReadAgain(Kind<T> kind) {
        for (int i = 0; i < ROUNDS; i++) {
            T thing = kind.things().get();
            byte[] bytes = kind.format().write(thing);
            T read = kind.format().read(bytes);
            if (!kind.parts().apply(read).equals(kind.parts().apply(thing))) { // Faster than an assertion.
                assertThat(kind.parts().apply(read)).isEqualTo(kind.parts().apply(thing));
            }
            if (!Arrays.equals(kind.format().write(read), bytes)) {
                assertThat(kind.format().write(read))
                        .as("%s, written again", thing)
                        .isEqualTo(bytes);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("keys")
    <K extends Comparable<K>> void theBytesOfKeysAreInTheOrderOfTheKeys(Keys<K> keys) {
        for (int i = 0; i < ROUNDS; i++) {
            K one = keys.things().get();
            K other = keys.things().get();
            int order = Arrays.compareUnsigned(
                    keys.format().write(one), keys.format().write(other));
            assertThat(Integer.signum(order))
                    .as("%s and %s", one, other)
                    .isEqualTo(Integer.signum(one.compareTo(other)));
        }
    }

    @Test
    void aTextIsOrderedByItsCharactersWhereUtf8WouldNot() {
        Format<String> keys = LedgerFormats.SESSIONS.keys();
        List<String> ordered = List.of(
                "",
                "\0",
                "\0\0",
                "a",
                "a\0",
                "a\0b",
                "a\u0001",
                "b",
                "\u007F",
                "\u0080",
                "\u07FF",
                "\u0800",
                "\uD7FF",
                "\uD83D",
                "\uD83D\uDE00",
                "\uDE00",
                "\uE000",
                "\uFFFF");
        assertThat(ordered).isSorted();
        assertThat(ordered.stream().map(keys::write).toList())
                .usingElementComparator(Arrays::compareUnsigned)
                .isSorted()
                .doesNotHaveDuplicates();
        assertThat(ordered.stream().map(keys::write).map(keys::read)).isEqualTo(ordered);
    }

    @Test
    void whatIsUsualIsSmall() {
        Message message = Message.of("a/b", Binary.utf8("hi"), Qos.AT_LEAST_ONCE, false, PublishProperties.NONE, "", 0);
        QueuedRow row = new QueuedRow(QueuedRow.State.OPEN, Qos.AT_LEAST_ONCE, false, List.of(), "", message, 0);
        // Layout of the row; QoS 1 with a message; no shared one. Layout of the message; QoS 1; topic; payload.
        assertThat(hex(LedgerFormats.QUEUE.values().write(row)))
                .isEqualTo("01 81 00 01 01 03612f62 026869".replace(" ", ""));
        assertThat(hex(LedgerFormats.QUEUE.keys().write(new QueueKey(1, 2))))
                .isEqualTo("8000000000000001" + "8000000000000002");
        assertThat(hex(LedgerFormats.SUBSCRIPTIONS.keys().write(new SubscriptionKey(1, "a/#"))))
                .isEqualTo("8000000000000001" + "612f23");
        assertThat(hex(LedgerFormats.TIMERS.keys().write(new TimerKey(1, TimerKind.RETAINED, "a"))))
                .isEqualTo("8000000000000001" + "01" + "61");
        assertThat(hex(LedgerFormats.INBOUND.keys().write(new InboundKey(1, 65_535))))
                .isEqualTo("8000000000000001" + "8000ffff");
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    @ParameterizedTest
    @MethodSource("keysAndValues")
    <T> void whatIsDamagedIsReadAsSomethingOrRefusedInWords(Kind<T> kind) {
        Random random = new Random(3);
        for (int i = 0; i < ROUNDS; i++) {
            byte[] bytes = damaged(kind.format().write(kind.things().get()), random);
            try {
                assertThat(kind.format().read(bytes)).isNotNull();
            } catch (IllegalArgumentException refusal) {
                assertThat(refusal.getMessage()).startsWith("Cannot read a ").contains("the table \"");
            }
        }
    }

    private static byte[] damaged(byte[] written, Random random) {
        byte[] bytes = random.nextBoolean() ? Arrays.copyOf(written, random.nextInt(written.length + 1)) : written;
        if (random.nextInt(8) == 0) {
            bytes = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(4));
        }
        for (int flips = random.nextInt(4); flips > 0 && bytes.length > 0; flips--) {
            // Rather near the beginning, where the lengths are.
            bytes[random.nextInt(1 + random.nextInt(bytes.length))] ^= (byte) (1 << random.nextInt(8));
        }
        return bytes;
    }

    @ParameterizedTest
    @MethodSource("values")
    <T> void aValueThatBreaksOffIsRefused(Kind<T> kind) {
        for (int i = 0; i < 10; i++) {
            byte[] bytes = kind.format().write(kind.things().get());
            for (int length = 0; length < bytes.length; length++) {
                byte[] beginning = Arrays.copyOf(bytes, length);
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> kind.format().read(beginning));
            }
            byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
            assertThatIllegalArgumentException().isThrownBy(() -> kind.format().read(longer));
        }
    }

    @ParameterizedTest
    @MethodSource("values")
    <T> void aLayoutOfLaterIsRefusedWithAdvice(Kind<T> kind) {
        byte[] bytes = kind.format().write(kind.things().get());
        bytes[0] = 2;
        assertThatIllegalArgumentException()
                .isThrownBy(() -> kind.format().read(bytes))
                .withMessageStartingWith("Cannot read a row of the table \"" + kind.name() + "\": it has layout 2, and")
                .withMessageContaining("a newer Aldis wrote it: start that one");
    }

    @Test
    void aLengthThatIsALieMakesNothingLarge() {
        // A row with a message whose topic has 2 GiB less 1, then one with as many identifiers.
        for (String lie :
                List.of("01 80 00 01 00 ffffffff07 61", "01 20 00 ffffffff07 01", "01 20 00 ffffffffffffffff7f 01")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() ->
                            LedgerFormats.QUEUE.values().read(HexFormat.of().parseHex(lie.replace(" ", ""))))
                    .withMessageStartingWith("Cannot read a row of the table \"queue\": it is damaged: it says that ")
                    .withMessageContaining("follow, but only 1 bytes do");
        }
    }

    @Test
    void aNumberOfMoreThan64BitsIsRefused() {
        Format<Long> counters = LedgerFormats.COUNTERS.values();
        assertThat(counters.read(HexFormat.of().parseHex("01" + "ffffffffffffffffff01")))
                .isEqualTo(-1);
        for (String more : List.of("ffffffffffffffffff02", "ffffffffffffffffff7f", "80808080808080808080" + "01")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> counters.read(HexFormat.of().parseHex("01" + more)))
                    .withMessageContaining("a number of more than 64 bits");
        }
    }

    @Test
    void aTopicNameThatIsNoUtf8IsRefused() {
        for (String topic : List.of("02 c080", "01 80", "03 eda080", "04 61e282 62")) {
            byte[] bytes = HexFormat.of().parseHex(("01 00" + topic + "00").replace(" ", ""));
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> LedgerFormats.RETAINED.values().read(bytes))
                    .withMessageContaining("a topic name that is not UTF-8");
        }
        byte[] replacement = HexFormat.of().parseHex("0100" + "03efbfbd" + "00");
        assertThat(LedgerFormats.RETAINED.values().read(replacement).topic()).isEqualTo("\uFFFD");
    }

    @Test
    void aTextHasOneFormOnly() {
        for (String overlong : List.of("c080", "c1bf", "e08080", "e09fbf")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() ->
                            LedgerFormats.SESSIONS.keys().read(HexFormat.of().parseHex(overlong)))
                    .withMessageContaining("longer than it needs to be");
        }
    }
}
