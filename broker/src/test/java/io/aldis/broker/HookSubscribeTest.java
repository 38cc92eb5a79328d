package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.VirtualBroker.Client;
import io.aldis.broker.VirtualBroker.Owner;
import io.aldis.broker.chain.Hooks;
import io.aldis.broker.hook.AttributeKey;
import io.aldis.broker.hook.HookRegistry;
import io.aldis.broker.hook.OnUnsubscribe;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Publish;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.RetainHandling;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.codec.Subscription;
import io.aldis.codec.Unsuback;
import io.aldis.codec.Unsubscribe;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code OnSubscribe}, {@code OnSubscribed}, {@code OnUnsubscribe} and {@code OnUnsubscribed}. */
class HookSubscribeTest {

    private static final AttributeKey<String> PATH = AttributeKey.of("path", String.class);

    @RegisterExtension
    final HookLog log = new HookLog();

    private final Chronicle chronicle = new Chronicle();

    private static VirtualBroker broker(boolean late, Consumer<HookRegistry> hooks, Owner... plugins) {
        List<Owner> owners = new ArrayList<>(List.of(plugins));
        owners.add(Owner.embedder(hooks));
        return VirtualBroker.of(new VirtualLoops(2, 1), Settings.defaults(), late, owners);
    }

    private static VirtualBroker broker(Consumer<HookRegistry> hooks, Owner... plugins) {
        return broker(false, hooks, plugins);
    }

    private static Subscription at(Qos qos, String filter) {
        return Subscription.of(filter, qos);
    }

    private static Connect persistent(String clientId) {
        return Connect.v5(clientId)
                .withCleanStart(false)
                .withProperties(ConnectProperties.NONE.withSessionExpiryInterval(1000));
    }

    @Nested
    class OnSubscribeTest {

        @Test
        void isAskedAboutEachFilterInOrderPluginsFirst() {
            try (VirtualBroker broker = broker(
                    hooks -> asks(hooks, Hooks.EMBEDDER),
                    new Owner("one", hooks -> asks(hooks, "one")),
                    new Owner("two", hooks -> asks(hooks.blocking(), "two")))) {
                Client client = broker.connect(Connect.v5("client"));
                client.send(Subscribe.of(1, at(Qos.AT_LEAST_ONCE, "a/+"), at(Qos.EXACTLY_ONCE, "$share/g/b")));
                client.expect(Suback.class);
                assertThat(chronicle.news())
                        .containsExactly(
                                "one of client about a/+ 1 after null",
                                "two of client about a/+ 1 after one",
                                "embedder of client about a/+ 1 after two",
                                "one of client about $share/g/b 2 after null",
                                "two of client about $share/g/b 2 after one",
                                "embedder of client about $share/g/b 2 after two");
            }
        }

        private void asks(HookRegistry hooks, String owner) {
            hooks.onSubscribe(event -> {
                chronicle.add(owner + " of " + event.client().clientId() + " about " + event.filter() + " "
                        + event.subscription().qos().level() + " after "
                        + event.context().put(PATH, owner));
                return event.grant();
            });
        }

        @ParameterizedTest
        @EnumSource(MqttVersion.class)
        void whatOneRefusesIsNotMadeAndNobodyElseIsAsked(MqttVersion version) {
            try (VirtualBroker broker = broker(
                    hooks -> hooks.onSubscribe(event -> {
                                chronicle.add("asked about " + event.filter());
                                return event.grant();
                            })
                            .onSubscribed(event -> chronicle.add(
                                    "subscribed " + event.subscription().filter())),
                    new Owner(
                            "one",
                            hooks -> hooks.onSubscribe(event -> switch (event.filter()) {
                                case "no" -> event.refuse("Not you.");
                                case "full" -> event.refuse(ReasonCode.QUOTA_EXCEEDED, "Enough.");
                                default -> event.grant();
                            })))) {
                Client client = broker.connect(Connect.of(version, "client"));
                client.send(Subscribe.of(
                        1, at(Qos.AT_MOST_ONCE, "no"), at(Qos.AT_MOST_ONCE, "yes"), at(Qos.AT_MOST_ONCE, "full")));
                Suback told = client.expect(Suback.class);
                if (version == MqttVersion.V5) {
                    assertThat(told.reasons())
                            .containsExactly(
                                    ReasonCode.NOT_AUTHORIZED, ReasonCode.GRANTED_QOS_0, ReasonCode.QUOTA_EXCEEDED);
                    assertThat(told.properties().reasonString()).isEqualTo("No subscription to \"no\": Not you.");
                } else {
                    assertThat(told.reasons())
                            .containsExactly(
                                    ReasonCode.UNSPECIFIED_ERROR,
                                    ReasonCode.GRANTED_QOS_0,
                                    ReasonCode.UNSPECIFIED_ERROR);
                }
                assertThat(chronicle.news()).containsExactly("asked about yes", "subscribed yes");
                client.send(
                        Publish.qos0("no", Binary.EMPTY),
                        Publish.qos0("yes", Binary.EMPTY),
                        Publish.qos0("full", Binary.EMPTY));
                assertThat(client.expect(Publish.class).topic()).isEqualTo("yes");
            }
        }

        @Test
        void aRefusedFilterChangesNothingOfASubscriptionThatWasThere() {
            try (VirtualBroker broker = broker(hooks -> hooks.onSubscribe(
                    event -> event.subscription().qos() == Qos.AT_MOST_ONCE ? event.refuse("No.") : event.grant()))) {
                Client client = broker.connect(persistent("client"));
                client.send(Subscribe.of(1, "t", Qos.AT_LEAST_ONCE));
                client.expect(Suback.class);
                client.send(Subscribe.of(2, "t", Qos.AT_MOST_ONCE));
                assertThat(client.expect(Suback.class).reasons()).containsExactly(ReasonCode.NOT_AUTHORIZED);
                client.send(Publish.qos1("t", Binary.EMPTY, 1));
                assertThat(client.received(Publish.class))
                        .extracting(Publish::qos)
                        .containsExactly(Qos.AT_LEAST_ONCE);
            }
        }

        @Test
        void maySubscribeAtALowerQos() {
            try (VirtualBroker broker = broker(
                    hooks -> hooks.onSubscribe(event -> {
                        chronicle.add("embedder sees " + event.subscription().qos());
                        return event.grant(Qos.EXACTLY_ONCE);
                    }),
                    new Owner("one", hooks -> hooks.onSubscribe(event -> event.grant(Qos.AT_LEAST_ONCE))))) {
                Client client = broker.connect(Connect.v5("client"));
                client.send(Subscribe.of(1, "t", Qos.EXACTLY_ONCE));
                assertThat(client.expect(Suback.class).reasons()).containsExactly(ReasonCode.GRANTED_QOS_1);
                assertThat(chronicle.news()).containsExactly("embedder sees AT_LEAST_ONCE");
                client.send(Publish.qos2("t", Binary.EMPTY, 1));
                assertThat(client.received(Publish.class))
                        .extracting(Publish::qos)
                        .containsExactly(Qos.AT_LEAST_ONCE);
            }
        }

        @Test
        void cannotRaiseTheQosThatWasAskedForOrThatAnotherHasLowered() {
            try (VirtualBroker broker = broker(
                    hooks -> hooks.onSubscribe(event -> event.grant(at(Qos.EXACTLY_ONCE, event.filter()))),
                    new Owner(
                            "one",
                            hooks -> hooks.onSubscribe(event -> event.filter().equals("lowered")
                                    ? event.grant(Qos.AT_MOST_ONCE)
                                    : event.grant())))) {
                Client client = broker.connect(Connect.v5("client"));
                client.send(Subscribe.of(
                        1,
                        at(Qos.AT_LEAST_ONCE, "lowered"),
                        at(Qos.AT_LEAST_ONCE, "asked"),
                        at(Qos.EXACTLY_ONCE, "t")));
                assertThat(client.expect(Suback.class).reasons())
                        .containsExactly(ReasonCode.GRANTED_QOS_0, ReasonCode.GRANTED_QOS_1, ReasonCode.GRANTED_QOS_2);
            }
        }

        @Test
        void maySubscribeWithOtherOptions() {
            try (VirtualBroker broker = broker(hooks -> hooks.onSubscribe(event -> event.grant(event.subscription()
                    .withNoLocal(true)
                    .withRetainAsPublished(true)
                    .withRetainHandling(RetainHandling.DO_NOT_SEND))))) {
                Client other = broker.connect(Connect.v5("other"));
                other.send(Publish.qos0("t", Binary.utf8("old")).withRetain(true));
                Client client = broker.connect(Connect.v5("client"));
                client.send(Subscribe.of(1, "t", Qos.AT_MOST_ONCE));
                client.expect(Suback.class);
                client.send(Publish.qos0("t", Binary.utf8("own")));
                assertThat(client.received()).isEmpty();
                other.send(Publish.qos0("t", Binary.utf8("new")).withRetain(true));
                assertThat(client.expect(Publish.class).retain()).isTrue();
            }
        }

        @Test
        void anotherFilterIsTakenForAFailure() {
            try (VirtualBroker broker = broker(
                    hooks -> {},
                    new Owner(
                            "one", hooks -> hooks.onSubscribe(event -> event.grant(at(Qos.AT_MOST_ONCE, "other")))))) {
                Client client = broker.connect(persistent("client"));
                client.send(Subscribe.of(1, "t", Qos.AT_MOST_ONCE));
                assertThat(client.expect(Suback.class).reasons()).containsExactly(ReasonCode.NOT_AUTHORIZED);
                assertThat(broker.admin().statistics().subscriptions()).isZero();
                assertThat(broker.hooks().uses())
                        .filteredOn(use -> use.owner().equals("one"))
                        .allSatisfy(use -> assertThat(use.failures()).isEqualTo(1));
                assertThat(log.lines()).singleElement().asString().contains("answered what cannot be");
            }
        }

        @Test
        void aRefusedFilterGetsNoRetainedMessages() {
            try (VirtualBroker broker = broker(hooks -> hooks.blocking()
                    .onSubscribe(event -> event.filter().equals("b") ? event.grant() : event.refuse("No.")))) {
                Client other = broker.connect(Connect.v5("other"));
                other.send(
                        Publish.qos0("a", Binary.utf8("a")).withRetain(true),
                        Publish.qos0("b", Binary.utf8("b")).withRetain(true));
                Client client = broker.connect(Connect.v5("client"));
                client.send(Subscribe.of(1, at(Qos.AT_MOST_ONCE, "a"), at(Qos.AT_MOST_ONCE, "b")));
                assertThat(client.received(Publish.class))
                        .extracting(Publish::topic)
                        .containsExactly("b");
            }
        }
    }

    @Nested
    class OnSubscribedTest {

        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void hearsOfWhatIsEffectivePluginsFirst(boolean late) {
            try (VirtualBroker broker = broker(
                    late,
                    hooks -> hears(hooks.onSubscribe(event -> event.grant(Qos.AT_LEAST_ONCE)), Hooks.EMBEDDER),
                    new Owner("one", hooks -> hears(hooks, "one")),
                    new Owner("two", hooks -> hears(hooks, "two")))) {
                Client client = broker.connect(persistent("client"));
                client.send(Subscribe.of(1, at(Qos.EXACTLY_ONCE, "a"), at(Qos.AT_MOST_ONCE, "not/#/valid")));
                client.expect(Suback.class);
                assertThat(chronicle.news())
                        .containsExactly(
                                "one: client a 1, 1 in all",
                                "two: client a 1, 1 in all",
                                "embedder: client a 1, 1 in all");
                client.send(Subscribe.of(2, "a", Qos.AT_MOST_ONCE));
                client.expect(Suback.class);
                assertThat(chronicle.news()).hasSize(3).first().isEqualTo("one: client a 0, 1 in all");
            }
        }

        private void hears(HookRegistry hooks, String owner) {
            hooks.onSubscribed(event -> chronicle.add(owner + ": " + event.clientId() + " "
                    + event.subscription().filter() + " "
                    + event.subscription().qos().level() + ", "
                    + event.broker().statistics().subscriptions() + " in all"));
        }

        @Test
        void isNotToldOfOneTooMany() {
            try (VirtualBroker broker = new VirtualBroker(
                    2,
                    1,
                    Settings.defaults().withSubscription(subscription -> subscription.withMaximumPerSession(1)),
                    hooks -> hooks.onSubscribed(
                            event -> chronicle.add(event.subscription().filter())))) {
                Client client = broker.connect(Connect.v5("client"));
                client.send(Subscribe.of(1, at(Qos.AT_MOST_ONCE, "a"), at(Qos.AT_MOST_ONCE, "b")));
                assertThat(client.expect(Suback.class).reasons())
                        .containsExactly(ReasonCode.GRANTED_QOS_0, ReasonCode.QUOTA_EXCEEDED);
                assertThat(chronicle.news()).containsExactly("a");
            }
        }
    }

    @Nested
    class OnUnsubscribeTest {

        @Test
        void isAskedAboutEachFilterInOrderPluginsFirst() {
            try (VirtualBroker broker = broker(
                    hooks -> asks(hooks, Hooks.EMBEDDER),
                    new Owner("one", hooks -> asks(hooks.blocking(), "one")),
                    new Owner("two", hooks -> asks(hooks, "two")))) {
                Client client = broker.connect(Connect.v5("client"));
                client.send(Unsubscribe.of(1, "a", "b"));
                assertThat(client.expect(Unsuback.class).reasons())
                        .containsExactly(ReasonCode.NO_SUBSCRIPTION_EXISTED, ReasonCode.NO_SUBSCRIPTION_EXISTED);
                assertThat(chronicle.news())
                        .containsExactly(
                                "one of client about a after null",
                                "two of client about a after one",
                                "embedder of client about a after two",
                                "one of client about b after null",
                                "two of client about b after one",
                                "embedder of client about b after two");
            }
        }

        private void asks(HookRegistry hooks, String owner) {
            hooks.onUnsubscribe(event -> {
                chronicle.add(owner + " of " + event.client().clientId() + " about " + event.filter() + " after "
                        + event.context().put(PATH, owner));
                return event.allow();
            });
        }

        @ParameterizedTest
        @EnumSource(MqttVersion.class)
        void aSubscriptionWhoseEndIsRefusedGoesOn(MqttVersion version) {
            try (VirtualBroker broker = broker(
                    hooks -> hooks.onUnsubscribe(event -> {
                                chronicle.add("asked about " + event.filter());
                                return event.allow();
                            })
                            .onUnsubscribed(event -> chronicle.add("unsubscribed " + event.filter())),
                    new Owner(
                            "one",
                            hooks -> hooks.onUnsubscribe(event -> switch (event.filter()) {
                                case "kept" -> event.refuse("Not this one.");
                                case "kept/too" ->
                                    new OnUnsubscribe.Refuse(ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR, "Nor this.");
                                default -> event.allow();
                            })))) {
                Client client = broker.connect(Connect.of(version, "client"));
                client.send(Subscribe.of(
                        1, at(Qos.AT_MOST_ONCE, "kept"), at(Qos.AT_MOST_ONCE, "a"), at(Qos.AT_MOST_ONCE, "kept/too")));
                client.expect(Suback.class);
                client.send(Unsubscribe.of(2, "kept", "a", "kept/too"));
                Unsuback told = client.expect(Unsuback.class);
                if (version == MqttVersion.V5) {
                    assertThat(told.reasons())
                            .containsExactly(
                                    ReasonCode.NOT_AUTHORIZED,
                                    ReasonCode.SUCCESS,
                                    ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR);
                    assertThat(told.properties().reasonString()).isEqualTo("Not this one.");
                }
                assertThat(chronicle.news()).containsExactly("asked about a", "unsubscribed a");
                client.send(
                        Publish.qos0("kept", Binary.EMPTY),
                        Publish.qos0("a", Binary.EMPTY),
                        Publish.qos0("kept/too", Binary.EMPTY));
                assertThat(client.received(Publish.class))
                        .extracting(Publish::topic)
                        .containsExactly("kept", "kept/too");
            }
        }

        @Test
        void theFirstOfManyRefusalsIsToldInWords() {
            try (VirtualBroker broker =
                    broker(hooks -> hooks.onUnsubscribe(event -> event.refuse("Not " + event.filter())))) {
                Client client = broker.connect(Connect.v5("client"));
                List<String> filters = new ArrayList<>();
                for (int i = 100; i < 150; i++) {
                    filters.add("f" + i);
                }
                client.send(Unsubscribe.of(1, filters.toArray(new String[0])));
                assertThat(client.expect(Unsuback.class).properties().reasonString())
                        .isEqualTo("Not f100");
                broker.hooks()
                        .replace(List.of(Hooks.register(
                                "one",
                                hooks -> hooks.onUnsubscribe(
                                        event -> List.of("f117", "f132").contains(event.filter())
                                                ? event.refuse("Not " + event.filter())
                                                : event.allow()))));
                client.send(Unsubscribe.of(2, filters.toArray(new String[0])));
                assertThat(client.expect(Unsuback.class).properties().reasonString())
                        .isEqualTo("Not f117");
            }
        }
    }

    @Nested
    class OnUnsubscribedTest {

        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void hearsOfWhatHasEndedAndOfNothingElsePluginsFirst(boolean late) {
            try (VirtualBroker broker = broker(
                    late,
                    hooks -> hears(hooks, Hooks.EMBEDDER),
                    new Owner("one", hooks -> hears(hooks, "one")),
                    new Owner("two", hooks -> hears(hooks, "two")))) {
                Client client = broker.connect(persistent("client"));
                client.send(Subscribe.of(1, at(Qos.AT_MOST_ONCE, "a"), at(Qos.AT_MOST_ONCE, "b")));
                client.expect(Suback.class);
                client.send(Unsubscribe.of(2, "never/there", "a"));
                client.expect(Unsuback.class);
                assertThat(chronicle.news())
                        .containsExactly(
                                "one: client a, 1 left", "two: client a, 1 left", "embedder: client a, 1 left");
                client.drop();
                broker.connect(Connect.v5("client"));
                assertThat(chronicle.news())
                        .as("subscriptions that end with their session")
                        .isEmpty();
            }
        }

        private void hears(HookRegistry hooks, String owner) {
            hooks.onUnsubscribed(event -> chronicle.add(owner + ": " + event.clientId() + " " + event.filter() + ", "
                    + event.broker().statistics().subscriptions() + " left"));
        }
    }

    @Test
    void aListenerThatThrowsHurtsNobody() {
        try (VirtualBroker broker = broker(
                hooks -> hooks.onSubscribed(event -> chronicle.add("subscribed"))
                        .onUnsubscribed(event -> chronicle.add("unsubscribed")),
                new Owner(
                        "one",
                        hooks -> hooks.onSubscribed(event -> {
                                    throw new IllegalStateException("broken");
                                })
                                .onUnsubscribed(event -> {
                                    throw new NoClassDefFoundError("a library");
                                })))) {
            Client client = broker.connect(Connect.v5("client"));
            client.send(
                    Subscribe.of(1, "t", Qos.AT_MOST_ONCE), Unsubscribe.of(2, "t"), Publish.qos1("t", Binary.EMPTY, 1));
            assertThat(client.received())
                    .extracting(packet -> packet.type().name())
                    .containsExactly("SUBACK", "UNSUBACK", "PUBACK");
            assertThat(chronicle.news()).containsExactly("subscribed", "unsubscribed");
            assertThat(broker.hooks().uses())
                    .filteredOn(use -> use.owner().equals("one"))
                    .allSatisfy(use -> assertThat(use.failures()).isEqualTo(1));
            assertThat(client.closed()).isFalse();
        }
    }
}
