package io.aldis.acceptance.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.codec.AckProperties;
import io.aldis.codec.Puback;
import io.aldis.codec.Publish;
import io.aldis.codec.Pubrec;
import io.aldis.codec.Pubrel;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.codec.Subscription;
import io.aldis.codec.Unsuback;
import io.aldis.codec.Unsubscribe;
import io.aldis.testkit.RawClient;
import io.aldis.testkit.RawPacket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Subscriptions, and which messages they bring (MQTT 3.1.1, sections 3.8 to 3.11, 3.3.5 and 4.7). */
class V3SubscribeTest extends V3Contract {

    // ---- SUBSCRIBE and SUBACK ---------------------------------------------------------------------------------------

    @ParameterizedTest
    @EnumSource
    void aSubscribeIsAnsweredWithTheQosGranted(Qos qos) { // [MQTT3-3.8.4-1], [MQTT3-3.8.4-2], [MQTT3-3.8.4-5]
        RawClient client = client("c");
        client.send(Subscribe.of(0x1234, "t", qos));
        Suback suback = client.expect(Suback.class);
        assertThat(suback.packetId()).isEqualTo(0x1234);
        assertThat(suback.reasons())
                .hasSize(1)
                .first()
                .extracting(ReasonCode::code)
                .isEqualTo(qos.level());
    }

    @Test
    void aSubscribeWithSeveralFiltersHasOneSubackWithACodeForEachInTheirOrder() {
        // [MQTT3-3.8.4-4], [MQTT3-3.8.4-5], [MQTT3-3.9.3-1], [MQTT3-2.3.1-7]
        RawClient client = client("c");
        client.send(Subscribe.of(
                7,
                Subscription.of("t/2", Qos.EXACTLY_ONCE),
                Subscription.of("t/0", Qos.AT_MOST_ONCE),
                Subscription.of("t/#/wrong", Qos.AT_MOST_ONCE),
                Subscription.of("t/1", Qos.AT_LEAST_ONCE)));
        client.expect(Suback.of(
                7,
                ReasonCode.GRANTED_QOS_2,
                ReasonCode.SUCCESS,
                ReasonCode.UNSPECIFIED_ERROR, // 0x80, which is all the version has [MQTT3-3.9.3-2]
                ReasonCode.GRANTED_QOS_1));
        RawClient publisher = client("publisher");
        for (String topic : List.of("t/0", "t/1", "t/2", "t/3")) {
            publisher.publish(topic, topic, Qos.EXACTLY_ONCE);
        }
        end(publisher, "t/1");
        List<Publish> messages = takeAll(client);
        assertThat(payloads(messages)).containsExactly("t/0", "t/1", "t/2");
        assertThat(messages).extracting(Publish::qos).containsExactly(Qos.values());
        assertThat(broker.broker().admin().session("c"))
                .get()
                .extracting("subscriptions")
                .isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a#", "a/#/b", "#/a", "##", "a/b#", "a+", "+a", "a/+b/c", "a/b+", "++"})
    void aFilterWithAMisplacedWildcardIsNotGranted(String filter) {
        // [MQTT3-4.7.1-2], [MQTT3-4.7.1-3], [MQTT3-3.9.3-2], [MQTT3-3.8.4-5]
        RawClient client = client("c");
        client.send(Subscribe.of(1, filter, Qos.AT_LEAST_ONCE));
        client.expect(Suback.of(1, ReasonCode.UNSPECIFIED_ERROR));
        assertThat(broker.broker().admin().session("c"))
                .get()
                .extracting("subscriptions")
                .isEqualTo(0);
    }

    @Test
    void aSubscribeWithoutFiltersEndsTheConnection() { // [MQTT3-3.8.3-3], [MQTT3-4.8.0-1]
        expectClosedAfter(RawPacket.of(0x82).hex("0001"));
    }

    @Test
    void theSameFilterAgainReplacesTheSubscription() { // [MQTT3-3.8.4-3]
        RawClient publisher = client("publisher");
        publisher.publish("t", "retained", Qos.EXACTLY_ONCE, true);
        RawClient client = subscriber("c", "t", Qos.EXACTLY_ONCE);
        assertThat(client.takeMessage().qos()).isEqualTo(Qos.EXACTLY_ONCE);
        client.subscribe("t", Qos.AT_MOST_ONCE);
        // What is retained comes again, at the new QoS.
        Publish again = client.takeMessage();
        assertThat(again.payload().toUtf8()).isEqualTo("retained");
        assertThat(again.retain()).isTrue();
        assertThat(again.qos()).isEqualTo(Qos.AT_MOST_ONCE);
        // One subscription, not two.
        publisher.publish("t", "once", Qos.EXACTLY_ONCE);
        end(publisher, "t");
        assertThat(takeAll(client)).singleElement().extracting(Publish::qos).isEqualTo(Qos.AT_MOST_ONCE);
        broker.forgetRetained("t");
    }

    @Test
    void replacingASubscriptionDoesNotInterruptTheFlowOfMessages() { // [MQTT3-3.8.4-3]
        RawClient publisher = client("publisher");
        RawClient client = subscriber("c", "t", Qos.AT_LEAST_ONCE);
        for (int i = 0; i < 100; i++) {
            publisher.publish("t", "m" + i, Qos.AT_LEAST_ONCE);
            client.send(Subscribe.of(i + 10, "t", Qos.AT_LEAST_ONCE));
        }
        int messages = 0;
        for (int i = 0; i < 200; i++) {
            if (client.receive() instanceof Publish message) {
                assertThat(message.payload().toUtf8()).isEqualTo("m" + messages++);
                client.send(new Puback(message.packetId()));
            }
        }
        assertThat(messages).isEqualTo(100);
    }

    // ---- Which QoS --------------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({"0,0,0", "0,1,0", "0,2,0", "1,0,0", "1,1,1", "1,2,1", "2,0,0", "2,1,1", "2,2,2"})
    void aMessageComesWithTheLowerQos(int granted, int published, int delivered) { // [MQTT3-3.8.4-6]
        RawClient client = subscriber("c", "t", Qos.of(granted));
        client("publisher").publish("t", "m", Qos.of(published));
        assertThat(client.takeMessage().qos()).isEqualTo(Qos.of(delivered));
    }

    @Test
    void whereSeveralSubscriptionsMatchTheHighestQosCounts() { // [MQTT3-3.3.5-1]
        RawClient client = client("c");
        client.subscribe(
                Subscription.of("t/#", Qos.AT_LEAST_ONCE),
                Subscription.of("t/+", Qos.EXACTLY_ONCE),
                Subscription.of("t/1", Qos.AT_MOST_ONCE));
        RawClient publisher = client("publisher");
        publisher.publish("t/1", "m", Qos.EXACTLY_ONCE);
        end(publisher, "t/1");
        assertThat(takeAll(client)).extracting(Publish::qos).containsExactly(Qos.EXACTLY_ONCE);
    }

    // ---- Which topics -----------------------------------------------------------------------------------------------

    @ParameterizedTest
    @CsvSource({
        "t/#, t", // [MQTT3-4.7.1-2]
        "t/#, t/a/b/c",
        "#, t/a",
        "+/a, t/a", // [MQTT3-4.7.1-3]
        "t/+, t/",
        "t/+/c, t//c",
        "+/+, /t",
        "t/+/#, t/a",
        "+, t"
    })
    void aFilterMatches(String filter, String topic) { // [MQTT3-3.3.2-3]
        RawClient client = subscriber("c", filter, Qos.AT_LEAST_ONCE);
        client("publisher").publish(topic, "m", Qos.AT_LEAST_ONCE);
        assertThat(client.takeMessage().topic()).isEqualTo(topic);
    }

    @ParameterizedTest
    @CsvSource({
        "t/#, ta", // [MQTT3-4.7.1-2]
        "t/+, t", // [MQTT3-4.7.1-3]
        "t/+, t/a/b",
        "+, /t",
        "t/+/c, t/b/d",
        "#, $t/a", // [MQTT3-4.7.2-1]
        "+/a, $t/a",
        "+/#, $t/a"
    })
    void aFilterDoesNotMatch(String filter, String topic) { // [MQTT3-3.3.2-3]
        RawClient client = subscriber("c", filter, Qos.AT_LEAST_ONCE);
        RawClient publisher = client("publisher");
        client.subscribe("the/end", Qos.AT_LEAST_ONCE);
        publisher.publish(topic, "not asked for", Qos.AT_LEAST_ONCE);
        end(publisher, "the/end");
        assertThat(takePayloads(client)).doesNotContain("not asked for");
    }

    @Test
    void topicsThatBeginWithADollarAreMatchedByTheirName() { // [MQTT3-4.7.2-1]
        RawClient client = client("c");
        client.subscribe(Subscription.of("$t/#", Qos.AT_LEAST_ONCE), Subscription.of("$t/+", Qos.AT_LEAST_ONCE));
        client("publisher").publish("$t/a", "m", Qos.AT_LEAST_ONCE);
        assertThat(client.takeMessage().topic()).isEqualTo("$t/a");
    }

    // ---- UNSUBSCRIBE ------------------------------------------------------------------------------------------------

    @Test
    void anUnsubscribeDeletesTheFilterThatIsEqualAndNoOther() { // [MQTT3-3.10.4-1], [MQTT3-3.10.4-2]
        RawClient client = client("c");
        client.subscribe(
                Subscription.of("t/+", Qos.AT_LEAST_ONCE),
                Subscription.of("t/a", Qos.AT_LEAST_ONCE),
                Subscription.of("t/b", Qos.AT_LEAST_ONCE));
        client.unsubscribe("t/a");
        RawClient publisher = client("publisher");
        publisher.publish("t/a", "by the wildcard", Qos.AT_LEAST_ONCE);
        client.expect(Publish.class);
        client.unsubscribe("t/#", "T/+", "t/+ ", "t/");
        publisher.publish("t/c", "still", Qos.AT_LEAST_ONCE);
        client.expect(Publish.class);
        client.unsubscribe("t/+");
        publisher.publish("t/a", "not any more", Qos.AT_LEAST_ONCE);
        publisher.publish("t/c", "not any more", Qos.AT_LEAST_ONCE);
        end(publisher, "t/b");
        assertThat(takeAll(client)).isEmpty();
    }

    @Test
    void anUnsubscribeIsAnsweredAlsoIfThereWasNothingToDelete() { // [MQTT3-3.10.4-4], [MQTT3-3.10.4-5]
        RawClient client = subscriber("c", "t", Qos.AT_MOST_ONCE);
        client.send(Unsubscribe.of(0x1234, "t"));
        // No more than the id: one with reasons, the client would not take.
        client.expect(new Unsuback(0x1234, List.of(), AckProperties.NONE));
        client.send(Unsubscribe.of(0x1235, "t", "never/there"));
        client.expect(new Unsuback(0x1235, List.of(), AckProperties.NONE));
    }

    @Test
    void anUnsubscribeWithSeveralFiltersDeletesAllAndIsAnsweredOnce() { // [MQTT3-3.10.4-6], [MQTT3-3.10.3-1]
        RawClient client = client("c");
        client.subscribe(
                Subscription.of("a", Qos.AT_LEAST_ONCE),
                Subscription.of("b", Qos.AT_LEAST_ONCE),
                Subscription.of("c", Qos.AT_LEAST_ONCE),
                Subscription.of("d", Qos.AT_LEAST_ONCE));
        client.unsubscribe("a", "b", "never/there", "c");
        client.expectNothing();
        RawClient publisher = client("publisher");
        for (String topic : List.of("a", "b", "c")) {
            publisher.publish(topic, "not any more", Qos.AT_LEAST_ONCE);
        }
        end(publisher, "d");
        assertThat(takeAll(client)).isEmpty();
    }

    @Test
    void anUnsubscribeWithoutFiltersEndsTheConnection() { // [MQTT3-3.10.3-2], [MQTT3-4.8.0-1]
        expectClosedAfter(RawPacket.of(0xA2).hex("0001"));
    }

    @Test
    void aMessageOnItsWayIsDeliveredToTheEnd() { // [MQTT3-3.10.4-3]
        RawClient client = broker.connected(persistent("c"));
        client.subscribe("t", Qos.EXACTLY_ONCE);
        RawClient publisher = client("publisher");
        publisher.publish("t", "one", Qos.EXACTLY_ONCE);
        publisher.publish("t", "two", Qos.AT_LEAST_ONCE);
        Publish one = client.expect(Publish.class);
        Publish two = client.expect(Publish.class);
        client.unsubscribe("t");
        client.send(new Pubrec(one.packetId()));
        client.expect(new Pubrel(one.packetId()));
        client.reset();
        RawClient again = broker.connected(persistent("c"));
        again.expect(new Pubrel(one.packetId()));
        again.expect(two.withDup(true));
        broker.forget("c");
    }
}
