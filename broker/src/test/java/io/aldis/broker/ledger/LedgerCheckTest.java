package io.aldis.broker.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.aldis.broker.message.Message;
import io.aldis.broker.settings.FullQueuePolicy;
import io.aldis.broker.storage.HeapKeyValueStore;
import io.aldis.broker.storage.KeyValueStore.Batch;
import io.aldis.broker.store.InboundKey;
import io.aldis.broker.store.LedgerFormats;
import io.aldis.broker.store.QueueBounds;
import io.aldis.broker.store.QueueKey;
import io.aldis.broker.store.QueueState;
import io.aldis.broker.store.QueuedRow;
import io.aldis.broker.store.SessionRecord;
import io.aldis.broker.store.StoredSubscription;
import io.aldis.broker.store.SubscriptionKey;
import io.aldis.broker.store.TimerKey;
import io.aldis.broker.store.TimerKind;
import io.aldis.codec.Qos;
import io.aldis.codec.Subscription;
import java.util.List;
import org.assertj.core.groups.Tuple;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What does not fit is found; and what does, is counted. */
class LedgerCheckTest {

    private final HeapKeyValueStore store = new HeapKeyValueStore();
    private final Ledger ledger = new Ledger(store);
    private final Batch batch = store.batch();

    /** A session of number 4 with a subscription, two messages (the second shared, waiting), a receipt; a retained message. */
    @BeforeEach
    void somethingGood() {
        ledger.counters.put(batch, "session", 4L);
        ledger.counters.put(batch, "epoch", 7L);
        ledger.counters.put(batch, "message", 2L);
        ledger.counters.put(batch, "time", 1234L);
        ledger.sessions.put(batch, "c", session("c", 4));
        ledger.timers.put(batch, new TimerKey(5000, TimerKind.SESSION, "c"), true);
        ledger.subscriptions.put(
                batch,
                new SubscriptionKey(4, "a/#"),
                new StoredSubscription(Subscription.of("a/#", Qos.AT_LEAST_ONCE), 0));
        ledger.queues.put(batch, 4L, new QueueState(12, 10, 11, 1, 2, 200, 1, 101));
        ledger.queue.put(batch, new QueueKey(4, 10), row(message("a/1", 99), QueuedRow.OWN));
        ledger.queue.put(batch, new QueueKey(4, 11), row(null, 2));
        ledger.messages.put(batch, 2L, message("a/2", 101));
        ledger.references.put(batch, 2L, 1);
        ledger.inbound.put(batch, new InboundKey(4, 17), true);
        ledger.retained.put(batch, "r", message("r", 120).expiringAt(9000));
        ledger.timers.put(batch, new TimerKey(9000, TimerKind.RETAINED, "r"), true);
        commit();
    }

    private static SessionRecord session(String clientId, long number) {
        return new SessionRecord(
                clientId,
                "",
                number,
                7,
                SessionRecord.NOBODY,
                true,
                60,
                5000,
                null,
                SessionRecord.NEVER,
                new QueueBounds(1, 1, 1, 1, FullQueuePolicy.DROP_NEWEST),
                10);
    }

    /** One that counts as so many bytes. */
    private static Message message(String topic, int bytes) {
        Message empty = Message.builder(topic).build();
        return empty.toBuilder().payload("x".repeat(bytes - empty.bytes())).build();
    }

    private static QueuedRow row(@Nullable Message message, long shared) {
        return new QueuedRow(QueuedRow.State.OPEN, Qos.AT_LEAST_ONCE, false, List.of(), "", message, shared);
    }

    private void commit() {
        store.commit(batch, true);
        batch.clear();
    }

    private void finds(Tuple... expected) {
        commit();
        assertThat(LedgerCheck.of(ledger))
                .extracting(Finding::what, Finding::count, Finding::examples)
                .containsExactly(expected);
    }

    @Test
    void whatIsGoodIsGood() {
        finds();
    }

    @Test
    void whatIsThereIsCounted() {
        assertThat(LedgerStatistics.of(ledger))
                .isEqualTo(new LedgerStatistics(1, 0, 1, 2, 200, 1, 1, 1, 1, 120, 0, 2, 1234, 0));
        assertThat(ledger.rows()).isEqualTo(15);
        assertThat(ledger.isEmpty()).isFalse();
    }

    @Test
    void aLedgerThatOnlyHasCountedIsEmpty() {
        HeapKeyValueStore other = new HeapKeyValueStore();
        Ledger counted = new Ledger(other);
        counted.counters.put(batch, "time", 1L);
        other.commit(batch, false);

        assertThat(counted.isEmpty()).isTrue();
    }

    @Test
    void rowsThatCannotBeReadAreCountedAndTheOthersRead() {
        for (String topic : List.of("p", "q", "s", "t")) {
            batch.put(store.table("retained"), topic.getBytes(UTF_8), new byte[] {1, 0x40});
        }
        batch.put(store.table("timer"), new byte[] {1, 2, 3}, new byte[] {1, 1});
        commit();

        assertThat(LedgerCheck.of(ledger)).singleElement().satisfies(found -> {
            assertThat(found.what()).isEqualTo("rows that cannot be read");
            assertThat(found.count()).isEqualTo(5);
            assertThat(found.examples())
                    .hasSize(3)
                    .first()
                    .asString()
                    .startsWith("Table retained, key 70 (hexadecimal): Cannot read a row of the table \"retained\"");
        });
    }

    @Test
    void aMessageThatIsMissingIsFound() {
        ledger.messages.put(batch, 1L, message("x", 100));
        ledger.references.put(batch, 1L, 0);
        batch.remove(store.table("message"), LedgerFormats.MESSAGES.keys().write(2L));
        finds(
                tuple("reference counts of no message", 1L, List.of("number 2")),
                tuple("rows of queues whose message is missing", 1L, List.of("c, place 11, shared message 2")),
                tuple(
                        "queues whose totals do not fit their rows",
                        1L,
                        List.of("c: 2 messages of 200 bytes (1 of 101 wait) are told, 2 of 99 (1 of 0) are there")));
    }

    @Test
    void aReferenceCountThatDoesNotFitIsFound() {
        ledger.references.put(batch, 2L, 3);
        finds(tuple(
                "shared messages whose reference count does not fit",
                1L,
                List.of("number 2 has the count 3, and 1 rows refer to it")));
    }

    @Test
    void whatBelongsToNoSessionIsFound() {
        ledger.subscriptions.put(
                batch, new SubscriptionKey(3, "b"), new StoredSubscription(Subscription.of("b", Qos.AT_MOST_ONCE), 0));
        ledger.queues.put(batch, 3L, new QueueState(1, 0, 0, 0, 1, 99, 1, 99));
        ledger.queue.put(batch, new QueueKey(3, 0), row(message("a/3", 99), QueuedRow.OWN));
        ledger.inbound.put(batch, new InboundKey(3, 1), true);
        finds(
                tuple("subscriptions of no session", 1L, List.of("b of session number 3")),
                tuple("queues of no session", 1L, List.of("session number 3")),
                tuple("rows of queues that belong to no session", 1L, List.of("session number 3, place 0")),
                tuple("receipts of no session", 1L, List.of("packet id 1 of session number 3")));
    }

    @Test
    void rowsOutsideOfTheirQueueAreFound() {
        ledger.queues.put(batch, 4L, new QueueState(11, 10, 11, 1, 2, 200, 1, 101));
        finds(tuple("queues with rows outside of their bounds", 1L, List.of("c has 1")));
    }

    @Test
    void anEndWithoutATimerIsFound() {
        batch.remove(
                store.table("timer"), LedgerFormats.TIMERS.keys().write(new TimerKey(5000, TimerKind.SESSION, "c")));
        ledger.retained.put(batch, "r", message("r", 120).expiringAt(9001));
        finds(tuple(
                "sessions, wills and retained messages that have an end but no timer for it", 2L, List.of("c", "r")));
    }

    @Test
    void numbersThatAreYetToBeGivenAwayAreFound() {
        ledger.counters.put(batch, "session", 3L);
        ledger.counters.put(batch, "message", 1L);
        ledger.wills.put(batch, 1L, message("w", 100));
        finds(
                tuple("sessions with a number that is yet to be given away", 1L, List.of("c")),
                tuple("shared messages with a number that is yet to be given away", 1L, List.of("number 2")),
                tuple("wills with a number that is yet to be given away", 1L, List.of("number 1")));
    }

    @Test
    void namesThatDifferFromTheirKeysAreFound() {
        ledger.sessions.put(batch, "d", session("c", 3));
        ledger.timers.put(batch, new TimerKey(5000, TimerKind.SESSION, "d"), true);
        ledger.retained.put(batch, "s", message("r", 120));
        finds(
                tuple("sessions under another client id than theirs", 1L, List.of("d has that of c")),
                tuple("retained messages under another topic than theirs", 1L, List.of("s")));
    }
}
