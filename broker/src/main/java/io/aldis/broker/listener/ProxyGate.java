package io.aldis.broker.listener;

import io.aldis.broker.connection.ConnectionParts;
import io.aldis.broker.loop.Timer;
import io.aldis.broker.settings.ProxyProtocol;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stands right above the socket until the header of the PROXY protocol has come, and lets nothing else past: the layers above and the
 * connection are made when it is known where the client comes from. Confined to the channel's loop.
 */
final class ProxyGate extends ByteToMessageDecoder {

    /** What all gates of a listener have in common. */
    record Rules(ProxyProtocol settings, Networks sources, ConnectionParts parts) {

        Rules(ProxyProtocol settings, ConnectionParts parts) {
            this(settings, new Networks(settings.sources()), parts);
        }
    }

    private final Rules rules;
    private final Entry entry;
    private @Nullable Timer timeout;

    private Header header = Header.AWAITED;

    /** What has become of the header. */
    private enum Header {
        AWAITED,
        COME,
        REFUSED
    }

    private ProxyGate(Rules rules, Entry entry) {
        this.rules = rules;
        this.entry = entry;
        setSingleDecode(true); // What comes after the header is for those above.
    }

    /**
     * Adds it to the pipeline of a channel that has just been accepted.
     *
     * @param rest adds what comes above, when the header is known
     */
    static void add(ChannelPipeline pipeline, Rules rules, Entry entry, Consumer<ChannelPipeline> rest) {
        ProxyGate gate = new ProxyGate(rules, entry);
        pipeline.addLast(
                gate,
                new HAProxyMessageDecoder(rules.settings().maximumHeaderBytes()),
                new ProxyOrigin(gate, entry, rest));
    }

    /** Those above hear of it when the header has come. */
    @Override
    public void channelActive(ChannelHandlerContext context) {
        if (!rules.sources().contain(entry.remoteAddress())) {
            refuse(
                    context,
                    "only proxies of " + rules.sources() + " may connect here; connect through one, or name the network"
                            + " of this address among the sources of the listener");
            return;
        }
        timeout = rules.parts()
                .loops()
                .loopOf(context.channel())
                .schedule(() -> tooLate(context), rules.settings().headerTimeout());
    }

    private void tooLate(ChannelHandlerContext context) {
        if (header == Header.AWAITED) {
            refuse(
                    context,
                    "no whole header of the PROXY protocol came within "
                            + rules.settings().headerTimeout()
                            + "; connect through the proxy and switch the protocol on there, or use the port of another listener");
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object received) throws Exception {
        super.channelRead(context, received);
        if (header == Header.COME) {
            context.pipeline().remove(this); // Passes on what came after the header.
        }
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) {
        if (header != Header.AWAITED) {
            in.skipBytes(in.readableBytes());
            return;
        }
        try {
            int length = ProxyHeader.length(in, rules.settings().maximumHeaderBytes());
            if (length > 0) {
                become(Header.COME);
                byte[] bytes = new byte[length];
                in.readBytes(bytes);
                out.add(Unpooled.wrappedBuffer(bytes)); // What is taken out of it need not be released.
            }
        } catch (HeaderRefused refused) {
            refuse(context, String.valueOf(refused.getMessage()));
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (event instanceof ChannelInputShutdownEvent && header == Header.AWAITED) {
            gone(); // The rest of the header will not come.
            context.close();
        } else {
            super.userEventTriggered(context, event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        gone();
    }

    private void gone() {
        if (header == Header.AWAITED) {
            become(Header.REFUSED);
            if (actualReadableBytes() > 0) {
                count("gone in the middle of the header of the PROXY protocol");
            } // Else it only wanted to see whether somebody is there.
            forget();
        }
    }

    /** Closes the connection. */
    void refuse(ChannelHandlerContext context, String why) {
        become(Header.REFUSED);
        forget();
        count("closed: " + why);
        context.close();
    }

    private void forget() {
        internalBuffer().skipBytes(actualReadableBytes());
    }

    private void count(String what) {
        rules.parts().door().tell(entry, what);
        rules.parts().metrics().proxyHeadersRefused.increment();
    }

    private void become(Header next) {
        header = next;
        if (timeout != null) {
            timeout.cancel();
            timeout = null;
        }
    }
}
