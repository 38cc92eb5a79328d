package io.aldis.broker.listener;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.PKIXRevocationChecker.Option;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an authority says of a certificate, to be handed out with it: an OCSP response (RFC 6960) that says it is good. */
final class Staple {

    private static final byte ENUMERATED = 0x0A;
    private static final byte TIME = 0x18;
    private static final byte FIRST = (byte) 0xA0;
    private static final byte SECOND = (byte) 0xA1;
    private static final byte THIRD = (byte) 0xA2;
    private static final byte GOOD = (byte) 0x80;

    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmss[.SSS]'Z'").withZone(ZoneOffset.UTC);

    private final byte[] response;
    private final Term term;

    private Staple(byte[] response, Term term) {
        this.response = response;
        this.term = term;
    }

    /**
     * Reads it.
     *
     * @param chain of the certificate; if it has the authority's, too, it is made sure that this authority said so
     */
    static Staple of(Path file, List<X509Certificate> chain) {
        byte[] response = Pem.content(file);
        try {
            Staple staple = new Staple(response, term(response, file));
            if (chain.size() > 1 && !staple.term.hasExpired(Instant.now())) {
                verify(response, chain.get(0), chain.get(1));
            }
            return staple;
        } catch (GeneralSecurityException | RuntimeException broken) {
            throw TlsUnavailable.because(
                    "The file " + file + " is no OCSP response, in DER, that says that the certificate is good",
                    broken);
        }
    }

    /** RFC 6960 §4.2.1. */
    private static Term term(byte[] response, Path file) {
        ByteBuffer all = Der.content(ByteBuffer.wrap(response), Der.SEQUENCE);
        int status = Der.content(all, ENUMERATED).get();
        if (status != 0) {
            throw new IllegalArgumentException("the responder did not answer, but gave status " + status);
        }
        ByteBuffer basic = Der.content(Der.content(all, FIRST), Der.SEQUENCE);
        Der.name(basic);
        ByteBuffer body = Der.content(Der.content(Der.content(basic, Der.OCTETS), Der.SEQUENCE), Der.SEQUENCE);
        Der.skip(body, FIRST);
        Der.skip(body, SECOND);
        Der.skip(body, THIRD);
        Der.content(body, TIME);
        ByteBuffer one = Der.content(Der.content(body, Der.SEQUENCE), Der.SEQUENCE);
        Der.content(one, Der.SEQUENCE);
        if (Der.next(one) != GOOD) {
            throw new IllegalArgumentException("the certificate is revoked, or the responder does not know it");
        }
        Der.content(one, GOOD);
        Instant from = time(Der.content(one, TIME));
        Instant until = Der.next(one) == FIRST ? time(Der.content(Der.content(one, FIRST), TIME)) : null;
        return new Term("The OCSP response in " + file, from, until, "it is not handed out; get a newer one");
    }

    private static Instant time(ByteBuffer text) {
        return FORMAT.parse(new String(Der.bytes(text), StandardCharsets.US_ASCII), Instant::from);
    }

    private static void verify(byte[] response, X509Certificate own, X509Certificate authority)
            throws GeneralSecurityException {
        CertPathValidator validator = CertPathValidator.getInstance("PKIX");
        PKIXRevocationChecker checker = (PKIXRevocationChecker) validator.getRevocationChecker();
        checker.setOcspResponses(Map.of(own, response));
        checker.setOptions(EnumSet.of(Option.NO_FALLBACK, Option.ONLY_END_ENTITY));
        PKIXParameters how = new PKIXParameters(Set.of(new TrustAnchor(authority, null)));
        how.addCertPathChecker(checker);
        validator.validate(CertificateFactory.getInstance("X.509").generateCertPath(List.of(own)), how);
    }

    /** From when until when it is worth something. */
    Term term() {
        return term;
    }

    /** The bytes to hand out; null if it has expired. */
    byte @Nullable [] response() {
        return term.hasExpired(Instant.now()) ? null : response.clone();
    }
}
