package io.aldis.acceptance.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.codec.Binary;
import io.aldis.codec.Packet;
import io.aldis.codec.Puback;
import io.aldis.codec.Pubcomp;
import io.aldis.codec.Publish;
import io.aldis.codec.Pubrec;
import io.aldis.codec.Pubrel;
import io.aldis.codec.Qos;
import io.aldis.testkit.RawClient;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Messages on their way, in both directions (MQTT 3.1.1, sections 3.3, 4.3, 4.5 and 4.6). */
class V3PublishTest extends V3Contract {

    // ---- From a client ----------------------------------------------------------------------------------------------

    @Test
    void aMessageOfQos0IsNotAnswered() { // [MQTT3-3.3.4-1]
        RawClient publisher = client("publisher");
        publisher.send(Publish.qos0("nobody", Binary.utf8("m")));
        publisher.expectNothing();
    }

    @Test
    void aMessageOfQos1IsAnsweredWithPubackAndItsIdIsFreeAtOnce() { // [MQTT3-3.3.4-1], [MQTT3-4.3.2-2]
        RawClient listener = subscriber("listener", "t", Qos.AT_MOST_ONCE);
        RawClient publisher = client("publisher");
        publisher.send(Publish.qos1("t", Binary.utf8("one"), 7));
        publisher.expect(new Puback(7));
        // The same id again is a new message, also with DUP.
        publisher.send(Publish.qos1("t", Binary.utf8("two"), 7).withDup(true));
        publisher.expect(new Puback(7));
        publisher.send(Publish.qos1("t", Binary.utf8("two"), 7));
        publisher.expect(new Puback(7));
        end(publisher, "t");
        assertThat(takePayloads(listener)).containsExactly("one", "two", "two");
    }

    @Test
    void aMessageOfQos2IsDeliveredOnceHoweverOftenItComes() { // [MQTT3-3.3.4-1], [MQTT3-4.3.3-2]
        RawClient listener = subscriber("listener", "t", Qos.AT_MOST_ONCE);
        RawClient publisher = client("publisher");
        Publish message = Publish.qos2("t", Binary.utf8("once"), 7);
        publisher.send(message);
        publisher.expect(new Pubrec(7));
        publisher.send(message.withDup(true), message);
        publisher.expect(new Pubrec(7));
        publisher.expect(new Pubrec(7));
        publisher.send(new Pubrel(7));
        publisher.expect(new Pubcomp(7));
        // After PUBREL the id means a new message, also with DUP.
        publisher.send(Publish.qos2("t", Binary.utf8("again"), 7).withDup(true));
        publisher.expect(new Pubrec(7));
        publisher.send(new Pubrel(7), new Pubrel(7));
        publisher.expect(new Pubcomp(7));
        publisher.expect(new Pubcomp(7));
        end(publisher, "t");
        assertThat(takePayloads(listener)).containsExactly("once", "again");
    }

    @Test
    void aMessageOfQos2IsDeliveredOnceThoughItsConnectionBrokeBeforePubrel() { // [MQTT3-4.3.3-2], [MQTT3-4.4.0-1]
        RawClient listener = subscriber("listener", "t", Qos.EXACTLY_ONCE);
        Publish message = Publish.qos2("t", Binary.utf8("once"), 7);
        RawClient publisher = broker.connected(persistent("publisher"));
        publisher.send(message);
        publisher.expect(new Pubrec(7));
        publisher.reset();
        publisher = broker.connected(persistent("publisher"));
        publisher.send(message.withDup(true), new Pubrel(7));
        publisher.expect(new Pubrec(7));
        publisher.expect(new Pubcomp(7));
        end(publisher, "t");
        assertThat(takePayloads(listener)).containsExactly("once");
        broker.forget("publisher");
    }

    @Test
    void acknowledgementsHaveTheOrderOfTheirMessages() { // [MQTT3-4.6.0-2], [MQTT3-4.6.0-3], [MQTT3-4.6.0-6]
        RawClient durable = broker.connected(persistent("durable"));
        durable.subscribe("kept", Qos.EXACTLY_ONCE);
        RawClient publisher = client("publisher");
        List<Packet> messages = new ArrayList<>();
        List<Packet> answers = new ArrayList<>();
        for (int id = 1; id <= 60; id++) {
            // What is kept on the way takes longer to promise than what nobody wants.
            String topic = id % 3 == 0 ? "kept" : "nobody";
            messages.add(id % 2 == 0 ? Publish.qos1(topic, Binary.EMPTY, id) : Publish.qos2(topic, Binary.EMPTY, id));
            answers.add(id % 2 == 0 ? new Puback(id) : new Pubrec(id));
        }
        publisher.send(messages.toArray(Packet[]::new));
        answers.forEach(publisher::expect);
        broker.forget("durable");
    }

    @Test
    void aMessageThatMayNotBePublishedIsAcknowledgedAndReachesNobody() { // [MQTT3-3.3.5-2]
        RawClient listener = subscriber("listener", "$SYS/forged", Qos.AT_LEAST_ONCE);
        listener.subscribe("t", Qos.AT_LEAST_ONCE);
        RawClient publisher = client("publisher");
        publisher.publish("$SYS/forged", "zero", Qos.AT_MOST_ONCE);
        publisher.publish("$SYS/forged", "one", Qos.AT_LEAST_ONCE);
        publisher.publish("$SYS/forged", "two", Qos.EXACTLY_ONCE);
        end(publisher, "t");
        assertThat(takeAll(listener)).isEmpty();
    }

    // ---- To a client ------------------------------------------------------------------------------------------------

    @Test
    void aMessageOfQos0GoesOutWithoutDupAndWithoutAnId() { // [MQTT3-4.3.1-1], [MQTT3-3.3.1-2], [MQTT3-2.3.1-5]
        RawClient listener = subscriber("listener", "t", Qos.EXACTLY_ONCE);
        client("publisher").publish("t", "m", Qos.AT_MOST_ONCE);
        listener.expect(Publish.qos0("t", Binary.utf8("m")));
    }

    @Test
    void aMessageOfQos1GoesOutUnderAnUnusedIdAndIsHeldUntilPuback() { // [MQTT3-4.3.2-1]
        RawClient listener = broker.connected(persistent("listener"));
        listener.subscribe("t", Qos.AT_LEAST_ONCE);
        RawClient publisher = client("publisher");
        for (String payload : List.of("one", "two", "three")) {
            publisher.publish("t", payload, Qos.AT_LEAST_ONCE);
        }
        for (int id = 1; id <= 3; id++) {
            assertThat(listener.expect(Publish.class))
                    .isEqualTo(Publish.qos1(
                            "t", Binary.utf8(List.of("one", "two", "three").get(id - 1)), id));
        }
        listener.send(new Puback(2));
        listener.expectNothing();
        listener.reset();
        listener = broker.connected(persistent("listener"));
        end(publisher, "t");
        assertThat(takePayloads(listener)).containsExactly("one", "three");
        broker.forget("listener");
    }

    @Test
    void aMessageOfQos2IsHeldUntilPubrecAndItsPubrelUntilPubcomp() { // [MQTT3-4.3.3-1], [MQTT3-2.3.1-6]
        RawClient listener = broker.connected(persistent("listener"));
        listener.subscribe("t", Qos.EXACTLY_ONCE);
        client("publisher").publish("t", "m", Qos.EXACTLY_ONCE);
        Publish message = Publish.qos2("t", Binary.utf8("m"), 1);
        listener.expect(message);
        listener.reset();

        listener = broker.connected(persistent("listener"));
        listener.expect(message.withDup(true));
        listener.send(new Pubrec(1));
        listener.expect(new Pubrel(1));
        listener.reset();

        // Never the message again after PUBREL, but PUBREL.
        listener = broker.connected(persistent("listener"));
        listener.expect(new Pubrel(1));
        listener.send(new Pubcomp(1));
        listener.expectNothing();
        listener.reset();

        listener = broker.connected(persistent("listener"));
        listener.expectNothing();
        broker.forget("listener");
    }

    @Test
    void pubrelsHaveTheOrderOfThePubrecs() { // [MQTT3-4.6.0-4], [MQTT3-4.6.0-6]
        RawClient listener = subscriber("listener", "t", Qos.EXACTLY_ONCE);
        RawClient publisher = client("publisher");
        for (int i = 0; i < 5; i++) {
            publisher.publish("t", "m" + i, Qos.EXACTLY_ONCE);
            listener.expect(Publish.class);
        }
        listener.send(new Pubrec(4), new Pubrec(1), new Pubrec(5), new Pubrec(2), new Pubrec(3));
        for (int id : new int[] {4, 1, 5, 2, 3}) {
            listener.expect(new Pubrel(id));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"AT_LEAST_ONCE", "EXACTLY_ONCE"})
    void dupOfAMessageThatCameInIsNotPassedOn(Qos qos) { // [MQTT3-3.3.1-3]
        RawClient listener = subscriber("listener", "t", Qos.EXACTLY_ONCE);
        RawClient publisher = client("publisher");
        Publish message = qos == Qos.AT_LEAST_ONCE
                ? Publish.qos1("t", Binary.utf8("m"), 1)
                : Publish.qos2("t", Binary.utf8("m"), 1);
        publisher.publish(message.withDup(true));
        assertThat(listener.expect(Publish.class)).isEqualTo(message);
    }

    @Test
    void aMessageReachesEveryoneWithAMatchingSubscription() { // [MQTT3-4.5.0-1], [MQTT3-3.3.2-3]
        RawClient away = broker.connected(persistent("away"));
        away.subscribe("a/#", Qos.AT_LEAST_ONCE);
        away.disconnect();
        List<RawClient> here = new ArrayList<>();
        for (String filter : List.of("a/b", "a/+", "+/b", "#", "a/b/#")) {
            here.add(subscriber("here" + here.size(), filter, Qos.AT_LEAST_ONCE));
        }
        RawClient elsewhere = subscriber("elsewhere", "a/+/b", Qos.AT_LEAST_ONCE);
        RawClient publisher = client("publisher");
        publisher.publish("a/b", "to all", Qos.AT_LEAST_ONCE);
        for (RawClient listener : here) {
            Publish message = listener.takeMessage();
            assertThat(message.topic()).isEqualTo("a/b");
            assertThat(message.payload().toUtf8()).isEqualTo("to all");
        }
        assertThat(broker.connected(persistent("away")).takeMessage().payload().toUtf8())
                .isEqualTo("to all");
        end(publisher, "a/x/b");
        assertThat(takeAll(elsewhere)).isEmpty();
        broker.forget("away");
    }

    @ParameterizedTest
    @EnumSource
    void messagesOfOneClientKeepTheirOrder(Qos qos) { // [MQTT3-4.6.0-5], [MQTT3-4.6.0-6]
        RawClient transientOne = subscriber("transient", "t", qos);
        RawClient durable = broker.connected(persistent("durable"));
        durable.subscribe("t", qos);
        RawClient publisher = client("publisher");
        List<String> numbers =
                IntStream.range(0, 200).mapToObj(Integer::toString).toList();
        numbers.forEach(number -> publisher.publish("t", number, qos));
        end(publisher, "t");
        assertThat(takePayloads(transientOne)).isEqualTo(numbers);
        assertThat(takePayloads(durable)).isEqualTo(numbers);
        broker.forget("durable");
    }
}
