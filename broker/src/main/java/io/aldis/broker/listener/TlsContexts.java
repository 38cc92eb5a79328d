package io.aldis.broker.listener;

import io.aldis.broker.loop.Loop;
import io.aldis.broker.settings.ClientCertificates;
import io.aldis.broker.settings.Tls;
import io.aldis.broker.settings.TlsEngine;
import io.aldis.broker.settings.TlsIdentity;
import io.netty.buffer.ByteBufAllocator;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What new connections of a listener of TLS get: its certificates, and whom it trusts, as their files were when they could be used
 * last. Callable from any thread.
 */
public final class TlsContexts {

    private static final Logger log = LoggerFactory.getLogger(TlsContexts.class);

    private final Tls tls;
    private final String listener;
    private final Making making;
    private volatile Current current;
    private volatile boolean closed;

    /** Where files are read that have changed: a disk may be slow, and a list of the revoked long. */
    private final Executor reader =
            new ThreadPoolExecutor(0, 1, 1, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), work -> {
                Thread thread = new Thread(work, "aldis-certificates");
                thread.setDaemon(true);
                return thread;
            });

    // Guarded by this.
    private List<String> stamps;
    private String complaint = "";
    private Set<String> worries = Set.of();

    /**
     * All that one reading of the files gave.
     *
     * @param staples what goes with a certificate, if anything does
     * @param terms until when it may be used
     */
    record Current(
            SslContext first,
            Map<String, SslContext> byName,
            Map<SslContext, Staple> staples,
            @Nullable ClientTrust trust,
            List<Term> terms) {

        /** For a client that wants to talk to {@code server}, null if it does not say. */
        SslContext of(@Nullable String server) {
            if (server == null) {
                return first;
            }
            String name = server.toLowerCase(Locale.ROOT);
            SslContext exact = byName.get(name);
            if (exact != null) {
                return exact;
            }
            int dot = name.indexOf('.');
            return dot < 0 ? first : byName.getOrDefault("*" + name.substring(dot), first);
        }
    }

    /** How what is in the files becomes a context. */
    interface Making {

        /**
         * The context of one identity.
         *
         * @param trust null if clients need no certificates
         * @throws TlsUnavailable if it is not to be had
         */
        SslContext context(KeyedCertificate keyed, TlsIdentity identity, @Nullable ClientTrust trust);
    }

    /**
     * Reads the files for the first time.
     *
     * @param listener how the listener is called in the log
     * @throws TlsUnavailable if one of them cannot be used
     */
    public TlsContexts(Tls tls, String listener) {
        this(tls, listener, (keyed, identity, trust) -> overSocket(tls, keyed, identity, trust));
    }

    /** As the public one, for another transport. */
    TlsContexts(Tls tls, String listener, Making making) {
        this.tls = tls;
        this.listener = listener;
        this.making = making;
        stamps = stamps();
        current = read();
        worry();
    }

    Tls tls() {
        return tls;
    }

    Current current() {
        return current;
    }

    /** Looks at the files from time to time, if they are to be watched; called on {@code loop}, whose time it goes by. */
    public void watch(Loop loop) {
        if (!tls.watchInterval().isZero() && !closed) {
            loop.schedule(
                    () -> reader.execute(() -> {
                        lookAgain();
                        loop.execute(() -> watch(loop));
                    }),
                    tls.watchInterval());
        }
    }

    /** Looks at the files no more. */
    public void close() {
        closed = true;
    }

    private synchronized void lookAgain() {
        if (!complaint.isEmpty() || !stamps().equals(stamps)) {
            reload();
        } else {
            worry();
        }
    }

    /** Tells of what has expired or soon will, once. */
    private void worry() {
        Instant now = Instant.now();
        Set<String> present = new LinkedHashSet<>();
        current.terms.forEach(term -> present.add(term.worry(now)));
        present.remove("");
        present.stream()
                .filter(worry -> !worries.contains(worry))
                .forEach(worry -> log.warn("{}: {}", listener, worry));
        worries = present;
    }

    /**
     * Reads the files again. If one of them cannot be used, all stays as it was.
     *
     * @return what is wrong; empty if all is well
     */
    public synchronized String reload() {
        List<String> before = stamps();
        try {
            current = read();
            log.info("{}: new connections get the certificates and lists as they are in the files now", listener);
            complaint = "";
            worries = Set.of();
        } catch (TlsUnavailable unusable) {
            complain(unusable.reason(), before, null);
        } catch (RuntimeException unforeseen) { // Nothing that is in a file may end the watch.
            complain("They cannot be read: " + unforeseen, before, unforeseen);
        }
        stamps = before;
        worry();
        return complaint;
    }

    private void complain(String reason, List<String> now, @Nullable Throwable bug) {
        if (!reason.equals(complaint) || !now.equals(stamps)) {
            log.error(
                    "{}: the files of TLS have changed and CANNOT BE USED, new connections still get what was in them before: {}",
                    listener,
                    reason,
                    bug);
        }
        complaint = reason;
    }

    private List<Path> files() {
        List<Path> files = new ArrayList<>();
        tls.identities().forEach(identity -> files.addAll(KeyedCertificate.files(identity)));
        files.addAll(tls.authorities());
        files.addAll(tls.revocations());
        return files;
    }

    /** What tells of a change: size, time, which file it is, and where links lead to. */
    private List<String> stamps() {
        return files().stream().map(TlsContexts::stamp).toList();
    }

    private static String stamp(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return attributes.size() + " " + attributes.lastModifiedTime().toInstant() + " " + attributes.fileKey()
                    + " " + file.toRealPath();
        } catch (IOException gone) {
            return "gone";
        }
    }

    private Current read() {
        ClientTrust trust = tls.clientCertificates() == ClientCertificates.NONE ? null : ClientTrust.of(tls);
        SslContext first = null;
        Map<String, SslContext> byName = new HashMap<>();
        Map<SslContext, Staple> staples = new HashMap<>();
        List<Term> terms = new ArrayList<>();
        for (TlsIdentity identity : tls.identities()) {
            KeyedCertificate keyed = KeyedCertificate.of(identity);
            terms.add(Term.of(
                    keyed.chain().get(0),
                    "The certificate in " + identity,
                    "clients do not trust it; put a newer one there"));
            SslContext context = making.context(keyed, identity, trust);
            Staple staple = keyed.staple();
            if (staple != null) {
                staples.put(context, staple);
                terms.add(staple.term());
            }
            keyed.names().forEach(name -> byName.putIfAbsent(name, context));
            if (first == null) {
                first = context;
            }
        }
        if (first == null) {
            throw new IllegalStateException("There is no identity.");
        }
        if (trust != null) {
            terms.addAll(trust.terms());
        }
        return new Current(first, Map.copyOf(byName), Map.copyOf(staples), trust, List.copyOf(terms));
    }

    private static SslContext overSocket(
            Tls tls, KeyedCertificate keyed, TlsIdentity identity, @Nullable ClientTrust trust) {
        try {
            // The safe defaults are more than some Java knows; what somebody has chosen must be known.
            boolean chosen = !tls.ciphers().equals(Tls.of(identity).ciphers());
            SslContextBuilder builder = SslContextBuilder.forServer(keyed.key(), keyed.chain())
                    .sslProvider(provider(tls))
                    .protocols(tls.protocols())
                    .ciphers(
                            tls.ciphers(),
                            chosen ? IdentityCipherSuiteFilter.INSTANCE : SupportedCipherSuiteFilter.INSTANCE)
                    .sessionTimeout(tls.sessionTimeout().toSeconds())
                    .sessionCacheSize(tls.sessionCacheSize())
                    .clientAuth(clientAuth(tls));
            if (trust != null) {
                builder.trustManager(trust);
            }
            if (keyed.staple() != null) {
                requireStapling(tls);
                builder.enableOcsp(true);
            }
            SslContext context = builder.build();
            ReferenceCountUtil.release(
                    context.newEngine(ByteBufAllocator.DEFAULT)); // Some of what is wrong shows here first.
            return context;
        } catch (SSLException | IllegalArgumentException wrong) {
            throw TlsUnavailable.because("TLS with the certificate in " + identity + " is not possible", wrong);
        }
    }

    static ClientAuth clientAuth(Tls tls) {
        return switch (tls.clientCertificates()) {
            case NONE -> ClientAuth.NONE;
            case OPTIONAL -> ClientAuth.OPTIONAL;
            case REQUIRED -> ClientAuth.REQUIRE;
        };
    }

    private static void requireStapling(Tls tls) {
        if (provider(tls) == SslProvider.JDK || !OpenSsl.isOcspSupported()) {
            throw new TlsUnavailable(
                    "Java's own engine of TLS cannot hand out an OCSP response; put netty-tcnative-boringssl-static on the class path, "
                            + "or leave the response out",
                    null);
        }
    }

    private static SslProvider provider(Tls tls) {
        if (tls.engine() == TlsEngine.NATIVE && !OpenSsl.isAvailable()) {
            throw new TlsUnavailable(
                    "The native engine of TLS is not there; put netty-tcnative-boringssl-static on the class path, or choose another",
                    OpenSsl.unavailabilityCause());
        }
        return tls.engine() == TlsEngine.JDK || !OpenSsl.isAvailable() ? SslProvider.JDK : SslProvider.OPENSSL;
    }
}
