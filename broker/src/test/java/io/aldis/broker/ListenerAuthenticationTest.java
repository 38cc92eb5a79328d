package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.VirtualBroker.Client;
import io.aldis.broker.VirtualBroker.Owner;
import io.aldis.broker.connection.Door;
import io.aldis.broker.hook.HookRegistry;
import io.aldis.broker.settings.AuthenticationSettings;
import io.aldis.broker.settings.ListenerAuthentication.Anonymous;
import io.aldis.broker.settings.ListenerSettings;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.Packet;
import io.aldis.codec.ReasonCode;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whom a listener lets in, beside others that let in other clients. */
class ListenerAuthenticationTest {

    private static final Connect NAMELESS = Connect.v5("client");

    private static VirtualBroker broker(boolean anonymous, Owner... owners) {
        Settings settings =
                Settings.defaults().withAuthentication((AuthenticationSettings own) -> own.withAnonymous(anonymous));
        return VirtualBroker.of(new VirtualLoops(2, 1), settings, false, List.of(owners));
    }

    /** Knows one user, and leaves others to others. */
    private static Owner knowing(String owner, String user) {
        return new Owner(owner, users(user));
    }

    private static Consumer<HookRegistry> users(String user) {
        return hooks ->
                hooks.onBasicAuth(login -> user.equals(login.client().username()) ? login.accept() : login.pass());
    }

    private static Door door(VirtualBroker broker, Anonymous anonymous, String... authenticators) {
        return broker.door(ListenerSettings.defaults()
                .withAuthentication(own -> own.withAnonymous(anonymous).withAuthenticators(List.of(authenticators))));
    }

    private static ReasonCode answer(VirtualBroker broker, Door door, Connect connect) {
        Client client = broker.open(door, connect.version());
        client.send(connect);
        Packet first = client.received().get(0);
        ReasonCode reason = ((Connack) first).reason();
        client.drop();
        return reason;
    }

    private static Connect user(String name) {
        return NAMELESS.withUsername(name);
    }

    @ParameterizedTest
    @CsvSource({
        "INHERIT, false, BAD_USER_NAME_OR_PASSWORD",
        "INHERIT, true, SUCCESS",
        "YES, false, SUCCESS",
        "YES, true, SUCCESS",
        "NO, false, BAD_USER_NAME_OR_PASSWORD",
        "NO, true, BAD_USER_NAME_OR_PASSWORD"
    })
    void whetherNamelessClientsComeInIsTheListenersAffair(Anonymous anonymous, boolean broker, ReasonCode expected) {
        try (VirtualBroker authenticating = broker(broker, knowing("users", "ann"))) {
            Door door = door(authenticating, anonymous);
            assertThat(answer(authenticating, door, NAMELESS)).isEqualTo(expected);
            assertThat(answer(authenticating, door, user("ann"))).isEqualTo(ReasonCode.SUCCESS);
            assertThat(answer(authenticating, door, user("bob"))).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
        }
    }

    @Test
    void aListenerThatLetsNoNamelessClientsInLetsNobodyInWhereNobodyCanBeAsked() {
        try (VirtualBroker broker = broker(true)) {
            Door door = door(broker, Anonymous.NO);
            assertThat(answer(broker, door, NAMELESS)).isEqualTo(ReasonCode.NOT_AUTHORIZED);
            assertThat(answer(broker, door, user("ann"))).isEqualTo(ReasonCode.NOT_AUTHORIZED);
            assertThat(answer(broker, door(broker, Anonymous.INHERIT), user("ann")))
                    .isEqualTo(ReasonCode.SUCCESS);
        }
    }

    @Test
    void onlyTheAuthenticatorsOfTheListenerAreAsked() {
        try (VirtualBroker broker =
                broker(false, knowing("one", "ann"), knowing("two", "bob"), Owner.embedder(users("eve")))) {
            Door all = door(broker, Anonymous.INHERIT);
            Door two = door(broker, Anonymous.INHERIT, "two");
            Door others = door(broker, Anonymous.INHERIT, "one", "embedder");
            for (String name : List.of("ann", "bob", "eve")) {
                assertThat(answer(broker, all, user(name))).isEqualTo(ReasonCode.SUCCESS);
            }
            assertThat(answer(broker, two, user("ann"))).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
            assertThat(answer(broker, two, user("bob"))).isEqualTo(ReasonCode.SUCCESS);
            assertThat(answer(broker, two, user("eve"))).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
            assertThat(answer(broker, others, user("ann"))).isEqualTo(ReasonCode.SUCCESS);
            assertThat(answer(broker, others, user("bob"))).isEqualTo(ReasonCode.BAD_USER_NAME_OR_PASSWORD);
            assertThat(answer(broker, others, user("eve"))).isEqualTo(ReasonCode.SUCCESS);
        }
    }

    @Test
    void aListenerWhoseAuthenticatorsHaveNothingToSayIsClosed() {
        try (VirtualBroker broker = broker(false, new Owner("silent", hooks -> hooks.onConnected(event -> {})))) {
            Door door = door(broker, Anonymous.INHERIT, "silent");
            assertThat(answer(broker, door, user("ann"))).isEqualTo(ReasonCode.NOT_AUTHORIZED);
            assertThat(answer(broker, door, NAMELESS)).isEqualTo(ReasonCode.NOT_AUTHORIZED);
        }
    }

    @Test
    void anAuthenticationMethodIsSpokenWhereItsOwnerIsAsked() {
        Connect connect = NAMELESS.withProperties(ConnectProperties.NONE.withAuthenticationMethod("INTERVIEW"));
        Interviewer interviewer = new Interviewer("INTERVIEW");
        try (VirtualBroker broker = broker(
                false, new Owner("interviewer", hooks -> hooks.authenticator(interviewer)), knowing("users", "ann"))) {
            assertThat(answer(broker, door(broker, Anonymous.INHERIT, "users"), connect))
                    .isEqualTo(ReasonCode.BAD_AUTHENTICATION_METHOD);
            Client client = broker.open(door(broker, Anonymous.INHERIT, "interviewer"), connect.version());
            client.send(connect);
            assertThat(client.received()).isEmpty();
            interviewer.accepts("ann");
            assertThat(client.expect(Connack.class).reason()).isEqualTo(ReasonCode.SUCCESS);
        }
    }
}
