package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aldis.broker.VirtualBroker.Client;
import io.aldis.broker.hook.AuthenticationAnswer;
import io.aldis.broker.hook.OnAccept;
import io.aldis.broker.hook.OnBasicAuth;
import io.aldis.broker.hook.OnConnect;
import io.aldis.broker.hook.OnDeliver;
import io.aldis.broker.hook.OnMsgArrived;
import io.aldis.broker.hook.OnSubscribe;
import io.aldis.broker.hook.OnUnsubscribe;
import io.aldis.broker.hook.OnWillPublish;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Puback;
import io.aldis.codec.Publish;
import io.aldis.codec.ReasonCode;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Answers that nothing could be done with are not made: whoever makes them has failed. */
@SuppressWarnings("NullAway") // What hooks do that are not checked.
class HookAnswersTest {

    @RegisterExtension
    final HookLog log = new HookLog();

    @Test
    void anAnswerHasNoHoles() {
        for (ThrowingCallable hole : new ThrowingCallable[] {
            () -> new OnAccept.Refuse(null),
            () -> new OnConnect.Proceed(null),
            () -> new OnConnect.Refuse(ReasonCode.NOT_AUTHORIZED, null),
            () -> new OnConnect.Refuse(null, "No."),
            () -> new OnBasicAuth.Accept(null),
            () -> new OnBasicAuth.Accept("ann", null),
            () -> new OnBasicAuth.Refuse(ReasonCode.NOT_AUTHORIZED, null),
            () -> new AuthenticationAnswer.Continue(null),
            () -> new AuthenticationAnswer.Accept("ann", null),
            () -> new AuthenticationAnswer.Accept("ann", Binary.EMPTY, null),
            () -> new AuthenticationAnswer.Refuse(null),
            () -> new OnSubscribe.Grant(null),
            () -> new OnSubscribe.Refuse(ReasonCode.NOT_AUTHORIZED, null),
            () -> new OnUnsubscribe.Refuse(ReasonCode.NOT_AUTHORIZED, null),
            () -> new OnMsgArrived.Route(null),
            () -> new OnMsgArrived.Refuse(ReasonCode.NOT_AUTHORIZED, null),
            () -> new OnWillPublish.Publish(null),
            () -> new OnDeliver.Send(null)
        }) {
            assertThatNullPointerException().isThrownBy(hole);
        }
    }

    @Test
    void aRefusalHasAReasonThatItsPacketMayCarry() {
        for (ThrowingCallable wrong : new ThrowingCallable[] {
            () -> new OnConnect.Refuse(ReasonCode.SUCCESS, "No."),
            () -> new OnConnect.Refuse(ReasonCode.KEEP_ALIVE_TIMEOUT, "No."),
            () -> new OnBasicAuth.Refuse(ReasonCode.SESSION_TAKEN_OVER, "No."),
            () -> new OnBasicAuth.Accept(""),
            () -> new OnSubscribe.Refuse(ReasonCode.GRANTED_QOS_1, "No."),
            () -> new OnSubscribe.Refuse(ReasonCode.BANNED, "No."),
            () -> new OnUnsubscribe.Refuse(ReasonCode.NO_SUBSCRIPTION_EXISTED, "No."),
            () -> new OnUnsubscribe.Refuse(ReasonCode.QUOTA_EXCEEDED, "No."),
            () -> new OnMsgArrived.Refuse(ReasonCode.NO_MATCHING_SUBSCRIBERS, "No."),
            () -> new OnMsgArrived.Refuse(ReasonCode.QOS_NOT_SUPPORTED, "No.")
        }) {
            assertThatThrownBy(wrong).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aHookThatMakesSuchAnAnswerHasSaidNo() {
        try (VirtualBroker broker = new VirtualBroker(
                2,
                1,
                Settings.defaults(),
                hooks -> hooks.onMsgArrived(event -> event.route(null))
                        .blocking()
                        .onBasicAuth(event -> event.username().isEmpty() ? event.accept() : event.accept(null)))) {
            Client client = broker.connect(Connect.v5("a"));
            client.send(Publish.qos1("t", Binary.EMPTY, 1));
            assertThat(client.expect(Puback.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
            assertThat(client.closed()).isFalse();
            Client named = broker.open(MqttVersion.V5);
            named.send(Connect.v5("b").withUsername("ann"));
            assertThat(named.expect(Connack.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
            assertThat(named.closed()).isTrue();
        }
    }
}
