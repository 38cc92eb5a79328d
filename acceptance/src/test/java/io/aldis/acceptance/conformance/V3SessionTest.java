package io.aldis.acceptance.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.Packet;
import io.aldis.codec.Puback;
import io.aldis.codec.Publish;
import io.aldis.codec.Pubrec;
import io.aldis.codec.Pubrel;
import io.aldis.codec.Qos;
import io.aldis.testkit.RawClient;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server remembers of a client, and for how long (MQTT 3.1.1, sections 3.1.2.4, 4.1 and 4.4). */
class V3SessionTest extends V3Contract {

    @AfterEach
    void forget() {
        broker.forget("c");
    }

    @Test
    void withoutCleanSessionTheSubscriptionsAreThereWhenTheClientComesBack() {
        // [MQTT3-3.1.2-4], [MQTT3-3.1.4-3], [MQTT3-4.1.0-1]
        RawClient client = broker.connected(persistent("c"));
        client.subscribe("t", Qos.AT_LEAST_ONCE);
        client.disconnect();
        RawClient again = broker.connected(persistent("c"));
        client("publisher").publish("t", "still subscribed", Qos.AT_LEAST_ONCE);
        assertThat(again.takeMessage().payload().toUtf8()).isEqualTo("still subscribed");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void messagesOfQos1And2AreKeptWhileAClientIsAway(boolean lost) { // [MQTT3-3.1.2-5], [MQTT3-4.5.0-1]
        RawClient client = broker.connected(persistent("c"));
        client.subscribe("t/#", Qos.EXACTLY_ONCE);
        if (lost) {
            client.reset();
        } else {
            client.disconnect();
        }
        // The connection before has gone for good when its id is taken again.
        broker.connected(persistent("c")).disconnect();
        RawClient publisher = client("publisher");
        publisher.publish("t/1", "one", Qos.AT_LEAST_ONCE);
        publisher.publish("t/2", "two", Qos.EXACTLY_ONCE);
        publisher.publish("other", "not asked for", Qos.EXACTLY_ONCE);
        RawClient again = broker.connected(persistent("c"));
        end(publisher, "t/end");
        List<Publish> kept = takeAll(again);
        assertThat(payloads(kept)).containsExactly("one", "two");
        assertThat(kept).extracting(Publish::qos).containsExactly(Qos.AT_LEAST_ONCE, Qos.EXACTLY_ONCE);
        assertThat(kept).extracting(Publish::dup).containsOnly(false);
    }

    @Test
    void withCleanSessionNothingOfAnEarlierSessionIsLeft() { // [MQTT3-3.1.2-6], [MQTT3-3.1.4-3], [MQTT3-3.2.2-1]
        RawClient client = broker.connected(persistent("c"));
        client.subscribe("t", Qos.AT_LEAST_ONCE);
        RawClient publisher = client("publisher");
        publisher.publish("t", "in flight", Qos.AT_LEAST_ONCE);
        client.expect(Publish.class);
        client.reset();
        publisher.publish("t", "kept", Qos.AT_LEAST_ONCE);

        RawClient clean = broker.stranger();
        clean.send(Connect.of(version, "c"));
        clean.expect(Connack.accepted(false));
        publisher.publish("t", "not subscribed", Qos.AT_LEAST_ONCE);
        clean.subscribe("u", Qos.AT_LEAST_ONCE);
        end(publisher, "u");
        assertThat(takeAll(clean)).isEmpty();
    }

    @Test
    void aCleanSessionEndsWithItsConnection() { // [MQTT3-3.1.2-6]
        RawClient clean = subscriber("c", "t", Qos.AT_LEAST_ONCE);
        RawClient publisher = client("publisher");
        publisher.publish("t", "in flight", Qos.AT_LEAST_ONCE);
        clean.expect(Publish.class);
        clean.reset();
        RawClient again = broker.stranger();
        again.send(persistent("c"));
        again.expect(Connack.accepted(false));
        publisher.publish("t", "not subscribed", Qos.AT_LEAST_ONCE);
        again.subscribe("u", Qos.AT_LEAST_ONCE);
        end(publisher, "u");
        assertThat(takeAll(again)).isEmpty();
    }

    @Test
    void aSessionIsKnownByItsClientIdentifierAlone() { // [MQTT3-3.1.3-2]
        RawClient client = broker.connected(persistent("c"));
        client.subscribe("t", Qos.AT_LEAST_ONCE);
        client.disconnect();
        RawClient other = broker.stranger();
        other.send(persistent("C"));
        other.expect(Connack.accepted(false));
        client("publisher").publish("t", "to the one", Qos.AT_LEAST_ONCE);
        assertThat(broker.connected(persistent("c")).takeMessage().payload().toUtf8())
                .isEqualTo("to the one");
        other.expectNothing();
        broker.forget("C");
    }

    @Test
    void whatIsUnacknowledgedIsSentAgainInItsFirstOrderUnderItsFirstIds() {
        // [MQTT3-4.4.0-1], [MQTT3-3.3.1-1], [MQTT3-2.3.1-4], [MQTT3-4.6.0-1], [MQTT3-4.6.0-6]
        RawClient client = broker.connected(persistent("c"));
        client.subscribe("t", Qos.EXACTLY_ONCE);
        RawClient publisher = client("publisher");
        List<Packet> first = new ArrayList<>();
        for (int i = 1; i <= 6; i++) {
            publisher.publish("t", "m" + i, i % 2 == 0 ? Qos.EXACTLY_ONCE : Qos.AT_LEAST_ONCE);
            first.add(client.expect(Publish.class));
        }
        client.send(new Puback(3), new Pubrec(4));
        client.expect(new Pubrel(4));
        client.reset();
        // So that what is new does not go to the connection that broke.
        broker.eventually("open connections", () -> broker.statistics().connectionsOpen(), 3);
        publisher.publish("t", "new", Qos.AT_LEAST_ONCE);
        publisher.publish("t", "never", Qos.AT_MOST_ONCE);

        // Twice, because what was sent again is sent again once more.
        for (int round = 0; round < 2; round++) {
            client = broker.connected(persistent("c"));
            for (int id : new int[] {1, 2}) {
                client.expect(((Publish) first.get(id - 1)).withDup(true));
            }
            client.expect(new Pubrel(4));
            for (int id : new int[] {5, 6}) {
                client.expect(((Publish) first.get(id - 1)).withDup(true));
            }
            client.expect(Publish.qos1("t", Binary.utf8("new"), 7).withDup(round == 1));
            client.reset();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"AT_LEAST_ONCE", "EXACTLY_ONCE"})
    void whatIsAcknowledgedIsNotSentAgain(Qos qos) { // [MQTT3-4.3.2-1], [MQTT3-4.3.3-1]
        RawClient client = broker.connected(persistent("c"));
        client.subscribe("t", qos);
        client("publisher").publish("t", "m", qos);
        assertThat(client.takeMessage().qos()).isEqualTo(qos);
        client.disconnect();
        broker.connected(persistent("c")).expectNothing();
    }

    @Test
    void aSessionThatIsTakenOverGoesOn() { // [MQTT3-3.1.2-4], [MQTT3-3.1.4-2], [MQTT3-4.4.0-1]
        RawClient former = broker.connected(persistent("c"));
        former.subscribe("t", Qos.AT_LEAST_ONCE);
        client("publisher").publish("t", "in flight", Qos.AT_LEAST_ONCE);
        Publish message = former.expect(Publish.class);
        RawClient latter = broker.connected(persistent("c"));
        former.expectClosed();
        latter.expect(message.withDup(true));
    }
}
