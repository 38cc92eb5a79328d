package io.aldis.broker.settings;

import java.time.Duration;
import java.util.List;

/**
 * The PROXY protocol on a listener, versions 1 and 2: a proxy in front of the broker says in a header, before anything else, where a
 * client comes from, and what it has shown in the handshake of TLS if the proxy ends that. A listener that has this takes no connection
 * without a header; one that has it not takes none with one.
 *
 * @param sources networks of the proxies that are believed; others are closed. May be empty on a Unix domain socket only, where the
 *     permissions of the file say who may connect
 * @param headerTimeout how long a header may take to come, at least a millisecond
 * @param maximumHeaderBytes most bytes of a header of version 2, 232 to 65,551; those of version 1 have 107 at most
 */
public record ProxyProtocol(List<Network> sources, Duration headerTimeout, int maximumHeaderBytes) {

    public ProxyProtocol {
        sources = List.copyOf(sources);
        Check.inRange("headerTimeout (milliseconds)", headerTimeout.toMillis(), 1, Integer.MAX_VALUE);
        Check.inRange("maximumHeaderBytes", maximumHeaderBytes, 232, 65_551);
    }

    /**
     * The defaults, for proxies in these networks.
     *
     * @param sources each as {@link Network#of} takes it; 0.0.0.0/0 and ::/0 are all there are
     * @throws IllegalArgumentException if one is no network
     */
    public static ProxyProtocol from(String... sources) {
        return new ProxyProtocol(Network.all(sources), Duration.ofSeconds(5), 4096);
    }

    /** These with other {@code sources}. */
    public ProxyProtocol withSources(List<Network> value) {
        return new ProxyProtocol(value, headerTimeout, maximumHeaderBytes);
    }

    /** These with another {@code headerTimeout}. */
    public ProxyProtocol withHeaderTimeout(Duration value) {
        return new ProxyProtocol(sources, value, maximumHeaderBytes);
    }

    /** These with another {@code maximumHeaderBytes}. */
    public ProxyProtocol withMaximumHeaderBytes(int value) {
        return new ProxyProtocol(sources, headerTimeout, value);
    }
}
