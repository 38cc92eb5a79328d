package io.aldis.benchmark.transport;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/** A broker's key that counts full handshakes: a session that is resumed needs no key. */
final class CountedKey extends X509ExtendedKeyManager {

    private final TestCertificate broker;
    private final AtomicInteger uses = new AtomicInteger();

    CountedKey(TestCertificate broker) {
        this.broker = broker;
    }

    int uses() {
        return uses.get();
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String type, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        if (!type.startsWith("EC")) {
            return null;
        }
        uses.incrementAndGet();
        return broker.name();
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        return new X509Certificate[] {broker.certificate()};
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        return broker.key();
    }

    @Override
    public String[] getServerAliases(String type, Principal @Nullable [] issuers) {
        return new String[] {broker.name()};
    }

    @Override
    public @Nullable String chooseServerAlias(String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    @Override
    public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
