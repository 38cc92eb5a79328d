package io.aldis.broker.settings;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A network of hosts, as in RFC 4632: those whose addresses begin with the same bits.
 *
 * @param address the network's, or that of any host in it
 * @param prefix how many bits the addresses share: 0 to 32, or 0 to 128 for IPv6
 */
public record Network(InetAddress address, int prefix) {

    private static final Pattern PREFIX = Pattern.compile("[0-9]{1,3}");

    public Network {
        Check.inRange("The prefix of the network " + address.getHostAddress(), prefix, 0, bits(address));
    }

    private static int bits(InetAddress address) {
        return address.getAddress().length * 8;
    }

    /**
     * A network as it is written: {@code 10.0.0.0/8}, {@code 2001:db8::/32}, or a single host such as {@code 127.0.0.1}. Names of hosts
     * are not looked up.
     *
     * @throws IllegalArgumentException if it is written in another way
     */
    public static Network of(String written) {
        int slash = written.indexOf('/');
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(slash < 0 ? written : written.substring(0, slash));
        if (bytes == null
                || (slash >= 0 && !PREFIX.matcher(written.substring(slash + 1)).matches())) {
            throw new IllegalArgumentException("\"" + written
                    + "\" is no network; write it as 10.0.0.0/8 or 2001:db8::/32, or a single host as 127.0.0.1.");
        }
        InetAddress address = address(bytes);
        return new Network(address, slash < 0 ? bits(address) : Integer.parseInt(written.substring(slash + 1)));
    }

    private static InetAddress address(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException neverOfBytes) {
            throw new IllegalArgumentException(neverOfBytes);
        }
    }

    /** Several, each as {@link #of} takes it. */
    public static List<Network> all(String... written) {
        return Arrays.stream(written).map(Network::of).toList();
    }

    @Override
    public String toString() {
        return address.getHostAddress() + (prefix == bits(address) ? "" : "/" + prefix);
    }
}
