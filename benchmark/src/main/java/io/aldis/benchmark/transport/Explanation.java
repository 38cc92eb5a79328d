package io.aldis.benchmark.transport;

import io.aldis.benchmark.plan.Target;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.WebSocketClientHandshakeException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** Puts what went wrong with a connection into the user's words. */
public final class Explanation {

    private Explanation() {}

    /** What happened, as a clause that begins small and ends without a full stop: "connection refused by 127.0.0.1:1883". */
    public static String explain(Throwable failure, Target target) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            Optional<String> known = known(cause, target);
            if (known.isPresent()) {
                return known.get();
            }
        }
        return "the connection to " + at(target) + " failed: " + words(failure);
    }

    /** The broker's host and port, as in a URI. */
    static String at(Target target) {
        String host = target.host();
        return (host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host) + ":" + target.port();
    }

    private static Optional<String> known(Throwable cause, Target target) {
        if (cause instanceof TransportFailed) {
            return Optional.of(words(cause));
        }
        if (cause instanceof UnknownHostException) {
            return Optional.of("the host '" + target.host() + "' is unknown");
        }
        if (cause instanceof ConnectTimeoutException) {
            return Optional.of(at(target) + " did not answer in time");
        }
        if (cause instanceof ClosedChannelException) {
            return Optional.of("the connection to " + at(target) + " was closed");
        }
        if (cause instanceof SSLException failed) {
            return Optional.of(tls(failed, target));
        }
        if (cause instanceof WebSocketClientHandshakeException refused) {
            return Optional.of(webSocket(refused, target));
        }
        if (cause instanceof CorruptedWebSocketFrameException) {
            return Optional.of("what came from " + at(target) + " is not a WebSocket's: " + words(cause));
        }
        return ofTheSystem(words(cause), target);
    }

    /** Java and Netty have different exceptions for what the system says, or the same for different things; its words are the same. */
    private static Optional<String> ofTheSystem(String words, Target target) {
        String lower = words.toLowerCase(Locale.ROOT);
        if (lower.contains("connection refused")) {
            return Optional.of("connection refused by " + at(target));
        }
        if (lower.contains("connection reset") || lower.contains("broken pipe")) {
            return Optional.of(at(target) + " broke the connection off");
        }
        if (lower.contains("no route to host") || lower.contains("unreachable")) {
            return Optional.of("no network leads to " + at(target));
        }
        if (lower.contains("too many open files")) {
            return Optional.of("this process may not have more open files and connections; raise the limit: ulimit -n");
        }
        if (lower.contains("cannot assign requested address") || lower.contains("address already in use")) {
            return Optional.of("no local port is left for one more connection to " + at(target)
                    + "; give it more source addresses");
        }
        return Optional.empty();
    }

    static String closedWithinTlsHandshake(Target target) {
        return "the TLS handshake failed: " + at(target) + " closed the connection in the middle of it";
    }

    private static String tls(SSLException failed, Target target) {
        if (words(failed).startsWith("Connection closed while")) {
            return closedWithinTlsHandshake(target);
        }
        String beginning = failed instanceof SSLHandshakeException || failed instanceof NotSslRecordException
                ? "the TLS handshake failed: "
                : "TLS failed: ";
        return beginning + reason(failed, target);
    }

    private static String reason(SSLException failed, Target target) {
        if (failed instanceof SslHandshakeTimeoutException) {
            return at(target) + " did not end it in time";
        }
        if (failed instanceof NotSslRecordException) {
            return "what answers at " + at(target) + " does not speak TLS";
        }
        String words = words(failed);
        if (words.startsWith("Received fatal alert: ")) {
            return at(target) + " ended it with the alert " + words.substring("Received fatal alert: ".length())
                    + (words.contains("certificate") ? ", which is about the client's certificate" : "");
        }
        return cause(failed, CertificateException.class)
                .map(bad -> certificate(bad, target))
                .orElse(words);
    }

    private static String certificate(CertificateException bad, Target target) {
        if (cause(bad, CertificateExpiredException.class).isPresent()) {
            return "the broker's certificate has expired: " + words(innermost(bad));
        }
        if (cause(bad, CertificateNotYetValidException.class).isPresent()) {
            return "the broker's certificate is not valid yet: " + words(innermost(bad));
        }
        if (cause(bad, CertPathBuilderException.class).isPresent()) {
            return "no trusted authority vouches for the broker's certificate; expected it, or its CA, in the CA file";
        }
        String words = words(bad);
        return words.startsWith("No ")
                ? "the broker's certificate is not one for '" + target.host() + "': " + words
                : "the broker's certificate is not accepted: " + words;
    }

    private static String webSocket(WebSocketClientHandshakeException failed, Target target) {
        HttpResponse response = failed.response();
        if (response == null || response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS)) {
            return "the WebSocket's handshake failed: " + words(failed);
        }
        // What Netty makes of an answer that is not HTTP.
        if (response.status().code() == 999) {
            return "the WebSocket's handshake failed: what answers at " + at(target) + " does not speak HTTP";
        }
        return "the WebSocket was refused: " + response.status() + ", at the path " + target.path();
    }

    private static <T extends Throwable> Optional<T> cause(Throwable failure, Class<T> wanted) {
        for (@Nullable Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (wanted.isInstance(cause)) {
                return Optional.of(wanted.cast(cause));
            }
        }
        return Optional.empty();
    }

    private static Throwable innermost(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static String words(Throwable failure) {
        return Objects.requireNonNullElseGet(
                failure.getMessage(), () -> failure.getClass().getSimpleName());
    }
}
