package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.aldis.broker.VirtualBroker.Client;
import io.aldis.broker.admin.SessionInfo;
import io.aldis.broker.hook.AuthenticationAnswer;
import io.aldis.broker.hook.AuthenticationRequest;
import io.aldis.broker.hook.EnhancedAuthenticator;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Auth;
import io.aldis.codec.AuthProperties;
import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.ConnackProperties;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.Disconnect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.PacketEncoder;
import io.aldis.codec.Pingreq;
import io.aldis.codec.Pingresp;
import io.aldis.codec.Puback;
import io.aldis.codec.Publish;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.codec.Will;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** The authentication exchange, at CONNECT and anew (MQTT 5.0 §3.15, §4.12). */
class AuthenticationTest {

    private static final String METHOD = "interview";
    private static final String OTHER_METHOD = "another";

    private final Interviewer interviewer = new Interviewer(METHOD);
    private final Broken broken = new Broken();
    private final VirtualBroker broker = new VirtualBroker(
            2,
            1,
            Settings.defaults().withConnection(connection -> connection.withConnectTimeout(Duration.ofSeconds(10))),
            hooks -> hooks.authenticator(interviewer)
                    .authenticator(new Interviewer(OTHER_METHOD))
                    .authenticator(broken)
                    .authenticator(new OpenDoor()));
    private final Client watcher = broker.connect(naming(OpenDoor.METHOD, "watcher"));

    @BeforeEach
    void watch() {
        watcher.send(Subscribe.of(1, "will", Qos.AT_MOST_ONCE));
        watcher.expect(Suback.class);
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    /** Lets everybody in. */
    private static final class OpenDoor implements EnhancedAuthenticator {
        private static final String METHOD = "open door";

        @Override
        public String method() {
            return METHOD;
        }

        @Override
        public Exchange begin(AuthenticationRequest request) {
            return data -> CompletableFuture.completedFuture(new AuthenticationAnswer.Accept(request.clientId()));
        }
    }

    /** Fails in every way. */
    private static final class Broken implements EnhancedAuthenticator {
        private static final String METHOD = "broken";
        private Supplier<Exchange> fault = () -> data -> new CompletableFuture<>();

        @Override
        public String method() {
            return METHOD;
        }

        @Override
        public Exchange begin(AuthenticationRequest request) {
            return fault.get();
        }
    }

    private static Connect naming(String method, String clientId) {
        return Connect.v5(clientId)
                .withKeepAlive(0)
                .withProperties(ConnectProperties.NONE.withAuthenticationMethod(method));
    }

    private static Connect mortal() {
        return Connect.v5("mortal")
                .withKeepAlive(0)
                .withWill(Will.of("will", Binary.utf8("gone"), Qos.AT_MOST_ONCE))
                .withProperties(ConnectProperties.NONE
                        .withAuthenticationMethod(METHOD)
                        .withAuthenticationData(Binary.utf8("hello")));
    }

    private static Auth answer(String data) {
        return Auth.of(ReasonCode.CONTINUE_AUTHENTICATION, METHOD, Binary.utf8(data));
    }

    private static Auth anew(String data) {
        return Auth.of(ReasonCode.RE_AUTHENTICATE, METHOD, Binary.utf8(data));
    }

    /** A client that has sent its CONNECT and waits. */
    private Client knocks(Connect connect) {
        Client client = broker.open(MqttVersion.V5);
        client.send(connect);
        broker.settle();
        return client;
    }

    /** A client that was asked a first question. */
    private Client asked() {
        Client client = knocks(mortal());
        interviewer.asks("who?");
        client.expect(Auth.class);
        return client;
    }

    /** A client that was let in. */
    private Client admitted() {
        Client client = knocks(mortal());
        interviewer.accepts("mortal");
        client.expect(Connack.class);
        return client;
    }

    /** A client that authenticates anew and was asked a first question. */
    private Client askedAnew() {
        Client client = admitted();
        client.send(anew("again"));
        broker.settle();
        interviewer.asks("still you?");
        client.expect(Auth.class);
        return client;
    }

    private void assertRefused(Client client, ReasonCode reason) {
        assertThat(client.expect(Connack.class).reason()).isEqualTo(reason);
        assertThat(client.closed()).isTrue();
        assertThat(watcher.received(Publish.class)).as("wills").isEmpty();
        assertThat(broker.admin().session("mortal")).isEmpty();
    }

    private void assertDisconnected(Client client, ReasonCode reason) {
        assertThat(client.expect(Disconnect.class).reason()).isEqualTo(reason);
        assertThat(client.closed()).isTrue();
        assertThat(watcher.received(Publish.class)).as("wills").hasSize(1);
    }

    // At CONNECT.

    @Test
    void aMethodThatNobodySpeaksIsRefused() { // [MQTT-4.12.0-1]
        assertRefused(knocks(naming("unheard of", "mortal")), ReasonCode.BAD_AUTHENTICATION_METHOD);
    }

    @Test
    void aClientThatNamesNoMethodIsNotLetInWhereThereIsOne() {
        assertRefused(knocks(Connect.v5("mortal")), ReasonCode.NOT_AUTHORIZED);
        Client old = broker.open(MqttVersion.V3_1_1);
        old.send(Connect.v311("mortal"));
        assertRefused(old, ReasonCode.NOT_AUTHORIZED);
    }

    @Test
    void aClientMayBeAcceptedAtOnce() { // [MQTT-4.12.0-5]
        Client client = knocks(mortal().withUsername("Mort"));
        assertThat(client.received()).isEmpty();
        interviewer.accepts("mortal");
        ConnackProperties told = client.expect(Connack.class).properties();
        assertThat(told.authenticationMethod()).isEqualTo(METHOD);
        assertThat(told.authenticationData()).isEqualTo(Binary.utf8("welcome mortal"));
        assertThat(interviewer.begun).singleElement().satisfies(request -> {
            assertThat(request.clientId()).isEqualTo("mortal");
            assertThat(request.username()).isEqualTo("Mort");
        });
    }

    @Test
    void whereThereIsNoDataThereIsNoProperty() { // [MQTT-4.12.0-5]
        Client client = knocks(naming(METHOD, "mortal"));
        assertThat(interviewer.heard).containsExactly("");
        interviewer.last().complete(new AuthenticationAnswer.Continue(Binary.EMPTY));
        assertThat(client.expect(Auth.class))
                .isEqualTo(new Auth(ReasonCode.CONTINUE_AUTHENTICATION, AuthProperties.NONE.withMethod(METHOD)));
        client.send(answer("me"));
        broker.settle();
        interviewer.last().complete(new AuthenticationAnswer.Accept("mortal"));
        ConnackProperties told = client.expect(Connack.class).properties();
        assertThat(told.authenticationMethod()).isEqualTo(METHOD);
        assertThat(told.authenticationData()).isNull();
    }

    @Test
    void anExchangeMayHaveAnyNumberOfSteps() { // [MQTT-4.12.0-2], [MQTT-4.12.0-3], [MQTT-4.12.0-5]
        Client client = knocks(mortal());
        for (int i = 1; i <= 20; i++) {
            interviewer.asks("question " + i);
            // No reason string and no user property, so none is too large. [MQTT-3.15.2-2], [MQTT-3.15.2-3]
            assertThat(client.expect(Auth.class))
                    .isEqualTo(Auth.of(ReasonCode.CONTINUE_AUTHENTICATION, METHOD, Binary.utf8("question " + i)));
            client.send(answer("answer " + i));
            broker.settle();
        }
        interviewer.accepts("mortal");
        assertThat(client.expect(Connack.class).properties().authenticationMethod())
                .isEqualTo(METHOD);
        assertThat(interviewer.heard)
                .hasSize(21)
                .startsWith("hello", "answer 1")
                .endsWith("answer 20");
        client.send(new Pingreq());
        client.expect(Pingresp.class);
    }

    @Test
    void aClientMayBeRefusedAtTheFirstStep() { // [MQTT-4.12.0-4]
        Client client = knocks(mortal());
        interviewer.last().complete(new AuthenticationAnswer.Refuse(ReasonCode.BANNED, "never again"));
        assertRefused(client, ReasonCode.BANNED);
        assertThat(broker.admin().statistics().connectsRefused()).isEqualTo(1);
    }

    @Test
    void aClientMayBeRefusedAtALaterStep() { // [MQTT-4.12.0-4]
        Client client = asked();
        client.send(answer("nobody"));
        broker.settle();
        interviewer.refuses();
        assertRefused(client, ReasonCode.NOT_AUTHORIZED);
    }

    @Test
    void aRefusedClientDoesNotDisturbTheSessionItClaimed() { // [MQTT-4.12.0-4]
        Client rightful = admitted();
        rightful.send(Subscribe.of(1, "news", Qos.AT_LEAST_ONCE));
        rightful.expect(Suback.class);

        Client impostor = asked();
        impostor.send(answer("me, honestly"));
        broker.settle();
        interviewer.refuses();
        assertThat(impostor.expect(Connack.class).reason()).isEqualTo(ReasonCode.NOT_AUTHORIZED);

        assertThat(impostor.closed()).isTrue();
        assertThat(watcher.received()).isEmpty();
        watcher.send(Publish.qos0("news", Binary.utf8("all is well")));
        assertThat(rightful.expect(Publish.class).payload()).isEqualTo(Binary.utf8("all is well"));
    }

    @Test
    void theFormerConnectionStaysUntilItsSuccessorIsAccepted() { // [MQTT-3.1.4-3]
        Client former = admitted();
        Client successor = asked();
        former.send(new Pingreq());
        former.expect(Pingresp.class);
        successor.send(answer("me"));
        broker.settle();
        interviewer.accepts("mortal");
        assertThat(successor.expect(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
        assertThat(former.expect(Disconnect.class).reason()).isEqualTo(ReasonCode.SESSION_TAKEN_OVER);
    }

    @Test
    void ofTwoThatAreAuthenticatedTheLaterAcceptedOneStays() {
        Client slow = asked();
        Client quick = admitted();
        assertThat(broker.admin().session("mortal")).map(SessionInfo::connected).contains(true);
        slow.send(answer("me too"));
        broker.settle();
        interviewer.accepts("mortal");
        assertThat(slow.expect(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
        assertThat(quick.expect(Disconnect.class).reason()).isEqualTo(ReasonCode.SESSION_TAKEN_OVER);
    }

    // What may come meanwhile.

    static Stream<Arguments> whatIsOutOfOrder() {
        return Stream.of(
                argumentSet("PUBLISH", Publish.qos0("news", Binary.EMPTY)),
                argumentSet("SUBSCRIBE", Subscribe.of(1, "news", Qos.AT_MOST_ONCE)),
                argumentSet("PINGREQ", new Pingreq()),
                argumentSet("PUBACK", new Puback(1, ReasonCode.SUCCESS)),
                argumentSet("a second CONNECT", mortal()),
                argumentSet("AUTH that begins anew", anew("again")),
                argumentSet(
                        "AUTH of another method",
                        Auth.of(ReasonCode.CONTINUE_AUTHENTICATION, OTHER_METHOD, Binary.EMPTY)));
    }

    @ParameterizedTest
    @MethodSource("whatIsOutOfOrder")
    void nothingButAnAnswerMayComeBeforeConnack(Packet packet) { // [MQTT-3.1.2-30], [MQTT-4.12.0-5]
        Client client = asked();
        client.send(packet);
        assertRefused(client, ReasonCode.PROTOCOL_ERROR);
        assertThat(interviewer.heard).containsExactly("hello");
        assertThat(broker.admin().statistics().protocolErrors()).isEqualTo(1);
    }

    @Test
    void anAnswerMayNotComeBeforeTheQuestion() { // [MQTT-4.12.0-3]
        Client client = broker.open(MqttVersion.V5);
        client.send(mortal(), answer("I know what you will ask"));
        broker.settle();
        interviewer.asks("who?");
        assertRefused(client, ReasonCode.PROTOCOL_ERROR);
        assertThat(interviewer.heard).containsExactly("hello");
    }

    @Test
    void whatComesWithTheLastAnswerWaitsUntilTheClientIsAccepted() {
        Client client = asked();
        assertThat(client.isReadFrom()).isTrue();
        client.send(answer("me"), Subscribe.of(1, "news", Qos.AT_MOST_ONCE), new Pingreq());
        assertThat(client.received()).isEmpty();
        assertThat(client.isReadFrom())
                .as("what a stranger sends is not heaped up")
                .isFalse();
        interviewer.accepts("mortal");
        assertThat(client.received())
                .extracting(Packet::type)
                .map(Enum::name)
                .containsExactly("CONNACK", "SUBACK", "PINGRESP");
    }

    @Test
    void whatComesWithAnAnswerThatIsNotTheLastIsOutOfOrder() { // [MQTT-3.1.2-30]
        Client client = asked();
        client.send(answer("me"), new Pingreq());
        broker.settle();
        interviewer.asks("and who is that?");
        assertRefused(client, ReasonCode.PROTOCOL_ERROR);
    }

    @Test
    void anAnswerMayComeByteByByte() {
        Client client = asked();
        ByteBuf bytes = Unpooled.buffer();
        PacketEncoder.encode(answer("me"), MqttVersion.V5, bytes);
        while (bytes.isReadable()) {
            client.sendBytes(bytes.readRetainedSlice(1));
            broker.settle();
        }
        interviewer.accepts("mortal");
        client.expect(Connack.class);
        assertThat(interviewer.heard).containsExactly("hello", "me");
    }

    @Test
    void aClientMayLeaveInsteadOfAnswering() { // [MQTT-3.1.2-30]
        Client client = asked();
        client.send(new Disconnect(ReasonCode.DISCONNECT_WITH_WILL_MESSAGE));
        assertThat(client.received()).isEmpty();
        assertThat(client.closed()).isTrue();
        assertThat(watcher.received()).isEmpty();
        assertThat(broker.admin().session("mortal")).isEmpty();
    }

    @Test
    void aClientMayLeaveBeforeItIsAsked() {
        Client client = broker.open(MqttVersion.V5);
        client.send(mortal(), new Disconnect());
        broker.settle();
        interviewer.asks("who?");
        assertThat(client.received()).isEmpty();
        assertThat(client.closed()).isTrue();
    }

    @Test
    void reservedFlagsOfAuthAreMalformed() { // [MQTT-3.15.1-1]
        Client client = asked();
        client.sendBytes(hex("f1 02 18 00"));
        assertRefused(client, ReasonCode.MALFORMED_PACKET);
        Client open = askedAnew();
        open.sendBytes(hex("f8 02 18 00"));
        assertDisconnected(open, ReasonCode.MALFORMED_PACKET);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "f0 02 17 00", // nobody's reason
                "f0 02 87 00", // a reason of other packets
                "f0 02 00 00", // success, which the server says
                "f0 00" // the same in short
            })
    void aClientSaysNothingInAuthButThatItGoesOnOrBeginsAnew(String auth) { // [MQTT-3.15.2-1]
        Client client = asked();
        client.sendBytes(hex(auth));
        assertRefused(client, ReasonCode.PROTOCOL_ERROR);
    }

    private static ByteBuf hex(String bytes) {
        return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(bytes.replace(" ", "")));
    }

    // Time, threads and faults.

    @Test
    void aClientHasTheConnectTimeoutForEachAnswer() {
        Client client = asked();
        for (int i = 0; i < 3; i++) {
            broker.pass(Duration.ofSeconds(9));
            client.send(answer("wait"));
            broker.settle();
            interviewer.asks("well?");
            client.expect(Auth.class);
        }
        broker.pass(Duration.ofSeconds(9));
        assertThat(client.closed()).isFalse();
        broker.pass(Duration.ofSeconds(2));
        assertRefused(client, ReasonCode.NOT_AUTHORIZED);
    }

    @Test
    void anAuthenticatorHasTheConnectTimeoutForEachAnswer() {
        Client client = knocks(mortal());
        for (int i = 0; i < 3; i++) {
            broker.pass(Duration.ofSeconds(9));
            interviewer.asks("well?");
            client.expect(Auth.class);
            client.send(answer("well"));
            broker.settle();
        }
        broker.pass(Duration.ofSeconds(9));
        assertThat(client.closed()).isFalse();
        broker.pass(Duration.ofSeconds(2));
        assertRefused(client, ReasonCode.NOT_AUTHORIZED);
        interviewer.accepts("mortal");
        assertRefusedForGood(client);
    }

    private void assertRefusedForGood(Client client) {
        assertThat(client.received()).isEmpty();
        assertThat(broker.admin().session("mortal")).isEmpty();
    }

    @Test
    void anAcceptedClientIsNotMeasuredByTheTimeout() {
        Client client = admitted();
        broker.pass(Duration.ofMinutes(10));
        assertThat(client.closed()).isFalse();
    }

    @Test
    void anAnswerForABrokenConnectionComesToNothing() {
        Client client = knocks(mortal());
        client.drop();
        interviewer.accepts("mortal");
        assertRefusedForGood(client);
        assertThat(watcher.received()).isEmpty();
    }

    @Test
    void aConnectionMayBreakWhileItsClientIsAsked() {
        Client client = asked();
        client.drop();
        broker.pass(Duration.ofMinutes(1));
        assertRefusedForGood(client);
        assertThat(watcher.received()).isEmpty();
        assertThat(broker.admin().statistics().connectionsOpen()).isEqualTo(1);
    }

    @Test
    void answersMayComeFromAnyThread() {
        for (int seed = 1; seed <= 200; seed++) {
            Interviewer busy = new Interviewer(METHOD);
            try (VirtualBroker another =
                    new VirtualBroker(3, seed, Settings.defaults(), hooks -> hooks.authenticator(busy))) {
                Client client = another.open(MqttVersion.V5);
                client.send(mortal());
                another.settle();
                another.loops().background().execute(() -> busy.asks("who?"));
                client.expect(Auth.class);
                client.send(answer("me"), new Pingreq());
                another.settle();
                another.loops().background().execute(() -> busy.accepts("mortal"));
                assertThat(client.received())
                        .extracting(Packet::type)
                        .map(Enum::name)
                        .containsExactly("CONNACK", "PINGRESP");
                client.send(anew("again"));
                another.settle();
                another.loops().background().execute(() -> busy.accepts("mortal"));
                assertThat(client.expect(Auth.class).reason()).isEqualTo(ReasonCode.SUCCESS);
            }
        }
    }

    /** A stage that tells everybody everything twice. */
    private static final class Echo extends CompletableFuture<AuthenticationAnswer> {
        @Override
        public CompletableFuture<AuthenticationAnswer> whenComplete(
                BiConsumer<? super AuthenticationAnswer, ? super Throwable> action) {
            super.whenComplete(action);
            return super.whenComplete(action);
        }
    }

    @Test
    void eachStepIsAnsweredOnce() {
        Echo echo = new Echo();
        broken.fault = () -> data -> echo;
        Client client = knocks(naming(Broken.METHOD, "mortal"));
        echo.complete(new AuthenticationAnswer.Continue(Binary.utf8("who?")));
        client.expect(Auth.class);
    }

    @Test
    void anAnswerThatCameWhileTheClientTookNothingIsHeardWhenItDoes() {
        Client client = asked();
        client.readNothing();
        client.send(answer("me"));
        broker.settle();
        assertThat(interviewer.heard).containsExactly("hello");
        client.readAgain();
        assertThat(interviewer.heard).containsExactly("hello", "me");
        assertThat(client.isReadFrom())
                .as("what a stranger sends is not heaped up")
                .isFalse();
        interviewer.accepts("mortal");
        client.expect(Connack.class);
        assertThat(client.isReadFrom()).isTrue();
    }

    static Stream<Arguments> faults() {
        return Stream.of(
                fault("throws at once", () -> {
                    throw new IllegalStateException("a bug of the hook");
                }),
                fault("throws an error", () -> {
                    throw new NoClassDefFoundError("a jar of the hook is missing");
                }),
                fault("begins nothing", Faults::nothing),
                fault("throws at a step", () -> data -> {
                    throw new IllegalStateException("a bug of the hook");
                }),
                fault("answers no stage", () -> data -> Faults.nothing()),
                fault(
                        "fails later",
                        () -> data -> CompletableFuture.failedFuture(new IllegalStateException("no directory"))),
                fault("answers null", () -> data -> CompletableFuture.completedFuture(Faults.nothing())),
                fault("accepts nobody", () -> data -> {
                    return CompletableFuture.completedFuture(new AuthenticationAnswer.Accept(""));
                }),
                fault("refuses with success", () -> data -> {
                    return CompletableFuture.completedFuture(
                            new AuthenticationAnswer.Refuse(ReasonCode.SUCCESS, "yes"));
                }),
                fault("says too much", () -> data -> {
                    return CompletableFuture.completedFuture(
                            new AuthenticationAnswer.Continue(Binary.wrap(new byte[65_536])));
                }));
    }

    private static Arguments fault(String name, Supplier<EnhancedAuthenticator.Exchange> fault) {
        return argumentSet(name, fault);
    }

    /** What a hook that is compiled without null checks may hand over. */
    private static final class Faults {
        @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
        static <T> T nothing() {
            @Nullable T nothing = null;
            return nothing;
        }
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aFailingAuthenticatorHasSaidNo(Supplier<EnhancedAuthenticator.Exchange> fault) {
        broken.fault = fault;
        Logger logger = (Logger) LoggerFactory.getLogger("io.aldis.broker");
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        logger.addAppender(lines);
        try {
            assertRefused(knocks(naming(Broken.METHOD, "mortal")), ReasonCode.NOT_AUTHORIZED);
        } finally {
            logger.detachAppender(lines);
        }
        assertThat(lines.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .anyMatch(line -> line.contains(Broken.class.getName()));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aFailingAuthenticatorEndsAnOpenConnection(Supplier<EnhancedAuthenticator.Exchange> fault) { // [MQTT-4.12.1-2]
        broken.fault = () -> data -> CompletableFuture.completedFuture(new AuthenticationAnswer.Accept("mortal"));
        Client client = knocks(
                naming(Broken.METHOD, "mortal").withWill(Will.of("will", Binary.utf8("gone"), Qos.AT_MOST_ONCE)));
        client.expect(Connack.class);
        broken.fault = fault;
        client.send(Auth.of(ReasonCode.RE_AUTHENTICATE, Broken.METHOD, Binary.EMPTY));
        assertDisconnected(client, ReasonCode.NOT_AUTHORIZED);
    }

    @Test
    void aClientIsSentNoStepThatIsTooLargeForIt() { // [MQTT-3.1.2-24], [MQTT-3.15.2-2], [MQTT-3.15.2-3]
        Connect small = mortal().withProperties(mortal().properties().withMaximumPacketSize(100));
        Client client = knocks(small);
        // 1 + 1 for the header, 1 for the reason, 1 for the property length, 3 + 9 for the method, 3 for the data
        interviewer.asks("x".repeat(100 - 19));
        client.expect(Auth.class);
        client.send(answer("and?"));
        broker.settle();
        interviewer.asks("x".repeat(100 - 18));
        assertRefused(client, ReasonCode.PACKET_TOO_LARGE);
    }

    @Test
    void aClientThatCannotTakeTheLastWordIsDisconnected() { // [MQTT-3.1.2-24]
        Client client = knocks(mortal().withProperties(mortal().properties().withMaximumPacketSize(100)));
        interviewer.last().complete(new AuthenticationAnswer.Accept("mortal"));
        client.expect(Connack.class);
        client.send(anew("again"));
        broker.settle();
        interviewer.last().complete(new AuthenticationAnswer.Accept("mortal", Binary.wrap(new byte[100])));
        assertDisconnected(client, ReasonCode.PACKET_TOO_LARGE);
    }

    @Test
    void theClientHearsWhatTheAuthenticatorSaysOnOneLineAndOfLimitedLength() { // [MQTT-3.1.2-29]
        Client client = knocks(mortal());
        interviewer.last().complete(new AuthenticationAnswer.Refuse("no\0\n\uD800 way" + "!".repeat(70_000)));
        assertThat(client.expect(Connack.class).properties().reasonString())
                .startsWith("no\\u0000\\u000a\\ud800 way!!!")
                .hasSizeLessThan(300);
    }

    // Anew, on an open connection.

    @Test
    void anOpenConnectionMayBeAuthenticatedAnewWhileMessagesFlow() { // [MQTT-4.12.1-1], [MQTT-4.12.0-2]
        Client client = admitted();
        client.send(Subscribe.of(1, "news", Qos.AT_MOST_ONCE));
        client.expect(Suback.class);
        client.send(anew("again"));
        broker.settle();
        assertNewsFlow(client);
        interviewer.asks("still you?");
        assertThat(client.expect(Auth.class))
                .isEqualTo(Auth.of(ReasonCode.CONTINUE_AUTHENTICATION, METHOD, Binary.utf8("still you?")));
        assertNewsFlow(client);
        client.send(answer("still me"));
        broker.settle();
        assertNewsFlow(client);
        interviewer.accepts("mortal");
        assertThat(client.expect(Auth.class))
                .isEqualTo(Auth.of(ReasonCode.SUCCESS, METHOD, Binary.utf8("welcome mortal")));
        assertNewsFlow(client);
        assertThat(interviewer.heard).containsExactly("hello", "again", "still me");
        assertThat(interviewer.begun).hasSize(2);
    }

    private void assertNewsFlow(Client client) {
        client.send(Publish.qos0("news", Binary.utf8("from me")));
        client.expect(Publish.class);
    }

    @Test
    void itMayBeDoneAgainAndAgain() { // [MQTT-4.12.1-1]
        Client client = admitted();
        for (int i = 0; i < 3; i++) {
            client.send(anew("again"));
            broker.settle();
            interviewer.accepts("mortal");
            assertThat(client.expect(Auth.class).reason()).isEqualTo(ReasonCode.SUCCESS);
        }
        broker.pass(Duration.ofMinutes(1));
        assertThat(client.closed()).isFalse();
    }

    @Test
    void aClientThatFailsIsDisconnected() { // [MQTT-4.12.1-2]
        Client client = askedAnew();
        client.send(answer("er"));
        broker.settle();
        interviewer.refuses();
        assertDisconnected(client, ReasonCode.NOT_AUTHORIZED);
    }

    @Test
    void itHearsTheReasonIfDisconnectMaySayIt() { // [MQTT-4.12.1-2]
        Client spoken = askedAnew();
        spoken.send(answer("er"));
        broker.settle();
        interviewer.last().complete(new AuthenticationAnswer.Refuse(ReasonCode.BAD_AUTHENTICATION_METHOD, "worn out"));
        assertDisconnected(spoken, ReasonCode.BAD_AUTHENTICATION_METHOD);

        Client unspoken = askedAnew();
        unspoken.send(answer("er"));
        broker.settle();
        interviewer.last().complete(new AuthenticationAnswer.Refuse(ReasonCode.BANNED, "never again"));
        assertDisconnected(unspoken, ReasonCode.NOT_AUTHORIZED);
    }

    @Test
    void aClientMayNotBecomeAnother() { // [MQTT-4.12.1-2]
        Client client = askedAnew();
        client.send(answer("surprise"));
        broker.settle();
        interviewer.accepts("immortal");
        assertDisconnected(client, ReasonCode.NOT_AUTHORIZED);
    }

    @Test
    void anotherMethodThanBeforeIsAProtocolError() { // [MQTT-4.12.1-1]
        Client client = admitted();
        client.send(Auth.of(ReasonCode.RE_AUTHENTICATE, OTHER_METHOD, Binary.EMPTY));
        assertDisconnected(client, ReasonCode.PROTOCOL_ERROR);
        Client later = askedAnew();
        later.send(Auth.of(ReasonCode.CONTINUE_AUTHENTICATION, OTHER_METHOD, Binary.EMPTY));
        assertDisconnected(later, ReasonCode.PROTOCOL_ERROR);
    }

    @Test
    void anAnswerWithoutAQuestionIsAProtocolError() { // [MQTT-4.12.0-3]
        Client idle = admitted();
        idle.send(answer("did you ask?"));
        assertDisconnected(idle, ReasonCode.PROTOCOL_ERROR);
        Client hasty = admitted();
        hasty.send(anew("again"), answer("and this"));
        assertDisconnected(hasty, ReasonCode.PROTOCOL_ERROR);
    }

    @Test
    void aSecondExchangeWhileOneRunsIsAProtocolError() {
        Client hasty = admitted();
        hasty.send(anew("again"), anew("and again"));
        assertDisconnected(hasty, ReasonCode.PROTOCOL_ERROR);
        Client forgetful = askedAnew();
        forgetful.send(anew("what was it?"));
        assertDisconnected(forgetful, ReasonCode.PROTOCOL_ERROR);
    }

    @Test
    void eachAnswerHasTheConnectTimeoutHereToo() { // [MQTT-4.12.1-2]
        Client client = askedAnew();
        broker.pass(Duration.ofSeconds(9));
        assertThat(client.closed()).isFalse();
        broker.pass(Duration.ofSeconds(2));
        assertDisconnected(client, ReasonCode.NOT_AUTHORIZED);

        Client waiting = admitted();
        waiting.send(anew("again"));
        broker.pass(Duration.ofSeconds(9));
        assertThat(waiting.closed()).isFalse();
        broker.pass(Duration.ofSeconds(2));
        assertDisconnected(waiting, ReasonCode.NOT_AUTHORIZED);
        interviewer.accepts("mortal");
        assertThat(waiting.received()).isEmpty();
    }

    @Test
    void aClientThatIsNotReadFromIsNotTakenForSilent() {
        Client client = askedAnew();
        client.readNothing();
        client.send(new Pingreq());
        broker.settle();
        assertThat(client.isReadFrom()).isFalse();
        client.send(answer("still me"));
        broker.pass(Duration.ofSeconds(15));
        client.readAgain();
        interviewer.accepts("mortal");
        assertThat(client.received(Auth.class)).extracting(Auth::reason).containsExactly(ReasonCode.SUCCESS);
    }

    @Test
    void aTakeoverEndsTheExchangeToo() {
        Client client = askedAnew();
        client.send(answer("still me"));
        broker.settle();
        CompletableFuture<AuthenticationAnswer> open = interviewer.last();
        Client successor = knocks(naming(OpenDoor.METHOD, "mortal"));
        successor.expect(Connack.class);
        assertDisconnected(client, ReasonCode.SESSION_TAKEN_OVER);
        open.complete(new AuthenticationAnswer.Refuse("late"));
        assertThat(client.received()).isEmpty();
        successor.send(new Pingreq());
        successor.expect(Pingresp.class);
    }

    @Test
    void aClientThatNamedNoMethodSendsAndGetsNoAuth() { // [MQTT-4.12.0-6], [MQTT-4.12.0-7]
        try (VirtualBroker open = new VirtualBroker()) {
            Client client = open.connect(Connect.v5("plain"));
            assertThat(client.connack.properties().authenticationMethod()).isNull();
            assertThat(client.connack.properties().authenticationData()).isNull();
            client.send(anew("again"));
            assertThat(client.expect(Disconnect.class).reason()).isEqualTo(ReasonCode.PROTOCOL_ERROR);
            assertThat(client.closed()).isTrue();
        }
    }
}
