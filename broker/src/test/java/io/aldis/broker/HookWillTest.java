package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.VirtualBroker.Client;
import io.aldis.broker.VirtualBroker.Owner;
import io.aldis.broker.chain.Hooks;
import io.aldis.broker.hook.AttributeKey;
import io.aldis.broker.hook.HookRegistry;
import io.aldis.broker.hook.OnWillPublish;
import io.aldis.broker.message.Message;
import io.aldis.broker.metric.DropReason;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.Disconnect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Publish;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.codec.Subscription;
import io.aldis.codec.Will;
import io.aldis.codec.WillProperties;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code OnWillPublish} and {@code OnWillPublished}. */
class HookWillTest {

    private static final AttributeKey<String> PATH = AttributeKey.of("path", String.class);

    @RegisterExtension
    final HookLog log = new HookLog();

    private final Chronicle chronicle = new Chronicle();

    private static VirtualBroker broker(Consumer<HookRegistry> hooks, Owner... plugins) {
        List<Owner> owners = new ArrayList<>(List.of(plugins));
        owners.add(Owner.embedder(hooks));
        return VirtualBroker.of(new VirtualLoops(2, 1), Settings.defaults(), false, owners);
    }

    private static Client watcher(VirtualBroker broker) {
        Client watcher = broker.connect(Connect.v5("watcher").withKeepAlive(0));
        watcher.send(Subscribe.of(1, Subscription.of("#", Qos.EXACTLY_ONCE).withRetainAsPublished(true)));
        watcher.expect(Suback.class);
        return watcher;
    }

    private static Connect mortal(MqttVersion version) {
        return Connect.of(version, "mortal")
                .withWill(
                        Will.of("will", Binary.utf8("gone"), Qos.AT_LEAST_ONCE).withRetain(true));
    }

    @ParameterizedTest
    @EnumSource(MqttVersion.class)
    void bothHearOfAWillWhoseTimeHasComePluginsFirst(MqttVersion version) {
        try (VirtualBroker broker = broker(
                hooks -> speaks(hooks, Hooks.EMBEDDER),
                new Owner("one", hooks -> speaks(hooks, "one")),
                new Owner("two", hooks -> speaks(hooks, "two")))) {
            Client watcher = watcher(broker);
            Client mortal = broker.connect(mortal(version));
            assertThat(chronicle.news()).isEmpty();
            mortal.drop();
            assertThat(chronicle.news())
                    .containsExactly(
                            "one asked about will of mortal: gone after null",
                            "two asked about will of mortal: gone one after one",
                            "embedder asked about will of mortal: gone one two after two",
                            "one told of gone one two embedder",
                            "two told of gone one two embedder",
                            "embedder told of gone one two embedder");
            Publish got = watcher.expect(Publish.class);
            assertThat(got.payload().toUtf8()).isEqualTo("gone one two embedder");
            assertThat(broker.admin().statistics().retained()).isEqualTo(1);
        }
    }

    private void speaks(HookRegistry hooks, String owner) {
        hooks.onWillPublish(event -> {
                    Message will = event.message();
                    chronicle.add(owner + " asked about " + will.topic() + " of " + will.publisher() + ": "
                            + will.payload().toUtf8() + " after "
                            + event.context().put(PATH, owner));
                    return event.publish(will.toBuilder()
                            .payload(will.payload().toUtf8() + " " + owner)
                            .build());
                })
                .onWillPublished(event -> chronicle.add(
                        owner + " told of " + event.message().payload().toUtf8()));
    }

    @Test
    void aWillThatIsDroppedGoesToNobody() {
        try (VirtualBroker broker = broker(
                hooks -> hooks.onWillPublish(event -> {
                            chronicle.add("asked");
                            return event.publish();
                        })
                        .onWillPublished(event -> chronicle.add("published")),
                new Owner("one", hooks -> hooks.onWillPublish(event -> event.drop())))) {
            Client watcher = watcher(broker);
            broker.connect(mortal(MqttVersion.V5)).drop();
            assertThat(watcher.received()).isEmpty();
            assertThat(chronicle.news()).isEmpty();
            assertThat(broker.drops())
                    .containsExactly(new Drop(DropReason.REFUSED, "will", Qos.AT_LEAST_ONCE, "mortal", ""));
            assertThat(broker.admin().statistics().retained()).isZero();
        }
    }

    @Test
    void nothingIsHeardOfAWillThatIsNotPublished() {
        try (VirtualBroker broker = broker(hooks -> hooks.onWillPublish(event -> {
                    chronicle.add("asked");
                    return event.publish();
                })
                .onWillPublished(event -> chronicle.add("published")))) {
            Client mortal = broker.connect(mortal(MqttVersion.V5));
            mortal.send(new Disconnect());
            assertThat(mortal.closed()).isTrue();
            assertThat(chronicle.news()).isEmpty();
        }
    }

    @Test
    void aWillWithADelayIsAskedAboutWhenItIsDue() {
        try (VirtualBroker broker = broker(hooks -> speaks(hooks, "embedder"))) {
            Client watcher = watcher(broker);
            broker.connect(Connect.v5("mortal")
                            .withProperties(ConnectProperties.NONE.withSessionExpiryInterval(100))
                            .withWill(Will.of("will", Binary.utf8("gone"), Qos.AT_MOST_ONCE)
                                    .withProperties(WillProperties.NONE.withDelayInterval(10))))
                    .drop();
            broker.pass(Duration.ofSeconds(9));
            assertThat(chronicle.news()).isEmpty();
            broker.pass(Duration.ofSeconds(1));
            assertThat(chronicle.news()).hasSize(2);
            watcher.expect(Publish.class);
        }
    }

    @Test
    void aWillOfOneWhoSaysFarewellWithItIsAskedAbout() {
        try (VirtualBroker broker = broker(hooks -> speaks(hooks, "embedder"))) {
            broker.connect(mortal(MqttVersion.V5)).send(new Disconnect(ReasonCode.DISCONNECT_WITH_WILL_MESSAGE));
            broker.settle();
            assertThat(chronicle.news()).hasSize(2);
        }
    }

    @Test
    void anAnswerMayComeLongAfterTheClientIsGone() {
        CompletableFuture<OnWillPublish.Answer> answer = new CompletableFuture<>();
        List<OnWillPublish.WillDue> events = new ArrayList<>();
        try (VirtualBroker broker = broker(hooks -> hooks.onWillPublishAsync(event -> {
            events.add(event);
            return answer;
        }))) {
            Client watcher = watcher(broker);
            broker.connect(mortal(MqttVersion.V5)).drop();
            broker.pass(Duration.ofSeconds(9));
            assertThat(watcher.received()).isEmpty();
            broker.connect(mortal(MqttVersion.V5));
            broker.loops()
                    .background()
                    .execute(() -> answer.complete(events.get(0).publish()));
            assertThat(watcher.expect(Publish.class).payload().toUtf8()).isEqualTo("gone");
        }
    }

    @Test
    void mayChangeEverythingButWhoseWillItIs() { // [MQTT-3.8.3-3]
        try (VirtualBroker broker = broker(hooks -> hooks.onWillPublish(
                        event -> event.publish(Message.builder("other/topic")
                                .payload("other")
                                .qos(Qos.EXACTLY_ONCE)
                                .build()))
                .onWillPublished(event -> chronicle.add("published of "
                        + event.message().publisher() + " to " + event.message().topic())))) {
            Client watcher = watcher(broker);
            broker.connect(mortal(MqttVersion.V5)).drop();
            Publish got = watcher.expect(Publish.class);
            assertThat(got.topic()).isEqualTo("other/topic");
            assertThat(got.payload().toUtf8()).isEqualTo("other");
            assertThat(got.qos()).isEqualTo(Qos.EXACTLY_ONCE);
            assertThat(got.retain()).isFalse();
            assertThat(chronicle.news()).containsExactly("published of mortal to other/topic");
        }
    }

    @Test
    void aTopicThatIsNoneIsTakenForAFailure() {
        try (VirtualBroker broker = broker(hooks -> hooks.onWillPublish(event -> event.publish(
                Message.of("a/#", Binary.EMPTY, Qos.AT_MOST_ONCE, false, PublishProperties.NONE, "", 0))))) {
            Client watcher = watcher(broker);
            broker.connect(mortal(MqttVersion.V5)).drop();
            assertThat(watcher.received()).isEmpty();
            assertThat(broker.drops()).extracting(Drop::reason).containsExactly(DropReason.REFUSED);
            assertThat(log.lines()).singleElement().asString().contains("answered what cannot be");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"$SYS", "$SYS/broker/uptime", "$share/crew/jobs"})
    void aTopicThatIsNotForClientsIsTakenForAFailure(String topic) {
        try (VirtualBroker broker = broker(hooks -> hooks.onWillPublish(
                event -> event.publish(event.message().toBuilder().topic(topic).build())))) {
            Client curious = broker.connect(Connect.v5("curious"));
            curious.send(Subscribe.of(1, "$SYS/#", Qos.AT_MOST_ONCE));
            curious.expect(Suback.class);
            Client mortal = broker.connect(mortal(MqttVersion.V5));
            mortal.drop();
            assertThat(curious.received()).isEmpty();
            assertThat(broker.admin().statistics().retained()).isZero();
            assertThat(broker.drops()).extracting(Drop::reason).containsExactly(DropReason.REFUSED);
        }
    }

    @Test
    void aListenerThatThrowsHurtsNobody() {
        try (VirtualBroker broker = broker(
                hooks -> hooks.onWillPublished(event -> chronicle.add("published")),
                new Owner(
                        "one",
                        hooks -> hooks.onWillPublished(event -> {
                            throw new IllegalStateException("broken");
                        })))) {
            Client watcher = watcher(broker);
            broker.connect(mortal(MqttVersion.V5)).drop();
            watcher.expect(Publish.class);
            assertThat(chronicle.news()).containsExactly("published");
        }
    }
}
