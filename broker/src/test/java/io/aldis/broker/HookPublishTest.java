package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.VirtualBroker.Client;
import io.aldis.broker.VirtualBroker.Owner;
import io.aldis.broker.chain.Hooks;
import io.aldis.broker.hook.AttributeKey;
import io.aldis.broker.hook.HookRegistry;
import io.aldis.broker.hook.OnMsgArrived;
import io.aldis.broker.message.Message;
import io.aldis.broker.metric.DropReason;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
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
import io.aldis.codec.Subscription;
import io.aldis.codec.UserProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code OnMsgArrived}: each message from a client is let through, changed, dropped or refused. */
class HookPublishTest {

    private static final AttributeKey<String> PATH = AttributeKey.of("path", String.class);

    @RegisterExtension
    final HookLog log = new HookLog();

    private final Chronicle chronicle = new Chronicle();

    private static VirtualBroker broker(Settings settings, Consumer<HookRegistry> hooks, Owner... plugins) {
        List<Owner> owners = new ArrayList<>(List.of(plugins));
        owners.add(Owner.embedder(hooks));
        return VirtualBroker.of(new VirtualLoops(2, 1), settings, false, owners);
    }

    private static VirtualBroker broker(Consumer<HookRegistry> hooks, Owner... plugins) {
        return broker(Settings.defaults(), hooks, plugins);
    }

    /** A broker whose hook makes other messages of those that come. */
    private static VirtualBroker changing(UnaryOperator<Message> change) {
        return changing(Settings.defaults(), change);
    }

    private static VirtualBroker changing(Settings settings, UnaryOperator<Message> change) {
        return broker(settings, hooks -> hooks.onMsgArrived(event -> event.route(change.apply(event.message()))));
    }

    private static Client watcher(VirtualBroker broker) {
        Client watcher = broker.connect(Connect.v5("watcher").withKeepAlive(0));
        watcher.send(Subscribe.of(1, Subscription.of("#", Qos.EXACTLY_ONCE).withRetainAsPublished(true)));
        watcher.expect(Suback.class);
        return watcher;
    }

    @Test
    void isAskedAboutEachMessageWithItsTopicResolved() {
        List<OnMsgArrived.Arrival> events = new ArrayList<>();
        try (VirtualBroker broker = broker(hooks -> hooks.onMsgArrived(event -> {
            events.add(event);
            return event.route();
        }))) {
            Client client = broker.connect(Connect.v5("client"));
            client.send(
                    Publish.qos0("topic", Binary.utf8("0"))
                            .withRetain(true)
                            .withProperties(PublishProperties.NONE
                                    .withTopicAlias(1)
                                    .withContentType("text")
                                    .withMessageExpiryInterval(10)),
                    new Publish(
                            "",
                            Binary.utf8("1"),
                            Qos.AT_LEAST_ONCE,
                            false,
                            false,
                            1,
                            PublishProperties.NONE.withTopicAlias(1)));
            broker.settle();
            assertThat(events).extracting(event -> event.message().topic()).containsExactly("topic", "topic");
            Message first = events.get(0).message();
            assertThat(first.payload().toUtf8()).isEqualTo("0");
            assertThat(first.qos()).isEqualTo(Qos.AT_MOST_ONCE);
            assertThat(first.retain()).isTrue();
            assertThat(first.publisher()).isEqualTo("client");
            assertThat(first.properties().contentType()).isEqualTo("text");
            assertThat(first.expiresAt()).isEqualTo(broker.loops().all().get(0).currentTimeMillis() + 10_000);
            assertThat(events.get(0).client().clientId()).isEqualTo("client");
            assertThat(events.get(1).message().qos()).isEqualTo(Qos.AT_LEAST_ONCE);
        }
    }

    @Test
    void pluginsAreAskedInTheirOrderAndSeeWhatTheOthersMadeOfIt() {
        try (VirtualBroker broker = broker(
                hooks -> appends(hooks, Hooks.EMBEDDER),
                new Owner("one", hooks -> appends(hooks, "one")),
                new Owner("two", hooks -> appends(hooks.blocking(), "two")))) {
            Client watcher = watcher(broker);
            Client client = broker.connect(Connect.v5("client"));
            client.send(Publish.qos1("t", Binary.utf8("0"), 1));
            assertThat(client.expect(Puback.class).reason()).isEqualTo(ReasonCode.SUCCESS);
            assertThat(chronicle.news()).containsExactly("one after null", "two after one", "embedder after two");
            assertThat(watcher.expect(Publish.class).payload().toUtf8()).isEqualTo("0 one two embedder");
        }
    }

    private void appends(HookRegistry hooks, String owner) {
        hooks.onMsgArrived(event -> {
            chronicle.add(owner + " after " + event.context().put(PATH, owner));
            Message message = event.message();
            return event.route(message.toBuilder()
                    .payload(message.payload().toUtf8() + " " + owner)
                    .build());
        });
    }

    // Refused and dropped.

    private static void sendsInEachQos(VirtualBroker broker, Client client, boolean told) {
        Binary payload = Binary.utf8("x");
        client.send(Publish.qos0("t/0", payload).withRetain(true));
        assertThat(client.received()).isEmpty();
        client.send(Publish.qos1("t/1", payload, 1).withRetain(true));
        assertThat(client.expect(Puback.class).reason())
                .isEqualTo(told ? ReasonCode.QUOTA_EXCEEDED : ReasonCode.SUCCESS);
        client.send(Publish.qos2("t/2", payload, 2).withRetain(true));
        Pubrec pubrec = client.expect(Pubrec.class);
        assertThat(pubrec.reason()).isEqualTo(told ? ReasonCode.QUOTA_EXCEEDED : ReasonCode.SUCCESS);
        if (told) {
            assertThat(pubrec.properties().reasonString()).isEqualTo("Too many.");
        } else {
            client.send(Publish.qos2("t/2", payload, 2).withDup(true).withRetain(true));
            assertThat(client.expect(Pubrec.class).reason()).isEqualTo(ReasonCode.SUCCESS);
            client.send(new Pubrel(2));
            assertThat(client.expect(Pubcomp.class).reason()).isEqualTo(ReasonCode.SUCCESS);
        }
        assertThat(broker.admin().statistics().retained()).isZero();
        assertThat(broker.drops())
                .containsExactly(
                        new Drop(DropReason.REFUSED, "t/0", Qos.AT_MOST_ONCE, "client", ""),
                        new Drop(DropReason.REFUSED, "t/1", Qos.AT_LEAST_ONCE, "client", ""),
                        new Drop(DropReason.REFUSED, "t/2", Qos.EXACTLY_ONCE, "client", ""));
        assertThat(client.closed()).isFalse();
    }

    @ParameterizedTest
    @EnumSource(MqttVersion.class)
    void aRefusedMessageGoesToNobodyAndItsPublisherIsToldWhereItsVersionCan(MqttVersion version) {
        try (VirtualBroker broker = broker(
                hooks -> hooks.onMsgArrived(event -> {
                    chronicle.add("asked");
                    return event.route();
                }),
                new Owner(
                        "one",
                        hooks -> hooks.onMsgArrived(event -> event.refuse(ReasonCode.QUOTA_EXCEEDED, "Too many."))))) {
            Client watcher = watcher(broker);
            Client client = broker.connect(Connect.of(version, "client"));
            sendsInEachQos(broker, client, version == MqttVersion.V5);
            assertThat(watcher.received()).isEmpty();
            assertThat(chronicle.news()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(MqttVersion.class)
    void aDroppedMessageIsAcknowledgedAndGoesToNobody(MqttVersion version) {
        try (VirtualBroker broker = broker(
                hooks -> hooks.onMsgArrived(event -> {
                    chronicle.add("asked");
                    return event.route();
                }),
                new Owner("one", hooks -> hooks.blocking().onMsgArrived(event -> event.drop())))) {
            Client watcher = watcher(broker);
            Client client = broker.connect(Connect.of(version, "client"));
            sendsInEachQos(broker, client, false);
            assertThat(watcher.received()).isEmpty();
            assertThat(chronicle.news()).isEmpty();
        }
    }

    @Test
    void refusalsGiveThePlacesOfTheReceiveMaximumBack() {
        Settings settings = Settings.defaults().withSession(session -> session.withReceiveMaximum(2));
        try (VirtualBroker broker =
                broker(settings, hooks -> hooks.blocking().onMsgArrived(event -> event.refuse("No.")))) {
            Client client = broker.connect(Connect.v5("client"));
            for (int i = 1; i <= 10; i++) {
                client.send(Publish.qos2("t", Binary.EMPTY, i));
                client.expect(Pubrec.class);
                client.send(Publish.qos1("t", Binary.EMPTY, i));
                client.expect(Puback.class);
            }
        }
    }

    @Test
    void aRetainedMessageStaysIfItsEndIsRefused() {
        try (VirtualBroker broker = broker(hooks -> hooks.onMsgArrived(
                event -> event.message().payload().isEmpty() ? event.refuse("No.") : event.route()))) {
            Client client = broker.connect(Connect.v5("client"));
            client.send(Publish.qos0("t", Binary.utf8("kept")).withRetain(true));
            client.send(Publish.qos0("t", Binary.EMPTY).withRetain(true));
            broker.settle();
            client.send(Subscribe.of(1, "t", Qos.AT_MOST_ONCE));
            assertThat(client.received(Publish.class))
                    .extracting(publish -> publish.payload().toUtf8())
                    .containsExactly("kept");
        }
    }

    // Changed.

    @Test
    void mayChangeEverythingOfAMessage() {
        try (VirtualBroker broker = changing(message -> message.toBuilder()
                .topic("other/topic")
                .payload("other")
                .qos(Qos.AT_LEAST_ONCE)
                .retain(true)
                .properties(PublishProperties.NONE.withContentType("text").withUserProperty("seen by", "a hook"))
                .publisher("somebody else")
                .build())) {
            Client watcher = watcher(broker);
            Client client = broker.connect(Connect.v5("client"));
            client.send(Publish.qos0("t", Binary.utf8("first")));
            Publish got = watcher.expect(Publish.class);
            assertThat(got.topic()).isEqualTo("other/topic");
            assertThat(got.payload().toUtf8()).isEqualTo("other");
            assertThat(got.qos()).isEqualTo(Qos.AT_LEAST_ONCE);
            assertThat(got.retain()).isTrue();
            assertThat(got.properties().contentType()).isEqualTo("text");
            assertThat(got.properties().userProperties()).containsExactly(new UserProperty("seen by", "a hook"));
            assertThat(broker.admin().statistics().retained()).isEqualTo(1);
        }
    }

    @Test
    void thePublisherStaysWhoItIs() { // [MQTT-3.8.3-3]
        try (VirtualBroker broker = changing(
                message -> message.toBuilder().publisher("somebody else").build())) {
            Client client = broker.connect(Connect.v5("client"));
            client.send(Subscribe.of(1, Subscription.of("t", Qos.AT_MOST_ONCE).withNoLocal(true)));
            client.expect(Suback.class);
            client.send(Publish.qos0("t", Binary.EMPTY));
            assertThat(client.received()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Qos.class)
    void theAcknowledgementIsThatOfTheQosTheClientUsed(Qos changed) {
        try (VirtualBroker broker =
                changing(message -> message.toBuilder().qos(changed).build())) {
            Client watcher = watcher(broker);
            for (MqttVersion version : MqttVersion.values()) {
                Client client =
                        broker.connect(Connect.of(version, "client " + version).withCleanStart(false));
                client.send(
                        Publish.qos0("t", Binary.EMPTY),
                        Publish.qos1("t", Binary.EMPTY, 1),
                        Publish.qos2("t", Binary.EMPTY, 2));
                assertThat(client.received())
                        .extracting(packet -> packet.type().name())
                        .containsExactly("PUBACK", "PUBREC");
                client.send(Publish.qos2("t", Binary.EMPTY, 2).withDup(true), new Pubrel(2));
                assertThat(client.received())
                        .extracting(packet -> packet.type().name())
                        .containsExactly("PUBREC", "PUBCOMP");
                assertThat(watcher.received(Publish.class))
                        .extracting(Publish::qos)
                        .containsExactly(changed, changed, changed);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"$SYS/broker/version", "$share/group/t"})
    void aChangedMessageIsHeldToTheRulesOfTopics(String topic) {
        try (VirtualBroker broker =
                changing(message -> message.toBuilder().topic(topic).build())) {
            Client watcher = watcher(broker);
            watcher.send(Subscribe.of(2, "$SYS/#", Qos.AT_MOST_ONCE));
            watcher.expect(Suback.class);
            Client client = broker.connect(Connect.v5("client"));
            client.send(Publish.qos1("t", Binary.utf8("x"), 1).withRetain(true));
            assertThat(client.expect(Puback.class).reason())
                    .isEqualTo(topic.startsWith("$SYS") ? ReasonCode.NOT_AUTHORIZED : ReasonCode.TOPIC_NAME_INVALID);
            assertThat(watcher.received()).isEmpty();
            assertThat(broker.drops()).extracting(Drop::reason).containsExactly(DropReason.REFUSED);
            assertThat(broker.admin().statistics().retained()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(MqttVersion.class)
    void aClientIsNotSentAwayForWhatAHookMadeOfItsMessage(MqttVersion version) {
        Settings settings = Settings.defaults()
                .withPublish(publish -> publish.withMaximumQos(Qos.AT_LEAST_ONCE))
                .withRetained(retained -> retained.withAvailable(false));
        try (VirtualBroker broker = changing(
                settings,
                message -> message.topic().equals("retain")
                        ? message.toBuilder().retain(true).build()
                        : message.toBuilder().qos(Qos.EXACTLY_ONCE).build())) {
            Client watcher = watcher(broker);
            Client client = broker.connect(Connect.of(version, "client"));
            client.send(
                    Publish.qos0("retain", Binary.utf8("x")),
                    Publish.qos1("retain", Binary.utf8("x"), 1),
                    Publish.qos1("raise", Binary.utf8("x"), 2));
            List<Packet> told = client.received();
            assertThat(told)
                    .hasOnlyElementsOfType(Puback.class)
                    .hasSize(2)
                    .allSatisfy(packet -> assertThat(((Puback) packet).reason())
                            .isEqualTo(
                                    version == MqttVersion.V5
                                            ? ReasonCode.IMPLEMENTATION_SPECIFIC_ERROR
                                            : ReasonCode.SUCCESS));
            assertThat(client.closed()).isFalse();
            assertThat(watcher.received()).isEmpty();
            assertThat(broker.drops())
                    .extracting(Drop::reason)
                    .containsExactly(DropReason.REFUSED, DropReason.REFUSED, DropReason.REFUSED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a/#", "a/+/b", "nul\0"})
    void aTopicThatIsNoneIsTakenForAFailure(String topic) {
        try (VirtualBroker broker = changing(message ->
                Message.of(topic, message.payload(), message.qos(), false, PublishProperties.NONE, "client", 0))) {
            Client watcher = watcher(broker);
            Client client = broker.connect(Connect.v5("client"));
            client.send(Publish.qos1("t", Binary.utf8("x"), 1));
            assertThat(client.expect(Puback.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
            assertThat(client.closed()).isFalse();
            assertThat(watcher.received()).isEmpty();
            assertThat(log.lines()).singleElement().asString().contains("answered what cannot be");
        }
    }

    @Test
    void aTextThatCannotBeSentIsTakenForAFailureAndHurtsNoReceiver() { // [MQTT-1.5.4-1]
        PublishProperties unsayable = PublishProperties.NONE.withContentType("half a character: \uD800");
        try (VirtualBroker broker = changing(message -> message.topic().equals("built")
                ? message.toBuilder().properties(unsayable).build()
                : Message.of("t", message.payload(), message.qos(), false, unsayable, "client", 0))) {
            Client watcher = watcher(broker);
            Client client = broker.connect(Connect.v5("client"));
            for (String topic : List.of("built", "made otherwise")) {
                client.send(Publish.qos1(topic, Binary.utf8("x"), 1));
                assertThat(client.expect(Puback.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
            }
            assertThat(watcher.received()).isEmpty();
            assertThat(watcher.closed()).isFalse();
        }
    }

    @Test
    void theRulesAreSeenBeforeAnyHookIsAsked() {
        try (VirtualBroker broker = broker(hooks -> hooks.onMsgArrived(event -> {
            chronicle.add(event.message().topic());
            return event.route();
        }))) {
            Client client = broker.connect(Connect.v5("client"));
            client.send(Publish.qos1("$SYS/mine", Binary.EMPTY, 1));
            assertThat(client.expect(Puback.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
            assertThat(chronicle.news()).isEmpty();
        }
    }

    // Asked once.

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRepetitionOfQos2IsNotAskedAboutAgain(boolean refusing) {
        try (VirtualBroker broker = broker(hooks -> hooks.authorizer(event -> {
                    chronicle.add("authorize");
                    return event.allow();
                })
                .onMsgArrived(event -> {
                    chronicle.add("arrived");
                    return refusing ? event.drop() : event.route();
                }))) {
            Connect connect = Connect.v5("client")
                    .withCleanStart(false)
                    .withProperties(ConnectProperties.NONE.withSessionExpiryInterval(1000));
            Client client = broker.connect(connect);
            Publish publish = Publish.qos2("t", Binary.EMPTY, 1);
            client.send(publish);
            client.expect(Pubrec.class);
            assertThat(chronicle.news()).containsExactly("authorize", "arrived");
            client.send(publish.withDup(true));
            client.expect(Pubrec.class);
            client.drop();
            client = broker.connect(connect);
            client.send(publish.withDup(true));
            client.expect(Pubrec.class);
            assertThat(chronicle.news()).isEmpty();
            client.send(new Pubrel(1));
            client.expect(Pubcomp.class);
            client.send(publish);
            client.expect(Pubrec.class);
            assertThat(chronicle.news()).containsExactly("authorize", "arrived");
        }
    }
}
