package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aldis.broker.VirtualBroker.Client;
import io.aldis.broker.metric.DropReason;
import io.aldis.broker.settings.Durability;
import io.aldis.broker.settings.Settings;
import io.aldis.broker.storage.HeapKeyValueStore;
import io.aldis.broker.storage.StorageUnavailable;
import io.aldis.codec.AckProperties;
import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.Disconnect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.Puback;
import io.aldis.codec.Pubcomp;
import io.aldis.codec.Publish;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Pubrec;
import io.aldis.codec.Pubrel;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.codec.Unsuback;
import io.aldis.codec.Unsubscribe;
import io.aldis.codec.Will;
import io.aldis.codec.WillProperties;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What outlives a broker on a storage, and what acknowledgements promise of it. */
class DurabilityTest {

    private HeapKeyValueStore store = new HeapKeyValueStore();
    private VirtualBroker broker = VirtualBroker.on(store, 2, 1, Settings.defaults());

    /** What ends a broker. */
    private enum End {
        PROCESS,
        POWER
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private void end(End how) {
        end(how, Settings.defaults());
    }

    /** The broker ends, and another one goes on with what is left. */
    private void end(End how, Settings next) {
        store = how == End.PROCESS ? store.killed() : store.afterWorstPowerCut();
        broker.close(); // Nobody sees what it does now.
        broker = VirtualBroker.on(store, 2, 2, next);
        broker.settle();
    }

    private static Settings promising(Durability durability) {
        return Settings.defaults().withDurability(own -> own.withAcknowledgements(durability));
    }

    private static Connect lasting(String clientId) {
        return Connect.v5(clientId)
                .withCleanStart(false)
                .withProperties(ConnectProperties.NONE.withSessionExpiryInterval(1000));
    }

    /** A client of that id which has subscribed and gone. */
    private void leaves(String clientId, String filter, Qos qos) {
        Client client = broker.connect(lasting(clientId));
        client.send(Subscribe.of(1, filter, qos));
        client.expect(Suback.class);
        client.send(new Disconnect());
        client.received();
    }

    private Client publisher() {
        return broker.connect(Connect.v5("publisher"));
    }

    private static List<String> payloads(List<Publish> messages) {
        return messages.stream().map(message -> message.payload().toUtf8()).toList();
    }

    @ParameterizedTest
    @CsvSource({
        "MEMORY, PROCESS, false", "MEMORY, POWER, false",
        "WRITTEN, PROCESS, true", "WRITTEN, POWER, false",
        "SYNCED, PROCESS, true", "SYNCED, POWER, true"
    })
    void anAcknowledgedMessageOutlivesWhatItIsPromisedTo(Durability promised, End end, boolean kept) {
        leaves("me", "t", Qos.AT_LEAST_ONCE);
        end(End.PROCESS, promising(promised));
        Client publisher = publisher();
        if (promised == Durability.MEMORY) {
            broker.loops().hold(broker.loops().background());
        }
        publisher.send(Publish.qos1("t", Binary.utf8("hello"), 1));
        publisher.expect(Puback.class);
        end(end);
        Client me = broker.connect(lasting("me"));
        assertThat(payloads(me.received(Publish.class))).isEqualTo(kept ? List.of("hello") : List.of());
    }

    @ParameterizedTest
    @EnumSource(
            value = Durability.class,
            names = {"WRITTEN", "SYNCED"})
    void noneIsAcknowledgedBeforeItIsKept(Durability promised) {
        leaves("me", "t", Qos.EXACTLY_ONCE);
        end(End.PROCESS, promising(promised));
        Client publisher = publisher();
        broker.loops().hold(broker.loops().background());
        publisher.send(
                Publish.qos1("t", Binary.utf8("one"), 1),
                Publish.qos2("t", Binary.utf8("two"), 2),
                Publish.qos1("other", Binary.utf8("kept"), 3).withRetain(true));
        assertThat(publisher.received()).isEmpty();
        broker.loops().free(broker.loops().background());
        assertThat(publisher.received())
                .extracting(packet -> (Object) packet.getClass())
                .containsExactly(Puback.class, Pubrec.class, Puback.class);
    }

    @Test
    void whatNobodyKeepsWaitsForNoDisk() {
        Client receiver = broker.connect(Connect.v5("receiver"));
        receiver.send(Subscribe.of(1, "t", Qos.AT_LEAST_ONCE));
        receiver.expect(Suback.class);
        Client publisher = publisher();
        broker.loops().hold(broker.loops().background());
        publisher.send(Publish.qos1("t", Binary.utf8("one"), 1), Publish.qos2("t", Binary.utf8("two"), 2));
        assertThat(payloads(receiver.received(Publish.class))).containsExactly("one", "two");
        assertThat(publisher.received()).hasSize(2);
    }

    @Test
    void whoAsksIsToldWhatAnAcknowledgementPromises() {
        leaves("me", "t/#", Qos.AT_LEAST_ONCE);
        end(
                End.PROCESS,
                promising(Durability.WRITTEN)
                        .withDurability(own -> own.withTopics(Map.of("t/alarm", Durability.SYNCED))));
        Client asks = broker.connect(Connect.v5("asks")
                .withProperties(ConnectProperties.NONE.withUserProperty("aldis-durability", "please")));
        Client doesNot = publisher();
        for (Client client : List.of(asks, doesNot)) {
            client.send(
                    Publish.qos1("t/1", Binary.utf8("a"), 1),
                    Publish.qos2("t/alarm", Binary.utf8("b"), 2),
                    Publish.qos1("nobody", Binary.utf8("c"), 3));
        }
        assertThat(doesNot.received())
                .containsExactly(new Puback(1), new Pubrec(2), new Puback(3, ReasonCode.NO_MATCHING_SUBSCRIBERS));
        assertThat(asks.received())
                .containsExactly(
                        new Puback(1, ReasonCode.SUCCESS, told("written")),
                        new Pubrec(2, ReasonCode.SUCCESS, told("synced")),
                        new Puback(3, ReasonCode.NO_MATCHING_SUBSCRIBERS, told("memory")));
    }

    private static AckProperties told(String durability) {
        return AckProperties.NONE.withUserProperty("aldis-durability", durability);
    }

    @Test
    void aTopicMayPromiseSomethingElse() {
        leaves("me", "#", Qos.AT_LEAST_ONCE);
        end(
                End.PROCESS,
                Settings.defaults().withDurability(own -> own.withTopics(Map.of("telemetry/#", Durability.MEMORY))));
        Client publisher = publisher();
        broker.loops().hold(broker.loops().background());
        publisher.send(Publish.qos1("telemetry/1", Binary.utf8("a"), 1), Publish.qos1("alarm", Binary.utf8("b"), 2));
        assertThat(publisher.received(Puback.class))
                .extracting(Puback::packetId)
                .containsExactly(1);
    }

    @Test
    void sessionsWithTheirSubscriptionsOutliveThePower() {
        broker.connect(lasting("me"));
        end(End.POWER); // CONNACK has been sent.
        Client me = broker.connect(lasting("me"));
        assertThat(me.connack.sessionPresent()).isTrue();
        me.send(Subscribe.of(1, "a/+", Qos.AT_LEAST_ONCE), Subscribe.of(2, "b", Qos.AT_LEAST_ONCE));
        assertThat(me.received(Suback.class)).hasSize(2);
        me.send(Unsubscribe.of(3, "b"));
        me.expect(Unsuback.class);
        end(End.POWER);
        Client publisher = publisher();
        publisher.send(Publish.qos1("a/1", Binary.utf8("a"), 1), Publish.qos1("b", Binary.utf8("b"), 2));
        publisher.received();
        me = broker.connect(lasting("me"));
        assertThat(me.connack.sessionPresent()).isTrue();
        assertThat(payloads(me.received(Publish.class))).containsExactly("a");
    }

    @Test
    void whatWasInFlightIsSentAgainFirstUnderItsPacketIds() {
        leaves("me", "t", Qos.EXACTLY_ONCE);
        Client publisher = publisher();
        for (int i = 0; i <= 6; i++) {
            publisher.send(i % 2 == 0 ? Publish.qos2("t", text(i), i + 1) : Publish.qos1("t", text(i), i + 1));
        }
        publisher.received();
        Client me = broker.connect(lasting("me")
                .withProperties(
                        ConnectProperties.NONE.withSessionExpiryInterval(1000).withReceiveMaximum(5)));
        List<Publish> first = new ArrayList<>(me.received(Publish.class));
        assertThat(payloads(first)).containsExactly("0", "1", "2", "3", "4");
        me.send(new Pubrec(first.remove(0).packetId()));
        me.send(new Pubcomp(me.expect(Pubrel.class).packetId()));
        first.add(me.expect(Publish.class));
        // The second is received, the third done with; a number in the middle is missing from then on.
        me.send(new Pubrec(first.get(1).packetId()), new Puback(first.get(2).packetId()));
        assertThat(me.received()).hasSize(2); // PUBREL, and the sixth.
        end(End.PROCESS);

        me = broker.connect(lasting("me"));
        List<Packet> again = me.received();
        assertThat(again).hasSize(5);
        assertThat(again.get(1)).isEqualTo(new Pubrel(first.get(1).packetId()));
        List<Publish> messages = again.stream()
                .filter(Publish.class::isInstance)
                .map(Publish.class::cast)
                .toList();
        assertThat(payloads(messages)).containsExactly("1", "4", "5", "6");
        assertThat(messages).extracting(Publish::dup).containsExactly(true, true, true, true);
        assertThat(messages.subList(0, 3))
                .extracting(Publish::packetId)
                .containsExactly(
                        first.get(0).packetId(),
                        first.get(3).packetId(),
                        first.get(4).packetId());
        assertThat(messages.get(3).packetId()).isEqualTo(first.get(4).packetId() + 1);
    }

    private static Binary text(int number) {
        return Binary.utf8(Integer.toString(number));
    }

    @Test
    void theEndOfAMessageOfQos2OutlivesThePower() {
        leaves("me", "t", Qos.EXACTLY_ONCE);
        Client publisher = publisher();
        publisher.send(Publish.qos2("t", Binary.utf8("once"), 1));
        publisher.received();
        end(End.POWER);
        Client me = broker.connect(lasting("me"));
        int packetId = me.expect(Publish.class).packetId();
        me.send(new Pubrec(packetId));
        me.expect(Pubrel.class); // From here on the client may forget that it has it.
        end(End.POWER);
        me = broker.connect(lasting("me"));
        assertThat(me.received()).containsExactly(new Pubrel(packetId));
        me.send(new Pubcomp(packetId));
        assertThat(me.received()).isEmpty();
    }

    @Test
    void packetIdsThatAPublisherHasInUseOutliveThePowerAndSoDoesTheirRelease() {
        leaves("me", "t", Qos.EXACTLY_ONCE);
        Client publisher = broker.connect(lasting("publisher"));
        publisher.send(Publish.qos2("t", Binary.utf8("first"), 7));
        publisher.expect(Pubrec.class);
        end(End.POWER);
        publisher = broker.connect(lasting("publisher"));
        publisher.send(Publish.qos2("t", Binary.utf8("first"), 7).withDup(true));
        assertThat(publisher.expect(Pubrec.class).packetId()).isEqualTo(7);
        publisher.send(new Pubrel(7));
        publisher.expect(Pubcomp.class);
        end(End.POWER);
        publisher = broker.connect(lasting("publisher"));
        publisher.send(Publish.qos2("t", Binary.utf8("second"), 7)); // Another message.
        publisher.expect(Pubrec.class);
        assertThat(payloads(broker.connect(lasting("me")).received(Publish.class)))
                .containsExactly("first", "second");
    }

    @Test
    void retainedMessagesOutliveThePowerAndExpireAllTheSame() {
        Client publisher = publisher();
        publisher.send(
                Publish.qos1("stays", Binary.utf8("1"), 1).withRetain(true),
                Publish.qos1("goes", Binary.utf8("2"), 2).withRetain(true),
                Publish.qos1("expires", Binary.utf8("3"), 3)
                        .withRetain(true)
                        .withProperties(PublishProperties.NONE.withMessageExpiryInterval(60L)),
                Publish.qos1("goes", Binary.EMPTY, 4).withRetain(true));
        assertThat(publisher.received(Puback.class)).hasSize(4);
        end(End.POWER);
        assertThat(broker.admin().statistics().retained()).isEqualTo(2);
        broker.pass(Duration.ofSeconds(61));
        Client reader = broker.connect(Connect.v5("reader"));
        reader.send(Subscribe.of(1, "#", Qos.AT_LEAST_ONCE));
        assertThat(reader.received(Publish.class)).extracting(Publish::topic).containsExactly("stays");
        assertThat(broker.admin().statistics().retained()).isEqualTo(1);
    }

    @Test
    void willsOfClientsThatTheEndOfTheBrokerCutOffArePublishedOnceTheirDelayIsOver() {
        leaves("heir", "will/#", Qos.EXACTLY_ONCE);
        broker.connect(lasting("now").withWill(Will.of("will/now", Binary.utf8("a"), Qos.EXACTLY_ONCE)));
        broker.connect(lasting("later")
                .withWill(Will.of("will/later", Binary.utf8("b"), Qos.EXACTLY_ONCE)
                        .withProperties(WillProperties.NONE.withDelayInterval(30))));
        broker.connect(Connect.v5("clean").withWill(Will.of("will/clean", Binary.utf8("c"), Qos.EXACTLY_ONCE)));
        Client orderly = broker.connect(
                lasting("orderly").withWill(Will.of("will/orderly", Binary.utf8("d"), Qos.EXACTLY_ONCE)));
        orderly.send(new Disconnect());
        orderly.received();
        end(End.PROCESS);
        Client heir = broker.connect(lasting("heir"));
        assertThat(heir.received(Publish.class))
                .extracting(Publish::topic)
                .containsExactlyInAnyOrder("will/now", "will/clean");
        broker.pass(Duration.ofSeconds(31));
        assertThat(heir.received(Publish.class)).extracting(Publish::topic).containsExactly("will/later");
        end(End.PROCESS);
        broker.pass(Duration.ofSeconds(31));
        assertThat(broker.connect(lasting("heir")).received(Publish.class)).allMatch(Publish::dup);
    }

    @Test
    void aWillThatIsUnderWayWhenTheBrokerEndsIsPublishedByTheNext() {
        leaves("heir", "will", Qos.AT_LEAST_ONCE);
        Client mortal =
                broker.connect(lasting("mortal").withWill(Will.of("will", Binary.utf8("a"), Qos.AT_LEAST_ONCE)));
        for (var loop : broker.loops().all()) {
            if (loop == broker.router().loopOf("will")) {
                broker.loops().hold(loop); // The ledger says that it is due, and nobody does it.
            }
        }
        mortal.breakSoon();
        broker.settle();
        end(End.PROCESS);
        assertThat(payloads(broker.connect(lasting("heir")).received(Publish.class)))
                .containsExactly("a");
    }

    @Test
    void sessionsThatExpiredMeanwhileAreGone() {
        leaves("me", "t", Qos.AT_LEAST_ONCE);
        end(End.PROCESS);
        broker.pass(Duration.ofSeconds(1001));
        assertThat(broker.admin().statistics().sessions()).isZero();
        assertThat(broker.connect(lasting("me")).connack.sessionPresent()).isFalse();
    }

    @Test
    void aLongQueueIsDeliveredInOrderThoughOnlyAWindowOfItIsInMemory() {
        leaves("me", "t", Qos.AT_LEAST_ONCE);
        end(End.PROCESS, Settings.defaults().withQueue(queue -> queue.withMaximumMessages(5000)));
        leaves("me", "t", Qos.AT_LEAST_ONCE); // For the bounds to be those.
        Client publisher = publisher();
        int many = 3000;
        for (int i = 0; i < many; i++) {
            publisher.send(Publish.qos1("t", text(i), 1 + i % 500));
            if (i % 500 == 499) {
                assertThat(publisher.received(Puback.class)).hasSize(500);
            }
        }
        end(End.PROCESS, Settings.defaults().withQueue(queue -> queue.withMaximumMessages(5000)));
        Client me = broker.connect(lasting("me"));
        List<String> got = new ArrayList<>();
        List<Publish> news = me.received(Publish.class);
        while (!news.isEmpty()) {
            got.addAll(payloads(news));
            for (Publish message : news) {
                me.send(new Puback(message.packetId()));
            }
            news = me.received(Publish.class);
        }
        assertThat(got).hasSize(many);
        for (int i = 0; i < many; i++) {
            assertThat(got.get(i)).isEqualTo(Integer.toString(i));
        }
        assertThat(rowsOf("queue")).isZero();
    }

    @Test
    void aLargeMessageForManySessionsIsKeptOnceAndGoesWithTheLast() {
        for (int i = 0; i < 20; i++) {
            leaves("reader" + i, "t", Qos.AT_LEAST_ONCE);
        }
        String before = store.dump();
        Client publisher = publisher();
        String payload = "x".repeat(1000);
        publisher.send(Publish.qos1("t", Binary.utf8(payload), 1));
        publisher.expect(Puback.class);
        publisher.send(new Disconnect());
        publisher.received();
        int keeps = store.dump().length() - before.length();
        assertThat(keeps)
                .as("characters of one payload in hexadecimal, and twenty rows")
                .isLessThan(2 * 1000 * 5);
        end(End.PROCESS);
        for (int i = 0; i < 20; i++) {
            Client reader = broker.connect(lasting("reader" + i));
            Publish message = reader.expect(Publish.class);
            assertThat(message.payload().toUtf8()).isEqualTo(payload);
            reader.send(new Puback(message.packetId()));
            reader.received();
        }
        assertThat(rowsOf("message")).isZero();
        assertThat(rowsOf("references")).isZero();
        assertThat(rowsOf("queue")).isZero();
    }

    private int rowsOf(String table) {
        int count = 0;
        try (var rows = store.table(table).rows(new byte[0], null)) {
            while (rows.next()) {
                count++;
            }
        }
        return count;
    }

    @Test
    void aRowThatCannotBeReadKeepsTheBrokerFromStartingAndTheCommandThatLooksIsNamed() {
        leaves("me", "t", Qos.AT_LEAST_ONCE);
        try (var batch = store.batch()) {
            batch.put(store.table("session"), new byte[] {'x'}, new byte[] {1, 2, 3});
            store.commit(batch, true);
        }
        assertThatThrownBy(() -> VirtualBroker.on(store.killed(), 2, 1, Settings.defaults()))
                .isInstanceOf(StorageUnavailable.class)
                .hasMessageStartingWith("What is kept in the storage cannot be read: ")
                .hasMessageEndingWith("Look at it with 'aldis store check'.");
    }

    // A storage that takes nothing.

    @Test
    void whileTheStorageTakesNothingPublishersHearSoOrWaitAndNothingIsLost() {
        leaves("me", "t", Qos.AT_LEAST_ONCE);
        Client reader = broker.connect(Connect.v5("reader"));
        reader.send(Subscribe.of(1, "plain", Qos.AT_LEAST_ONCE));
        reader.expect(Suback.class);
        Client modern = publisher();
        Client old = broker.connect(Connect.of(MqttVersion.V3_1_1, "old"));
        assertThat(broker.admin().troubles()).isEmpty();
        store.failing("No space left on device");
        modern.send(Publish.qos1("t", Binary.utf8("under way"), 1));
        assertThat(modern.received()).isEmpty();
        assertThat(broker.admin().troubles()).singleElement().asString().contains("No space left on device");
        broker.tellsOfItself();
        reader.send(Subscribe.of(2, "$SYS/broker/troubles", Qos.AT_MOST_ONCE));
        assertThat(payloads(reader.received(Publish.class)))
                .singleElement()
                .asString()
                .contains("No space left on device");

        modern.send(Publish.qos1("t", Binary.utf8("refused"), 2), Publish.qos1("plain", Binary.utf8("goes on"), 3));
        old.send(Publish.qos1("t", Binary.utf8("waits"), 1));
        // In their order: the first is still owed.
        assertThat(modern.received()).isEmpty();
        assertThat(old.received()).isEmpty();
        assertThat(payloads(reader.received(Publish.class))).containsExactly("goes on");
        assertThat(broker.admin().statistics().dropped()).containsEntry(DropReason.STORAGE_FAILED, 1L);

        store.mended();
        broker.pass(Duration.ofSeconds(1));
        assertThat(modern.received(Puback.class))
                .extracting(Puback::reason)
                .containsExactly(ReasonCode.SUCCESS, ReasonCode.QUOTA_EXCEEDED, ReasonCode.SUCCESS);
        old.expect(Puback.class);
        assertThat(broker.admin().troubles()).isEmpty();
        assertThat(payloads(broker.connect(lasting("me")).received(Publish.class)))
                .containsExactly("under way", "waits");
    }
}
