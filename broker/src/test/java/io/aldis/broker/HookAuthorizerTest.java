package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.VirtualBroker.Client;
import io.aldis.broker.VirtualBroker.Owner;
import io.aldis.broker.chain.Hooks;
import io.aldis.broker.hook.AttributeKey;
import io.aldis.broker.hook.Authorizer.Action;
import io.aldis.broker.hook.HookRegistry;
import io.aldis.broker.metric.DropReason;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
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
import io.aldis.codec.Subscription;
import io.aldis.codec.Will;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code Authorizer}: what a client may publish and subscribe to. */
class HookAuthorizerTest {

    private static final AttributeKey<String> PATH = AttributeKey.of("path", String.class);

    private final Chronicle chronicle = new Chronicle();

    private static VirtualBroker broker(Consumer<HookRegistry> hooks, Owner... plugins) {
        List<Owner> owners = new ArrayList<>(List.of(plugins));
        owners.add(Owner.embedder(hooks));
        return VirtualBroker.of(new VirtualLoops(2, 1), Settings.defaults(), false, owners);
    }

    /** Denies what has "forbidden" in its topic. */
    private static void mayNotWhatIsForbidden(HookRegistry hooks) {
        hooks.authorizer(event -> event.topic().contains("forbidden") ? event.deny() : event.allow());
    }

    @Test
    void isAskedAboutEachMessageEachFilterAndTheWill() {
        try (VirtualBroker broker = broker(hooks -> hooks.authorizer(event -> {
            chronicle.add(event.client().clientId() + " " + event.action() + " " + event.topic() + " "
                    + event.qos().level() + (event.retain() ? " retained" : ""));
            return event.allow();
        }))) {
            Client client = broker.connect(Connect.v5("client")
                    .withWill(Will.of("will", Binary.EMPTY, Qos.AT_LEAST_ONCE).withRetain(true)));
            assertThat(chronicle.news()).containsExactly("client WILL will 1 retained");
            client.send(Subscribe.of(
                    1, Subscription.of("a/+", Qos.AT_MOST_ONCE), Subscription.of("$share/group/b", Qos.EXACTLY_ONCE)));
            client.expect(Suback.class);
            assertThat(chronicle.news()).containsExactly("client SUBSCRIBE a/+ 0", "client SUBSCRIBE $share/group/b 2");
            client.send(
                    Publish.qos0("long/topic", Binary.EMPTY).withProperties(PublishProperties.NONE.withTopicAlias(1)),
                    Publish.qos1("u", Binary.EMPTY, 1).withRetain(true),
                    new Publish(
                            "",
                            Binary.EMPTY,
                            Qos.EXACTLY_ONCE,
                            false,
                            false,
                            2,
                            PublishProperties.NONE.withTopicAlias(1)));
            broker.settle();
            assertThat(chronicle.news())
                    .containsExactly(
                            "client PUBLISH long/topic 0",
                            "client PUBLISH u 1 retained",
                            "client PUBLISH long/topic 2");
        }
    }

    @Test
    void pluginsAreAskedInTheirOrderUntilOneAllowsOrDenies() {
        try (VirtualBroker broker = broker(
                hooks -> saysOf(hooks, Hooks.EMBEDDER, "for/embedder"),
                new Owner("one", hooks -> saysOf(hooks, "one", "for/one")),
                new Owner("two", hooks -> saysOf(hooks.blocking(), "two", "for/two")))) {
            Client client = broker.connect(Connect.v5("client"));
            assertThat(answer(client, "for/one/x")).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
            assertThat(chronicle.news()).containsExactly("one after null");
            assertThat(answer(client, "for/two/x")).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
            assertThat(chronicle.news()).containsExactly("one after null", "two after one");
            assertThat(answer(client, "for/embedder/not")).isEqualTo(ReasonCode.NOT_AUTHORIZED);
            assertThat(chronicle.news()).containsExactly("one after null", "two after one", "embedder after two");
            assertThat(answer(client, "for/one/not")).isEqualTo(ReasonCode.NOT_AUTHORIZED);
            assertThat(chronicle.news()).containsExactly("one after null");
            assertThat(answer(client, "for/nobody")).as("what all pass on").isEqualTo(ReasonCode.NOT_AUTHORIZED);
            assertThat(chronicle.news()).containsExactly("one after null", "two after one", "embedder after two");
        }
    }

    private void saysOf(HookRegistry hooks, String owner, String prefix) {
        hooks.authorizer(event -> {
            chronicle.add(owner + " after " + event.context().put(PATH, owner));
            if (!event.topic().startsWith(prefix)) {
                return event.pass();
            }
            return event.topic().endsWith("not") ? event.deny() : event.allow();
        });
    }

    private static ReasonCode answer(Client client, String topic) {
        client.send(Publish.qos1(topic, Binary.EMPTY, 1));
        return client.expect(Puback.class).reason();
    }

    @ParameterizedTest
    @EnumSource(MqttVersion.class)
    void aMessageThatIsDeniedGoesToNobodyAndIsNotRetained(MqttVersion version) {
        try (VirtualBroker broker = broker(hooks -> {
            mayNotWhatIsForbidden(hooks);
            hooks.onMsgArrived(event -> {
                chronicle.add("arrived " + event.message().topic());
                return event.route();
            });
        })) {
            Client watcher = broker.connect(Connect.v5("watcher"));
            watcher.send(Subscribe.of(1, "#", Qos.EXACTLY_ONCE));
            watcher.expect(Suback.class);
            Client client = broker.connect(Connect.of(version, "client"));
            boolean v5 = version == MqttVersion.V5;
            Binary payload = Binary.utf8("x");
            client.send(Publish.qos0("forbidden/0", payload).withRetain(true));
            assertThat(client.received()).isEmpty();
            client.send(Publish.qos1("forbidden/1", payload, 1).withRetain(true));
            assertThat(client.expect(Puback.class).reason())
                    .isEqualTo(v5 ? ReasonCode.NOT_AUTHORIZED : ReasonCode.SUCCESS); // [MQTT3-3.3.5-2]
            client.send(Publish.qos2("forbidden/2", payload, 2).withRetain(true));
            assertThat(client.expect(Pubrec.class).reason())
                    .isEqualTo(v5 ? ReasonCode.NOT_AUTHORIZED : ReasonCode.SUCCESS);
            if (!v5) {
                client.send(new Pubrel(2));
                client.expect(Pubcomp.class);
            }
            assertThat(watcher.received()).isEmpty();
            assertThat(broker.admin().statistics().retained()).isZero();
            assertThat(chronicle.news()).isEmpty();
            assertThat(broker.drops())
                    .containsExactly(
                            new Drop(DropReason.REFUSED, "forbidden/0", Qos.AT_MOST_ONCE, "client", ""),
                            new Drop(DropReason.REFUSED, "forbidden/1", Qos.AT_LEAST_ONCE, "client", ""),
                            new Drop(DropReason.REFUSED, "forbidden/2", Qos.EXACTLY_ONCE, "client", ""));
            client.send(Publish.qos2("allowed", payload, 2));
            client.expect(Pubrec.class);
            watcher.expect(Publish.class);
        }
    }

    @ParameterizedTest
    @EnumSource(MqttVersion.class)
    void aFilterThatIsDeniedIsNotSubscribedToAndTheOthersAre(MqttVersion version) {
        try (VirtualBroker broker = broker(hooks -> {
            mayNotWhatIsForbidden(hooks);
            hooks.onSubscribe(event -> {
                chronicle.add("subscribe " + event.filter());
                return event.grant();
            });
        })) {
            Client client = broker.connect(Connect.of(version, "client"));
            client.send(Subscribe.of(
                    1,
                    Subscription.of("a", Qos.AT_LEAST_ONCE),
                    Subscription.of("forbidden/#", Qos.AT_LEAST_ONCE),
                    Subscription.of("b", Qos.EXACTLY_ONCE)));
            Suback told = client.expect(Suback.class);
            assertThat(told.reasons())
                    .containsExactly(
                            ReasonCode.GRANTED_QOS_1,
                            version == MqttVersion.V5 ? ReasonCode.NOT_AUTHORIZED : ReasonCode.UNSPECIFIED_ERROR,
                            ReasonCode.GRANTED_QOS_2);
            if (version == MqttVersion.V5) {
                assertThat(told.properties().reasonString()).contains("forbidden/#");
            }
            assertThat(chronicle.news()).containsExactly("subscribe a", "subscribe b");
            Client other = broker.connect(Connect.v5("other"));
            other.send(Publish.qos0("a", Binary.EMPTY), Publish.qos0("b", Binary.EMPTY));
            broker.hooks().replace(List.of());
            other.send(Publish.qos0("forbidden/x", Binary.EMPTY));
            assertThat(client.received(Publish.class))
                    .extracting(Publish::topic)
                    .containsExactly("a", "b");
        }
    }

    @ParameterizedTest
    @EnumSource(MqttVersion.class)
    void aClientWithAWillThatIsDeniedIsNotLetIn(MqttVersion version) {
        try (VirtualBroker broker = broker(HookAuthorizerTest::mayNotWhatIsForbidden)) {
            Client client = broker.open(version);
            client.send(Connect.of(version, "client").withWill(Will.of("forbidden", Binary.EMPTY, Qos.AT_MOST_ONCE)));
            Connack told = client.expect(Connack.class);
            assertThat(told.reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);
            assertThat(client.closed()).isTrue();
            assertThat(broker.admin().sessions()).isEmpty();
        }
    }

    @Test
    void isNotAskedAboutWhatTheSettingsRefuse() {
        try (VirtualBroker broker = broker(hooks -> hooks.authorizer(event -> {
            chronicle.add(event.action() + " " + event.topic());
            return event.allow();
        }))) {
            Client client = broker.connect(Connect.v5("client"));
            client.send(
                    Publish.qos1("$SYS/mine", Binary.EMPTY, 1),
                    Subscribe.of(
                            1, Subscription.of("a/#/b", Qos.AT_MOST_ONCE), Subscription.of("a", Qos.AT_MOST_ONCE)));
            assertThat(client.received())
                    .extracting(packet -> packet.type().name())
                    .containsExactly("PUBACK", "SUBACK");
            assertThat(chronicle.news()).containsExactly(Action.SUBSCRIBE + " a");
        }
    }

    @Test
    void aBrokerWithoutOneAllowsEverything() {
        try (VirtualBroker broker = broker(hooks -> {})) {
            assertThat(answer(broker.connect(Connect.v5("client")), "t")).isEqualTo(ReasonCode.NO_MATCHING_SUBSCRIBERS);
        }
    }
}
