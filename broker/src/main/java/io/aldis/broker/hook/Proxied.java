package io.aldis.broker.hook;

import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * What a proxy that is trusted has said of a client in the header of the PROXY protocol. Immutable.
 *
 * @param proxy where the proxy itself connects from
 * @param source where the client connects from, which is its {@link Client#remoteAddress()}
 * @param destination the address of the proxy to which the client has connected
 * @param serverName the name of the host the client has asked for (SNI, PP2_TYPE_AUTHORITY); empty if the proxy says none
 * @param applicationProtocol what the client and the proxy have agreed to speak (ALPN, PP2_TYPE_ALPN); empty if the proxy says nothing
 * @param tls what the client has shown in the handshake of TLS with the proxy; null if it speaks none, or the proxy does not say so
 */
public record Proxied(
        SocketAddress proxy,
        SocketAddress source,
        SocketAddress destination,
        String serverName,
        String applicationProtocol,
        @Nullable Tls tls) {

    /**
     * TLS between a client and a proxy (PP2_TYPE_SSL). Texts are empty if the proxy does not say them; HAProxy says all with
     * {@code send-proxy-v2-ssl-cn} and {@code proxy-v2-options ssl,cert-cn,ssl-cipher}.
     *
     * @param version such as "TLSv1.3"
     * @param cipher such as "TLS_AES_256_GCM_SHA384"
     * @param verified whether the client has shown a certificate for which an authority of the proxy vouches
     * @param commonName that of the subject of the certificate; empty unless it is verified
     */
    public record Tls(String version, String cipher, boolean verified, String commonName) {
        public Tls {
            if (!verified && !commonName.isEmpty()) {
                throw new IllegalArgumentException("A name that is not verified is nobody's, but one is given.");
            }
        }
    }

    /** The common name of the client's certificate, for which an authority of the proxy vouches; empty if there is none. */
    public String commonName() {
        return tls == null ? "" : tls.commonName();
    }
}
