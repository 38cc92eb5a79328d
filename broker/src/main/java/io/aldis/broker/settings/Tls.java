package io.aldis.broker.settings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * TLS on a listener. The files it names are watched: when they change, new connections get what is in them, and those that are open
 * stay as they are. Files that cannot be used when the broker starts keep it from starting; later they change nothing, and the log
 * says so.
 *
 * @param identities certificates with their keys, at least one; the first is for clients that name no server, or none that is known
 * @param clientCertificates whether clients need certificates
 * @param authorities files of PEM with the certificates of those who may vouch for clients; needed if clients are asked
 * @param revocations files of PEM or DER with lists of revoked certificates (CRL). If there are any, a client comes in only if each
 *     authority in its chain has a list that has not expired, and the certificate is not on it
 * @param protocols of "TLSv1.2" and "TLSv1.3", those that are spoken
 * @param ciphers cipher suites by their names in the standards, those that are spoken
 * @param handshakeTimeout how long a handshake may take; the connect timeout, which begins with the connection, holds beside it
 * @param sessionTimeout how long a client may resume a session without showing its certificate again, at least a second
 * @param sessionCacheSize most sessions that are kept to be resumed, 1 to 100,000,000
 * @param watchInterval how often files are looked at, zero for never
 * @param engine what does the work
 */
public record Tls(
        List<TlsIdentity> identities,
        ClientCertificates clientCertificates,
        List<Path> authorities,
        List<Path> revocations,
        List<String> protocols,
        List<String> ciphers,
        Duration handshakeTimeout,
        Duration sessionTimeout,
        int sessionCacheSize,
        Duration watchInterval,
        TlsEngine engine) {

    /** Those with forward secrecy and authenticated encryption only. */
    private static final List<String> SAFE_CIPHERS = List.of(
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
            "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

    private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");

    public Tls {
        identities = List.copyOf(identities);
        authorities = List.copyOf(authorities);
        revocations = List.copyOf(revocations);
        protocols = List.copyOf(protocols);
        ciphers = List.copyOf(ciphers);
        if (identities.isEmpty()) {
            throw new IllegalArgumentException("TLS needs a certificate with its key, but none is given.");
        }
        if (clientCertificates != ClientCertificates.NONE && authorities.isEmpty()) {
            throw new IllegalArgumentException("Certificates of clients are " + clientCertificates
                    + ", but no authority is named that may vouch for them; give the file of its certificate.");
        }
        if (clientCertificates == ClientCertificates.NONE && !(authorities.isEmpty() && revocations.isEmpty())) {
            throw new IllegalArgumentException(
                    "Authorities or revocations are given for certificates of clients, but clients"
                            + " are not asked for any; make them optional or required.");
        }
        if (protocols.isEmpty() || !PROTOCOLS.containsAll(protocols)) {
            throw new IllegalArgumentException(
                    "protocols are " + protocols + ", but they must be some of TLSv1.2 and TLSv1.3.");
        }
        if (ciphers.isEmpty()) {
            throw new IllegalArgumentException("ciphers are empty, but TLS needs at least one.");
        }
        Check.inRange("handshakeTimeout (milliseconds)", handshakeTimeout.toMillis(), 1, Integer.MAX_VALUE);
        Check.inRange("sessionTimeout (seconds)", sessionTimeout.toSeconds(), 1, 31_536_000);
        Check.inRange("sessionCacheSize", sessionCacheSize, 1, 100_000_000);
        Check.inRange("watchInterval (milliseconds)", watchInterval.toMillis(), 0, Integer.MAX_VALUE);
    }

    /** The defaults, for a certificate with its key. */
    public static Tls of(TlsIdentity identity) {
        return new Tls(
                List.of(identity),
                ClientCertificates.NONE,
                List.of(),
                List.of(),
                PROTOCOLS,
                SAFE_CIPHERS,
                Duration.ofSeconds(10),
                Duration.ofHours(2),
                20_000,
                Duration.ofSeconds(5),
                TlsEngine.FASTEST);
    }

    /** The defaults, for a certificate with its chain and a key that is not encrypted, in files of PEM. */
    public static Tls pem(Path chain, Path key) {
        return of(new TlsIdentity.Pem(chain, key, ""));
    }

    /** The defaults, for a certificate with its chain and an encrypted key, in files of PEM. */
    public static Tls pem(Path chain, Path key, String keyPassword) {
        return of(new TlsIdentity.Pem(chain, key, keyPassword));
    }

    /** The defaults, for the first key with its certificate in a store of type PKCS#12 or JKS. */
    public static Tls keyStore(Path file, String password) {
        return of(new TlsIdentity.Store(file, password, ""));
    }

    /** These with one more certificate with its key, for clients that name a server it is for. */
    public Tls with(TlsIdentity more) {
        List<TlsIdentity> all = new ArrayList<>(identities);
        all.add(more);
        return withIdentities(all);
    }

    /**
     * These with an OCSP response for the first certificate; see {@link TlsIdentity.Stapled}.
     *
     * @param file in DER
     */
    public Tls withOcspResponse(Path file) {
        List<TlsIdentity> all = new ArrayList<>(identities);
        all.set(0, all.get(0).stapled(file));
        return withIdentities(all);
    }

    /** These with clients that need a certificate for which one of the authorities in {@code file} vouches. */
    public Tls withRequiredClients(Path file) {
        return withClients(ClientCertificates.REQUIRED, List.of(file), revocations);
    }

    /** These with clients that may have a certificate for which one of the authorities in {@code file} vouches. */
    public Tls withOptionalClients(Path file) {
        return withClients(ClientCertificates.OPTIONAL, List.of(file), revocations);
    }

    /** These with other {@code identities}. */
    public Tls withIdentities(List<TlsIdentity> value) {
        return new Tls(
                value,
                clientCertificates,
                authorities,
                revocations,
                protocols,
                ciphers,
                handshakeTimeout,
                sessionTimeout,
                sessionCacheSize,
                watchInterval,
                engine);
    }

    /** These with other {@code clientCertificates}, {@code authorities} and {@code revocations}, which depend on each other. */
    public Tls withClients(ClientCertificates mode, List<Path> vouching, List<Path> revoked) {
        return new Tls(
                identities,
                mode,
                vouching,
                revoked,
                protocols,
                ciphers,
                handshakeTimeout,
                sessionTimeout,
                sessionCacheSize,
                watchInterval,
                engine);
    }

    /** These with other {@code revocations}. */
    public Tls withRevocations(List<Path> value) {
        return withClients(clientCertificates, authorities, value);
    }

    /** These with other {@code protocols}. */
    public Tls withProtocols(List<String> value) {
        return new Tls(
                identities,
                clientCertificates,
                authorities,
                revocations,
                value,
                ciphers,
                handshakeTimeout,
                sessionTimeout,
                sessionCacheSize,
                watchInterval,
                engine);
    }

    /** These with other {@code ciphers}. */
    public Tls withCiphers(List<String> value) {
        return new Tls(
                identities,
                clientCertificates,
                authorities,
                revocations,
                protocols,
                value,
                handshakeTimeout,
                sessionTimeout,
                sessionCacheSize,
                watchInterval,
                engine);
    }

    /** These with another {@code handshakeTimeout}. */
    public Tls withHandshakeTimeout(Duration value) {
        return new Tls(
                identities,
                clientCertificates,
                authorities,
                revocations,
                protocols,
                ciphers,
                value,
                sessionTimeout,
                sessionCacheSize,
                watchInterval,
                engine);
    }

    /** These with another {@code sessionTimeout}. */
    public Tls withSessionTimeout(Duration value) {
        return new Tls(
                identities,
                clientCertificates,
                authorities,
                revocations,
                protocols,
                ciphers,
                handshakeTimeout,
                value,
                sessionCacheSize,
                watchInterval,
                engine);
    }

    /** These with another {@code sessionCacheSize}. */
    public Tls withSessionCacheSize(int value) {
        return new Tls(
                identities,
                clientCertificates,
                authorities,
                revocations,
                protocols,
                ciphers,
                handshakeTimeout,
                sessionTimeout,
                value,
                watchInterval,
                engine);
    }

    /** These with another {@code watchInterval}. */
    public Tls withWatchInterval(Duration value) {
        return new Tls(
                identities,
                clientCertificates,
                authorities,
                revocations,
                protocols,
                ciphers,
                handshakeTimeout,
                sessionTimeout,
                sessionCacheSize,
                value,
                engine);
    }

    /** These with another {@code engine}. */
    public Tls withEngine(TlsEngine value) {
        return new Tls(
                identities,
                clientCertificates,
                authorities,
                revocations,
                protocols,
                ciphers,
                handshakeTimeout,
                sessionTimeout,
                sessionCacheSize,
                watchInterval,
                value);
    }
}
