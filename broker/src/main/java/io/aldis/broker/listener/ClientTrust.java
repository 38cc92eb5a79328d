package io.aldis.broker.listener;

import io.aldis.broker.settings.Tls;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertStore;
import java.security.cert.CertificateException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.X509CRL;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/** Which clients are who they say: those an authority vouches for, whose certificates are not revoked. Callable from any thread. */
final class ClientTrust extends X509ExtendedTrustManager {

    private final X509ExtendedTrustManager authorities;
    private final List<X509CRL> revocations;

    private ClientTrust(X509ExtendedTrustManager authorities, List<X509CRL> revocations) {
        this.authorities = authorities;
        this.revocations = revocations;
    }

    /** Reads its files. */
    static ClientTrust of(Tls tls) {
        List<X509CRL> revocations = new ArrayList<>();
        for (Path file : tls.revocations()) {
            for (X509CRL list : Pem.revocations(file)) {
                if (expired(list)) {
                    throw new TlsUnavailable("The list of revoked certificates in " + file + " " + past(list), null);
                }
                revocations.add(list);
            }
        }
        try {
            KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
            anchors.load(null, null);
            for (Path file : tls.authorities()) {
                for (X509Certificate authority : Pem.certificates(file)) {
                    anchors.setCertificateEntry(String.valueOf(anchors.size()), authority);
                }
            }
            return new ClientTrust(authorities(anchors, revocations), List.copyOf(revocations));
        } catch (IOException | GeneralSecurityException wrong) {
            throw TlsUnavailable.because("The certificates in " + tls.authorities() + " cannot be authorities", wrong);
        }
    }

    private static X509ExtendedTrustManager authorities(KeyStore anchors, List<X509CRL> revocations)
            throws GeneralSecurityException {
        PKIXBuilderParameters how = new PKIXBuilderParameters(anchors, new X509CertSelector());
        how.setRevocationEnabled(!revocations.isEmpty());
        how.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(revocations)));
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(new CertPathTrustManagerParameters(how));
        return Arrays.stream(factory.getTrustManagers())
                .filter(X509ExtendedTrustManager.class::isInstance)
                .map(X509ExtendedTrustManager.class::cast)
                .findFirst()
                .orElseThrow();
    }

    /** Java lets a list that has expired pass for a quarter of an hour. */
    private static boolean expired(X509CRL list) {
        return list.getNextUpdate() != null && list.getNextUpdate().toInstant().isBefore(Instant.now());
    }

    private static String past(X509CRL list) {
        return "of " + list.getIssuerX500Principal().getName() + " has expired at "
                + list.getNextUpdate().toInstant() + "; get a newer one";
    }

    /**
     * Whether a certificate that was trusted once may still be used: a session that is resumed does not show it again.
     *
     * @throws CertificateException if it or a list has expired
     */
    void stillHolds(X509Certificate own) throws CertificateException {
        own.checkValidity();
        for (X509CRL list : revocations) {
            if (expired(list)) {
                throw new CertificateException("the list of revoked certificates " + past(list));
            }
            if (list.isRevoked(own)) {
                throw new CertificateException("the client's certificate is revoked");
            }
        }
    }

    private void listsHold() throws CertificateException {
        for (X509CRL list : revocations) {
            if (expired(list)) {
                throw new CertificateException("The list of revoked certificates " + past(list));
            }
        }
    }

    /** In words of the library that say most: why a path to an authority was not found. */
    private static CertificateException told(CertificateException refused) {
        for (Throwable cause = refused.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof CertPathValidatorException || cause.getCause() == null) {
                return new CertificateException(
                        "The client's certificate is not trusted: " + cause.getMessage(), refused);
            }
        }
        return refused;
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind, SSLEngine engine) throws CertificateException {
        listsHold();
        try {
            authorities.checkClientTrusted(chain, kind, engine);
        } catch (CertificateException refused) {
            throw told(refused);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind) throws CertificateException {
        listsHold();
        try {
            authorities.checkClientTrusted(chain, kind);
        } catch (CertificateException refused) {
            throw told(refused);
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind, Socket socket) throws CertificateException {
        throw noServer();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind) throws CertificateException {
        throw noServer();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind, Socket socket) throws CertificateException {
        throw noServer();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind, SSLEngine engine) throws CertificateException {
        throw noServer();
    }

    private static CertificateException noServer() {
        return new CertificateException("Nobody but clients on engines is trusted here.");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return authorities.getAcceptedIssuers();
    }
}
