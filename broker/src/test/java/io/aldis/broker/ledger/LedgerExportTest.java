package io.aldis.broker.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aldis.broker.storage.HeapKeyValueStore;
import io.aldis.broker.storage.KeyValueStore;
import io.aldis.broker.storage.KeyValueStore.Batch;
import io.aldis.broker.storage.KeyValueStore.Rows;
import io.aldis.broker.storage.StorageFailed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is written out can be read back, and nothing else can. */
class LedgerExportTest {

    private static final List<String> TABLES = List.of(
            "session",
            "subscription",
            "queue",
            "queuestate",
            "message",
            "references",
            "inbound",
            "retained",
            "timer",
            "will",
            "counter");

    private static List<Map<String, Object>> exported(KeyValueStore store) {
        List<Map<String, Object>> lines = new ArrayList<>();
        assertThat(LedgerExport.write(new Ledger(store), "test", lines::add)).isEqualTo(lines.size());
        return lines;
    }

    private static HeapKeyValueStore imported(List<Map<String, Object>> lines) {
        HeapKeyValueStore store = new HeapKeyValueStore();
        try (LedgerImport ledgerImport = new LedgerImport(new Ledger(store))) {
            lines.forEach(ledgerImport::accept);
            assertThat(ledgerImport.finish()).isEqualTo(lines.size());
        }
        return store;
    }

    /** Every row there is, in bytes. */
    private static List<String> rows(KeyValueStore store) {
        List<String> all = new ArrayList<>();
        HexFormat hex = HexFormat.of();
        for (String name : TABLES) {
            try (Rows rows = store.table(name).rows(new byte[0], null)) {
                while (rows.next()) {
                    all.add(name + " " + hex.formatHex(rows.key()) + " " + hex.formatHex(rows.value()));
                }
            }
        }
        return all;
    }

    @Test
    void anImportHasTheVeryRowsOfWhatWasExported() {
        for (long seed = 0; seed < 300; seed++) {
            RandomLedger random = new RandomLedger(seed);
            HeapKeyValueStore copy = imported(exported(random.store));

            assertThat(rows(copy)).as("seed %d", seed).isEqualTo(rows(random.store));
            assertThat(LedgerCheck.of(new Ledger(copy))).as("seed %d", seed).isEmpty();
        }
    }

    @Test
    void anImportOutlivesAPowerCut() {
        RandomLedger random = new RandomLedger(5);
        HeapKeyValueStore copy = imported(exported(random.store));

        assertThat(rows(copy.afterPowerCut(new Random(1)))).isEqualTo(rows(random.store));
    }

    @Test
    void anEmptyLedgerIsAHeaderAndAnEnd() {
        assertThat(exported(new HeapKeyValueStore()))
                .containsExactly(
                        Map.of("kind", "header", "format", 1, "aldis", "test", "counters", Map.of()),
                        Map.of("kind", "end", "lines", 1L));
    }

    @Test
    void aRowThatCannotBeReadIsNamedAndNotPassedOver() {
        RandomLedger random = new RandomLedger(3);
        put(random.store, "retained", "some/topic".getBytes(UTF_8), new byte[] {9});

        assertThatThrownBy(() -> exported(random.store))
                .isInstanceOf(StorageFailed.class)
                .hasMessageContainingAll(
                        "Table retained, key 736f6d652f746f706963 (hexadecimal)",
                        "layout 9",
                        "'aldis store check' tells");
    }

    private static void put(KeyValueStore store, String table, byte[] key, byte[] value) {
        try (Batch batch = store.batch()) {
            batch.put(store.table(table), key, value);
            store.commit(batch, true);
        }
    }

    // Lines that are refused.

    private static final Map<String, Object> HEADER = Map.of(
            "kind", "header", "format", 1, "aldis", "x", "counters", Map.of("session", 9, "epoch", 9, "will", 1));
    private static final Map<String, Object> MESSAGE = Map.of("topic", "t", "qos", 1, "payload", "p");
    private static final Map<String, Object> QUEUE = Map.of(
            "next",
            9,
            "head",
            0,
            "boundary",
            0,
            "firstNumber",
            0,
            "messages",
            1,
            "bytes",
            98,
            "waiting",
            1,
            "waitingBytes",
            98);
    private static final Map<String, Object> SESSION = Map.of(
            "kind",
            "session",
            "client",
            "m",
            "session",
            3,
            "epoch",
            4,
            "durable",
            true,
            "expirySeconds",
            60,
            "bounds",
            Map.of("messages", 1, "bytes", 2, "totalMessages", 3, "totalBytes", 4, "whenFull", "drop-oldest"),
            "window",
            5,
            "queue",
            QUEUE);
    private static final Map<String, Object> QUEUED =
            Map.of("kind", "message", "client", "m", "place", 1, "state", "open", "qos", 1, "message", MESSAGE);
    private static final Map<String, Object> RETAINED = Map.of("kind", "retained", "message", MESSAGE);
    private static final Map<String, Object> WILL = Map.of("kind", "will", "number", 1, "message", MESSAGE);
    private static final Map<String, Object> END = Map.of("kind", "end", "lines", 5L);

    private static Map<String, Object> with(Map<String, Object> line, String field, Object value) {
        Map<String, Object> changed = new HashMap<>(line);
        changed.put(field, value);
        return changed;
    }

    private static Map<String, Object> without(Map<String, Object> line, String field) {
        Map<String, Object> changed = new HashMap<>(line);
        changed.remove(field);
        return changed;
    }

    private static void refused(String why, List<Map<String, Object>> lines) {
        assertThatThrownBy(() -> imported(lines))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(why);
    }

    @Test
    void theLinesThatTheOthersAreChangedFromAreGood() {
        HeapKeyValueStore store = imported(List.of(HEADER, SESSION, QUEUED, RETAINED, WILL, END));

        assertThat(LedgerCheck.of(new Ledger(store))).isEmpty();
        assertThat(new Ledger(store).rows()).isEqualTo(3 + 2 + 1 + 1 + 1);
    }

    @Test
    void whatIsNoExportIsRefused() {
        refused(
                "the field \"kind\" should be one of header, shared, session, subscription, message, receipt, retained, will,"
                        + " end, but is not there",
                List.of(Map.of("hello", "world")));
        refused(
                "expected is a header, {\"kind\":\"header\",…}, but \"kind\" is \"session\"; this is no export of a store,"
                        + " or its beginning is missing",
                List.of(SESSION));
        refused(
                "the field \"format\" should be a format up to 1, for this Aldis knows no newer one, but is 2",
                List.of(with(HEADER, "format", 2)));
    }

    @Test
    void whatWasCutOffIsRefused() {
        refused(
                "expected is {\"kind\":\"end\",…} as the last, but no more lines came; the file was cut off",
                List.of(HEADER, SESSION, QUEUED));
        refused(
                "the field \"lines\" should be 4, for so many came before; some are missing, or too many, but is 5",
                List.of(HEADER, SESSION, QUEUED, RETAINED, END));
    }

    @Test
    void whatIsOutOfItsPlaceIsRefused() {
        String places =
                "\", which is out of its place: one header, then lines of the kinds shared, session (each with its"
                        + " subscriptions, messages and receipts), retained, will and one end are expected, in this order";
        refused("\"kind\" is \"session" + places, List.of(HEADER, RETAINED, SESSION));
        refused("\"kind\" is \"header" + places, List.of(HEADER, HEADER));
        refused("\"kind\" is \"end" + places, List.of(HEADER, SESSION, QUEUED, RETAINED, WILL, END, END));
        refused(
                "the field \"client\" should be that of a durable session whose line comes before, but is \"m\"",
                List.of(HEADER, QUEUED));
        refused(
                "the field \"client\" should be that of a durable session whose line comes before, but is \"m\"",
                List.of(HEADER, with(SESSION, "durable", false), QUEUED));
        refused(
                "the field \"client\" should be \"m\", whose line of kind session came last, but is \"n\"",
                List.of(HEADER, SESSION, with(QUEUED, "client", "n")));
    }

    @Test
    void whatComesTwiceIsRefused() {
        refused(
                "the field \"client\" should be in its order and nowhere twice, so after m, but is \"m\"",
                List.of(HEADER, SESSION, SESSION));
        refused(
                "the field \"session\" should be a number that no other session has, but is 3",
                List.of(HEADER, SESSION, with(SESSION, "client", "n")));
        refused(
                "the field \"place\" should be in its order and nowhere twice, so after 1, but is 0",
                List.of(HEADER, SESSION, QUEUED, with(QUEUED, "place", 0)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            place   | x  | the field "place" should be a whole number of 64 bits, but is "x"
            state   | x  | the field "state" should be one of open, received, done, but is "x"
            qos     | x  | the field "qos" should be a whole number from 0 to 2, but is "x"
            retain  | x  | the field "retain" should be true or false, but is "x"
            message | x  | the field "message" should be an object, but is "x"
            share   |    | the field "share" should be a text, but is 7
            hue     | x  | the field "hue" is not known here; expected is none but client, kind, message, place, qos, retain, share, shared, state, subscriptionIdentifiers
            """)
    void aFieldThatIsNotWhatItShouldBeIsNamed(String field, String value, String why) {
        refused(why, List.of(HEADER, SESSION, with(QUEUED, field, value == null ? 7 : value)));
    }

    @Test
    void aFieldWithinAnotherIsNamedWithItsWay() {
        UnaryOperator<Map<String, Object>> will =
                message -> with(SESSION, "will", Map.of("delaySeconds", 1, "message", message));
        refused(
                "the field \"will.message.qos\" should be a whole number from 0 to 2, but is 3",
                List.of(HEADER, will.apply(with(MESSAGE, "qos", 3))));
        refused(
                "the field \"will.message.payload\" should be a text, or bytes in base64, but is not there",
                List.of(HEADER, will.apply(without(MESSAGE, "payload"))));
        refused(
                "the field \"will.message.userProperties\" should be a list of pairs of texts, but is [[a]]",
                List.of(HEADER, will.apply(with(MESSAGE, "userProperties", List.of(List.of("a"))))));
    }

    @Test
    void numbersThatAreYetToBeGivenAwayAreRefused() {
        refused(
                "the field \"session\" should be at most 9, as the counter \"session\" in the header says, but is 10",
                List.of(HEADER, with(SESSION, "session", 10)));
        refused(
                "the field \"number\" should be at most 0, as the counter \"message\" in the header says, but is 1",
                List.of(HEADER, Map.of("kind", "shared", "number", 1, "rows", 1, "message", MESSAGE)));
    }

    @Test
    void aSharedMessageMustBeThere() {
        refused(
                "the field \"shared\" should be the number of a line of kind shared before, but is 1",
                List.of(HEADER, SESSION, with(without(QUEUED, "message"), "shared", 1)));
    }
}
