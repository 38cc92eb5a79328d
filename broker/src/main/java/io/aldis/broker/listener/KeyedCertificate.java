package io.aldis.broker.listener;

import io.aldis.broker.settings.TlsIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A certificate with its chain, and the private key that belongs to it, as its files are now.
 *
 * @param names of servers it is for, in small letters; such as {@code *.example.org}, too
 * @param staple what its authority says of it, null if that is not to be handed out
 */
record KeyedCertificate(
        List<X509Certificate> chain,
        PrivateKey key,
        List<String> names,
        @Nullable Staple staple) {

    private static final int DNS_NAME = 2;
    private static final byte[] PROBE = {1, 2, 3};

    /** Reads it. */
    static KeyedCertificate of(TlsIdentity identity) {
        if (identity instanceof TlsIdentity.Pem pem) {
            return of(Pem.certificates(pem.chain()), Pem.key(pem.key(), pem.keyPassword()), identity);
        } else if (identity instanceof TlsIdentity.Store store) {
            return stored(store);
        }
        return stapled((TlsIdentity.Stapled) identity);
    }

    /** The files that are read for it. */
    static List<Path> files(TlsIdentity identity) {
        if (identity instanceof TlsIdentity.Pem pem) {
            return List.of(pem.chain(), pem.key());
        } else if (identity instanceof TlsIdentity.Store store) {
            return List.of(store.file());
        }
        TlsIdentity.Stapled stapled = (TlsIdentity.Stapled) identity;
        List<Path> files = new ArrayList<>(files(stapled.own()));
        files.add(stapled.ocspResponse());
        return files;
    }

    private static KeyedCertificate stapled(TlsIdentity.Stapled identity) {
        KeyedCertificate own = of(identity.own());
        return new KeyedCertificate(own.chain, own.key, own.names, Staple.of(identity.ocspResponse(), own.chain));
    }

    private static KeyedCertificate stored(TlsIdentity.Store store) {
        if (!Files.isReadable(store.file())) {
            throw new TlsUnavailable("There is no file " + store.file() + " that can be read", null);
        }
        char[] password = store.password().toCharArray();
        try {
            KeyStore entries = KeyStore.getInstance(store.file().toFile(), password);
            for (String alias : aliases(entries, store)) {
                Key key = entries.isKeyEntry(alias) ? entries.getKey(alias, password) : null;
                Certificate[] chain = entries.getCertificateChain(alias);
                if (key instanceof PrivateKey own && chain != null) {
                    return of(
                            Arrays.stream(chain)
                                    .map(X509Certificate.class::cast)
                                    .toList(),
                            own,
                            store);
                }
            }
        } catch (IOException | GeneralSecurityException wrong) {
            throw TlsUnavailable.because(
                    "The key store " + store.file() + " cannot be read, perhaps for a wrong password", wrong);
        }
        throw new TlsUnavailable("There is no private key with its certificate in the key store " + store, null);
    }

    private static List<String> aliases(KeyStore entries, TlsIdentity.Store store) throws GeneralSecurityException {
        return store.alias().isEmpty() ? Collections.list(entries.aliases()) : List.of(store.alias());
    }

    private static KeyedCertificate of(List<X509Certificate> chain, PrivateKey key, TlsIdentity identity) {
        X509Certificate own = chain.get(0);
        if (!belongsTo(key, own)) {
            throw new TlsUnavailable(
                    "The key is not that of the certificate in " + identity + "; give both files of one pair", null);
        }
        return new KeyedCertificate(chain, key, names(own), null);
    }

    private static boolean belongsTo(PrivateKey key, X509Certificate certificate) {
        try {
            Signature signature = Signature.getInstance(
                    switch (key.getAlgorithm()) {
                        case "RSA" -> "SHA256withRSA";
                        case "EC" -> "SHA256withECDSA";
                        default -> key.getAlgorithm();
                    });
            signature.initSign(key);
            signature.update(PROBE);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(PROBE);
            return signature.verify(signed);
        } catch (GeneralSecurityException notEvenOfOneKind) {
            return false;
        }
    }

    private static List<String> names(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            if (all != null) {
                for (List<?> name : all) {
                    if (Objects.equals(name.get(0), DNS_NAME)) {
                        names.add(String.valueOf(name.get(1)).toLowerCase(Locale.ROOT));
                    }
                }
            }
        } catch (CertificateParsingException unreadable) {
            throw TlsUnavailable.because("The names in the certificate cannot be read", unreadable);
        }
        return names;
    }
}
