package io.aldis.broker.connection;

import io.aldis.broker.hook.AuthenticationAnswer;
import io.aldis.broker.hook.AuthenticationRequest;
import io.aldis.broker.hook.EnhancedAuthenticator;
import io.aldis.broker.loop.Timer;
import io.aldis.codec.Auth;
import io.aldis.codec.AuthProperties;
import io.aldis.codec.Binary;
import io.aldis.codec.ReasonCode;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a client shows who it is, at CONNECT and whenever it does so anew (MQTT 5.0 §4.12). Client and authenticator speak in turn,
 * and each has a limited time to answer; an authenticator that fails has said no.
 *
 * <p>Confined to the connection's loop. An authenticator may answer on any thread: its answer is brought home.
 */
final class AuthenticationFlow {

    private static final Logger log = LoggerFactory.getLogger(AuthenticationFlow.class);

    /** Who is to speak. */
    private enum Turn {
        /** No exchange runs. */
        NOBODY,
        /** The authenticator was asked. */
        AUTHENTICATOR,
        /** AUTH was sent to the client. */
        CLIENT
    }

    // Live as long as the connection.
    private final Connection connection;
    private final String method;
    private final Supplier<@Nullable EnhancedAuthenticator> authenticators;
    private final AuthenticationRequest request;
    private final Duration limit;
    private final Consumer<AuthenticationAnswer.Accept> admitted;

    /** Who the client is; empty until it has been accepted. */
    private String principal = "";

    /** The number of the question that an answer has to have; each is answered once. */
    private long question;

    // Live as long as one exchange.
    private Turn turn = Turn.NOBODY;
    private String asked = "";
    private EnhancedAuthenticator.@Nullable Exchange exchange;
    private @Nullable Timer timer;

    /**
     * The exchanges of a connection.
     *
     * @param method named in CONNECT
     * @param authenticators who speaks that method now; it may have gone since
     * @param limit for each answer of the client and of the authenticator
     * @param admitted hears who the client is when it has been accepted for the first time
     */
    AuthenticationFlow(
            Connection connection,
            String method,
            Supplier<@Nullable EnhancedAuthenticator> authenticators,
            AuthenticationRequest request,
            Duration limit,
            Consumer<AuthenticationAnswer.Accept> admitted) {
        this.connection = connection;
        this.method = method;
        this.authenticators = authenticators;
        this.request = request;
        this.limit = limit;
        this.admitted = admitted;
    }

    /** Whether it is not yet known who the client is, or no longer. */
    boolean running() {
        return turn != Turn.NOBODY;
    }

    /** Begins an exchange with what the client brought. */
    void begin(@Nullable Binary data) {
        EnhancedAuthenticator authenticator = authenticators.get();
        if (authenticator == null) { // [MQTT-4.12.0-1]
            refuse(ReasonCode.BAD_AUTHENTICATION_METHOD, "The authentication method is not supported any more.");
            return;
        }
        asked = authenticator.getClass().getName();
        askAsync(() -> {
            EnhancedAuthenticator.Exchange begun =
                    principal.isEmpty() ? authenticator.begin(request) : authenticator.beginAgain(request, principal);
            exchange = begun;
            return begun.next(given(data));
        });
    }

    /** AUTH has come. */
    void take(Auth auth) {
        if (!method.equals(auth.properties().method())) { // [MQTT-4.12.0-5], [MQTT-4.12.1-1]
            throw wrong("AUTH names another authentication method than CONNECT.");
        }
        if (auth.reason() == ReasonCode.RE_AUTHENTICATE) {
            if (running()) {
                throw wrong("AUTH begins an exchange while another one runs.");
            }
            begin(auth.properties().data()); // [MQTT-4.12.1-1]
        } else {
            goOn(auth.properties().data()); // [MQTT-4.12.0-3]
        }
    }

    private void goOn(@Nullable Binary data) {
        EnhancedAuthenticator.Exchange present = exchange;
        if (turn != Turn.CLIENT || present == null) {
            throw wrong("AUTH came, but the client was not asked.");
        }
        cancelTimer();
        askAsync(() -> present.next(given(data)));
    }

    private static Binary given(@Nullable Binary data) {
        return data == null ? Binary.EMPTY : data;
    }

    private static Violation wrong(String message) {
        return new Violation(ReasonCode.PROTOCOL_ERROR, message);
    }

    // What the authenticator says.

    private void askAsync(Supplier<CompletionStage<AuthenticationAnswer>> step) {
        long number = ++question;
        turn = Turn.AUTHENTICATOR;
        timer = connection.loop().schedule(() -> fail("gave no answer within " + limit, null), limit);
        try {
            step.get()
                    .whenComplete(
                            (answer, failure) -> connection.onItsLoopAsync(() -> answered(number, answer, failure)));
        } catch (Throwable failure) { // Whatever is wrong with a hook is no reason to let somebody in.
            fail("failed", failure);
        }
    }

    private void answered(long number, @Nullable AuthenticationAnswer answer, @Nullable Throwable failure) {
        if (number != question) {
            return; // Too late, or the client is gone.
        }
        question++;
        cancelTimer();
        if (failure != null) {
            fail("failed", failure);
        } else if (answer == null) {
            fail("answered null", null);
        } else if (answer instanceof AuthenticationAnswer.Continue next) {
            ask(next);
        } else if (answer instanceof AuthenticationAnswer.Accept accept) {
            accept(accept);
        } else if (answer instanceof AuthenticationAnswer.Refuse refuse) {
            refuse(refuse.reason(), Printable.line(refuse.message()));
        }
    }

    private void ask(AuthenticationAnswer.Continue next) {
        Auth auth = auth(ReasonCode.CONTINUE_AUTHENTICATION, next.data()); // [MQTT-4.12.0-2]
        if (connection.listen()) {
            turn = Turn.CLIENT;
            waitForClient();
            connection.send(auth);
        }
    }

    private void accept(AuthenticationAnswer.Accept accept) {
        boolean anew = !principal.isEmpty();
        if (anew && !principal.equals(accept.principal())) {
            refuse(ReasonCode.NOT_AUTHORIZED, "The client is another one than before.");
            return;
        }
        stop();
        principal = accept.principal();
        if (anew) {
            connection.send(auth(ReasonCode.SUCCESS, accept.data()));
        } else {
            admitted.accept(accept);
        }
    }

    /** Nothing in words, so that there is nothing to leave out for a client of small packets [MQTT-3.15.2-2], [MQTT-3.15.2-3]. */
    private Auth auth(ReasonCode reason, Binary data) {
        AuthProperties properties = AuthProperties.NONE.withMethod(method); // [MQTT-4.12.0-5]
        return new Auth(reason, data.isEmpty() ? properties : properties.withData(data));
    }

    // How it ends.

    private void waitForClient() {
        timer = connection.loop().schedule(this::clientIsSilent, limit);
    }

    private void clientIsSilent() {
        if (connection.readsNothing()) {
            waitForClient();
        } else {
            refuse(ReasonCode.NOT_AUTHORIZED, "No AUTH came within " + limit + ".");
        }
    }

    /** The authenticator is at fault: the client pays, for nothing shows who it is. */
    private void fail(String how, @Nullable Throwable failure) {
        log.error("{}: the authenticator {} of {} {}", connection, asked, Printable.quoted(method), how, failure);
        refuse(ReasonCode.NOT_AUTHORIZED, "It could not be found out who the client is.");
    }

    /** The connection ends, and stops this with everything else. */
    private void refuse(ReasonCode reason, String why) {
        connection.notAuthenticated(reason, why);
    }

    /** Ends the exchange, if there is one; whatever is still answered comes too late. */
    void stop() {
        question++;
        turn = Turn.NOBODY;
        exchange = null;
        cancelTimer();
    }

    private void cancelTimer() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }
}
