package io.aldis.broker.listener;

import io.aldis.broker.hook.Proxied;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyMessage;
import io.netty.handler.codec.haproxy.HAProxyProxiedProtocol.AddressFamily;
import io.netty.handler.codec.haproxy.HAProxySSLTLV;
import io.netty.handler.codec.haproxy.HAProxyTLV;
import io.netty.util.NetUtil;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes down what the header of the PROXY protocol says, and gives way to those above. Confined to the channel's loop. */
final class ProxyOrigin extends ChannelInboundHandlerAdapter {

    private static final Logger log = LoggerFactory.getLogger(ProxyOrigin.class);

    /** For which Netty has no name. */
    private static final byte CIPHER = 0x23;

    private final ProxyGate gate;
    private final Entry entry;
    private final Consumer<ChannelPipeline> rest;

    ProxyOrigin(ProxyGate gate, Entry entry, Consumer<ChannelPipeline> rest) {
        this.gate = gate;
        this.entry = entry;
        this.rest = rest;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object received) {
        try {
            if (received instanceof HAProxyMessage header) {
                if (header.proxiedProtocol().addressFamily() != AddressFamily.AF_UNSPEC) {
                    entry.proxied(proxied(header));
                } // Else the proxy speaks for itself, or does not know.
                rest.accept(context.pipeline());
                context.fireChannelActive();
                context.pipeline().remove(this);
            }
        } finally {
            ReferenceCountUtil.release(received);
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof DecoderException) {
            gate.refuse(context, "the header of the PROXY protocol cannot be read: " + root(cause));
        } else if (!(cause instanceof IOException)) {
            log.error("{}: closed because of a bug", entry, cause);
        }
        context.close();
    }

    private static String root(Throwable cause) {
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }

    private Proxied proxied(HAProxyMessage header) {
        List<HAProxyTLV> fields = header.tlvs();
        return new Proxied(
                entry.remoteAddress(),
                address(header, header.sourceAddress(), header.sourcePort()),
                address(header, header.destinationAddress(), header.destinationPort()),
                text(fields, field -> field.type() == HAProxyTLV.Type.PP2_TYPE_AUTHORITY),
                text(fields, field -> field.type() == HAProxyTLV.Type.PP2_TYPE_ALPN),
                tls(fields));
    }

    private static SocketAddress address(HAProxyMessage header, String address, int port) {
        if (header.proxiedProtocol().addressFamily() == AddressFamily.AF_UNIX) {
            return UnixDomainSocketAddress.of(address); // Without a name if it is empty.
        }
        try {
            return new InetSocketAddress(
                    InetAddress.getByAddress(NetUtil.createByteArrayFromIpAddressString(address)), port);
        } catch (UnknownHostException wasChecked) {
            throw new IllegalArgumentException(wasChecked);
        }
    }

    private static Proxied.@Nullable Tls tls(List<HAProxyTLV> fields) {
        for (HAProxyTLV field : fields) {
            if (field instanceof HAProxySSLTLV ssl && ssl.isPP2ClientSSL()) {
                boolean verified = (ssl.isPP2ClientCertConn() || ssl.isPP2ClientCertSess()) && ssl.verify() == 0;
                List<HAProxyTLV> inner = ssl.encapsulatedTLVs();
                return new Proxied.Tls(
                        text(inner, each -> each.type() == HAProxyTLV.Type.PP2_TYPE_SSL_VERSION),
                        text(inner, each -> each.typeByteValue() == CIPHER),
                        verified,
                        verified ? text(inner, each -> each.type() == HAProxyTLV.Type.PP2_TYPE_SSL_CN) : "");
            }
        }
        return null;
    }

    private static String text(List<HAProxyTLV> fields, Predicate<HAProxyTLV> wanted) {
        return fields.stream()
                .filter(wanted)
                .findFirst()
                .map(HAProxyTLV::content)
                .map(ProxyOrigin::text)
                .orElse("");
    }

    private static String text(ByteBuf content) {
        return content.toString(StandardCharsets.UTF_8);
    }
}
