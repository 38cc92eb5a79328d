package io.aldis.broker.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aldis.broker.Broker;
import io.aldis.broker.Listener;
import io.aldis.broker.hook.AuthenticationAnswer;
import io.aldis.broker.hook.AuthenticationRequest;
import io.aldis.broker.hook.EnhancedAuthenticator;
import io.aldis.broker.settings.HookSettings;
import io.aldis.codec.Binary;
import io.aldis.codec.ReasonCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class HooksTest {

    private record Named(String method) implements EnhancedAuthenticator {
        @Override
        public Exchange begin(AuthenticationRequest request) {
            return data -> CompletableFuture.completedFuture(new AuthenticationAnswer.Refuse("no"));
        }
    }

    @Test
    void anAuthenticatorIsFoundByItsMethod() {
        EnhancedAuthenticator one = new Named("one");
        Hooks hooks = Hooks.of(HookSettings.defaults(), System::nanoTime);
        assertThat(hooks.authenticating()).isFalse();
        hooks.replace(List.of(
                Hooks.register("test", registry -> registry.authenticator(one).authenticator(new Named("two")))));
        assertThat(hooks.authenticator("one")).isSameAs(one);
        assertThat(hooks.authenticator("One")).isNull();
        assertThat(hooks.authenticating()).isTrue();
    }

    @Test
    void twoAuthenticatorsForOneMethodStopTheStart() {
        Broker.Builder builder = Broker.builder()
                .listener(Listener.tcp("127.0.0.1", 0))
                .hooks(hooks -> hooks.authenticator(new Named("one")).authenticator(new Named("one")));
        assertThatThrownBy(builder::start)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("one has two authenticators");
    }

    @Test
    void anAuthenticatorWithoutAMethodStopsTheStart() {
        Broker.Builder builder = Broker.builder()
                .listener(Listener.tcp("127.0.0.1", 0))
                .hooks(hooks -> hooks.authenticator(new Named("")));
        assertThatThrownBy(builder::start)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("names no authentication method");
    }

    @Test
    void answersThatNobodyCouldBeToldAreNotMade() {
        assertThatThrownBy(() -> new AuthenticationAnswer.Accept("")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new AuthenticationAnswer.Refuse(ReasonCode.SUCCESS, "yes"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new AuthenticationAnswer.Refuse(ReasonCode.KEEP_ALIVE_TIMEOUT, "late"))
                .isInstanceOf(IllegalArgumentException.class);
        Binary tooMuch = Binary.wrap(new byte[65_536]);
        assertThatThrownBy(() -> new AuthenticationAnswer.Continue(tooMuch))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new AuthenticationAnswer.Accept("x", tooMuch))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatIsSaidInAnExchangeDoesNotShow() {
        Binary secret = Binary.utf8("secret");
        assertThat(new AuthenticationAnswer.Continue(secret)).hasToString("Continue[6 bytes]");
        assertThat(new AuthenticationAnswer.Accept("mortal", secret)).hasToString("Accept[mortal, 6 bytes]");
    }
}
