package io.aldis.benchmark.transport;

import io.aldis.benchmark.plan.Target;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketVersion;
import java.net.URI;
import java.time.Duration;

/** How a connection becomes a WebSocket that carries MQTT (section 6 of the specifications). */
final class WebSocketUpgrade {

    /** No MQTT packet must fit into one frame, but brokers send large ones whole. */
    private static final int MAX_FRAME = 16 * 1024 * 1024;

    /** A page that says why there is no WebSocket. */
    private static final int MAX_ANSWER = 256 * 1024;

    private final WebSocketClientProtocolConfig config;

    private WebSocketUpgrade(WebSocketClientProtocolConfig config) {
        this.config = config;
    }

    static WebSocketUpgrade of(Target target, Duration timeout) {
        return new WebSocketUpgrade(WebSocketClientProtocolConfig.newBuilder()
                .webSocketUri(uri(target.path()))
                // The host stands here, not in the URI, which does not allow all names that networks of containers
                // have.
                .customHeaders(new DefaultHttpHeaders().add(HttpHeaderNames.HOST, Explanation.at(target)))
                .generateOriginHeader(false)
                .version(WebSocketVersion.V13)
                // [MQTT-6.0.0-3]
                .subprotocol("mqtt")
                .allowExtensions(false)
                .performMasking(true)
                .maxFramePayloadLength(MAX_FRAME)
                // Text is refused whatever is in it.
                .withUTF8Validator(false)
                .handshakeTimeoutMillis(timeout.toMillis())
                .build());
    }

    private static URI uri(String path) {
        try {
            return URI.create("ws://broker" + (path.startsWith("/") ? path : "/" + path));
        } catch (IllegalArgumentException e) {
            throw new TransportFailed(
                    "the WebSocket's path '" + path + "' is not one of a URI; expected something like /mqtt", e);
        }
    }

    void addTo(ChannelPipeline pipeline) {
        pipeline.addLast(
                new HttpClientCodec(),
                new HttpObjectAggregator(MAX_ANSWER),
                new WebSocketClientProtocolHandler(config),
                new BinaryFrames());
    }
}
