package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aldis.broker.VirtualBroker.Client;
import io.aldis.broker.VirtualBroker.Owner;
import io.aldis.broker.chain.Hooks;
import io.aldis.broker.hook.AttributeKey;
import io.aldis.broker.hook.AuthenticationAnswer;
import io.aldis.broker.hook.AuthenticationRequest;
import io.aldis.broker.hook.ConnectLimits;
import io.aldis.broker.hook.EnhancedAuthenticator;
import io.aldis.broker.hook.HookRegistry;
import io.aldis.broker.hook.OnBasicAuth;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Auth;
import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.Disconnect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Publish;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Will;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code OnBasicAuth}, {@code OnEnhancedAuth} and {@code OnReAuth}: who a client is. */
class HookAuthenticationTest {

    private static final String METHOD = "greeting";
    private static final AttributeKey<String> PATH = AttributeKey.of("path", String.class);

    private final Chronicle chronicle = new Chronicle();

    private static VirtualBroker broker(Settings settings, Owner... owners) {
        return VirtualBroker.of(new VirtualLoops(2, 1), settings, false, List.of(owners));
    }

    private static VirtualBroker broker(Consumer<HookRegistry> hooks) {
        return broker(Settings.defaults(), Owner.embedder(hooks));
    }

    private static Client knocks(VirtualBroker broker, Connect connect) {
        Client client = broker.openSoon(connect.version());
        client.send(connect);
        broker.settle();
        return client;
    }

    private static ReasonCode answerTo(VirtualBroker broker, Connect connect) {
        return knocks(broker, connect).expect(Connack.class).reason();
    }

    private static Connect named(MqttVersion version, String username) {
        return Connect.of(version, "client-" + username).withCredentials(username, Binary.utf8("secret"));
    }

    @Nested
    class OnBasicAuthTest {

        @Test
        void isAskedWithUserNameAndPasswordAfterOnConnect() {
            try (VirtualBroker broker = broker(hooks -> hooks.onBasicAuth(event -> {
                        chronicle.add("login " + event.username() + " of "
                                + event.client().clientId());
                        assertThat(event.password()).isEqualTo(Binary.utf8("secret"));
                        assertThat(event.hasPassword("secret")).isTrue();
                        assertThat(event.hasPassword("Secret")).isFalse();
                        return event.accept();
                    })
                    .onConnect(event -> {
                        chronicle.add("connect");
                        return event.proceed();
                    })
                    .authorizer(event -> {
                        chronicle.add("will of " + event.client().principal());
                        return event.allow();
                    })
                    .onConnected(
                            event -> chronicle.add("connected " + event.client().principal())))) {
                broker.connect(named(MqttVersion.V5, "ann").withWill(Will.of("t", Binary.EMPTY, Qos.AT_MOST_ONCE)));
                assertThat(chronicle.news())
                        .containsExactly("connect", "login ann of client-ann", "will of ann", "connected ann");
            }
        }

        @Test
        void aClientWithoutAUserNameIsKnownByItsClientId() {
            try (VirtualBroker broker = broker(hooks -> hooks.onBasicAuth(event -> {
                        assertThat(event.username()).isEmpty();
                        assertThat(event.password()).isNull();
                        assertThat(event.hasPassword("")).isFalse();
                        return event.accept();
                    })
                    .onConnected(event -> chronicle.add(event.client().principal())))) {
                broker.connect(Connect.v5("client"));
                assertThat(chronicle.news()).containsExactly("client");
            }
        }

        @Test
        void pluginsAreAskedInTheirOrderUntilOneKnowsTheUser() {
            try (VirtualBroker broker = broker(
                    Settings.defaults(),
                    knows("one", "ann"),
                    knows("two", "bob"),
                    new Owner(Hooks.EMBEDDER, knows("embedder", "eve").registration()))) {
                assertThat(answerTo(broker, named(MqttVersion.V5, "ann"))).isEqualTo(ReasonCode.SUCCESS);
                assertThat(chronicle.news()).containsExactly("one after null");
                assertThat(answerTo(broker, named(MqttVersion.V5, "bob"))).isEqualTo(ReasonCode.SUCCESS);
                assertThat(chronicle.news()).containsExactly("one after null", "two after one");
                assertThat(answerTo(broker, named(MqttVersion.V5, "eve"))).isEqualTo(ReasonCode.SUCCESS);
                assertThat(chronicle.news()).containsExactly("one after null", "two after one", "embedder after two");
            }
        }

        private Owner knows(String owner, String user) {
            return new Owner(
                    owner,
                    hooks -> hooks.onBasicAuth(event -> {
                        chronicle.add(owner + " after " + event.context().put(PATH, owner));
                        return event.username().equals(user) ? event.accept() : event.pass();
                    }));
        }

        @ParameterizedTest
        @EnumSource(MqttVersion.class)
        void whomNobodyKnowsIsNotLetIn(MqttVersion version) {
            try (VirtualBroker broker =
                    broker(Settings.defaults(), knows("one", "ann"), knows(Hooks.EMBEDDER, "bob"))) {
                assertThat(answerTo(broker, named(version, "eve"))).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
            }
        }

        @ParameterizedTest
        @EnumSource(MqttVersion.class)
        void whoeverRefusesHasTheLastWord(MqttVersion version) {
            try (VirtualBroker broker = broker(
                    Settings.defaults(),
                    new Owner(
                            "one",
                            hooks -> hooks.onBasicAuth(event -> event.username().equals("banned")
                                    ? new OnBasicAuth.Refuse(ReasonCode.BANNED, "Go away.")
                                    : event.refuse("Wrong password."))),
                    knows(Hooks.EMBEDDER, "eve"))) {
                Connack told = knocks(broker, named(version, "eve")).expect(Connack.class);
                assertThat(told.reason()).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
                assertThat(told.properties().reasonString())
                        .isEqualTo(version == MqttVersion.V5 ? "Wrong password." : null);
                assertThat(answerTo(broker, named(version, "banned")))
                        .isEqualTo(version == MqttVersion.V5 ? ReasonCode.BANNED : ReasonCode.NOT_AUTHORIZED);
                assertThat(chronicle.news()).isEmpty();
            }
        }

        @Test
        void anonymousClientsAreNotAskedForIfTheyAreLetIn() {
            Settings settings = Settings.defaults().withAuthentication(some -> some.withAnonymous(true));
            try (VirtualBroker broker = broker(
                    settings,
                    Owner.embedder(hooks -> hooks.onBasicAuth(event -> event.refuse("No."))
                            .onConnect(event -> {
                                chronicle.add("connect");
                                return event.proceed();
                            })
                            .onConnected(
                                    event -> chronicle.add("\"" + event.client().principal() + "\""))))) {
                assertThat(answerTo(broker, Connect.v5("client"))).isEqualTo(ReasonCode.SUCCESS);
                assertThat(chronicle.news()).containsExactly("connect", "\"\"");
                assertThat(answerTo(broker, named(MqttVersion.V5, "ann")))
                        .isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
                assertThat(answerTo(broker, Connect.v5("other").withUsername("ann")))
                        .isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
            }
        }

        @Test
        void isNotAskedOfAClientThatNamesAnAuthenticationMethod() {
            try (VirtualBroker broker = broker(
                    hooks -> hooks.onBasicAuth(event -> event.refuse("No.")).authenticator(new Greeter()))) {
                assertThat(answerTo(broker, greeting("ann"))).isEqualTo(ReasonCode.SUCCESS);
                assertThat(answerTo(broker, naming("unknown", "ann"))).isEqualTo(ReasonCode.BAD_AUTHENTICATION_METHOD);
            }
        }

        @Test
        void whatOneRememberedAboutTheClientIsSeenByLaterHooks() {
            try (VirtualBroker broker = broker(hooks -> hooks.onConnect(event -> {
                        event.client().attributes().put(PATH, "tenant one");
                        return event.proceed();
                    })
                    .onBasicAuth(event -> event.accept())
                    .onMsgArrived(event -> {
                        chronicle.add(event.client().attributes().get(PATH, "nothing"));
                        return event.route();
                    }))) {
                broker.connect(named(MqttVersion.V5, "ann")).send(Publish.qos0("t", Binary.EMPTY));
                broker.settle();
                broker.connect(named(MqttVersion.V5, "ann")).send(Publish.qos0("t", Binary.EMPTY));
                broker.settle();
                assertThat(chronicle.news()).containsExactly("tenant one", "tenant one");
            }
        }
    }

    private static Connect naming(String method, String clientId) {
        return Connect.v5(clientId)
                .withKeepAlive(0)
                .withProperties(ConnectProperties.NONE
                        .withAuthenticationMethod(method)
                        .withAuthenticationData(Binary.utf8("hello")));
    }

    private static Connect greeting(String clientId) {
        return naming(METHOD, clientId);
    }

    /** Lets in whoever says hello; whoever says so again has to say it otherwise. */
    private final class Greeter implements EnhancedAuthenticator {
        @Override
        public String method() {
            return METHOD;
        }

        @Override
        public Exchange begin(AuthenticationRequest request) {
            chronicle.add("begin with " + request.clientId());
            return data -> CompletableFuture.completedStage(
                    data.equals(Binary.utf8("hello"))
                            ? new AuthenticationAnswer.Accept(
                                    request.clientId(),
                                    Binary.utf8("welcome"),
                                    ConnectLimits.NONE.withReceiveMaximum(7))
                            : new AuthenticationAnswer.Refuse(ReasonCode.BAD_USER_NAME_OR_PASSWORD, "Who?"));
        }

        @Override
        public Exchange beginAgain(AuthenticationRequest request, String principal) {
            chronicle.add("begin again with " + principal);
            return data -> CompletableFuture.completedStage(
                    data.equals(Binary.utf8("hello again"))
                            ? new AuthenticationAnswer.Accept(
                                    principal,
                                    Binary.utf8("welcome again"),
                                    ConnectLimits.NONE.withMaximumQos(Qos.AT_MOST_ONCE))
                            : new AuthenticationAnswer.Accept("somebody else"));
        }
    }

    @Nested
    class OnEnhancedAuthTest {

        @Test
        void isAskedAfterOnConnectAndMaySetLimits() {
            try (VirtualBroker broker = broker(hooks -> hooks.authenticator(new Greeter())
                    .onConnect(event -> {
                        chronicle.add("connect");
                        return event.proceed(
                                ConnectLimits.NONE.withReceiveMaximum(5).withTopicAliasMaximum(3));
                    })
                    .onConnected(
                            event -> chronicle.add("connected " + event.client().principal())))) {
                Client client = broker.connect(greeting("ann"));
                assertThat(client.connack.properties().authenticationData()).isEqualTo(Binary.utf8("welcome"));
                assertThat(client.connack.properties().receiveMaximum()).isEqualTo(7);
                assertThat(client.connack.properties().topicAliasMaximum()).isEqualTo(3);
                assertThat(chronicle.news()).containsExactly("connect", "begin with ann", "connected ann");
            }
        }

        @Test
        void isNotAskedOfAClientThatOnConnectRefused() {
            try (VirtualBroker broker =
                    broker(hooks -> hooks.authenticator(new Greeter()).onConnect(event -> event.refuse("No.")))) {
                assertThat(answerTo(broker, greeting("ann"))).isEqualTo(ReasonCode.NOT_AUTHORIZED);
                assertThat(chronicle.news()).isEmpty();
            }
        }

        @Test
        void comesAlsoWhenOnConnectAnswersLater() {
            try (VirtualBroker broker = broker(
                    hooks -> hooks.authenticator(new Greeter()).blocking().onConnect(event -> event.proceed()))) {
                assertThat(answerTo(broker, greeting("ann"))).isEqualTo(ReasonCode.SUCCESS);
            }
        }

        @Test
        void aClientThatNamesNoMethodHasNoChanceWhereThereIsNothingElse() {
            try (VirtualBroker broker = broker(hooks -> hooks.authenticator(new Greeter()))) {
                assertThat(answerTo(broker, named(MqttVersion.V5, "ann"))).isEqualTo(ReasonCode.NOT_AUTHORIZED);
                assertThat(answerTo(broker, Connect.v5("anonymous"))).isEqualTo(ReasonCode.NOT_AUTHORIZED);
            }
        }

        @Test
        void eachPluginMaySpeakItsOwnMethod() {
            Interviewer interviewer = new Interviewer("interview");
            try (VirtualBroker broker = broker(
                    Settings.defaults(),
                    new Owner("one", hooks -> hooks.authenticator(interviewer)),
                    new Owner("two", hooks -> hooks.authenticator(new Greeter())))) {
                assertThat(answerTo(broker, greeting("ann"))).isEqualTo(ReasonCode.SUCCESS);
                Client bob = knocks(broker, naming("interview", "bob"));
                interviewer.accepts("bob");
                assertThat(bob.expect(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
            }
        }

        @Test
        void cannotBeMarkedAsBlockingForItAnswersLaterAnyway() {
            assertThatThrownBy(() ->
                            Hooks.register("plugin", hooks -> hooks.blocking().authenticator(new Greeter())))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("without blocking()");
        }
    }

    @Nested
    class OnReAuthTest {

        private final VirtualBroker broker = broker(
                hooks -> hooks.authenticator(new Greeter()).onClose(event -> chronicle.add("close " + event.reason())));

        private Auth again(String data) {
            return Auth.of(ReasonCode.RE_AUTHENTICATE, METHOD, Binary.utf8(data));
        }

        @Test
        void isAskedAboutTheOneWhoWasFoundBeforeAndChangesNoLimits() {
            try (broker) {
                Client client = broker.connect(greeting("ann"));
                assertThat(chronicle.news()).containsExactly("begin with ann");
                client.send(again("hello again"));
                Auth told = client.expect(Auth.class);
                assertThat(told.reason()).isEqualTo(ReasonCode.SUCCESS);
                assertThat(told.properties().data()).isEqualTo(Binary.utf8("welcome again"));
                assertThat(chronicle.news()).containsExactly("begin again with ann");
                client.send(Publish.qos1("t", Binary.EMPTY, 1));
                assertThat(client.received())
                        .extracting(packet -> packet.type().name())
                        .as("QoS 1 is still allowed")
                        .containsExactly("PUBACK");
            }
        }

        @Test
        void whoTurnsOutToBeAnotherHasToGo() {
            try (broker) {
                Client client = broker.connect(greeting("ann"));
                client.send(again("hello"));
                assertThat(client.received(Disconnect.class))
                        .extracting(Disconnect::reason)
                        .containsExactly(ReasonCode.NOT_AUTHORIZED);
                assertThat(chronicle.news())
                        .containsExactly("begin with ann", "begin again with ann", "close NOT_AUTHORIZED");
            }
        }
    }
}
