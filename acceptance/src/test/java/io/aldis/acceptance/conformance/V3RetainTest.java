package io.aldis.acceptance.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.codec.Publish;
import io.aldis.codec.Qos;
import io.aldis.testkit.RawClient;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Retained messages (MQTT 3.1.1, section 3.3.1.3). */
class V3RetainTest extends V3Contract {

    @AfterEach
    void clear() {
        List.of("r", "r/1", "r/2", "r/3").forEach(broker::forgetRetained);
    }

    /** What somebody gets who subscribes only now. */
    private List<Publish> greeting(String filter) {
        RawClient late = subscriber("late", filter, Qos.EXACTLY_ONCE);
        end(client("ender"), filter.replace("+", "end").replace("#", "end"));
        return takeAll(late);
    }

    @ParameterizedTest
    @EnumSource
    void aRetainedMessageIsKeptWithItsQos(Qos qos) { // [MQTT3-3.3.1-5], [MQTT3-3.3.1-6], [MQTT3-3.3.1-8]
        RawClient publisher = client("publisher");
        publisher.publish("r", "kept", qos, true);
        publisher.expectNothing(); // So that the message has come, at QoS 0 as well.
        assertThat(greeting("r")).singleElement().satisfies(message -> {
            assertThat(message.payload().toUtf8()).isEqualTo("kept");
            assertThat(message.qos()).isEqualTo(qos);
            assertThat(message.retain()).isTrue();
            assertThat(message.dup()).isFalse();
        });
    }

    @Test
    void aNewSubscriptionGetsTheLastMessageOfEachTopicThatMatches() { // [MQTT3-3.3.1-6]
        RawClient publisher = client("publisher");
        publisher.publish("r/1", "old", Qos.AT_LEAST_ONCE, true);
        publisher.publish("r/1", "one", Qos.AT_LEAST_ONCE, true);
        publisher.publish("r/2", "two", Qos.EXACTLY_ONCE, true);
        publisher.publish("r/3", "three", Qos.AT_LEAST_ONCE, true);
        publisher.publish("r", "not asked for", Qos.AT_LEAST_ONCE, true);
        assertThat(payloads(greeting("r/+"))).containsExactlyInAnyOrder("one", "two", "three");
    }

    @Test
    void aMessageOfQos0TakesThePlaceOfWhatWasRetained() { // [MQTT3-3.3.1-7]
        RawClient publisher = client("publisher");
        publisher.publish("r", "old", Qos.EXACTLY_ONCE, true);
        publisher.publish("r", "new", Qos.AT_MOST_ONCE, true);
        publisher.expectNothing();
        assertThat(payloads(greeting("r"))).containsExactly("new");
    }

    @ParameterizedTest
    @EnumSource
    void subscribersGetARetainedMessageAsAnOrdinaryOne(Qos qos) { // [MQTT3-3.3.1-9]
        RawClient subscriber = subscriber("subscriber", "r", Qos.EXACTLY_ONCE);
        client("publisher").publish("r", "kept", qos, true);
        Publish message = subscriber.takeMessage();
        assertThat(message.payload().toUtf8()).isEqualTo("kept");
        assertThat(message.retain()).isFalse();
    }

    @Test
    void someoneElsesSubscriptionBringsNothing() { // [MQTT3-3.3.1-6]
        RawClient publisher = client("publisher");
        RawClient first = subscriber("first", "r", Qos.AT_LEAST_ONCE);
        publisher.publish("r", "kept", Qos.AT_LEAST_ONCE, true);
        assertThat(first.takeMessage().retain()).isFalse();
        assertThat(subscriber("second", "r", Qos.AT_LEAST_ONCE).takeMessage().retain())
                .isTrue();
        end(publisher, "r");
        assertThat(takeAll(first)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void anEmptyMessageReachesSubscribersAndRemovesWhatIsRetained(Qos qos) { // [MQTT3-3.3.1-10], [MQTT3-3.3.1-11]
        RawClient publisher = client("publisher");
        publisher.publish("r", "kept", Qos.AT_LEAST_ONCE, true);
        RawClient subscriber = subscriber("subscriber", "r", Qos.EXACTLY_ONCE);
        assertThat(subscriber.takeMessage().retain()).isTrue();
        publisher.publish("r", "", qos, true);
        publisher.expectNothing();
        Publish empty = subscriber.takeMessage();
        assertThat(empty.payload().size()).isZero();
        assertThat(empty.qos()).isEqualTo(qos);
        assertThat(empty.retain()).isFalse();
        assertThat(greeting("r")).isEmpty();
    }

    @Test
    void anEmptyMessageIsNotKept() { // [MQTT3-3.3.1-11]
        client("publisher").publish("r", "", Qos.AT_LEAST_ONCE, true);
        assertThat(greeting("r")).isEmpty();
        assertThat(broker.statistics().retained()).isZero();
    }

    @Test
    void aMessageWithoutRetainLeavesAloneWhatIsRetained() { // [MQTT3-3.3.1-12]
        RawClient publisher = client("publisher");
        publisher.publish("r", "not kept", Qos.AT_LEAST_ONCE, false);
        assertThat(greeting("r")).isEmpty();
        publisher.publish("r", "kept", Qos.AT_LEAST_ONCE, true);
        publisher.publish("r", "passing", Qos.EXACTLY_ONCE, false);
        publisher.publish("r", "", Qos.AT_LEAST_ONCE, false);
        assertThat(payloads(greeting("r"))).containsExactly("kept");
    }

    @Test
    void retainedMessagesOutliveTheSessionOfTheirPublisher() { // [MQTT3-3.1.2-7]
        RawClient clean = client("publisher");
        clean.publish("r/1", "of a clean session", Qos.AT_LEAST_ONCE, true);
        clean.disconnect();
        RawClient persistent = broker.connected(persistent("publisher"));
        persistent.publish("r/2", "of a persistent session", Qos.AT_LEAST_ONCE, true);
        persistent.disconnect();
        broker.forget("publisher");
        assertThat(payloads(greeting("r/+")))
                .containsExactlyInAnyOrder("of a clean session", "of a persistent session");
    }
}
