package io.aldis.acceptance.conformance;

import static io.aldis.acceptance.conformance.Connects.staying;
import static io.aldis.codec.Qos.AT_LEAST_ONCE;
import static io.aldis.codec.Qos.AT_MOST_ONCE;
import static io.aldis.codec.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.acceptance.hostile.WatchedBroker;
import io.aldis.codec.Connect;
import io.aldis.codec.Puback;
import io.aldis.codec.Publish;
import io.aldis.codec.Pubrec;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.testkit.RawClient;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of a message for a shared subscription (MQTT 5.0 §4.8.2). */
class V5SharedTest {

    @RegisterExtension
    static final WatchedBroker broker = WatchedBroker.ofOneLoop(settings -> settings);

    private static RawClient publisher() {
        return broker.connected(Connect.v5("publisher"));
    }

    @ParameterizedTest
    @EnumSource
    void aMemberGetsNoHigherQosThanItWasGranted(Qos granted) { // [MQTT-4.8.2-3]
        for (Connect connect : new Connect[] {Connect.v5("member"), staying("member")}) {
            RawClient member = broker.connected(connect);
            member.subscribe("$share/g/t", granted);
            RawClient publisher = publisher();
            for (Qos published : Qos.values()) {
                publisher.publish("t", "x", published);
                assertThat(member.takeMessage().qos()).isEqualTo(granted.min(published));
            }
            member.close();
        }
        broker.forget("member");
    }

    @Test
    void aDeliveryThatWasBegunIsFinishedWhenItsMemberComesBack() { // [MQTT-4.8.2-4]
        RawClient away = broker.connected(staying("away"));
        away.subscribe("$share/g/t", EXACTLY_ONCE);
        RawClient publisher = publisher();
        publisher.publish("t", "begun", EXACTLY_ONCE);
        Publish begun = away.expect(Publish.class);
        RawClient other = broker.connected(staying("other"));
        other.subscribe("$share/g/t", EXACTLY_ONCE);
        away.reset();
        broker.settle();
        other.expectNothing();

        RawClient back = broker.connected(staying("away"));
        back.expect(begun.withDup(true));
        other.expectNothing();
        back.close();
        other.close();
        broker.forget("away");
        broker.forget("other");
    }

    @Test
    void aDeliveryThatWasBegunEndsWithTheSessionOfItsMember() { // [MQTT-4.8.2-5]
        RawClient leaving = broker.connected(staying("leaving"));
        leaving.subscribe("$share/g/t", EXACTLY_ONCE);
        RawClient publisher = publisher();
        publisher.publish("t", "begun", EXACTLY_ONCE);
        leaving.expect(Publish.class);
        RawClient other = broker.connected(Connect.v5("other"));
        other.subscribe("$share/g/t", EXACTLY_ONCE);
        leaving.reset();
        broker.forget("leaving");

        publisher.publish("t", "next", EXACTLY_ONCE);
        assertThat(other.takeMessage().payload().toUtf8()).isEqualTo("next");
        other.expectNothing();
    }

    @Test
    void aMessageThatAMemberRefusesGoesToNoOther() { // [MQTT-4.8.2-6], [MQTT-4.4.0-2]
        for (Connect connect : new Connect[] {Connect.v5("refusing"), staying("refusing")}) {
            RawClient refusing = broker.connected(connect);
            refusing.subscribe("$share/g/t", EXACTLY_ONCE);
            RawClient publisher = publisher();
            publisher.publish("t", "one", AT_LEAST_ONCE);
            publisher.publish("t", "two", EXACTLY_ONCE);
            Publish one = refusing.expect(Publish.class);
            Publish two = refusing.expect(Publish.class);
            RawClient other = broker.connected(Connect.v5("other"));
            other.subscribe("$share/g/t", EXACTLY_ONCE);
            refusing.send(new Puback(one.packetId(), ReasonCode.QUOTA_EXCEEDED));
            refusing.send(new Pubrec(two.packetId(), ReasonCode.NOT_AUTHORIZED));
            refusing.expectNothing();
            refusing.unsubscribe("$share/g/t");

            publisher.publish("t", "next", AT_MOST_ONCE);
            assertThat(other.takeMessage().payload().toUtf8()).isEqualTo("next");
            other.close();
            refusing.close();
        }
        broker.forget("refusing");
    }
}
