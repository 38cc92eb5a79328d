package io.aldis.broker.settings;

import java.nio.file.Path;

/**
 * A certificate with its chain and its private key: who a listener of TLS is. A client that names a server it wants to talk to
 * (SNI) gets the one that bears this name.
 */
public sealed interface TlsIdentity {

    /**
     * In two files of PEM.
     *
     * @param chain the certificate, followed by those of the authorities that vouch for it
     * @param key the private key: PKCS#8, encrypted or not, or the older forms of RSA and EC keys; may be in the same file
     * @param keyPassword opens the key; empty if it is not encrypted
     */
    record Pem(Path chain, Path key, String keyPassword) implements TlsIdentity {

        @Override
        public String toString() {
            return chain.equals(key) ? chain.toString() : chain + " with " + key;
        }
    }

    /**
     * In a key store, of type PKCS#12 or JKS.
     *
     * @param password opens the store and the key in it
     * @param alias names the entry; empty for the first that has a key
     */
    record Store(Path file, String password, String alias) implements TlsIdentity {

        @Override
        public String toString() {
            return alias.isEmpty() ? file.toString() : "'" + alias + "' in " + file;
        }
    }

    /**
     * Another identity, handed out with what its authority says of it today, so that clients need not ask (OCSP stapling,
     * RFC 6066 §8). The native engine can do that, Java's own cannot.
     *
     * @param own the certificate with its key, not stapled itself
     * @param ocspResponse a file in DER, as the authority's responder answers, which has to be replaced before it expires; one that has
     *     expired is not handed out
     */
    record Stapled(TlsIdentity own, Path ocspResponse) implements TlsIdentity {

        public Stapled {
            if (own instanceof Stapled) {
                throw new IllegalArgumentException("One OCSP response is enough, but " + own + " has one already.");
            }
        }

        @Override
        public String toString() {
            return own.toString();
        }
    }

    /** This with the OCSP response in a file; see {@link Stapled}. */
    default TlsIdentity stapled(Path ocspResponse) {
        return new Stapled(this, ocspResponse);
    }
}
