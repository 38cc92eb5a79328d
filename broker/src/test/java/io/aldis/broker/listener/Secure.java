package io.aldis.broker.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.testkit.RawClient;
import io.aldis.testkit.TestAuthority;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** A client's side of TLS: whom it trusts, and who it is. */
final class Secure {

    private static final char[] PASSWORD = "secret".toCharArray();

    private final SSLContext context;

    private Secure(SSLContext context) {
        this.context = context;
    }

    /** Trusts {@code authority} and is nobody. */
    static Secure trusting(TestAuthority authority) {
        return of(authority, null);
    }

    /** Trusts {@code authority} and shows {@code own}, and those above it. */
    static Secure of(TestAuthority authority, TestAuthority.@Nullable Issued own, X509Certificate... above) {
        try {
            KeyStore trusted = KeyStore.getInstance("PKCS12");
            trusted.load(null, null);
            trusted.setCertificateEntry("authority", authority.certificate());
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(trusted);
            KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(own == null ? null : store(own, above), PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(own == null ? null : keys.getKeyManagers(), trust.getTrustManagers(), null);
            return new Secure(context);
        } catch (GeneralSecurityException | IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    static KeyStore store(TestAuthority.Issued own, X509Certificate... above)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        List<Certificate> chain = new ArrayList<>(List.of(above));
        chain.add(0, own.certificate());
        store.setKeyEntry("own", own.key(), PASSWORD, chain.toArray(Certificate[]::new));
        return store;
    }

    static void writeStore(KeyStore store, Path file) throws GeneralSecurityException, IOException {
        try (var out = Files.newOutputStream(file)) {
            store.store(out, PASSWORD);
        }
    }

    /** A socket with the handshake done. */
    SSLSocket socket(int port, String server, String... protocols) {
        try {
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", port);
            socket.setSoTimeout(10_000);
            socket.setTcpNoDelay(true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setServerNames(List.of(new SNIHostName(server)));
            if (protocols.length > 0) {
                parameters.setProtocols(protocols);
            }
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** A socket with the handshake done, over one that is connected and stays in the hands of the test. */
    SSLSocket over(Socket under, String server, String... protocols) {
        try {
            SSLSocket socket =
                    (SSLSocket) context.getSocketFactory().createSocket(under, server, under.getPort(), false);
            socket.setSoTimeout(10_000);
            if (protocols.length > 0) {
                socket.setEnabledProtocols(protocols);
            }
            socket.startHandshake();
            return socket;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    RawClient client(int port) {
        return RawClient.over(socket(port, "localhost"));
    }

    /** The certificate that a server shows. */
    X509Certificate shown(int port, String server) {
        try (SSLSocket socket = socket(port, server)) {
            Certificate[] chain = socket.getSession().getPeerCertificates();
            assertThat(chain).isNotEmpty();
            return (X509Certificate) chain[0];
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
