package io.aldis.broker;

import static io.aldis.broker.Answers.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aldis.broker.VirtualBroker.Client;
import io.aldis.broker.admin.Page;
import io.aldis.broker.admin.Published;
import io.aldis.broker.loop.Loop;
import io.aldis.broker.message.Message;
import io.aldis.broker.metric.DropReason;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.PayloadFormat;
import io.aldis.codec.Publish;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.codec.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that the program around a broker publishes through {@link io.aldis.broker.admin.Admin}, and those it has retained. */
class AdminPublishTest {

    private static Connect durable(String clientId) {
        return Connect.v5(clientId)
                .withKeepAlive(0)
                .withCleanStart(false)
                .withProperties(ConnectProperties.NONE.withSessionExpiryInterval(1000));
    }

    private static Client subscribed(VirtualBroker broker, Connect connect, String filter) {
        Client client = broker.connect(connect);
        client.send(Subscribe.of(1, filter, Qos.EXACTLY_ONCE));
        client.expect(Suback.class);
        return client;
    }

    private static Message message(String topic, String payload, Qos qos) {
        return Message.builder(topic).payload(payload).qos(qos).build();
    }

    private static Message retained(String topic, String payload) {
        return Message.builder(topic)
                .payload(payload)
                .qos(Qos.AT_LEAST_ONCE)
                .retain(true)
                .build();
    }

    private static List<String> payloads(Client client) {
        return client.received(Publish.class).stream()
                .map(publish -> publish.payload().toUtf8())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aMessageReachesAllWhoSubscribe(boolean late) {
        try (VirtualBroker broker = Answers.broker(late, Settings.defaults())) {
            Client live = subscribed(broker, Connect.v311("live"), "t/#");
            Client away = subscribed(broker, durable("away"), "t/1");
            away.drop();
            for (Qos qos : Qos.values()) {
                assertThat(Answers.of(broker, broker.admin().publish(message("t/1", "at " + qos.level(), qos))))
                        .isEqualTo(Published.ACCEPTED);
            }
            assertThat(payloads(live)).containsExactly("at 0", "at 1", "at 2");
            assertThat(payloads(broker.connect(durable("away")))).containsExactly("at 1", "at 2");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void nobodyMayWantIt(boolean late) {
        try (VirtualBroker broker = Answers.broker(late, Settings.defaults())) {
            assertThat(Answers.of(broker, broker.admin().publish(message("t", "x", Qos.AT_LEAST_ONCE))))
                    .isEqualTo(Published.NOBODY);
            assertThat(Answers.of(broker, broker.admin().publish(retained("t", "kept"))))
                    .isEqualTo(Published.NOBODY);
            assertThat(payloads(subscribed(broker, Connect.v5("later"), "other")))
                    .isEmpty();
            assertThat(broker.admin().retained("t"))
                    .map(kept -> kept.payload().toUtf8())
                    .contains("kept");
        }
    }

    @Test
    void itIsAcceptedNotBeforeItIsKept() {
        try (VirtualBroker broker = VirtualBroker.ofLateAnswers(2, 3, Settings.defaults())) {
            Client away = subscribed(broker, durable("away"), "t");
            away.drop();
            List<Boolean> kept = new ArrayList<>();
            CompletionStage<Published> stage = broker.admin().publish(retained("t", "x"));
            var unused = stage.thenAccept(
                    published -> kept.add(broker.admin().retained("t").isPresent()));
            broker.settle();
            assertThat(kept).containsExactly(true);
        }
    }

    @Test
    void messagesOfOneTopicKeepTheirOrder() {
        try (VirtualBroker broker = new VirtualBroker(3, 11, Settings.defaults())) {
            Client live = subscribed(broker, Connect.v5("live"), "t");
            List<String> sent = IntStream.range(0, 20).mapToObj(i -> "n" + i).toList();
            List<CompletionStage<Published>> stages = sent.stream()
                    .map(payload -> broker.admin().publish(message("t", payload, Qos.AT_LEAST_ONCE)))
                    .toList();
            assertThat(payloads(live)).containsExactlyElementsOf(sent);
            assertThat(stages).allMatch(stage -> stage.toCompletableFuture().isDone());
        }
    }

    @Test
    void thePublisherItNamesGetsItNotWhereItWantsNoneOfItsOwn() { // [MQTT-3.8.3-3]
        try (VirtualBroker broker = new VirtualBroker()) {
            Client client = broker.connect(Connect.v5("client"));
            client.send(Subscribe.of(1, Subscription.of("t", Qos.AT_MOST_ONCE).withNoLocal(true)));
            client.expect(Suback.class);
            var unused = broker.admin()
                    .publish(Message.builder("t")
                            .payload("own")
                            .publisher("client")
                            .build());
            var unusedToo =
                    broker.admin().publish(Message.builder("t").payload("other").build());
            assertThat(payloads(client)).containsExactly("other");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void whatClientsMayNotPublishIsRefusedAndLeavesNoTrace(boolean late) {
        Settings settings = Settings.defaults()
                .withPublish(publish -> publish.withMaximumQos(Qos.AT_LEAST_ONCE)
                        .withMaximumTopicBytes(20)
                        .withMaximumTopicLevels(3)
                        .withPayloadFormatChecked(true))
                .withRetained(kept -> kept.withMaximumMessages(1).withMaximumPayloadBytes(4));
        try (VirtualBroker broker = Answers.broker(late, settings)) {
            Client all = subscribed(broker, Connect.v5("all"), "#");
            assertThat(Answers.of(broker, broker.admin().publish(retained("r", "1"))))
                    .isEqualTo(Published.ACCEPTED);
            assertThat(payloads(all)).containsExactly("1");

            refused(broker, message("$SYS/broker/version", "x", Qos.AT_MOST_ONCE), ReasonCode.NOT_AUTHORIZED);
            refused(broker, message("$share/g/t", "x", Qos.AT_MOST_ONCE), ReasonCode.TOPIC_NAME_INVALID);
            refused(broker, message("012345678901234567890", "x", Qos.AT_MOST_ONCE), ReasonCode.TOPIC_NAME_INVALID);
            refused(broker, message("a/b/c/d", "x", Qos.AT_MOST_ONCE), ReasonCode.TOPIC_NAME_INVALID);
            refused(broker, invalid("a/+"), ReasonCode.TOPIC_NAME_INVALID);
            refused(broker, invalid(""), ReasonCode.TOPIC_NAME_INVALID);
            refused(broker, message("t", "x", Qos.EXACTLY_ONCE), ReasonCode.QOS_NOT_SUPPORTED);
            refused(broker, retained("r", "large"), ReasonCode.QUOTA_EXCEEDED);
            refused(broker, retained("other", "x"), ReasonCode.QUOTA_EXCEEDED);
            refused(broker, atMostOnce(retained("other", "x")), ReasonCode.QUOTA_EXCEEDED);
            refused(
                    broker,
                    Message.builder("t")
                            .payload(Binary.copyOf(new byte[] {-1}))
                            .properties(PublishProperties.NONE.withPayloadFormat(PayloadFormat.UTF_8))
                            .build(),
                    ReasonCode.PAYLOAD_FORMAT_INVALID);

            assertThat(payloads(all)).isEmpty();
            assertThat(broker.admin().retained("#", Page.START, 10).entries())
                    .extracting(Message::topic)
                    .containsExactly("r");
        }
    }

    private static Message invalid(String topic) {
        return Message.of(topic, Binary.EMPTY, Qos.AT_MOST_ONCE, false, PublishProperties.NONE, "", 0);
    }

    private static Message atMostOnce(Message message) {
        return message.toBuilder().qos(Qos.AT_MOST_ONCE).build();
    }

    private static void refused(VirtualBroker broker, Message message, ReasonCode reason) {
        assertThat(refusal(broker, broker.admin().publish(message)).reason())
                .as("%s", message)
                .isEqualTo(reason);
        assertThat(refusal(broker, broker.admin().publish(message))).message().isNotEmpty();
    }

    @Test
    void nothingIsRetainedWhereNothingCanBe() {
        Settings settings = Settings.defaults().withRetained(kept -> kept.withAvailable(false));
        try (VirtualBroker broker = new VirtualBroker(2, 1, settings)) {
            refused(broker, retained("t", "x"), ReasonCode.RETAIN_NOT_SUPPORTED);
            assertThat(refusal(broker, broker.admin().storeRetained(retained("t", "x")))
                            .reason())
                    .isEqualTo(ReasonCode.RETAIN_NOT_SUPPORTED);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aMessageToOneClientNeedsNoSubscription(boolean late) {
        Settings settings = Settings.defaults().withPublish(publish -> publish.withMaximumQos(Qos.AT_LEAST_ONCE));
        try (VirtualBroker broker = Answers.broker(late, settings)) {
            Client live = broker.connect(Connect.v5("live"));
            Client other = subscribed(broker, Connect.v5("other"), "#");
            for (Qos qos : Qos.values()) {
                Message message =
                        message("t", "x", qos).toBuilder().retain(true).build();
                assertThat(Answers.of(broker, broker.admin().publishTo("live", message)))
                        .isEqualTo(Published.ACCEPTED);
            }
            assertThat(live.received(Publish.class))
                    .allMatch(publish -> !publish.retain())
                    .extracting(Publish::qos)
                    .containsExactly(Qos.AT_MOST_ONCE, Qos.AT_LEAST_ONCE, Qos.AT_LEAST_ONCE);
            assertThat(other.received()).isEmpty();
            assertThat(broker.admin().statistics().retained()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aMessageToAClientThatIsAwayWaitsIfItsSessionDoes(boolean late) {
        try (VirtualBroker broker = Answers.broker(late, Settings.defaults())) {
            broker.connect(durable("away")).drop();
            assertThat(Answers.of(broker, broker.admin().publishTo("away", message("t", "one", Qos.EXACTLY_ONCE))))
                    .isEqualTo(Published.ACCEPTED);
            assertThat(Answers.of(broker, broker.admin().publishTo("away", message("t", "none", Qos.AT_MOST_ONCE))))
                    .isEqualTo(Published.ACCEPTED);
            assertThat(broker.drops()).extracting("reason").containsExactly(DropReason.NOT_CONNECTED);
            assertThat(payloads(broker.connect(durable("away")))).containsExactly("one");
            assertThat(Answers.of(broker, broker.admin().publishTo("stranger", message("t", "x", Qos.AT_LEAST_ONCE))))
                    .isEqualTo(Published.NOBODY);
            assertThat(refusal(broker, broker.admin().publishTo("away", invalid("#")))
                            .reason())
                    .isEqualTo(ReasonCode.TOPIC_NAME_INVALID);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRetainedMessageIsStoredWithoutBeingPublished(boolean late) {
        try (VirtualBroker broker = Answers.broker(late, Settings.defaults())) {
            Client live = subscribed(broker, Connect.v5("live"), "#");
            List<Boolean> kept = new ArrayList<>();
            var unused = broker.admin()
                    .storeRetained(message("t", "x", Qos.AT_LEAST_ONCE))
                    .thenAccept(done -> kept.add(broker.admin().retained("t").isPresent()));
            assertThat(live.received()).isEmpty();
            assertThat(kept).containsExactly(true);
            assertThat(subscribed(broker, Connect.v5("late"), "other").received())
                    .isEmpty();

            Client next = broker.connect(Connect.v5("next"));
            next.send(Subscribe.of(1, "t", Qos.AT_LEAST_ONCE));
            assertThat(next.received(Publish.class))
                    .extracting(publish -> publish.payload().toUtf8() + publish.retain())
                    .containsExactly("xtrue");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRetainedMessageIsDeletedWithoutAWord(boolean late) {
        try (VirtualBroker broker = Answers.broker(late, Settings.defaults())) {
            Answers.of(broker, broker.admin().storeRetained(message("t", "x", Qos.AT_LEAST_ONCE)));
            Client live = broker.connect(Connect.v5("live"));
            live.send(Subscribe.of(1, "#", Qos.AT_LEAST_ONCE));
            live.received();
            assertThat(Answers.of(broker, broker.admin().deleteRetained("t"))).isTrue();
            assertThat(broker.admin().retained("t")).isEmpty();
            assertThat(broker.admin().statistics().retained()).isZero();
            assertThat(Answers.of(broker, broker.admin().deleteRetained("t"))).isFalse();
            assertThat(live.received()).isEmpty();
            assertThat(refusal(broker, broker.admin().deleteRetained("$SYS/x")).reason())
                    .isEqualTo(ReasonCode.NOT_AUTHORIZED);
        }
    }

    @Test
    void storingNothingIsAMistake() {
        try (VirtualBroker broker = new VirtualBroker()) {
            assertThatThrownBy(() ->
                            broker.admin().storeRetained(Message.builder("t").build()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("deleteRetained");
        }
    }

    @Test
    void nothingHappensWithinTheCallNotEvenOnTheRightLoop() {
        try (VirtualBroker broker = new VirtualBroker()) {
            Client live = subscribed(broker, durable("live"), "t");
            List<CompletionStage<?>> stages = new ArrayList<>();
            List<Boolean> done = new ArrayList<>();
            for (Loop loop : broker.loops().all()) {
                loop.execute(() -> {
                    List<CompletionStage<?>> asked = List.of(
                            broker.admin().publish(message("t", "x", Qos.AT_MOST_ONCE)),
                            broker.admin().publish(message("nobody", "x", Qos.AT_LEAST_ONCE)),
                            broker.admin().publishTo("live", message("t", "x", Qos.AT_LEAST_ONCE)),
                            broker.admin().storeRetained(message("r", "x", Qos.AT_MOST_ONCE)),
                            broker.admin().deleteRetained("s"),
                            broker.admin().subscribe("live", Subscription.of("u", Qos.AT_LEAST_ONCE)),
                            broker.admin().unsubscribe("live", List.of("u")),
                            broker.admin().disconnect("live", ReasonCode.ADMINISTRATIVE_ACTION),
                            broker.admin().deleteSession("live"));
                    asked.forEach(stage -> done.add(stage.toCompletableFuture().isDone()));
                    stages.addAll(asked);
                });
            }
            broker.settle();
            assertThat(done).hasSize(18).containsOnly(false);
            assertThat(stages).allMatch(stage -> stage.toCompletableFuture().isDone());
            assertThat(live.closed()).isTrue();
        }
    }

    @Test
    void whoHangsAnotherPublishOnAnAnswerIsServedToo() {
        try (VirtualBroker broker = new VirtualBroker()) {
            Client live = subscribed(broker, Connect.v5("live"), "t");
            CompletionStage<Published> last = broker.admin()
                    .publish(message("t", "one", Qos.AT_LEAST_ONCE))
                    .thenCompose(first -> broker.admin().publish(message("t", "two", Qos.AT_LEAST_ONCE)));
            assertThat(Answers.of(broker, last)).isEqualTo(Published.ACCEPTED);
            assertThat(payloads(live)).containsExactly("one", "two");
        }
    }

    @Test
    void whatIsNotAnsweredWhenTheBrokerStopsFails() {
        VirtualBroker broker = new VirtualBroker();
        broker.loops().all().forEach(broker.loops()::hold);
        CompletionStage<Published> asked = broker.admin().publish(message("t", "x", Qos.AT_MOST_ONCE));
        broker.abandon();
        assertThatThrownBy(() -> asked.toCompletableFuture().join())
                .hasCauseInstanceOf(IllegalStateException.class)
                .hasMessageContaining("stopped");
    }
}
