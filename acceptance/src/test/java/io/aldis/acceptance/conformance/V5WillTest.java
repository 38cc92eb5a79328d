package io.aldis.acceptance.conformance;

import static io.aldis.acceptance.conformance.Connects.staying;
import static io.aldis.codec.Qos.AT_LEAST_ONCE;
import static io.aldis.codec.Qos.AT_MOST_ONCE;
import static io.aldis.codec.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.acceptance.hostile.WatchedBroker;
import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.Disconnect;
import io.aldis.codec.PayloadFormat;
import io.aldis.codec.Publish;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.UserProperty;
import io.aldis.codec.Will;
import io.aldis.codec.WillProperties;
import io.aldis.testkit.RawClient;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Wills (MQTT 5.0 §3.1.2.5, §3.1.3.2, §3.14.4). */
class V5WillTest {

    @RegisterExtension
    static final WatchedBroker broker = WatchedBroker.ofOneLoop(settings -> settings);

    private RawClient watcher = broker.stranger();

    @BeforeEach
    void watch() {
        watcher = broker.connected(Connect.v5("watcher"));
        watcher.subscribe("will/#", EXACTLY_ONCE);
    }

    private static Will will(Qos qos) {
        return Will.of("will/t", Binary.utf8("gone"), qos);
    }

    private void expectNoWill() {
        broker.settle();
        watcher.expectNothing();
    }

    @ParameterizedTest
    @EnumSource
    void aWillIsKeptUntilTheConnectionBreaksAndThenPublished(Qos qos) {
        // [MQTT-3.1.2-7], [MQTT-3.1.2-8], [MQTT-3.1.2-12]
        RawClient client = broker.connected(Connect.v5("client").withWill(will(qos)));
        expectNoWill();
        client.reset();
        Publish published = watcher.takeMessage();
        assertThat(published.topic()).isEqualTo("will/t");
        assertThat(published.payload()).isEqualTo(Binary.utf8("gone"));
        assertThat(published.qos()).isEqualTo(qos);
    }

    @Test
    void aWillIsPublishedAfterAnyDisconnectButANormalOne() { // [MQTT-3.1.2-8]
        RawClient client = broker.connected(Connect.v5("client").withWill(will(AT_LEAST_ONCE)));
        client.send(new Disconnect(ReasonCode.DISCONNECT_WITH_WILL_MESSAGE));
        client.expectClosed();
        watcher.takeMessage();

        RawClient malformed = broker.connected(Connect.v5("client").withWill(will(AT_LEAST_ONCE)));
        malformed.sendBytes("06 00");
        malformed.expectDisconnect(ReasonCode.MALFORMED_PACKET);
        watcher.takeMessage();
    }

    @Test
    void aNormalDisconnectThrowsTheWillAway() { // [MQTT-3.14.4-3], [MQTT-3.1.2-10], [MQTT-3.1.2-8]
        broker.connected(staying("client").withWill(will(AT_LEAST_ONCE))).disconnect();
        expectNoWill();

        // It is not kept for the session's next connection either.
        broker.connected(staying("client")).reset();
        broker.forget("client");
        expectNoWill();
    }

    @Test
    void aWillIsGoneOnceItWasPublished() { // [MQTT-3.1.2-10]
        broker.connected(staying("client").withWill(will(AT_LEAST_ONCE))).reset();
        watcher.takeMessage();
        broker.connected(staying("client")).reset();
        broker.forget("client");
        expectNoWill();
    }

    @Test
    void aWillIsRetainedOnlyIfItSaysSo() { // [MQTT-3.1.2-14], [MQTT-3.1.2-15]
        broker.connected(Connect.v5("client").withWill(will(AT_LEAST_ONCE))).reset();
        watcher.takeMessage();
        RawClient late = broker.connected(Connect.v5("late"));
        late.subscribe("will/t", AT_LEAST_ONCE);
        late.expectNothing();

        broker.connected(Connect.v5("client").withWill(will(AT_LEAST_ONCE).withRetain(true)))
                .reset();
        assertThat(watcher.takeMessage().retain()).isFalse();
        late.takeMessage();
        late.subscribe("will/t", AT_LEAST_ONCE);
        Publish kept = late.takeMessage();
        assertThat(kept.retain()).isTrue();
        assertThat(kept.payload()).isEqualTo(Binary.utf8("gone"));
        broker.forgetRetained("will/t");
    }

    @Test
    void theWillsPropertiesArriveInTheirOrder() {
        // [MQTT-3.1.3-10], [MQTT-3.3.2-4], [MQTT-3.3.2-15], [MQTT-3.3.2-16], [MQTT-3.3.2-20]
        RawClient client = broker.connected(Connect.v5("client")
                .withWill(will(AT_MOST_ONCE)
                        .withProperties(WillProperties.NONE
                                .withPayloadFormat(PayloadFormat.UTF_8)
                                .withContentType("text/plain")
                                .withResponseTopic("answers/here")
                                .withCorrelationData(Binary.utf8("7"))
                                .withUserProperty("b", "1")
                                .withUserProperty("a", "2")
                                .withUserProperty("b", "0"))));
        client.reset();
        PublishProperties properties = watcher.takeMessage().properties();
        assertThat(properties.userProperties())
                .containsExactly(new UserProperty("b", "1"), new UserProperty("a", "2"), new UserProperty("b", "0"));
        assertThat(properties.payloadFormat()).isEqualTo(PayloadFormat.UTF_8);
        assertThat(properties.contentType()).isEqualTo("text/plain");
        assertThat(properties.responseTopic()).isEqualTo("answers/here");
        assertThat(properties.correlationData()).isEqualTo(Binary.utf8("7"));
    }

    @Test
    void aWillThatIsDelayedIsNotSentIfTheClientIsBackInTime() { // [MQTT-3.1.3-9]
        Will delayed = will(AT_LEAST_ONCE).withProperties(WillProperties.NONE.withDelayInterval(1800));
        broker.connected(staying("client").withWill(delayed)).reset();
        RawClient back = broker.connected(staying("client"));
        broker.forget("client"); // The session ends, and no will with it.
        back.expectDisconnect(ReasonCode.SESSION_TAKEN_OVER);
        expectNoWill();
    }
}
