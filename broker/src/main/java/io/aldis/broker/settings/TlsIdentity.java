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
}
