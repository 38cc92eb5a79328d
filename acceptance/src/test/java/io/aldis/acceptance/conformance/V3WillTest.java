package io.aldis.acceptance.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Publish;
import io.aldis.codec.Qos;
import io.aldis.codec.Will;
import io.aldis.testkit.RawClient;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Wills (MQTT 3.1.1, section 3.1.2.5 and what follows). */
class V3WillTest extends V3Contract {

    private Connect mortal(Qos qos, boolean retain) {
        return Connect.of(version, "mortal")
                .withWill(Will.of("will", Binary.utf8("gone"), qos).withRetain(retain));
    }

    @ParameterizedTest
    @EnumSource
    void aLostConnectionPublishesTheWillAtItsQos(Qos qos) { // [MQTT3-3.1.2-8], [MQTT3-3.1.2-9], [MQTT3-3.1.2-14]
        RawClient watcher = subscriber("watcher", "will", Qos.EXACTLY_ONCE);
        broker.connected(mortal(qos, false)).reset();
        Publish will = watcher.takeMessage();
        assertThat(will.payload().toUtf8()).isEqualTo("gone");
        assertThat(will.qos()).isEqualTo(qos);
    }

    @Test
    void soDoesAConnectionThatItsClientClosesWithoutDisconnect() { // [MQTT3-3.1.2-8]
        RawClient watcher = subscriber("watcher", "will", Qos.AT_LEAST_ONCE);
        broker.connected(mortal(Qos.AT_LEAST_ONCE, false)).close();
        assertThat(watcher.takeMessage().payload().toUtf8()).isEqualTo("gone");
    }

    @ParameterizedTest
    @ValueSource(strings = {"36 05 0001 61 0001", "10 00", "d0 00"})
    void soDoesAProtocolViolation(String hex) { // [MQTT3-3.1.2-8]
        RawClient watcher = subscriber("watcher", "will", Qos.AT_LEAST_ONCE);
        RawClient mortal = broker.connected(mortal(Qos.AT_LEAST_ONCE, false));
        mortal.sendBytes(hex);
        mortal.expectClosed();
        assertThat(watcher.takeMessage().payload().toUtf8()).isEqualTo("gone");
    }

    @Test
    void soDoesATakeover() { // [MQTT3-3.1.2-8]
        RawClient watcher = subscriber("watcher", "will", Qos.AT_LEAST_ONCE);
        broker.connected(mortal(Qos.AT_LEAST_ONCE, false));
        client("mortal");
        assertThat(watcher.takeMessage().payload().toUtf8()).isEqualTo("gone");
    }

    @Test
    void aDisconnectThrowsTheWillAway() { // [MQTT3-3.14.4-3], [MQTT3-3.1.2-8], [MQTT3-3.1.2-10]
        RawClient watcher = subscriber("watcher", "will", Qos.AT_LEAST_ONCE);
        broker.connected(mortal(Qos.AT_LEAST_ONCE, false)).disconnect();
        // When its id is taken again, all of the connection before is history.
        end(client("mortal"), "will");
        assertThat(takeAll(watcher)).isEmpty();
    }

    @Test
    void aWillIsPublishedOnce() { // [MQTT3-3.1.2-10]
        RawClient watcher = subscriber("watcher", "will", Qos.AT_LEAST_ONCE);
        broker.connected(mortal(Qos.AT_LEAST_ONCE, false).withCleanStart(false)).reset();
        assertThat(watcher.takeMessage().payload().toUtf8()).isEqualTo("gone");
        broker.connected(persistent("mortal")).reset();
        end(broker.connected(persistent("mortal")), "will");
        assertThat(takeAll(watcher)).isEmpty();
        broker.forget("mortal");
    }

    @Test
    void withoutAWillNothingIsPublished() { // [MQTT3-3.1.2-12]
        RawClient watcher = subscriber("watcher", "#", Qos.AT_LEAST_ONCE);
        client("mortal").reset();
        end(client("mortal"), "will");
        assertThat(takeAll(watcher))
                .filteredOn(message -> !message.topic().startsWith("bystanders"))
                .isEmpty();
    }

    @Test
    void aWillThatIsNotRetainedLeavesNothingBehind() { // [MQTT3-3.1.2-16]
        RawClient watcher = subscriber("watcher", "will", Qos.AT_LEAST_ONCE);
        broker.connected(mortal(Qos.AT_LEAST_ONCE, false)).reset();
        assertThat(watcher.takeMessage().retain()).isFalse();
        RawClient late = subscriber("late", "will", Qos.AT_LEAST_ONCE);
        end(client("publisher"), "will");
        assertThat(takeAll(late)).isEmpty();
    }

    @Test
    void aRetainedWillGreetsLaterSubscribers() { // [MQTT3-3.1.2-17]
        RawClient watcher = subscriber("watcher", "will", Qos.AT_LEAST_ONCE);
        broker.connected(mortal(Qos.AT_LEAST_ONCE, true)).reset();
        assertThat(watcher.takeMessage().retain()).isFalse();
        RawClient late = subscriber("late", "will", Qos.AT_LEAST_ONCE);
        Publish retained = late.takeMessage();
        assertThat(retained.payload().toUtf8()).isEqualTo("gone");
        assertThat(retained.retain()).isTrue();
        broker.forgetRetained("will");
    }

    @Test
    void aRefusedClientLeavesNoWill() { // [MQTT3-3.1.2-8]
        RawClient watcher = subscriber("watcher", "will", Qos.AT_LEAST_ONCE);
        RawClient refused = broker.stranger();
        refused.send(new Connect(
                version,
                "",
                false,
                60,
                Will.of("will", Binary.utf8("gone"), Qos.AT_LEAST_ONCE),
                null,
                null,
                ConnectProperties.NONE));
        refused.expect(Connack.class);
        refused.expectClosed();
        end(client("publisher"), "will");
        assertThat(takeAll(watcher)).isEmpty();
    }

    @Test
    void aWillOfOneVersionReachesTheOthers() {
        RawClient one = subscriber("one", "will", Qos.AT_LEAST_ONCE);
        RawClient other = broker.connected(MqttVersion.V5, "other");
        other.subscribe("will", Qos.AT_LEAST_ONCE);
        broker.connected(mortal(Qos.AT_LEAST_ONCE, false)).reset();
        for (RawClient watcher : List.of(one, other)) {
            assertThat(watcher.takeMessage().payload().toUtf8()).isEqualTo("gone");
        }
    }
}
