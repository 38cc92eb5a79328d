package io.aldis.acceptance.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.Disconnect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.Puback;
import io.aldis.codec.Pubcomp;
import io.aldis.codec.Publish;
import io.aldis.codec.Pubrec;
import io.aldis.codec.Pubrel;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Will;
import io.aldis.codec.WillProperties;
import io.aldis.testkit.RawClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a session owes its client, however its connections end: subscriptions that work, messages once more and in order, and a
 * will that is published when it is due and not otherwise.
 *
 * <p>A thousand reconnects a second of one client id, and four threads that fight for one, are in {@link
 * io.aldis.acceptance.stress.TakeoverStormTest}; another user who comes with the same client id is in {@link
 * io.aldis.acceptance.authentication.ScramTest}. Not here yet: two nodes.
 */
class SessionTest {

    /** Two loops, so that what seems to be in order is not so because one thread did it. */
    @RegisterExtension
    static final WatchedBroker broker = WatchedBroker.withDefaults();

    /** On which what must not come has had its chance when something later has come. */
    @RegisterExtension
    static final WatchedBroker single = WatchedBroker.ofOneLoop(settings -> settings);

    private static Connect persistent(MqttVersion version, String clientId) {
        Connect connect = Connect.of(version, clientId).withCleanStart(false);
        return version == MqttVersion.V5
                ? connect.withProperties(ConnectProperties.NONE.withSessionExpiryInterval(3600))
                : connect;
    }

    /** Expects that the session was there; MQTT 3.1 has no way to say so. */
    private static RawClient returned(WatchedBroker to, Connect connect) {
        RawClient client = to.stranger();
        assertThat(client.connect(connect).sessionPresent()).isEqualTo(connect.version() != MqttVersion.V3_1);
        return client;
    }

    // ---- SUBACK means effective -------------------------------------------------------------------------------------

    static Stream<Arguments> sessions() {
        return Stream.of(MqttVersion.values())
                .flatMap(version -> Stream.of(
                        argumentSet(version + ", clean", Connect.of(version, "c")),
                        argumentSet(version + ", persistent", persistent(version, "c"))));
    }

    @ParameterizedTest
    @MethodSource("sessions")
    void whatIsPublishedAfterSubackArrivesAndAfterUnsubackDoesNot( // [MQTT-3.8.4-1], [MQTT-3.10.4-2], [MQTT3-3.10.4-2]
            Connect connect) {
        RawClient subscriber = broker.connected(connect);
        List<RawClient> publishers = List.of(
                broker.connected(MqttVersion.V5, "p1"),
                broker.connected(MqttVersion.V3_1_1, "p2"),
                broker.connected(MqttVersion.V5, "p3"));
        for (int i = 0; i < 100; i++) {
            for (RawClient publisher : publishers) {
                String topic = "effective/" + i + "/" + publishers.indexOf(publisher);
                subscriber.subscribe(topic, Qos.AT_LEAST_ONCE);
                publisher.publish(topic, "after SUBACK", Qos.AT_MOST_ONCE);
                assertThat(subscriber.takeMessage().topic()).isEqualTo(topic);
                subscriber.unsubscribe(topic);
                publisher.publish(topic, "after UNSUBACK", Qos.AT_LEAST_ONCE);
            }
        }
        subscriber.expectNothing();
        subscriber.disconnect();
        broker.forget("c");
    }

    // ---- Once more, and in order ------------------------------------------------------------------------------------

    /** Ten messages of QoS 1 and 2 in turn are in flight; PUBREC was said for some of those of QoS 2. */
    @ParameterizedTest
    @EnumSource
    void whatWasInFlightComesAgainWithDupTheSameIdsAndInTheSameOrder( // [MQTT-4.4.0-1], [MQTT-3.3.1-1], [MQTT3-4.4.0-1]
            MqttVersion version) { // [MQTT-4.3.3-6], [MQTT3-4.6.0-1], [MQTT3-2.3.1-4]
        RawClient client = broker.connected(persistent(version, "c"));
        client.subscribe("in/flight", Qos.EXACTLY_ONCE);
        RawClient publisher = broker.connected(MqttVersion.V5, "p");
        List<Publish> first = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            publisher.publish("in/flight", "m" + i, i % 2 == 0 ? Qos.AT_LEAST_ONCE : Qos.EXACTLY_ONCE);
            Publish message = client.expect(Publish.class);
            assertThat(message.dup()).isFalse();
            first.add(message);
        }
        for (int i : new int[] {1, 5}) {
            client.send(new Pubrec(first.get(i).packetId()));
            client.expect(new Pubrel(first.get(i).packetId()));
        }
        for (int connection = 0; connection < 3; connection++) {
            client.reset();
            client = returned(broker, persistent(version, "c"));
            for (int i = 0; i < 10; i++) {
                if (i == 1 || i == 5) { // An owed PUBREL is sent again, in its place.
                    client.expect(new Pubrel(first.get(i).packetId()));
                } else {
                    client.expect(first.get(i).withDup(true));
                }
            }
            client.expectNothing();
        }
        for (int i = 0; i < 10; i++) {
            int id = first.get(i).packetId();
            if (i == 1 || i == 5) {
                client.send(new Pubcomp(id));
            } else if (i % 2 == 0) {
                client.send(new Puback(id));
            } else {
                client.send(new Pubrec(id));
                client.expect(new Pubrel(id));
                client.send(new Pubcomp(id));
            }
        }
        client.disconnect();
        client = returned(broker, persistent(version, "c"));
        client.expectNothing();
        client.disconnect();
        broker.forget("c");
    }

    @ParameterizedTest
    @EnumSource
    void aMessageOfQos2ThatIsSentAgainOnANewConnectionIsDeliveredOnce( // [MQTT-4.3.3-10], [MQTT3-4.3.3-2]
            MqttVersion version) {
        RawClient listener = broker.connected(MqttVersion.V5, "listener");
        listener.subscribe("exactly/once", Qos.EXACTLY_ONCE);
        RawClient client = broker.connected(persistent(version, "c"));
        Publish message = Publish.qos2("exactly/once", Binary.utf8("once"), 5);
        client.send(message);
        client.expect(Pubrec.class);
        assertThat(listener.takeMessage().payload().toUtf8()).isEqualTo("once");
        for (int connection = 0; connection < 3; connection++) {
            client.reset();
            client = returned(broker, persistent(version, "c"));
            client.send(message.withDup(true));
            client.expect(new Pubrec(5));
        }
        client.send(new Pubrel(5));
        client.expect(new Pubcomp(5));
        client.publish(Publish.qos2("exactly/once", Binary.utf8("twice"), 5));
        assertThat(listener.takeMessage().payload().toUtf8()).isEqualTo("twice");
        client.disconnect();
        broker.forget("c");
    }

    // ---- Takeover ---------------------------------------------------------------------------------------------------

    /** Two claim an id at once, so that one of them is taken over while its CONNACK is written or before. */
    @ParameterizedTest
    @EnumSource
    void aTakeoverDuringConnackLeavesOneClientAtMostAndTheIdFree(
            MqttVersion version) { // [MQTT-3.1.4-3], [MQTT3-3.1.4-2]
        for (int i = 0; i < 50; i++) {
            RawClient one = broker.stranger().version(version);
            RawClient other = broker.stranger().version(version);
            one.send(Connect.of(version, "c"), Publish.qos1("early", Binary.utf8("m"), 1));
            other.send(Connect.of(version, "c"), Publish.qos1("early", Binary.utf8("m"), 1));
            awaitDecision(one);
            awaitDecision(other);
            RawClient third = broker.connected(version, "c");
            expectTakenOver(one);
            expectTakenOver(other);
            third.publish("works", "m", Qos.EXACTLY_ONCE);
            assertThat(broker.broker().admin().session("c").orElseThrow().connected())
                    .isTrue();
            third.disconnect();
        }
    }

    /** Waits for CONNACK, or for the end of a connection that was taken over before: no claim is left for later. */
    private static void awaitDecision(RawClient claimant) {
        claimant.receiveUnlessClosed().ifPresent(packet -> assertThat(packet).isInstanceOf(Connack.class));
    }

    private static void expectTakenOver(RawClient loser) {
        List<Packet> rest = loser.receiveAll();
        assertThat(rest)
                .allMatch(packet -> packet instanceof Puback
                        || (packet instanceof Disconnect end && end.reason() == ReasonCode.SESSION_TAKEN_OVER));
    }

    /** What is being written to a client that does not read comes to its next connection, whole and in order. */
    @ParameterizedTest
    @EnumSource
    void aTakeoverDuringAWriteLosesNothing(MqttVersion version) { // [MQTT-3.1.4-3], [MQTT-4.4.0-1], [MQTT3-3.1.4-2]
        int count = 40; // Of 500 KB: more than the sockets of a connection hold.
        Binary large = Binary.wrap(new byte[500_000]);
        RawClient stuck = broker.connected(persistent(version, "c"));
        stuck.subscribe("large", Qos.AT_LEAST_ONCE);
        RawClient publisher = broker.connected(MqttVersion.V5, "p");
        for (int i = 0; i < count; i++) {
            publisher.publish(Publish.qos1("large", large, publisher.nextPacketId()));
        }
        RawClient latter = returned(broker, persistent(version, "c"));
        for (int id = 1; id <= count; id++) {
            Publish message = latter.takeMessage();
            assertThat(message.packetId()).isEqualTo(id);
            assertThat(message.payload().size()).isEqualTo(large.size());
        }
        latter.expectNothing();
        stuck.close();
        latter.disconnect();
        broker.forget("c");
    }

    @ParameterizedTest
    @EnumSource
    void anEndThatComesAfterTheTakeoverEndsNothing(MqttVersion version) {
        RawClient former = broker.connected(persistent(version, "c"));
        RawClient latter = returned(broker, persistent(version, "c"));
        former.expectEnd(ReasonCode.SESSION_TAKEN_OVER);
        former.close();
        latter.subscribe("still/here", Qos.AT_LEAST_ONCE);
        latter.publish("still/here", "m", Qos.AT_LEAST_ONCE);
        assertThat(latter.takeMessage().topic()).isEqualTo("still/here");
        latter.disconnect();
        broker.forget("c");
    }

    /** A session belongs to the client id, whatever version its client speaks today. */
    @Test
    void aSessionGoesOnInAnotherVersion() {
        RawClient client = broker.connected(persistent(MqttVersion.V3_1, "c"));
        client.subscribe("any/version", Qos.EXACTLY_ONCE);
        for (MqttVersion version : List.of(MqttVersion.V5, MqttVersion.V3_1_1, MqttVersion.V5, MqttVersion.V3_1)) {
            client.disconnect();
            client = returned(broker, persistent(version, "c"));
            client.publish("any/version", version.toString(), Qos.EXACTLY_ONCE);
            assertThat(client.takeMessage().payload().toUtf8()).isEqualTo(version.toString());
        }
        client.disconnect();
        broker.forget("c");
    }

    // ---- Will, takeover and expiry in every combination -------------------------------------------------------------

    private static final long FOR_EVER = 0xFFFF_FFFFL;

    /** How a connection with a will ends. */
    private enum End {
        LOST(true, false),
        PROTOCOL_ERROR(true, false),
        DISCONNECT(false, false),
        DISCONNECT_WITH_WILL(true, false),
        TAKEN_OVER(true, true),
        TAKEN_OVER_CLEAN(true, true);

        /** Whether the will is still there afterwards. */
        private final boolean leavesWill;

        /** Whether the next connection is there already. */
        private final boolean taken;

        End(boolean leavesWill, boolean taken) {
            this.leavesWill = leavesWill;
            this.taken = taken;
        }
    }

    /**
     * A will that is to be delayed by {@code delay} seconds, of a session that outlives its connection by {@code expiry}
     * seconds, and a client that returns after {@code away} seconds, with a clean start or without.
     */
    private record Fate(MqttVersion version, End end, long delay, long expiry, long away, boolean clean) {

        /** MQTT 5.0 §3.1.3.2.2: the will waits for its delay or the end of the session, whichever is first. */
        boolean dueAtTheEnd() {
            return end.leavesWill && (delay == 0 || expiry == 0 || end == End.TAKEN_OVER_CLEAN);
        }

        boolean dueUpToTheReturn() {
            return end.leavesWill && !dueAtTheEnd() && !end.taken && (clean || away >= Math.min(delay, expiry));
        }

        Connect connect() {
            Will will = Will.of("will/c", Binary.utf8("gone"), Qos.AT_LEAST_ONCE);
            Connect connect = Connect.of(version, "c");
            return version == MqttVersion.V5
                    ? connect.withProperties(ConnectProperties.NONE.withSessionExpiryInterval(expiry))
                            .withWill(will.withProperties(WillProperties.NONE.withDelayInterval(delay)))
                    : connect.withCleanStart(expiry == 0).withWill(will);
        }

        /** The same client without a will. */
        Connect comesBack(boolean cleanStart) {
            Connect back = Connect.of(version, "c").withCleanStart(cleanStart);
            return version == MqttVersion.V5
                    ? back.withProperties(ConnectProperties.NONE.withSessionExpiryInterval(expiry))
                    : back;
        }
    }

    static Stream<Arguments> fates() {
        List<Fate> fates = new ArrayList<>();
        for (End end : End.values()) {
            for (long delay : new long[] {0, 10, 1000}) {
                for (long expiry : new long[] {0, 100, FOR_EVER}) {
                    addReturns(fates, MqttVersion.V5, end, delay, expiry);
                }
            }
            if (end != End.DISCONNECT_WITH_WILL) {
                for (MqttVersion version : List.of(MqttVersion.V3_1, MqttVersion.V3_1_1)) {
                    addReturns(fates, version, end, 0, 0);
                    addReturns(fates, version, end, 0, FOR_EVER);
                }
            }
        }
        return fates.stream().map(fate -> argumentSet(fate.toString(), fate));
    }

    private static void addReturns(List<Fate> fates, MqttVersion version, End end, long delay, long expiry) {
        if (end.taken) {
            fates.add(new Fate(version, end, delay, expiry, 0, end == End.TAKEN_OVER_CLEAN));
            return;
        }
        for (long away : new long[] {5, 50, 500}) {
            fates.add(new Fate(version, end, delay, expiry, away, false));
            fates.add(new Fate(version, end, delay, expiry, away, true));
        }
    }

    @ParameterizedTest
    @MethodSource("fates")
    void aWillIsPublishedOnceWhenItIsDueAndNotOtherwise( // [MQTT-3.1.2-10], [MQTT-3.14.4-3], [MQTT3-3.1.2-10]
            Fate fate) { // [MQTT3-3.14.4-3]
        RawClient watcher = single.connected(MqttVersion.V5, "watcher");
        watcher.subscribe("will/#", Qos.AT_LEAST_ONCE);
        RawClient client = single.connected(fate.connect());
        end(client, fate);
        expectWills(watcher, fate.dueAtTheEnd() ? 1 : 0);
        single.passes(Duration.ofSeconds(fate.away()));
        RawClient back = single.connected(fate.comesBack(fate.clean()));
        expectWills(watcher, fate.dueUpToTheReturn() ? 1 : 0);
        back.disconnect();
        single.forget("c");
        expectWills(watcher, 0);
    }

    private static void end(RawClient client, Fate fate) {
        switch (fate.end()) {
            case LOST -> client.reset();
            case PROTOCOL_ERROR -> {
                client.sendBytes("00 00");
                client.expectEnd(ReasonCode.MALFORMED_PACKET);
            }
            case DISCONNECT -> client.disconnect();
            case DISCONNECT_WITH_WILL -> {
                client.send(new Disconnect(ReasonCode.DISCONNECT_WITH_WILL_MESSAGE));
                client.expectClosed();
            }
            case TAKEN_OVER, TAKEN_OVER_CLEAN -> {
                boolean clean = fate.end() == End.TAKEN_OVER_CLEAN;
                RawClient next = single.connected(fate.comesBack(clean));
                client.expectEnd(ReasonCode.SESSION_TAKEN_OVER);
                next.expectNothing();
                next.disconnect();
            }
        }
        client.close();
        single.eventually("connections", () -> single.statistics().connectionsOpen(), 3);
    }

    /** Expects so many wills before a message that is published now. */
    private static void expectWills(RawClient watcher, int count) {
        watcher.publish("will/none", "", Qos.AT_LEAST_ONCE);
        List<String> topics = new ArrayList<>();
        String topic = watcher.takeMessage().topic();
        while (!topic.equals("will/none")) {
            topics.add(topic);
            topic = watcher.takeMessage().topic();
        }
        assertThat(topics).hasSize(count);
    }
}
