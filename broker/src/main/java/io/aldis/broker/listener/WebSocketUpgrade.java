package io.aldis.broker.listener;

import io.aldis.broker.connection.Door;
import io.aldis.broker.metric.TurnedAway;
import io.aldis.broker.settings.WebSocket;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The opening handshake of a WebSocket (RFC 6455 §4.2): a request that may come in is answered, and gives way to
 * {@link WebSocketFrames}; any other is told what is wrong with it. Confined to the channel's loop.
 */
final class WebSocketUpgrade extends ChannelDuplexHandler {

    private static final String KEY_SUFFIX = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final String VERSION = "13";
    private static final String FORWARDED_FOR = "X-Forwarded-For";

    /** What is wrong with a request, and what to say. */
    private record Refusal(HttpResponseStatus status, String why) {}

    private final WebSocket settings;
    private final Networks trustedProxies;
    private final Entry entry;
    private final Door door;
    private final HttpRequestDecoder decoder;
    private final HttpResponseEncoder encoder = new HttpResponseEncoder();
    private @Nullable HttpRequest accepted;
    private boolean answered;

    private WebSocketUpgrade(WebSocket settings, Networks trustedProxies, Entry entry, Door door) {
        this.settings = settings;
        this.trustedProxies = trustedProxies;
        this.entry = entry;
        this.door = door;
        decoder = new HttpRequestDecoder(new HttpDecoderConfig()
                .setMaxInitialLineLength(settings.maximumRequestLine())
                .setMaxHeaderSize(settings.maximumHeaderBytes()));
    }

    /** Adds it to the pipeline of a channel that has just been accepted. */
    static void add(ChannelPipeline pipeline, WebSocket settings, Networks trustedProxies, Entry entry, Door door) {
        WebSocketUpgrade upgrade = new WebSocketUpgrade(settings, trustedProxies, entry, door);
        pipeline.addLast(
                new FirstBytes(entry, door, FirstBytes.Expected.HTTP), upgrade.decoder, upgrade.encoder, upgrade);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object received) {
        try {
            if (answered) {
                return;
            }
            if (received instanceof HttpRequest request) {
                takeOrigin(request);
                Refusal refusal = refusal(request);
                if (refusal != null) {
                    refuse(context, request, refusal);
                    return;
                }
                accepted = request;
            }
            HttpRequest request = accepted;
            if (received instanceof LastHttpContent && request != null) {
                upgrade(context, request);
            }
        } finally {
            ReferenceCountUtil.release(received);
        }
    }

    /** Where the client connects from, if a trusted proxy says so. */
    private void takeOrigin(HttpRequest request) {
        if (settings.trustedProxies().isEmpty() || !trustedProxies.contain(entry.remoteAddress())) {
            return;
        }
        List<String> lines = request.headers().getAll(FORWARDED_FOR);
        if (lines.isEmpty()) {
            return;
        }
        InetSocketAddress client = ForwardedFor.client(lines, trustedProxies);
        if (client == null) {
            door.tell(
                    entry,
                    "its X-Forwarded-For is ignored, for it is no list of addresses; see to it that the proxy writes"
                            + " the address of its client there, and nothing else");
        } else {
            entry.forwarded(client);
        }
    }

    // Judging.

    private @Nullable Refusal refusal(HttpRequest request) {
        if (request.decoderResult().isFailure()) {
            return unreadable(request.decoderResult().cause());
        }
        HttpHeaders headers = request.headers();
        if (!request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
            return new Refusal(HttpResponseStatus.HTTP_VERSION_NOT_SUPPORTED, "A WebSocket begins with HTTP/1.1.");
        }
        if (!path(request).equals(settings.path())) {
            return new Refusal(
                    HttpResponseStatus.NOT_FOUND, "MQTT is at " + settings.path() + "; set this path in the client.");
        }
        if (!request.method().equals(HttpMethod.GET)) {
            return new Refusal(HttpResponseStatus.METHOD_NOT_ALLOWED, "A WebSocket begins with GET.");
        }
        if (!headers.containsValue(HttpHeaderNames.UPGRADE, "websocket", true)
                || !headers.containsValue(HttpHeaderNames.CONNECTION, "upgrade", true)) {
            return new Refusal(
                    HttpResponseStatus.UPGRADE_REQUIRED, "This is the place of a WebSocket for MQTT clients.");
        }
        if (!VERSION.equals(headers.get(HttpHeaderNames.SEC_WEBSOCKET_VERSION))) {
            return new Refusal(HttpResponseStatus.UPGRADE_REQUIRED, "The version of WebSocket spoken here is 13.");
        }
        if (!isKey(headers.get(HttpHeaderNames.SEC_WEBSOCKET_KEY))) {
            return new Refusal(HttpResponseStatus.BAD_REQUEST, "Sec-WebSocket-Key must be 16 bytes in Base64.");
        }
        String origin = headers.get(HttpHeaderNames.ORIGIN);
        if (origin != null
                && !settings.allowedOrigins().isEmpty()
                && settings.allowedOrigins().stream().noneMatch(origin::equalsIgnoreCase)) {
            return new Refusal(HttpResponseStatus.FORBIDDEN, "Pages of this origin may not connect.");
        }
        if (subprotocol(headers) == null) { // [MQTT-6.0.0-3], [MQTT3-6.0.0-3]
            return new Refusal(
                    HttpResponseStatus.BAD_REQUEST,
                    "The sub-protocol must be one of " + String.join(", ", settings.subprotocols())
                            + "; name it in Sec-WebSocket-Protocol.");
        }
        return null;
    }

    private static Refusal unreadable(Throwable cause) {
        if (cause instanceof TooLongHttpLineException) {
            return new Refusal(HttpResponseStatus.REQUEST_URI_TOO_LONG, "The first line of the request is too long.");
        }
        if (cause instanceof TooLongHttpHeaderException) {
            return new Refusal(
                    HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
                    "The header fields of the request are too large.");
        }
        return new Refusal(HttpResponseStatus.BAD_REQUEST, "The request is no HTTP.");
    }

    private static String path(HttpRequest request) {
        String uri = request.uri();
        int query = uri.indexOf('?');
        return query < 0 ? uri : uri.substring(0, query);
    }

    private static boolean isKey(@Nullable String key) {
        try {
            return key != null && Base64.getDecoder().decode(key.strip()).length == 16;
        } catch (IllegalArgumentException noBase64) {
            return false;
        }
    }

    /** The first of ours that the client offers. */
    private @Nullable String subprotocol(HttpHeaders headers) {
        List<String> offered = headers.getAll(HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL).stream()
                .flatMap(line -> Arrays.stream(line.split(",", -1)))
                .map(String::strip)
                .toList();
        return settings.subprotocols().stream()
                .filter(offered::contains)
                .findFirst()
                .orElse(null);
    }

    // Answering.

    private void refuse(ChannelHandlerContext context, HttpRequest request, Refusal refusal) {
        answered = true;
        boolean readable = !request.decoderResult().isFailure();
        door.turnedAway(
                TurnedAway.WEB_SOCKET_REFUSED,
                entry,
                "WebSocket refused with " + refusal.status + ": " + refusal.why
                        + (readable ? " It asked for " + printable(request.uri()) + "." : ""));
        ByteBuf words = Unpooled.copiedBuffer(refusal.why + "\n", StandardCharsets.UTF_8);
        FullHttpResponse response = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, refusal.status, words);
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                .set(HttpHeaderNames.CONTENT_LENGTH, words.readableBytes())
                .set(HttpHeaderNames.CONNECTION, "close");
        if (refusal.status.equals(HttpResponseStatus.UPGRADE_REQUIRED)) {
            response.headers()
                    .set(HttpHeaderNames.CONNECTION, "close, upgrade")
                    .set(HttpHeaderNames.UPGRADE, "websocket")
                    .set(HttpHeaderNames.SEC_WEBSOCKET_VERSION, VERSION);
        }
        if (refusal.status.equals(HttpResponseStatus.METHOD_NOT_ALLOWED)) {
            response.headers().set(HttpHeaderNames.ALLOW, "GET");
        }
        context.writeAndFlush(response).addListener((ChannelFutureListener) sent -> entry.endOutput());
    }

    private static String printable(String uri) {
        String shown = uri.replaceAll("[^\\x21-\\x7E]", "?");
        return shown.length() <= 100 ? shown : shown.substring(0, 100) + "…";
    }

    private void upgrade(ChannelHandlerContext context, HttpRequest request) {
        answered = true;
        HttpHeaders headers = request.headers();
        FullHttpResponse response =
                new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS);
        response.headers()
                .set(HttpHeaderNames.UPGRADE, "websocket")
                .set(HttpHeaderNames.CONNECTION, "upgrade")
                .set(
                        HttpHeaderNames.SEC_WEBSOCKET_ACCEPT,
                        answer(String.valueOf(headers.get(HttpHeaderNames.SEC_WEBSOCKET_KEY))))
                .set(
                        HttpHeaderNames.SEC_WEBSOCKET_PROTOCOL,
                        String.valueOf(subprotocol(headers))); // [MQTT-6.0.0-4], [MQTT3-6.0.0-4]
        context.writeAndFlush(response, context.voidPromise());
        WebSocketFrames frames = new WebSocketFrames();
        entry.framed(frames);
        ChannelPipeline pipeline = context.pipeline();
        pipeline.replace(this, null, frames);
        pipeline.remove(encoder);
        pipeline.remove(decoder); // Passes on what came after the request.
    }

    private static String answer(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1")
                    .digest((key.strip() + KEY_SUFFIX).getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    /** Before there are frames the connection has nothing to say, but may end what it never said. */
    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        ReferenceCountUtil.release(message);
        promise.trySuccess();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof DecoderException) {
            context.close();
        } else {
            context.fireExceptionCaught(cause);
        }
    }
}
