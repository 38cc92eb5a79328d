package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aldis.broker.VirtualBroker.Client;
import io.aldis.broker.VirtualBroker.Owner;
import io.aldis.broker.admin.HookUse;
import io.aldis.broker.chain.Hooks;
import io.aldis.broker.hook.AttributeKey;
import io.aldis.broker.hook.HookRegistry;
import io.aldis.broker.hook.OnDeliver;
import io.aldis.broker.message.Message;
import io.aldis.broker.metric.DropReason;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Puback;
import io.aldis.codec.Pubcomp;
import io.aldis.codec.Publish;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Pubrec;
import io.aldis.codec.Pubrel;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.codec.SubscribeProperties;
import io.aldis.codec.UserProperty;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code OnDeliver}, {@code OnDelivered}, {@code OnAcked} and {@code OnMsgDropped}: the way of a message to each receiver. */
class HookDeliveryTest {

    private static final AttributeKey<String> PATH = AttributeKey.of("path", String.class);

    @RegisterExtension
    final HookLog log = new HookLog();

    private final Chronicle chronicle = new Chronicle();

    private static VirtualBroker broker(
            Settings settings, boolean late, Consumer<HookRegistry> hooks, Owner... plugins) {
        List<Owner> owners = new ArrayList<>(List.of(plugins));
        owners.add(Owner.embedder(hooks));
        return VirtualBroker.of(new VirtualLoops(2, 1), settings, late, owners);
    }

    private static VirtualBroker broker(Consumer<HookRegistry> hooks, Owner... plugins) {
        return broker(Settings.defaults(), false, hooks, plugins);
    }

    private static Client receiver(VirtualBroker broker, Connect connect, Qos qos) {
        Client client = broker.connect(connect.withKeepAlive(0));
        client.send(Subscribe.of(1, "t/#", qos));
        client.expect(Suback.class);
        return client;
    }

    private static Connect connect(MqttVersion version, String clientId, boolean lasting) {
        Connect connect = Connect.of(version, clientId).withCleanStart(!lasting);
        return lasting && version == MqttVersion.V5
                ? connect.withProperties(ConnectProperties.NONE.withSessionExpiryInterval(1000))
                : connect;
    }

    private static Client publisher(VirtualBroker broker) {
        return broker.connect(Connect.v5("publisher").withKeepAlive(0));
    }

    private static void publish(Client publisher, Qos qos, String payload) {
        publisher.send(new Publish(
                "t/x",
                Binary.utf8(payload),
                qos,
                false,
                false,
                qos == Qos.AT_MOST_ONCE ? 0 : 1,
                PublishProperties.NONE));
        publisher.received();
        if (qos == Qos.EXACTLY_ONCE) {
            publisher.send(new Pubrel(1));
            publisher.expect(Pubcomp.class);
        }
    }

    private static List<String> payloads(Client client) {
        return client.received(Publish.class).stream()
                .map(publish -> publish.payload().toUtf8())
                .toList();
    }

    /** PUBACK, or PUBREC and PUBCOMP. */
    private static void acknowledge(Client client, Publish publish) {
        if (publish.qos() == Qos.AT_LEAST_ONCE) {
            client.send(new Puback(publish.packetId()));
        } else if (publish.qos() == Qos.EXACTLY_ONCE) {
            client.send(new Pubrec(publish.packetId()));
            client.expect(Pubrel.class);
            client.send(new Pubcomp(publish.packetId()));
        }
    }

    private static Message reworded(Message message, String words) {
        return message.toBuilder().payload(words).build();
    }

    @Nested
    class OnDeliverTest {

        @Test
        void isAskedAboutEachReceiverPluginsFirst() {
            try (VirtualBroker broker = broker(
                    hooks -> appends(hooks, Hooks.EMBEDDER),
                    new Owner("one", hooks -> appends(hooks, "one")),
                    new Owner("two", hooks -> appends(hooks, "two")))) {
                Client client = receiver(broker, Connect.v5("a"), Qos.AT_LEAST_ONCE);
                publish(publisher(broker), Qos.EXACTLY_ONCE, "0");
                assertThat(chronicle.news())
                        .containsExactly(
                                "one for a: 0 AT_LEAST_ONCE after null",
                                "two for a: 0 one AT_LEAST_ONCE after one",
                                "embedder for a: 0 one two AT_LEAST_ONCE after two");
                assertThat(payloads(client)).containsExactly("0 one two embedder");
            }
        }

        private void appends(HookRegistry hooks, String owner) {
            hooks.onDeliver(event -> {
                String said = event.message().payload().toUtf8();
                chronicle.add(owner + " for " + event.client().clientId() + ": " + said + " " + event.qos() + " after "
                        + event.context().put(PATH, owner));
                return event.send(reworded(event.message(), said + " " + owner));
            });
        }

        @Test
        void isAskedAboutRetainedMessages() {
            try (VirtualBroker broker = broker(hooks -> hooks.onDeliver(event -> {
                chronicle.add(event.message().topic() + " retained " + event.retain());
                return event.message().topic().equals("t/secret") ? event.drop() : event.send();
            }))) {
                Client publisher = publisher(broker);
                publisher.send(
                        Publish.qos1("t/open", Binary.utf8("o"), 1).withRetain(true),
                        Publish.qos1("t/secret", Binary.utf8("s"), 2).withRetain(true));
                broker.settle();
                Client client = broker.connect(Connect.v5("a"));
                client.send(Subscribe.of(1, "t/#", Qos.AT_LEAST_ONCE));
                assertThat(client.received(Publish.class))
                        .extracting(Publish::topic)
                        .containsExactly("t/open");
                assertThat(chronicle.news())
                        .containsExactlyInAnyOrder("t/open retained true", "t/secret retained true");
                assertThat(broker.drops())
                        .containsExactly(
                                new Drop(DropReason.REFUSED_BY_HOOK, "t/secret", Qos.AT_LEAST_ONCE, "publisher", "a"));
            }
        }

        /** Two of each kind, so that each form is encoded once for both. */
        private List<Client> audience(VirtualBroker broker) {
            List<Client> clients = new ArrayList<>();
            for (MqttVersion version : MqttVersion.values()) {
                clients.add(receiver(broker, aliasing(version, "plain " + version), Qos.AT_LEAST_ONCE));
                clients.add(receiver(broker, aliasing(version, "special " + version), Qos.AT_LEAST_ONCE));
            }
            return clients;
        }

        private static Connect aliasing(MqttVersion version, String clientId) {
            Connect connect = Connect.of(version, clientId);
            return version == MqttVersion.V5
                    ? connect.withProperties(ConnectProperties.NONE.withTopicAliasMaximum(10))
                    : connect;
        }

        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void whatIsChangedForOneIsNotChangedForOthers(boolean late) {
            try (VirtualBroker broker = broker(
                    Settings.defaults(),
                    late,
                    hooks -> hooks.onDeliver(event -> event.client().clientId().startsWith("special")
                            ? event.send(event.message().toBuilder()
                                    .topic("for/you/only")
                                    .payload("for " + event.client().clientId())
                                    .properties(PublishProperties.NONE.withUserProperty("special", "yes"))
                                    .build())
                            : event.send()))) {
                List<Client> clients = audience(broker);
                Client publisher = publisher(broker);
                for (int round = 0; round < 3; round++) {
                    publish(publisher, Qos.AT_LEAST_ONCE, "for all");
                    for (int i = 0; i < clients.size(); i++) {
                        MqttVersion version = List.of(MqttVersion.values()).get(i / 2);
                        boolean special = i % 2 == 1;
                        Publish got = clients.get(i).expect(Publish.class);
                        assertThat(got.payload().toUtf8()).isEqualTo(special ? "for special " + version : "for all");
                        if (version == MqttVersion.V5 && round > 0) {
                            assertThat(got.topic()).as("the alias says it").isEmpty();
                        } else {
                            assertThat(got.topic()).isEqualTo(special ? "for/you/only" : "t/x");
                        }
                        if (version == MqttVersion.V5) {
                            assertThat(got.properties().userProperties())
                                    .isEqualTo(special ? List.of(new UserProperty("special", "yes")) : List.of());
                        }
                    }
                }
            }
        }

        @Test
        void aChangedMessageKeepsWhatBelongsToTheSubscription() {
            try (VirtualBroker broker = broker(hooks -> hooks.onDeliver(event -> event.send(Message.builder("other")
                    .payload("x")
                    .qos(Qos.EXACTLY_ONCE)
                    .retain(true)
                    .expiresAt(event.message().expiresAt() + 5000)
                    .build())))) {
                Client client = broker.connect(Connect.v5("a"));
                client.send(Subscribe.of(1, "t", Qos.AT_LEAST_ONCE)
                        .withProperties(SubscribeProperties.NONE.withSubscriptionIdentifier(7)));
                client.expect(Suback.class);
                publisher(broker)
                        .send(Publish.qos1("t", Binary.EMPTY, 1)
                                .withProperties(PublishProperties.NONE.withMessageExpiryInterval(10)));
                Publish got = client.expect(Publish.class);
                assertThat(got.qos()).isEqualTo(Qos.AT_LEAST_ONCE);
                assertThat(got.retain()).isFalse();
                assertThat(got.properties().subscriptionIdentifiers()).containsExactly(7);
                assertThat(got.properties().messageExpiryInterval()).isEqualTo(15);
            }
        }

        @ParameterizedTest
        @CsvSource({
            "AT_MOST_ONCE,false,false",
            "AT_MOST_ONCE,true,false",
            "AT_LEAST_ONCE,false,false",
            "AT_LEAST_ONCE,true,false",
            "AT_LEAST_ONCE,true,true",
            "EXACTLY_ONCE,false,false",
            "EXACTLY_ONCE,true,false",
            "EXACTLY_ONCE,true,true"
        })
        void whatIsDroppedForOneGoesToTheOthersAndHoldsNothingUp(Qos qos, boolean lasting, boolean late) {
            try (VirtualBroker broker = broker(
                    Settings.defaults(),
                    late,
                    hooks -> hooks.onDeliver(event -> event.client().clientId().equals("a")
                                    && event.message().payload().toUtf8().startsWith("secret")
                            ? event.drop()
                            : event.send()))) {
                Connect small = connect(MqttVersion.V5, "a", lasting);
                Client client =
                        receiver(broker, small.withProperties(small.properties().withReceiveMaximum(2)), qos);
                Client other = receiver(broker, Connect.v5("other"), Qos.AT_MOST_ONCE);
                Client publisher = publisher(broker);
                for (int i = 0; i < 10; i++) {
                    publish(publisher, qos, "secret " + i);
                    publish(publisher, qos, "open " + i);
                    Publish got = client.expect(Publish.class);
                    assertThat(got.payload().toUtf8()).isEqualTo("open " + i);
                    acknowledge(client, got);
                    assertThat(broker.drops())
                            .containsExactly(new Drop(DropReason.REFUSED_BY_HOOK, "t/x", qos, "publisher", "a"));
                }
                assertThat(payloads(other)).hasSize(20);
            }
        }

        private static Function<OnDeliver.Delivering, OnDeliver.@Nullable Answer> failure(String how) {
            return switch (how) {
                case "throws" ->
                    event -> {
                        throw new IllegalStateException("broken");
                    };
                case "throws an error" ->
                    event -> {
                        throw new NoClassDefFoundError("a library");
                    };
                case "answers null" -> event -> null;
                case "answers no topic" ->
                    event -> event.send(
                            Message.of("a/#", Binary.EMPTY, Qos.AT_MOST_ONCE, false, PublishProperties.NONE, "", 0));
                default -> throw new IllegalArgumentException(how);
            };
        }

        @ParameterizedTest
        @ValueSource(strings = {"throws", "throws an error", "answers null", "answers no topic"})
        void oneThatFailsDropsTheMessageForThisReceiverOnly(String how) {
            Function<OnDeliver.Delivering, OnDeliver.@Nullable Answer> failing = failure(how);
            try (VirtualBroker broker = broker(
                    hooks -> hooks.onDeliver(event -> {
                        chronicle.add("asked about " + event.client().clientId());
                        return event.send();
                    }),
                    new Owner(
                            "one",
                            hooks -> hooks.onDeliver(event ->
                                    event.client().clientId().equals("a") ? failing.apply(event) : event.send())))) {
                Client before = receiver(broker, Connect.v5("before"), Qos.AT_LEAST_ONCE);
                Client client = receiver(broker, Connect.v5("a"), Qos.AT_LEAST_ONCE);
                Client after = receiver(broker, Connect.v5("after"), Qos.AT_LEAST_ONCE);
                Client publisher = publisher(broker);
                publisher.send(Publish.qos1("t/x", Binary.EMPTY, 1));
                assertThat(publisher.expect(Puback.class).reason()).isEqualTo(ReasonCode.SUCCESS);
                before.expect(Publish.class);
                after.expect(Publish.class);
                assertThat(client.received()).isEmpty();
                assertThat(client.closed()).isFalse();
                assertThat(chronicle.news()).containsExactlyInAnyOrder("asked about before", "asked about after");
                assertThat(broker.drops())
                        .containsExactly(
                                new Drop(DropReason.REFUSED_BY_HOOK, "t/x", Qos.AT_LEAST_ONCE, "publisher", "a"));
                assertThat(log.lines()).singleElement().asString().contains("OnDeliver of one");
            }
        }

        @Test
        void aMessageThatIsMadeTooLargeForItsReceiverIsDropped() {
            try (VirtualBroker broker =
                    broker(hooks -> hooks.onDeliver(event -> event.send(reworded(event.message(), "x".repeat(200))))
                            .onDelivered(event -> chronicle.add("delivered")))) {
                Client client = receiver(
                        broker,
                        Connect.v5("a").withProperties(ConnectProperties.NONE.withMaximumPacketSize(100)),
                        Qos.AT_LEAST_ONCE);
                publish(publisher(broker), Qos.AT_LEAST_ONCE, "small");
                assertThat(client.received()).isEmpty();
                assertThat(broker.drops()).extracting(Drop::reason).containsExactly(DropReason.PACKET_TOO_LARGE);
                assertThat(chronicle.news()).isEmpty();
            }
        }

        @ParameterizedTest
        @CsvSource({
            "AT_LEAST_ONCE,V5,false", "AT_LEAST_ONCE,V3_1_1,false", "AT_LEAST_ONCE,V5,true",
            "EXACTLY_ONCE,V5,false", "EXACTLY_ONCE,V3_1_1,false", "EXACTLY_ONCE,V5,true"
        })
        void isAskedAgainWhenAMessageIsSentAgain(Qos qos, MqttVersion version, boolean late) {
            try (VirtualBroker broker = broker(
                    Settings.defaults(),
                    late,
                    hooks -> hooks.onDeliver(event -> {
                                chronicle.add(
                                        "asked " + event.message().payload().toUtf8());
                                return event.send(reworded(
                                        event.message(), "for " + event.client().clientId()));
                            })
                            .onDelivered(event -> chronicle.add(
                                    "delivered " + event.message().payload().toUtf8() + " dup " + event.dup())))) {
                Connect lasting = connect(version, "a", true);
                Client client = receiver(broker, lasting, qos);
                publish(publisher(broker), qos, "first");
                Publish first = client.expect(Publish.class);
                client.drop();
                Client again = broker.connect(lasting);
                assertThat(again.expect(Publish.class)).isEqualTo(first.withDup(true));
                assertThat(chronicle.news())
                        .containsExactly(
                                "asked first", "delivered for a dup false", "asked first", "delivered for a dup true");
            }
        }

        @ParameterizedTest
        @CsvSource({
            "AT_LEAST_ONCE,V5,false", "AT_LEAST_ONCE,V3_1_1,false", "AT_LEAST_ONCE,V5,true",
            "EXACTLY_ONCE,V5,false", "EXACTLY_ONCE,V3_1_1,false", "EXACTLY_ONCE,V5,true"
        })
        void aMessageThatIsNotSentAgainIsOwedNoLonger(Qos qos, MqttVersion version, boolean late) {
            boolean[] revoked = {false};
            try (VirtualBroker broker = broker(
                    Settings.defaults(),
                    late,
                    hooks -> hooks.onDeliver(event -> revoked[0] ? event.drop() : event.send()))) {
                Connect lasting = connect(version, "a", true);
                Client client = receiver(broker, lasting, qos);
                publish(publisher(broker), qos, "first");
                client.expect(Publish.class);
                client.drop();
                revoked[0] = true;
                client = broker.connect(lasting);
                assertThat(client.received()).isEmpty();
                assertThat(broker.drops()).extracting(Drop::reason).containsExactly(DropReason.REFUSED_BY_HOOK);
                client.drop();
                revoked[0] = false;
                client = broker.connect(lasting);
                assertThat(client.received()).isEmpty();
            }
        }

        @ParameterizedTest
        @ValueSource(booleans = {false, true})
        void aMessageThatIsNotRepeatedIsOwedNoLonger(boolean lasting) {
            boolean[] revoked = {false};
            Duration interval = Duration.ofSeconds(20);
            try (VirtualBroker broker = broker(
                    Settings.defaults()
                            .withSession(session ->
                                    session.withRetryInterval(interval).withMaximumInFlight(1)),
                    false,
                    hooks -> hooks.onDeliver(event -> {
                        chronicle.add("asked " + event.message().payload().toUtf8());
                        return revoked[0] ? event.drop() : event.send();
                    }))) {
                Client client = receiver(broker, connect(MqttVersion.V3_1_1, "a", lasting), Qos.AT_LEAST_ONCE);
                Client publisher = publisher(broker);
                publish(publisher, Qos.AT_LEAST_ONCE, "first");
                client.expect(Publish.class);
                publish(publisher, Qos.AT_LEAST_ONCE, "second");
                assertThat(chronicle.news()).containsExactly("asked first");
                broker.pass(interval);
                client.expect(Publish.class);
                assertThat(chronicle.news()).containsExactly("asked first");
                revoked[0] = true;
                broker.pass(interval.multipliedBy(5));
                assertThat(client.received()).isEmpty();
                assertThat(chronicle.news()).containsExactly("asked first", "asked second");
                assertThat(broker.drops())
                        .extracting(Drop::reason)
                        .containsExactly(DropReason.REFUSED_BY_HOOK, DropReason.REFUSED_BY_HOOK);
                revoked[0] = false;
                publish(publisher, Qos.AT_LEAST_ONCE, "third");
                assertThat(payloads(client)).containsExactly("third");
            }
        }

        @Test
        void aMessageOfASharedSubscriptionThatIsDroppedIsNotGivenToAnother() {
            try (VirtualBroker broker = broker(hooks ->
                    hooks.onDeliver(event -> event.client().clientId().equals("a") ? event.drop() : event.send()))) {
                Client a = broker.connect(Connect.v5("a"));
                Client b = broker.connect(Connect.v5("b"));
                for (Client member : List.of(a, b)) {
                    member.send(Subscribe.of(1, "$share/g/t/x", Qos.AT_LEAST_ONCE));
                    member.expect(Suback.class);
                }
                Client publisher = publisher(broker);
                for (int i = 0; i < 10; i++) {
                    publish(publisher, Qos.AT_LEAST_ONCE, "m" + i);
                }
                int got = payloads(b).size();
                assertThat(got).isBetween(1, 9);
                assertThat(a.received()).isEmpty();
                assertThat(broker.drops())
                        .hasSize(10 - got)
                        .allSatisfy(drop -> assertThat(drop)
                                .isEqualTo(new Drop(
                                        DropReason.REFUSED_BY_HOOK, "t/x", Qos.AT_LEAST_ONCE, "publisher", "a")));
            }
        }

        @Test
        void cannotBlockForItIsCalledBetweenTwoPackets() {
            assertThatThrownBy(() ->
                            Hooks.register("plugin", hooks -> hooks.blocking().onDeliver(event -> event.send())))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("OnDeliver");
        }

        @Test
        void staysOnTheLoopHoweverSlowItIs() {
            VirtualLoops loops = new VirtualLoops(2, 1);
            try (VirtualBroker broker = VirtualBroker.of(
                    loops,
                    Settings.defaults(),
                    false,
                    List.of(Owner.embedder(hooks -> hooks.onDeliver(event -> {
                        assertThat(loops.all()).anyMatch(loop -> loop.inEventLoop());
                        loops.spend(Duration.ofSeconds(1));
                        return event.send();
                    }))))) {
                Client client = receiver(broker, Connect.v5("a"), Qos.AT_MOST_ONCE);
                Client publisher = publisher(broker);
                publish(publisher, Qos.AT_MOST_ONCE, "1");
                publish(publisher, Qos.AT_MOST_ONCE, "2");
                assertThat(payloads(client)).containsExactly("1", "2");
                assertThat(broker.hooks().uses())
                        .filteredOn(use -> use.hook().equals("OnDeliver"))
                        .singleElement()
                        .returns(false, HookUse::offLoop)
                        .returns(2L, HookUse::calls)
                        .returns(Duration.ofSeconds(2).toNanos(), HookUse::nanos);
                assertThat(log.lines())
                        .isNotEmpty()
                        .allSatisfy(line ->
                                assertThat(line).contains("held up a loop").doesNotContain("from now on"));
            }
        }
    }

    @Nested
    class OnDeliveredTest {

        @ParameterizedTest
        @EnumSource(Qos.class)
        void hearsOfWhatWasSentAsItWasSentPluginsFirst(Qos qos) {
            try (VirtualBroker broker = broker(
                    hooks -> hears(
                            hooks.onDeliver(event -> event.send(reworded(event.message(), "changed"))), Hooks.EMBEDDER),
                    new Owner("one", hooks -> hears(hooks, "one")),
                    new Owner("two", hooks -> hears(hooks, "two")))) {
                Client client = receiver(broker, Connect.v5("a"), qos);
                publish(publisher(broker), Qos.EXACTLY_ONCE, "x");
                client.expect(Publish.class);
                assertThat(chronicle.news())
                        .containsExactly(
                                "one: to a changed " + qos + " dup false",
                                "two: to a changed " + qos + " dup false",
                                "embedder: to a changed " + qos + " dup false");
            }
        }

        private void hears(HookRegistry hooks, String owner) {
            hooks.onDelivered(
                    event -> chronicle.add(owner + ": to " + event.client().clientId() + " "
                            + event.message().payload().toUtf8() + " " + event.qos() + " dup " + event.dup()));
        }

        @Test
        void doesNotHearOfWhatWasDropped() {
            try (VirtualBroker broker = broker(hooks -> hears(hooks.onDeliver(event -> event.drop()), "embedder"))) {
                receiver(broker, Connect.v5("a"), Qos.AT_LEAST_ONCE);
                publish(publisher(broker), Qos.AT_LEAST_ONCE, "x");
                assertThat(chronicle.news()).isEmpty();
            }
        }

        @Test
        void hearsOfARepetition() {
            try (VirtualBroker broker = broker(
                    Settings.defaults().withSession(session -> session.withRetryInterval(Duration.ofSeconds(20))),
                    false,
                    hooks -> hears(hooks, "embedder"))) {
                receiver(broker, Connect.v311("a"), Qos.AT_LEAST_ONCE);
                publish(publisher(broker), Qos.AT_LEAST_ONCE, "x");
                broker.pass(Duration.ofSeconds(20));
                assertThat(chronicle.news())
                        .containsExactly(
                                "embedder: to a x AT_LEAST_ONCE dup false", "embedder: to a x AT_LEAST_ONCE dup true");
            }
        }
    }

    @Nested
    class OnAckedTest {

        private void hears(HookRegistry hooks, String owner) {
            hooks.onAcked(event -> chronicle.add(owner + ": " + event.client().clientId() + " has "
                    + event.message().payload().toUtf8() + " " + event.qos()));
        }

        @ParameterizedTest
        @CsvSource({
            "AT_LEAST_ONCE,false,false", "AT_LEAST_ONCE,true,false", "AT_LEAST_ONCE,true,true",
            "EXACTLY_ONCE,false,false", "EXACTLY_ONCE,true,false", "EXACTLY_ONCE,true,true"
        })
        void hearsOnceThatAClientHasAMessageAsItWasPublishedPluginsFirst(Qos qos, boolean lasting, boolean late) {
            try (VirtualBroker broker = broker(
                    Settings.defaults(),
                    late,
                    hooks -> hears(
                            hooks.onDeliver(event -> event.send(reworded(event.message(), "changed"))), Hooks.EMBEDDER),
                    new Owner("one", hooks -> hears(hooks, "one")),
                    new Owner("two", hooks -> hears(hooks, "two")))) {
                Client client = receiver(broker, connect(MqttVersion.V5, "a", lasting), qos);
                publish(publisher(broker), qos, "x");
                Publish got = client.expect(Publish.class);
                assertThat(chronicle.news()).isEmpty();
                if (qos == Qos.AT_LEAST_ONCE) {
                    client.send(new Puback(got.packetId()), new Puback(got.packetId()));
                } else {
                    client.send(new Pubrec(got.packetId()));
                    client.expect(Pubrel.class);
                    assertThat(chronicle.news()).isEmpty();
                    client.send(new Pubcomp(got.packetId()), new Pubcomp(got.packetId()));
                }
                broker.settle();
                assertThat(chronicle.news())
                        .containsExactly("one: a has x " + qos, "two: a has x " + qos, "embedder: a has x " + qos);
            }
        }

        @Test
        void doesNotHearOfWhatAClientRefused() {
            try (VirtualBroker broker = broker(hooks -> hears(hooks, "embedder"))) {
                Client client = receiver(broker, Connect.v5("a"), Qos.EXACTLY_ONCE);
                Client publisher = publisher(broker);
                publish(publisher, Qos.AT_LEAST_ONCE, "x");
                client.send(new Puback(client.expect(Publish.class).packetId(), ReasonCode.QUOTA_EXCEEDED));
                publish(publisher, Qos.EXACTLY_ONCE, "x");
                client.send(new Pubrec(client.expect(Publish.class).packetId(), ReasonCode.QUOTA_EXCEEDED));
                publish(publisher, Qos.AT_MOST_ONCE, "x");
                client.expect(Publish.class);
                client.send(new Puback(77), new Pubcomp(78));
                broker.settle();
                assertThat(chronicle.news()).isEmpty();
                assertThat(broker.drops())
                        .extracting(Drop::reason)
                        .containsExactly(DropReason.REFUSED_BY_CLIENT, DropReason.REFUSED_BY_CLIENT);
            }
        }

        @Test
        void hearsOfAnAcknowledgementAfterAReconnect() {
            try (VirtualBroker broker = broker(Settings.defaults(), true, hooks -> hears(hooks, "embedder"))) {
                Connect lasting = connect(MqttVersion.V5, "a", true);
                Client client = receiver(broker, lasting, Qos.EXACTLY_ONCE);
                publish(publisher(broker), Qos.EXACTLY_ONCE, "x");
                Publish got = client.expect(Publish.class);
                client.send(new Pubrec(got.packetId()));
                client.expect(Pubrel.class);
                client.drop();
                client = broker.connect(lasting);
                client.expect(Pubrel.class);
                client.send(new Pubcomp(got.packetId()));
                broker.settle();
                assertThat(chronicle.news()).containsExactly("embedder: a has x EXACTLY_ONCE");
            }
        }
    }

    @Nested
    class OnMsgDroppedTest {

        private void hears(HookRegistry hooks, String owner) {
            hooks.onMsgDropped(event -> chronicle.add(owner + ": " + event.reason() + " "
                    + event.message().payload().toUtf8() + " for \"" + event.receiver() + "\""));
        }

        @Test
        void hearsOfEachDropWithItsReasonPluginsFirst() {
            try (VirtualBroker broker = broker(
                    hooks -> hears(hooks, Hooks.EMBEDDER),
                    new Owner("one", hooks -> hears(hooks, "one")),
                    new Owner("two", hooks -> hears(hooks, "two")))) {
                Client client = receiver(broker, connect(MqttVersion.V5, "a", true), Qos.AT_LEAST_ONCE);
                client.drop();
                Client publisher = publisher(broker);
                publish(publisher, Qos.AT_MOST_ONCE, "x");
                assertThat(chronicle.news())
                        .containsExactly(
                                "one: NOT_CONNECTED x for \"a\"",
                                "two: NOT_CONNECTED x for \"a\"",
                                "embedder: NOT_CONNECTED x for \"a\"");
                assertThat(broker.admin().statistics().dropped()).containsEntry(DropReason.NOT_CONNECTED, 1L);
            }
        }

        @Test
        void hearsOfWhateverTheBrokerDrops() {
            Settings settings = Settings.defaults()
                    .withQueue(queue -> queue.withMaximumMessages(2))
                    .withRetained(retained -> retained.withMaximumMessages(1));
            try (VirtualBroker broker = broker(settings, true, hooks -> hears(hooks, "embedder"))) {
                receiver(broker, connect(MqttVersion.V5, "a", true), Qos.AT_LEAST_ONCE)
                        .drop();
                Client publisher = publisher(broker);
                publish(publisher, Qos.AT_LEAST_ONCE, "1");
                publish(publisher, Qos.AT_LEAST_ONCE, "2");
                publish(publisher, Qos.AT_LEAST_ONCE, "3");
                assertThat(chronicle.news()).containsExactly("embedder: QUEUE_FULL_MESSAGES 3 for \"a\"");
                publisher.send(
                        Publish.qos0("r/1", Binary.utf8("4")).withRetain(true),
                        Publish.qos0("r/2", Binary.utf8("5")).withRetain(true));
                broker.settle();
                assertThat(chronicle.news()).containsExactly("embedder: RETAINED_FULL 5 for \"\"");
                publisher.send(Publish.qos1("$SYS/x", Binary.utf8("6"), 1));
                broker.settle();
                assertThat(chronicle.news()).containsExactly("embedder: REFUSED 6 for \"\"");
                broker.connect(Connect.v5("a"));
                assertThat(chronicle.news())
                        .containsExactly("embedder: SESSION_ENDED 1 for \"a\"", "embedder: SESSION_ENDED 2 for \"a\"");
            }
        }

        @Test
        void oneThatThrowsHurtsNobody() {
            try (VirtualBroker broker = broker(
                    hooks -> hears(hooks, "embedder"),
                    new Owner(
                            "one",
                            hooks -> hooks.onMsgDropped(event -> {
                                        throw new NoClassDefFoundError("a library");
                                    })
                                    .onDelivered(event -> {
                                        throw new IllegalStateException("broken");
                                    })
                                    .onAcked(event -> {
                                        throw new IllegalStateException("broken");
                                    })))) {
                Client client = receiver(broker, Connect.v5("a"), Qos.AT_LEAST_ONCE);
                Client publisher = publisher(broker);
                publish(publisher, Qos.AT_LEAST_ONCE, "x");
                client.send(new Puback(client.expect(Publish.class).packetId()));
                publisher.send(Publish.qos1("$SYS/x", Binary.utf8("6"), 1));
                publisher.expect(Puback.class);
                assertThat(chronicle.news()).containsExactly("embedder: REFUSED 6 for \"\"");
                assertThat(client.closed()).isFalse();
                assertThat(broker.hooks().uses())
                        .filteredOn(use -> use.owner().equals("one"))
                        .allSatisfy(use -> assertThat(use.failures()).isEqualTo(1));
            }
        }
    }
}
