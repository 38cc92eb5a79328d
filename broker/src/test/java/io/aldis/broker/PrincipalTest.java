package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.VirtualBroker.Client;
import io.aldis.broker.admin.SessionInfo;
import io.aldis.broker.hook.AuthenticationAnswer;
import io.aldis.broker.hook.AuthenticationRequest;
import io.aldis.broker.hook.EnhancedAuthenticator;
import io.aldis.broker.hook.HookRegistry;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.Disconnect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Publish;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.codec.Will;
import io.aldis.codec.WillProperties;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A session and its will belong to the principal that has them, whoever else comes with the same client id. */
@ParameterizedClass
@ValueSource(booleans = {false, true})
class PrincipalTest {

    private static final String METHOD = "name tag";
    private static final long EXPIRY_SECONDS = 60;

    private final VirtualBroker broker;
    private final Client watcher;

    PrincipalTest(boolean late) {
        Consumer<HookRegistry> hooks = registry -> registry.authenticator(new NameTag());
        broker = late
                ? VirtualBroker.ofLateAnswers(2, 1, Settings.defaults(), hooks)
                : new VirtualBroker(2, 1, Settings.defaults(), hooks);
        watcher = broker.connect(connect("watcher", "watcher", true));
        watcher.send(Subscribe.of(1, "will", Qos.AT_MOST_ONCE));
        watcher.expect(Suback.class);
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    /** Takes clients for whom they say they are. */
    private static final class NameTag implements EnhancedAuthenticator {
        @Override
        public String method() {
            return METHOD;
        }

        @Override
        public Exchange begin(AuthenticationRequest request) {
            return data -> CompletableFuture.completedFuture(new AuthenticationAnswer.Accept(data.toUtf8()));
        }
    }

    private static Connect connect(String clientId, String principal, boolean cleanStart) {
        return Connect.v5(clientId)
                .withCleanStart(cleanStart)
                .withKeepAlive(0)
                .withProperties(ConnectProperties.NONE
                        .withSessionExpiryInterval(EXPIRY_SECONDS)
                        .withAuthenticationMethod(METHOD)
                        .withAuthenticationData(Binary.utf8(principal)));
    }

    private static Connect withWill(Connect connect, long delaySeconds) {
        return connect.withWill(Will.of("will", Binary.utf8("gone"), Qos.AT_MOST_ONCE)
                .withProperties(WillProperties.NONE.withDelayInterval(delaySeconds)));
    }

    private Client annsOwn(long willDelay) {
        Client ann = broker.connect(withWill(connect("pump", "ann", true), willDelay));
        ann.send(Subscribe.of(1, "news", Qos.AT_LEAST_ONCE));
        ann.expect(Suback.class);
        return ann;
    }

    private void assertKeptOut(boolean cleanStart) {
        Client bob = broker.open(MqttVersion.V5);
        bob.send(withWill(connect("pump", "bob", cleanStart), 0));
        Connack told = bob.expect(Connack.class);
        assertThat(told.reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        assertThat(told.sessionPresent()).isFalse();
        assertThat(told.properties().reasonString()).contains("belongs to somebody else");
        assertThat(bob.closed()).isTrue();
        assertThat(watcher.received()).as("wills").isEmpty();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anotherOneDoesNotTakeOver(boolean cleanStart) {
        Client ann = annsOwn(0);
        assertKeptOut(cleanStart);
        assertThat(ann.closed()).isFalse();
        watcher.send(Publish.qos0("news", Binary.utf8("all is well")));
        assertThat(ann.expect(Publish.class).payload()).isEqualTo(Binary.utf8("all is well"));
        assertThat(broker.admin().statistics().connectsRefused()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anotherOneGetsNothingOfASessionThatWaits(boolean cleanStart) {
        annsOwn(10).drop();
        watcher.send(Publish.qos1("news", Binary.utf8("for ann"), 1));
        broker.settle();
        watcher.received();

        assertKeptOut(cleanStart);
        Client ann = broker.connect(connect("pump", "ann", false));
        assertThat(ann.connack.sessionPresent()).isTrue();
        assertThat(ann.expect(Publish.class).payload()).isEqualTo(Binary.utf8("for ann"));
        broker.pass(Duration.ofSeconds(11));
        assertThat(watcher.received())
                .as("the will, which ann took back in time")
                .isEmpty();
    }

    @Test
    void anotherOneDoesNotKeepAWillFromComing() {
        annsOwn(10).drop();
        assertKeptOut(true);
        broker.pass(Duration.ofSeconds(11));
        assertThat(watcher.expect(Publish.class).payload()).isEqualTo(Binary.utf8("gone"));
        assertKeptOut(true);
        assertThat(broker.admin().session("pump")).map(SessionInfo::connected).contains(false);
    }

    @Test
    void theIdIsFreeWhenTheSessionHasEnded() {
        annsOwn(0).drop();
        watcher.expect(Publish.class);
        broker.pass(Duration.ofSeconds(EXPIRY_SECONDS - 1));
        assertKeptOut(false);
        broker.pass(Duration.ofSeconds(2));
        Client bob = broker.connect(connect("pump", "bob", false));
        assertThat(bob.connack.reason()).isEqualTo(ReasonCode.SUCCESS);
        assertThat(bob.connack.sessionPresent()).isFalse();
        bob.send(new Disconnect());
        broker.settle();

        Client ann = broker.open(MqttVersion.V5);
        ann.send(connect("pump", "ann", true));
        assertThat(ann.expect(Connack.class).reason())
                .as("what bob left is bob's")
                .isEqualTo(ReasonCode.NOT_AUTHORIZED);
    }

    @Test
    void theSameOneTakesOver() {
        Client first = annsOwn(0);
        Client second = broker.connect(connect("pump", "ann", false));
        assertThat(second.connack.sessionPresent()).isTrue();
        assertThat(first.expect(Disconnect.class).reason()).isEqualTo(ReasonCode.SESSION_TAKEN_OVER);
    }
}
