package io.aldis.broker.listener;

import io.aldis.broker.hook.UnixPeer;
import io.aldis.broker.settings.Network;
import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.stream.Collectors;

/** Networks whose hosts are trusted. Immutable. */
final class Networks {

    private final List<Network> networks;
    private final List<IpSubnetFilterRule> rules;

    Networks(List<Network> networks) {
        this.networks = networks;
        rules = networks.stream()
                .map(network -> new IpSubnetFilterRule(network.address(), network.prefix(), IpFilterRuleType.ACCEPT))
                .toList();
    }

    /** Whether a host is in one of them, or a process has connected to a Unix domain socket, whose permissions let it. */
    boolean contain(SocketAddress peer) {
        return peer instanceof UnixPeer || (peer instanceof InetSocketAddress host && contain(host));
    }

    /** Whether a host is in one of them. */
    boolean contain(InetSocketAddress host) {
        for (IpSubnetFilterRule rule : rules) {
            if (rule.matches(host)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String toString() {
        return networks.stream().map(Network::toString).collect(Collectors.joining(", "));
    }
}
