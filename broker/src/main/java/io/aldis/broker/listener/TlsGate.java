package io.aldis.broker.listener;

import io.aldis.broker.hook.ClientCertificate;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderException;
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
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Stands after the handler of TLS: takes down who the client is, and says in the log what went wrong. Confined to the channel's loop. */
final class TlsGate extends ChannelInboundHandlerAdapter {

    /** A client of TLS names its server within this many bytes. */
    private static final int LARGEST_HELLO = 64 * 1024 - 1;

    /** How long the last word of TLS may take to be sent when a connection is closed. */
    private static final long LAST_WORD_MILLIS = 1000;

    private final Entry entry;
    private final @Nullable ClientTrust trust;
    private final Notices notices;
    private boolean open;
    private boolean told;

    private TlsGate(Entry entry, @Nullable ClientTrust trust, Notices notices) {
        this.entry = entry;
        this.trust = trust;
        this.notices = notices;
    }

    /** Adds TLS to the pipeline of a channel that has just been accepted, with what the files say now. */
    static void add(ChannelPipeline pipeline, TlsContexts contexts, Entry entry, Notices notices) {
        TlsContexts.Current current = contexts.current();
        pipeline.addLast(new FirstBytes(entry, notices, FirstBytes.Expected.TLS));
        long timeout = contexts.tls().handshakeTimeout().toMillis();
        if (contexts.tls().identities().size() == 1) {
            pipeline.addLast(handler(current.first(), pipeline.channel().alloc(), timeout));
        } else {
            Mapping<String, SslContext> byName = current::of;
            pipeline.addLast(new SniHandler(byName, LARGEST_HELLO, timeout) {
                @Override
                protected SslHandler newSslHandler(SslContext context, ByteBufAllocator allocator) {
                    return handler(context, allocator, timeout);
                }
            });
        }
        pipeline.addLast(new TlsGate(entry, current.trust(), notices));
    }

    private static SslHandler handler(SslContext context, ByteBufAllocator allocator, long timeoutMillis) {
        SslHandler handler = context.newHandler(allocator);
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
            context.close(); // The client sends nothing more, which is the end of its side.
        }
        context.fireUserEventTriggered(event);
    }

    private void opened(ChannelHandlerContext context) {
        open = true;
        if (trust == null) {
            return;
        }
        try {
            SslHandler tls = context.pipeline().get(SslHandler.class);
            List<X509Certificate> chain = Arrays.stream(
                            tls.engine().getSession().getPeerCertificates())
                    .map(X509Certificate.class::cast)
                    .toList();
            trust.stillHolds(chain.get(0));
            entry.shown(new ClientCertificate(chain));
        } catch (SSLPeerUnverifiedException none) {
            // It needs none, or the handshake would have failed.
        } catch (CertificateException refused) {
            notices.tell(entry.toString(), "closed: " + refused.getMessage());
            context.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        Throwable inner = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        if (inner instanceof SSLException) {
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
        notices.tell(
                entry.toString(),
                open ? "closed: TLS failed: " + cause.getMessage() : "closed before TLS: " + said(cause));
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
