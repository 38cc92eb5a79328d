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
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/** Which clients are who they say: those an authority vouches for, whose certificates are not revoked. Callable from any thread. */
final class ClientTrust extends X509ExtendedTrustManager {

    private final X509ExtendedTrustManager authorities;
    private final List<X509CRL> revocations;
    private final List<Term> terms;

    private ClientTrust(X509ExtendedTrustManager authorities, List<X509CRL> revocations, List<Term> terms) {
        this.authorities = authorities;
        this.revocations = List.copyOf(revocations);
        this.terms = List.copyOf(terms);
    }

    /** Reads its files. */
    static ClientTrust of(Tls tls) {
        List<X509CRL> revocations = new ArrayList<>();
        List<Term> terms = new ArrayList<>();
        for (Path file : tls.revocations()) {
            for (X509CRL list : Pem.revocations(file)) {
                if (expired(list)) {
                    throw new TlsUnavailable("The list of revoked certificates in " + file + " " + past(list), null);
                }
                revocations.add(list);
                terms.add(term(list, file));
            }
        }
        try {
            KeyStore anchors = KeyStore.getInstance(KeyStore.getDefaultType());
            anchors.load(null, null);
            for (Path file : tls.authorities()) {
                for (X509Certificate authority : Pem.certificates(file)) {
                    anchors.setCertificateEntry(String.valueOf(anchors.size()), authority);
                    terms.add(Term.of(
                            authority,
                            "The certificate of "
                                    + authority.getSubjectX500Principal().getName() + " in " + file,
                            "it vouches for no client; add the one that follows it"));
                }
            }
            return new ClientTrust(authorities(anchors, revocations), revocations, terms);
        } catch (IOException | GeneralSecurityException wrong) {
            throw TlsUnavailable.because("The certificates in " + tls.authorities() + " cannot be authorities", wrong);
        }
    }

    private static Term term(X509CRL list, Path file) {
        return new Term(
                "The list of revoked certificates of "
                        + list.getIssuerX500Principal().getName() + " in " + file,
                list.getThisUpdate().toInstant(),
                list.getNextUpdate() == null ? null : list.getNextUpdate().toInstant(),
                "no client comes in until there is a newer one");
    }

    /** From when until when what it goes by may be used. */
    List<Term> terms() {
        return terms;
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
     * Whether a client that was trusted once may still be: one that resumes a session is not judged anew, and time has passed. What does
     * not change with time is taken as it was found then, for other files end all sessions.
     *
     * @param shown its certificate and those of authorities that it sent along
     * @throws CertificateException if a certificate or a list has expired
     */
    void stillHolds(List<X509Certificate> shown) throws CertificateException {
        listsHold();
        X509Certificate at = shown.get(0);
        at.checkValidity();
        for (int steps = 0; steps < shown.size(); steps++) {
            for (X509CRL list : revocations) {
                if (list.isRevoked(at)) {
                    throw new CertificateException("the client's certificate is revoked");
                }
            }
            X500Principal issuer = at.getIssuerX500Principal();
            if (valid(issuer, List.of(getAcceptedIssuers())) != null) {
                return;
            }
            X509Certificate above = valid(issuer, shown);
            if (above == null) {
                throw new CertificateException(
                        "the certificate of " + issuer.getName() + ", who vouches for the client, has expired");
            }
            at = above;
        }
        throw new CertificateException("the client's certificates vouch for each other");
    }

    private static @Nullable X509Certificate valid(X500Principal subject, List<X509Certificate> among) {
        return among.stream()
                .filter(one -> one.getSubjectX500Principal().equals(subject) && isValid(one))
                .findFirst()
                .orElse(null);
    }

    private static boolean isValid(X509Certificate certificate) {
        try {
            certificate.checkValidity();
            return true;
        } catch (CertificateException notNow) {
            return false;
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
