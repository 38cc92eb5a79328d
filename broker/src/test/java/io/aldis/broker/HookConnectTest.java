package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aldis.broker.VirtualBroker.Client;
import io.aldis.broker.VirtualBroker.Owner;
import io.aldis.broker.hook.AttributeKey;
import io.aldis.broker.hook.ClientEvent;
import io.aldis.broker.hook.HookRegistry;
import io.aldis.broker.hook.OnAccept;
import io.aldis.broker.hook.OnConnect;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.Disconnect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Puback;
import io.aldis.codec.Publish;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.codec.UserProperty;
import io.aldis.codec.Will;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code OnAccept}, {@code OnConnect}, and that a client who is refused leaves no trace, whoever refuses it. */
class HookConnectTest {

    private static final AttributeKey<String> PATH = AttributeKey.of("path", String.class);

    @RegisterExtension
    final HookLog log = new HookLog();

    private final Chronicle chronicle = new Chronicle();

    private static VirtualBroker broker(Owner... owners) {
        return VirtualBroker.of(new VirtualLoops(2, 1), Settings.defaults(), false, List.of(owners));
    }

    private static VirtualBroker broker(Consumer<HookRegistry> hooks) {
        return broker(Owner.embedder(hooks));
    }

    /** A client that has sent its CONNECT, whatever came of it. */
    private static Client knocks(VirtualBroker broker, Connect connect) {
        Client client = broker.openSoon(connect.version());
        client.send(connect);
        broker.settle();
        return client;
    }

    @Nested
    class OnAcceptTest {

        @Test
        void isAskedBeforeTheFirstByteIsRead() {
            List<Long> connections = new ArrayList<>();
            try (VirtualBroker broker = broker(hooks -> hooks.onAccept(event -> {
                        assertThat(event.remoteAddress()).isNotNull();
                        assertThat(event.localAddress()).isNotNull();
                        assertThat(event.broker().statistics().bytesReceived()).isZero();
                        connections.add(event.connection());
                        chronicle.add("accept");
                        return event.accept();
                    })
                    .onConnected(event -> {
                        assertThat(event.client().connection()).isEqualTo(connections.get(0));
                        chronicle.add("connected");
                    }))) {
                Client client = broker.open(MqttVersion.V5);
                assertThat(chronicle.news()).containsExactly("accept");
                client.send(Connect.v5("client"));
                client.expect(Connack.class);
                assertThat(chronicle.news()).containsExactly("connected");
            }
        }

        @Test
        void pluginsAreAskedInTheirOrderAndTheEmbedderLastUntilOneRefuses() {
            try (VirtualBroker broker = broker(
                    new Owner(
                            "one",
                            hooks -> hooks.onAccept(event -> {
                                chronicle.add("one " + event.context().put(PATH, "one"));
                                return event.accept();
                            })),
                    new Owner(
                            "two",
                            hooks -> hooks.onAccept(event -> {
                                chronicle.add("two after " + event.context().put(PATH, "two"));
                                return event.connection() == 1 ? event.accept() : event.refuse("There is one already.");
                            })),
                    Owner.embedder(hooks -> hooks.onAccept(event -> {
                        chronicle.add("embedder after " + event.context().get(PATH));
                        return event.accept();
                    })))) {
                broker.connect(Connect.v5("first"));
                assertThat(chronicle.news()).containsExactly("one null", "two after one", "embedder after two");
                Client second = knocks(broker, Connect.v5("second"));
                assertThat(second.received()).isEmpty();
                assertThat(second.closed()).isTrue();
                assertThat(chronicle.news()).containsExactly("one null", "two after one");
                assertThat(broker.admin().statistics().connectionsOpen()).isEqualTo(1);
            }
        }

        @Test
        void nothingIsHeardOfAConnectionThatWasRefused() {
            try (VirtualBroker broker = broker(hooks -> hooks.onAccept(event -> event.refuse("Nobody."))
                    .onConnect(event -> {
                        chronicle.add("connect");
                        return event.proceed();
                    })
                    .onClose(event -> chronicle.add("close"))
                    .onClosed(event -> chronicle.add("closed")))) {
                assertThat(knocks(broker, Connect.v5("client")).closed()).isTrue();
                assertThat(chronicle.news()).isEmpty();
                assertThat(broker.admin().statistics().packetsReceived()).isZero();
            }
        }

        @Test
        void aConnectionIsNotReadFromWhileItIsDecided() {
            CompletableFuture<OnAccept.Answer> answer = new CompletableFuture<>();
            try (VirtualBroker broker = broker(hooks -> hooks.onAcceptAsync(event -> answer))) {
                Client client = knocks(broker, Connect.v5("client"));
                assertThat(client.isReadFrom()).isFalse();
                assertThat(client.received()).isEmpty();
                answer.complete(OnAccept.Answer.ACCEPTED);
                assertThat(client.expect(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
            }
        }
    }

    @Nested
    class OnConnectTest {

        @Test
        void isAskedWithWhatConnectSays() {
            Will will = Will.of("will", Binary.utf8("gone"), Qos.AT_LEAST_ONCE);
            List<OnConnect.Connecting> events = new ArrayList<>();
            try (VirtualBroker broker = broker(hooks -> hooks.onConnect(event -> {
                events.add(event);
                assertThat(event.client().principal()).isEmpty();
                assertThat(event.client().connected()).isTrue();
                assertThatThrownBy(() -> event.client().sessionAttributes())
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("has no session yet");
                return event.proceed();
            }))) {
                Client client = broker.connect(Connect.v5("client")
                        .withCleanStart(false)
                        .withKeepAlive(77)
                        .withCredentials("ann", Binary.utf8("secret"))
                        .withWill(will)
                        .withProperties(ConnectProperties.NONE
                                .withUserProperty("a", "1")
                                .withUserProperty("a", "2")));
                assertThat(events).hasSize(1);
                OnConnect.Connecting event = events.get(0);
                assertThat(event.client().clientId()).isEqualTo("client");
                assertThat(event.client().username()).isEqualTo("ann");
                assertThat(event.client().version()).isEqualTo(MqttVersion.V5);
                assertThat(event.client().remoteAddress()).isNotNull();
                assertThat(event.password()).isEqualTo(Binary.utf8("secret"));
                assertThat(event.cleanStart()).isFalse();
                assertThat(event.keepAlive()).isEqualTo(77);
                assertThat(event.will()).isEqualTo(will);
                assertThat(event.userProperties())
                        .containsExactly(new UserProperty("a", "1"), new UserProperty("a", "2"));
                client.drop();
                assertThat(event.client().connected()).isFalse();
            }
        }

        @Test
        void knowsTheIdThatTheBrokerGaveAClient() {
            try (VirtualBroker broker = broker(hooks -> hooks.onConnect(event -> {
                        chronicle.add(
                                event.client().clientId() + " " + event.client().username());
                        return event.proceed();
                    })
                    .onConnected(event -> chronicle.add(event.client().clientId())))) {
                Client client = broker.connect(Connect.v5(""));
                assertThat(client.connack.properties().assignedClientIdentifier())
                        .isEqualTo("assigned-1");
                assertThat(chronicle.news()).containsExactly("assigned-1 null", "assigned-1");
            }
        }

        @Test
        void isNotAskedAboutAConnectThatIsNotValid() {
            try (VirtualBroker broker = broker(hooks -> hooks.onConnect(event -> {
                chronicle.add("asked");
                return event.proceed();
            }))) {
                assertThat(knocks(broker, Connect.v311("").withCleanStart(false))
                                .expect(Connack.class)
                                .reason())
                        .isEqualTo(ReasonCode.CLIENT_IDENTIFIER_NOT_VALID);
                assertThat(chronicle.news()).isEmpty();
            }
        }

        @Test
        void pluginsAreAskedInTheirOrderAndTheEmbedderLastWhoeverAnswersLater() {
            List<CompletableFuture<OnConnect.Answer>> answers = new ArrayList<>();
            List<OnConnect.Connecting> events = new ArrayList<>();
            try (VirtualBroker broker = broker(
                    new Owner(
                            "one",
                            hooks -> hooks.onConnectAsync(event -> {
                                        chronicle.add("one");
                                        event.context().put(PATH, "one");
                                        return later(answers, events, event);
                                    })
                                    .onConnect(event -> {
                                        chronicle.add("one again");
                                        return event.proceed();
                                    })),
                    new Owner(
                            "two",
                            hooks -> hooks.blocking().onConnect(event -> {
                                chronicle.add("two after " + event.context().put(PATH, "two"));
                                return event.proceed();
                            })),
                    Owner.embedder(hooks -> hooks.onConnectAsync(event -> {
                        chronicle.add("embedder after " + event.context().get(PATH));
                        return later(answers, events, event);
                    })))) {
                Client client = knocks(broker, Connect.v5("client"));
                assertThat(chronicle.news()).containsExactly("one");
                answers.get(0).complete(events.get(0).proceed());
                broker.settle();
                assertThat(chronicle.news()).containsExactly("one again", "two after one", "embedder after two");
                assertThat(client.received()).isEmpty();
                answers.get(1).complete(events.get(1).proceed());
                assertThat(client.expect(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
            }
        }

        private static CompletableFuture<OnConnect.Answer> later(
                List<CompletableFuture<OnConnect.Answer>> answers,
                List<OnConnect.Connecting> events,
                OnConnect.Connecting event) {
            CompletableFuture<OnConnect.Answer> answer = new CompletableFuture<>();
            answers.add(answer);
            events.add(event);
            return answer;
        }

        @ParameterizedTest
        @EnumSource(MqttVersion.class)
        void aRefusalIsToldInTheWordsOfTheVersion(MqttVersion version) {
            try (VirtualBroker broker = broker(
                    new Owner("one", hooks -> hooks.onConnect(event -> refusal(event))),
                    Owner.embedder(hooks -> hooks.onConnect(event -> {
                        chronicle.add("asked");
                        return event.proceed();
                    })))) {
                boolean v5 = version == MqttVersion.V5;
                Connack said = knocks(broker, Connect.of(version, "usual")).expect(Connack.class);
                assertThat(said.reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
                assertThat(said.properties().reasonString()).isEqualTo(v5 ? "usual is not welcome." : null);
                assertThat(knocks(broker, Connect.of(version, "busy"))
                                .expect(Connack.class)
                                .reason())
                        .isEqualTo(v5 ? ReasonCode.QUOTA_EXCEEDED : ReasonCode.SERVER_UNAVAILABLE);
                Client untold = knocks(broker, Connect.of(version, "untellable"));
                if (v5) {
                    assertThat(untold.expect(Connack.class).reason()).isEqualTo(ReasonCode.PAYLOAD_FORMAT_INVALID);
                } else {
                    assertThat(untold.received()).isEmpty(); // [MQTT3-3.2.2-6]
                }
                assertThat(untold.closed()).isTrue();
                assertThat(chronicle.news()).isEmpty();
                assertThat(broker.admin().statistics().connectsRefused()).isEqualTo(3);
            }
        }

        private static OnConnect.Answer refusal(OnConnect.Connecting event) {
            return switch (event.client().clientId()) {
                case "busy" -> event.refuse(ReasonCode.QUOTA_EXCEEDED, "Later.");
                case "untellable" -> event.refuse(ReasonCode.PAYLOAD_FORMAT_INVALID, "No.");
                default -> event.refuse(event.client().clientId() + " is not welcome.");
            };
        }

        @Test
        void theAnswerOfAClientThatSaysFarewellMeanwhileIsNotWaitedFor() {
            CompletableFuture<OnConnect.Answer> answer = new CompletableFuture<>();
            try (VirtualBroker broker = broker(hooks -> hooks.onConnectAsync(event -> answer)
                    .onClose(event -> chronicle.add("close by client " + event.byClient())))) {
                Client client = broker.openSoon(MqttVersion.V5);
                client.send(Connect.v5("client"), new Disconnect());
                client.drop();
                assertThat(chronicle.news()).containsExactly("close by client true");
                answer.completeExceptionally(new IllegalStateException("too late to matter"));
                broker.settle();
                assertThat(broker.admin().statistics().connectionsOpen()).isZero();
                assertThat(broker.admin().sessions()).isEmpty();
            }
        }

        @Test
        void whatAClientSendsBeforeItIsDecidedWaits() {
            CompletableFuture<OnConnect.Answer> answer = new CompletableFuture<>();
            List<OnConnect.Connecting> events = new ArrayList<>();
            try (VirtualBroker broker = broker(hooks -> hooks.onConnectAsync(event -> {
                        events.add(event);
                        return answer;
                    })
                    .onMsgArrived(event -> {
                        chronicle.add("message");
                        return event.route();
                    }))) {
                Client client = broker.openSoon(MqttVersion.V5);
                client.send(Connect.v5("client"), Publish.qos1("t", Binary.EMPTY, 1));
                broker.settle();
                assertThat(chronicle.news()).isEmpty();
                answer.complete(events.get(0).proceed());
                assertThat(client.received())
                        .extracting(packet -> packet.type().name())
                        .containsExactly("CONNACK", "PUBACK");
                assertThat(chronicle.news()).containsExactly("message");
            }
        }
    }

    // A refusal leaves no trace.

    /** One that refuses the client whose user name is "intruder". */
    private enum Refusing {
        ON_CONNECT {
            @Override
            void register(HookRegistry hooks) {
                hooks.onConnect(event -> intruder(event) ? event.refuse("No.") : event.proceed());
            }
        },
        ON_CONNECT_LATER {
            @Override
            void register(HookRegistry hooks) {
                hooks.blocking().onConnect(event -> intruder(event) ? event.refuse("No.") : event.proceed());
            }
        },
        ON_BASIC_AUTH {
            @Override
            void register(HookRegistry hooks) {
                hooks.onBasicAuth(event -> intruder(event) ? event.refuse("No.") : event.accept());
            }
        },
        ON_BASIC_AUTH_THAT_PASSES {
            @Override
            void register(HookRegistry hooks) {
                hooks.blocking().onBasicAuth(event -> intruder(event) ? event.pass() : event.accept());
            }
        },
        AUTHORIZER_OF_THE_WILL {
            @Override
            void register(HookRegistry hooks) {
                hooks.authorizer(event -> intruder(event) ? event.deny() : event.allow());
            }
        };

        abstract void register(HookRegistry hooks);

        private static boolean intruder(ClientEvent event) {
            return Objects.equals(event.client().username(), "intruder");
        }
    }

    private static Stream<Arguments> refusals() {
        return Stream.of(Refusing.values())
                .flatMap(refusing -> Stream.of(MqttVersion.values())
                        .flatMap(version -> Stream.of(false, true)
                                .flatMap(clean -> Stream.of(
                                        Arguments.of(refusing, version, clean, false),
                                        Arguments.of(refusing, version, clean, true)))));
    }

    private static Connect connect(MqttVersion version, @Nullable String username, boolean clean) {
        Connect connect = Connect.of(version, "pump").withCleanStart(clean).withKeepAlive(0);
        Connect named = username == null ? connect : connect.withCredentials(username, Binary.utf8("secret"));
        return version == MqttVersion.V5
                ? named.withProperties(ConnectProperties.NONE.withSessionExpiryInterval(1000))
                : named;
    }

    private static Connect intruder(MqttVersion version, boolean clean) {
        return connect(version, "intruder", clean)
                .withWill(Will.of("will", Binary.utf8("of an intruder"), Qos.EXACTLY_ONCE)
                        .withRetain(true));
    }

    private VirtualBroker tellingBroker(Refusing refusing, boolean late) {
        Consumer<HookRegistry> hooks = registry -> {
            refusing.register(registry);
            registry.onConnected(event -> chronicle.add("connected"))
                    .onSessionCreated(event -> chronicle.add("created"))
                    .onSessionResumed(event -> chronicle.add("resumed"))
                    .onSessionTerminated(event -> chronicle.add("terminated"))
                    .onClose(event -> chronicle.add("close of " + event.client().username()))
                    .onClosed(event -> chronicle.add("closed"));
        };
        return VirtualBroker.of(new VirtualLoops(2, 1), Settings.defaults(), late, List.of(Owner.embedder(hooks)));
    }

    private static Client watcher(VirtualBroker broker) {
        Client watcher = broker.connect(Connect.v5("watcher").withKeepAlive(0));
        watcher.send(Subscribe.of(1, "will", Qos.AT_MOST_ONCE));
        watcher.expect(Suback.class);
        return watcher;
    }

    private void assertRefused(VirtualBroker broker, Client watcher, MqttVersion version, boolean clean) {
        chronicle.news();
        Client client = knocks(broker, intruder(version, clean));
        Connack told = client.expect(Connack.class);
        assertThat(told.reason()).isIn(ReasonCode.NOT_AUTHORIZED, ReasonCode.BAD_USER_NAME_OR_PASSWORD);
        assertThat(told.sessionPresent()).isFalse();
        assertThat(client.closed()).isTrue();
        broker.pass(Duration.ofSeconds(1));
        assertThat(watcher.received()).as("wills").isEmpty();
        assertThat(broker.admin().statistics().retained()).isZero();
        assertThat(chronicle.news()).containsExactly("close of intruder", "closed");
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void aRefusedClientDoesNotDisturbTheRealOne(Refusing refusing, MqttVersion version, boolean clean, boolean late) {
        try (VirtualBroker broker = tellingBroker(refusing, late)) {
            Client watcher = watcher(broker);
            Client real = broker.connect(connect(version, "pump", false)
                    .withWill(Will.of("will", Binary.utf8("of the pump"), Qos.AT_MOST_ONCE)));
            real.send(Subscribe.of(1, "news", Qos.AT_LEAST_ONCE));
            real.expect(Suback.class);
            assertRefused(broker, watcher, version, clean);
            watcher.send(Publish.qos0("news", Binary.EMPTY));
            real.expect(Publish.class);
            real.drop();
            assertThat(watcher.expect(Publish.class).payload().toUtf8()).isEqualTo("of the pump");
        }
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void aRefusedClientDoesNotTouchTheSessionOfOneThatIsAway(
            Refusing refusing, MqttVersion version, boolean clean, boolean late) {
        try (VirtualBroker broker = tellingBroker(refusing, late)) {
            Client watcher = watcher(broker);
            Client real = broker.connect(connect(version, "pump", false));
            real.send(Subscribe.of(1, "news", Qos.AT_LEAST_ONCE));
            real.expect(Suback.class);
            real.drop();
            watcher.send(Publish.qos1("news", Binary.utf8("waits"), 1));
            watcher.expect(Puback.class);
            assertRefused(broker, watcher, version, clean);
            Client back = broker.connect(connect(version, "pump", false));
            assertThat(back.connack.sessionPresent()).isEqualTo(version != MqttVersion.V3_1);
            assertThat(back.expect(Publish.class).payload().toUtf8()).isEqualTo("waits");
        }
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void aRefusedClientBeginsNoSession(Refusing refusing, MqttVersion version, boolean clean, boolean late) {
        try (VirtualBroker broker = tellingBroker(refusing, late)) {
            Client watcher = watcher(broker);
            assertRefused(broker, watcher, version, clean);
            assertThat(broker.admin().session("pump")).isEmpty();
            assertThat(broker.admin().statistics().sessions()).isEqualTo(1);
            assertThat(broker.admin().statistics().connectsRefused()).isEqualTo(1);
        }
    }
}
