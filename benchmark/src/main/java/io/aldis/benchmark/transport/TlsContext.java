package io.aldis.benchmark.transport;

import io.aldis.benchmark.plan.Target;
import io.aldis.benchmark.plan.Target.Tls;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.NetUtil;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLException;

/** What all TLS connections to a broker share: whom they trust, and who they are. */
final class TlsContext {

    private final SslContext context;
    private final String host;
    private final long timeoutMillis;

    private TlsContext(SslContext context, String host, long timeoutMillis) {
        this.context = context;
        this.host = host;
        this.timeoutMillis = timeoutMillis;
    }

    static TlsContext of(Target target, Duration timeout) {
        Tls tls = target.tls() == null ? new Tls(null, false, null, null) : target.tls();
        // Sessions are not resumed, so there is no use in keeping them.
        SslContextBuilder builder = SslContextBuilder.forClient().sessionCacheSize(1);
        trust(builder, tls);
        identify(builder, tls);
        serverName(target.host()).ifPresent(builder::serverName);
        try {
            return new TlsContext(builder.build(), target.host(), timeout.toMillis());
        } catch (SSLException e) {
            throw new TransportFailed("TLS cannot be set up: " + e.getMessage(), e);
        }
    }

    private static void trust(SslContextBuilder builder, Tls tls) {
        if (tls.insecure()) {
            builder.trustManager(InsecureTrustManagerFactory.INSTANCE).endpointIdentificationAlgorithm("");
            return;
        }
        builder.endpointIdentificationAlgorithm("HTTPS");
        if (tls.caFile() != null) {
            builder.trustManager(PemFile.read("CA file", tls.caFile()).certificates());
        }
    }

    private static void identify(SslContextBuilder builder, Tls tls) {
        String certificateFile = tls.certificateFile();
        String keyFile = tls.keyFile();
        if (certificateFile == null && keyFile == null) {
            return;
        }
        if (certificateFile == null) {
            throw new TransportFailed(
                    "there is a key, '" + keyFile + "', but no certificate; expected both or none", null);
        }
        if (keyFile == null) {
            throw new TransportFailed(
                    "there is a certificate, '" + certificateFile + "', but no key; expected both or none", null);
        }
        List<X509Certificate> chain =
                PemFile.read("certificate file", certificateFile).certificates();
        PrivateKey key = PemFile.read("key file", keyFile).privateKey();
        if (!PemFile.belong(key, chain.get(0).getPublicKey())) {
            throw new TransportFailed(
                    "the key in '" + keyFile + "' is not that of the first certificate in '" + certificateFile
                            + "'; expected the client's own certificate first, then those of its authorities",
                    null);
        }
        builder.keyManager(key, chain);
    }

    /** The name the broker is told; an address is none, and neither is what DNS does not allow, such as an underscore. */
    private static Optional<SNIHostName> serverName(String host) {
        if (NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new SNIHostName(host));
        } catch (IllegalArgumentException notAllowed) {
            return Optional.empty();
        }
    }

    SslHandler handler(ByteBufAllocator allocator) {
        // The port serves only to find a session to resume: without it, each connection shakes hands in full.
        SslHandler handler = context.newHandler(allocator, host, -1);
        handler.setHandshakeTimeoutMillis(timeoutMillis);
        return handler;
    }
}
