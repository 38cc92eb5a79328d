package io.aldis.acceptance.authentication;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.Broker;
import io.aldis.broker.Listener;
import io.aldis.broker.StopReport;
import io.aldis.broker.hook.AuthenticationAnswer;
import io.aldis.broker.hook.AuthenticationRequest;
import io.aldis.broker.hook.EnhancedAuthenticator;
import io.aldis.codec.Auth;
import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.Pingreq;
import io.aldis.codec.Pingresp;
import io.aldis.codec.ReasonCode;
import io.aldis.testkit.RawClient;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** An authenticator that takes its time, and answers from a thread of its own: here that of the test. */
class SlowAuthenticatorTest {
    private static final String METHOD = "slow";

    private final BlockingQueue<CompletableFuture<AuthenticationAnswer>> questions = new LinkedBlockingQueue<>();
    private final Broker broker = Broker.builder()
            .listener(Listener.tcp("127.0.0.1", 0))
            .loops(1)
            .hooks(hooks -> hooks.authenticator(new Slow()))
            .start();

    private final class Slow implements EnhancedAuthenticator {
        @Override
        public String method() {
            return METHOD;
        }

        @Override
        public Exchange begin(AuthenticationRequest request) {
            return data -> {
                CompletableFuture<AuthenticationAnswer> answer = new CompletableFuture<>();
                questions.add(answer);
                return answer;
            };
        }
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private static Connect naming(String clientId) {
        return Connect.v5(clientId).withProperties(ConnectProperties.NONE.withAuthenticationMethod(METHOD));
    }

    private RawClient knocks(String clientId) {
        RawClient client = RawClient.connect(broker.port());
        client.send(naming(clientId));
        return client;
    }

    @Test
    void aClientThatIsBeingAuthenticatedHoldsNobodyUp() throws Exception {
        try (RawClient first = knocks("first")) {
            CompletableFuture<AuthenticationAnswer> aboutFirst = questions.take();
            try (RawClient second = knocks("second")) {
                questions.take().complete(new AuthenticationAnswer.Accept("second"));
                assertThat(second.expect(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
                second.send(new Pingreq());
                second.expect(Pingresp.class);
            }
            aboutFirst.complete(new AuthenticationAnswer.Accept("first"));
            assertThat(first.expect(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
        }
    }

    @Test
    void aBrokerThatStopsWaitsForNoAnswer() throws Exception { // [MQTT-4.12.0-4]
        try (RawClient waiting = knocks("waiting");
                RawClient asked = knocks("asked")) {
            CompletableFuture<AuthenticationAnswer> one = questions.take();
            CompletableFuture<AuthenticationAnswer> other = questions.take();
            one.complete(new AuthenticationAnswer.Continue(Binary.utf8("who?")));
            StopReport report = CompletableFuture.supplyAsync(() -> broker.stop(Duration.ofSeconds(10)))
                    .get();
            assertThat(report.closedByForce()).isZero();
            assertThat(report.closedIdle()).isEqualTo(2);
            other.complete(new AuthenticationAnswer.Accept("late"));
            for (RawClient client : new RawClient[] {waiting, asked}) {
                var told = client.receive();
                if (told instanceof Auth) {
                    told = client.receive();
                }
                assertThat(told)
                        .isInstanceOfSatisfying(
                                Connack.class,
                                connack -> assertThat(connack.reason()).isEqualTo(ReasonCode.SERVER_UNAVAILABLE));
            }
        }
    }

    @Test
    void anAnswerAboutAClientThatIsGoneHarmsNobody() throws Exception {
        for (int i = 0; i < 50; i++) {
            RawClient gone = knocks("gone");
            CompletableFuture<AuthenticationAnswer> answer = questions.take();
            gone.reset();
            answer.complete(new AuthenticationAnswer.Accept("gone"));
        }
        try (RawClient client = knocks("here")) {
            questions.take().complete(new AuthenticationAnswer.Accept("here"));
            assertThat(client.expect(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
        }
    }
}
