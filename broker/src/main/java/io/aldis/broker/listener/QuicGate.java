package io.aldis.broker.listener;

import io.aldis.broker.hook.ClientCertificate;
import io.aldis.broker.metric.TurnedAway;
import io.aldis.broker.settings.ClientCertificates;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.quic.QuicChannel;
import io.netty.handler.codec.quic.QuicStreamChannel;
import io.netty.handler.codec.quic.QuicStreamType;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * Stands at one connection of QUIC: judges its handshake, lets one stream be MQTT, and ends the connection with it. Confined to the loop
 * of the UDP socket.
 */
final class QuicGate extends ChannelInboundHandlerAdapter {

    /** RFC 9000 §20.1. */
    private static final int CONNECTION_REFUSED = 2;

    /** How long what was said last may take to arrive: a connection that is closed sends nothing again. */
    private static final long LAST_WORD_MILLIS = 1000;

    private final QuicChannel connection;
    private final EventLoops loops;
    private final Pipelines pipelines;
    private final TlsContexts contexts;
    private final String name;
    private final Future<?> deadline;
    private boolean taken;
    private boolean told;

    QuicGate(QuicChannel connection, EventLoops loops, Pipelines pipelines, TlsContexts contexts) {
        this.connection = connection;
        this.loops = loops;
        this.pipelines = pipelines;
        this.contexts = contexts;
        name = "Connection from " + connection.remoteSocketAddress() + " to " + connection.localSocketAddress()
                + " (QUIC)";
        long patience = Math.min(
                contexts.tls().handshakeTimeout().toNanos(),
                pipelines.door().settings().connection().connectTimeout().toNanos());
        deadline = connection.eventLoop().schedule(this::tooLate, patience, TimeUnit.NANOSECONDS);
    }

    /**
     * Closes a connection that may not come in, soon: one whose packet is just being read cannot say that it is closed, and its client
     * would try again.
     */
    static void refuse(QuicChannel connection) {
        connection.eventLoop().execute(() -> connection.close(false, CONNECTION_REFUSED, Unpooled.EMPTY_BUFFER));
    }

    private void tooLate() {
        if (!taken && connection.isOpen()) {
            refuse(TurnedAway.CONNECT_TIMEOUT, "the handshake, and to open a stream after it, took too long");
        }
    }

    private void refuse(TurnedAway reason, String why) {
        turnedAway(reason, "closed: " + why);
        refuse(connection);
    }

    /** Once: what fails afterwards fails because of that. */
    private void turnedAway(TurnedAway reason, String what) {
        if (!told) {
            told = true;
            pipelines.door().turnedAway(reason, name, what);
        }
    }

    private void tell(String what) {
        if (!told) {
            told = true;
            pipelines.door().tell(name, what);
        }
    }

    /** The client has opened a stream. */
    void opened(QuicStreamChannel stream) {
        if (taken || stream.type() != QuicStreamType.BIDIRECTIONAL) {
            tell("a stream was refused: MQTT is on the first bidirectional one, and on no other");
            stream.close();
            return;
        }
        taken = true;
        deadline.cancel(false);
        SSLEngine tls = Objects.requireNonNull(connection.sslEngine());
        if (!QuicServer.ALPN.equals(tls.getApplicationProtocol())) {
            refuse(
                    TurnedAway.ANOTHER_PROTOCOL,
                    "the client does not say in its handshake that it speaks MQTT; set its ALPN to \"mqtt\"");
            return;
        }
        try {
            bridge(stream, shown(tls));
        } catch (CertificateException refused) {
            refuse(TurnedAway.TLS_REFUSED, String.valueOf(refused.getMessage()));
        }
    }

    /** The client's certificate; null if it need not have one and has none. */
    private @Nullable ClientCertificate shown(SSLEngine tls) throws CertificateException {
        ClientTrust trust = contexts.current().trust();
        if (trust == null) {
            return null;
        }
        try {
            List<X509Certificate> chain = Arrays.stream(tls.getSession().getPeerCertificates())
                    .map(X509Certificate.class::cast)
                    .toList();
            trust.stillHolds(chain);
            return new ClientCertificate(chain);
        } catch (SSLPeerUnverifiedException none) {
            if (contexts.tls().clientCertificates() == ClientCertificates.REQUIRED) {
                throw new CertificateException("the client shows no certificate, but this listener requires one", none);
            }
            return null;
        }
    }

    private void bridge(QuicStreamChannel stream, @Nullable ClientCertificate certificate) {
        QuicBridge bridge = new QuicBridge(
                stream,
                Objects.requireNonNull(connection.remoteSocketAddress()),
                Objects.requireNonNull(connection.localSocketAddress()));
        InProcessChannel broker = bridge.broker();
        Entry entry = new Entry(broker);
        if (certificate != null) {
            entry.shown(certificate);
        }
        broker.config().setWriteBufferWaterMark(pipelines.waterMark());
        broker.pipeline().addLast(pipelines.entered(entry));
        broker.closeFuture().addListener(gone -> endSoonAsync());
        loops.group().register(broker);
        stream.pipeline().addLast(bridge);
    }

    /** MQTT is over. The client closes the connection when it has heard all; if it does not, it is closed here. Callable from any thread. */
    private void endSoonAsync() {
        if (connection.isOpen()) {
            connection.eventLoop().schedule(() -> connection.close(), LAST_WORD_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        deadline.cancel(false);
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof ClosedChannelException)) {
            if (taken) {
                tell("closed: QUIC failed: " + said(cause));
            } else {
                String why = said(cause);
                turnedAway(
                        why.contains("ALPN") ? TurnedAway.ANOTHER_PROTOCOL : TurnedAway.TLS_REFUSED,
                        "closed before MQTT: " + why);
            }
        }
        connection
                .eventLoop()
                .execute(connection::close); // Not while it is sending, as here, or the client would not hear why.
    }

    private static String said(Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null && !(root instanceof CertificateException)) {
            root = root.getCause();
        }
        if (root instanceof CertificateException) {
            return String.valueOf(root.getMessage());
        }
        String message = String.valueOf(cause.getMessage());
        if (message.contains("NO_APPLICATION_PROTOCOL")) {
            return "the client speaks something else than MQTT; set its ALPN to \"mqtt\": " + message;
        }
        if (message.contains("PEER_DID_NOT_RETURN_A_CERTIFICATE")) {
            return "the client shows no certificate, but this listener requires one";
        }
        return message;
    }
}
