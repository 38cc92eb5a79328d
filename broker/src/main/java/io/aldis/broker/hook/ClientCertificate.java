package io.aldis.broker.hook;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import javax.security.auth.x500.X500Principal;

/**
 * The certificate that a client has shown, and proved to be its own, in the handshake of TLS; an authority of the listener vouches
 * for it. Immutable.
 *
 * @param chain its certificate first, then those of the authorities it has sent
 */
public record ClientCertificate(List<X509Certificate> chain) {

    private static final int DNS_NAME = 2;

    public ClientCertificate {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("A client's certificate has a chain of at least one, but it is empty.");
        }
    }

    /** The client's own. */
    public X509Certificate own() {
        return chain.get(0);
    }

    /** The whole subject as in RFC 2253, such as {@code CN=sensor-7,O=Example}. */
    public String subject() {
        return own().getSubjectX500Principal().getName(X500Principal.RFC2253);
    }

    /** The common name of the subject, its most specific one; empty if there is none. */
    public String commonName() {
        String subject = subject();
        int start = 0;
        for (int i = 0; i <= subject.length(); i++) {
            char c = i == subject.length() ? ',' : subject.charAt(i);
            if (c == '\\') {
                i++; // What follows is no separator.
            } else if (c == ',' || c == '+') {
                String part = subject.substring(start, i);
                if (part.startsWith("CN=")) {
                    return unescaped(part.substring(3));
                }
                start = i + 1;
            }
        }
        return "";
    }

    /** A value as RFC 2253 §2.4 writes it, where Java escapes single characters only. */
    private static String unescaped(String value) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < value.length(); i++) {
            if (value.charAt(i) == '\\' && i + 1 < value.length()) {
                i++;
            }
            text.append(value.charAt(i));
        }
        return text.toString();
    }

    /** The alternative names: of DNS, mail addresses, URIs and IP addresses as texts, in their order. */
    public List<String> alternativeNames() {
        return alternativeNames(false);
    }

    /** The alternative names of DNS, in their order. */
    public List<String> dnsNames() {
        return alternativeNames(true);
    }

    private List<String> alternativeNames(boolean dnsOnly) {
        try {
            Collection<List<?>> names = own().getSubjectAlternativeNames();
            if (names == null) {
                return List.of();
            }
            return names.stream()
                    .filter(name -> !dnsOnly || Objects.equals(name.get(0), DNS_NAME))
                    .map(name -> name.get(1))
                    .filter(String.class::isInstance)
                    .map(String.class::cast)
                    .toList();
        } catch (CertificateParsingException unreadable) {
            return List.of();
        }
    }

    @Override
    public String toString() {
        return "Certificate of " + subject();
    }
}
