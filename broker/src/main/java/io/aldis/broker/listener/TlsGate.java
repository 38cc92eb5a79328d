package io.aldis.broker.listener;

import io.aldis.broker.connection.Door;
import io.aldis.broker.connection.InputEnded;
import io.aldis.broker.hook.ClientCertificate;
import io.aldis.broker.metric.TurnedAway;
import io.aldis.broker.settings.ClientCertificates;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.ReferenceCountedOpenSslEngine;
import io.netty.handler.ssl.SniHandler;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslClosedEngineException;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.util.Mapping;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * Stands after the handler of TLS: takes down who the client is, tells when it has ended, refuses what it may not, and says in the
 * log what went wrong. Confined to the channel's loop.
 */
final class TlsGate extends ChannelInboundHandlerAdapter {

    /** A client of TLS names its server within this many bytes. */
    private static final int LARGEST_HELLO = 64 * 1024 - 1;

    /** How long the last word of TLS may take to be sent when a connection is closed. */
    private static final long LAST_WORD_MILLIS = 1000;

    private final Entry entry;
    private final @Nullable ClientTrust trust;
    private final boolean required;
    private final Door door;
    private boolean open;
    private boolean told;

    /** Set if the client could begin another handshake within this one; BoringSSL does not let it. */
    private @Nullable SSLEngine negotiable;

    private TlsGate(Entry entry, @Nullable ClientTrust trust, boolean required, Door door) {
        this.entry = entry;
        this.trust = trust;
        this.required = required;
        this.door = door;
    }

    /** Adds TLS to the pipeline of a channel that has just been accepted, with what the files say now. */
    static void add(ChannelPipeline pipeline, TlsContexts contexts, Entry entry, Door door) {
        TlsContexts.Current current = contexts.current();
        pipeline.addLast(new FirstBytes(entry, door, FirstBytes.Expected.TLS));
        long timeout = contexts.tls().handshakeTimeout().toMillis();
        if (contexts.tls().identities().size() == 1) {
            pipeline.addLast(
                    handler(current, current.first(), pipeline.channel().alloc(), timeout));
        } else {
            Mapping<String, SslContext> byName = current::of;
            pipeline.addLast(new SniHandler(byName, LARGEST_HELLO, timeout) {
                @Override
                protected SslHandler newSslHandler(SslContext context, ByteBufAllocator allocator) {
                    return handler(current, context, allocator, timeout);
                }
            });
        }
        boolean required = contexts.tls().clientCertificates() == ClientCertificates.REQUIRED;
        pipeline.addLast(new TlsGate(entry, current.trust(), required, door));
    }

    private static SslHandler handler(
            TlsContexts.Current current, SslContext context, ByteBufAllocator allocator, long timeoutMillis) {
        SslHandler handler = context.newHandler(allocator);
        Staple staple = current.staples().get(context);
        byte[] response = staple == null ? null : staple.response();
        if (response != null && handler.engine() instanceof ReferenceCountedOpenSslEngine engine) {
            engine.setOcspResponse(response);
        }
        handler.setHandshakeTimeoutMillis(timeoutMillis);
        handler.setCloseNotifyFlushTimeoutMillis(LAST_WORD_MILLIS);
        return handler;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                opened(context);
            } else {
                tell(handshake.cause());
            }
        } else if (event instanceof SslCloseCompletionEvent) {
            context.fireUserEventTriggered(InputEnded.EVENT);
        } else if (event instanceof ChannelInputShutdownEvent && !open) {
            context.close();
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        context.fireChannelReadComplete();
        if (negotiable != null && negotiable.getHandshakeStatus() == HandshakeStatus.NEED_UNWRAP) {
            negotiable = null;
            refuse(
                    context,
                    "it wants to negotiate TLS anew within a connection, which is not safe; switch renegotiation off in the client");
        }
    }

    private void opened(ChannelHandlerContext context) {
        open = true;
        SSLEngine engine = context.pipeline().get(SslHandler.class).engine();
        if (!(engine instanceof ReferenceCountedOpenSslEngine)
                && !engine.getSession().getProtocol().equals("TLSv1.3")) {
            negotiable = engine;
        }
        if (trust == null) {
            return;
        }
        try {
            List<X509Certificate> chain = Arrays.stream(engine.getSession().getPeerCertificates())
                    .map(X509Certificate.class::cast)
                    .toList();
            trust.stillHolds(chain);
            entry.shown(new ClientCertificate(chain));
        } catch (SSLPeerUnverifiedException none) {
            if (required) { // Or the handshake would have failed.
                refuse(context, "the client shows no certificate, but this listener requires one");
            }
        } catch (CertificateException refused) {
            refuse(context, String.valueOf(refused.getMessage()));
        }
    }

    private void refuse(ChannelHandlerContext context, String why) {
        door.turnedAway(TurnedAway.TLS_REFUSED, entry, "closed: " + why);
        context.close();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Throwable inner = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        if (inner instanceof SSLException || (inner instanceof DecoderException && !open)) {
            tell(inner);
            context.close();
        } else {
            context.fireExceptionCaught(cause);
        }
    }

    private void tell(Throwable cause) {
        if (told || cause instanceof ClosedChannelException || cause instanceof SslClosedEngineException) {
            return; // Who just goes away has done nothing wrong.
        }
        told = true;
        if (open) {
            door.tell(entry, "closed: TLS failed: " + cause.getMessage());
        } else {
            door.turnedAway(TurnedAway.TLS_REFUSED, entry, "closed before TLS: " + said(cause));
        }
    }

    private static String said(Throwable cause) {
        String message = String.valueOf(cause.getMessage());
        if (cause instanceof SslHandshakeTimeoutException) {
            return "the handshake took too long";
        }
        Throwable root = cause;
        while (root.getCause() != null && !(root instanceof CertificateException)) {
            root = root.getCause();
        }
        String small = message.toLowerCase(Locale.ROOT);
        if (root instanceof CertificateException) {
            return String.valueOf(root.getMessage());
        }
        if (small.contains("protocol version")
                || small.contains("unsupported_protocol")
                || small.contains("client requested protocol")) {
            return "the client speaks no version of TLS that is spoken here; allow it TLS 1.2 or 1.3: " + message;
        }
        if (small.contains("cipher suites in common")
                || small.contains("no_shared_cipher")
                || small.contains("unable to find key material")) {
            return "the client and this listener have no cipher suite in common; compare what both allow: " + message;
        }
        if (small.contains("alert")) {
            return "the client refuses us: " + message
                    + "; does it know the authority of our certificate, and does the certificate bear the name it connects to?";
        }
        if (small.contains("empty client certificate") || small.contains("did_not_return_a_certificate")) {
            return "the client shows no certificate, but this listener requires one";
        }
        return message;
    }
}
