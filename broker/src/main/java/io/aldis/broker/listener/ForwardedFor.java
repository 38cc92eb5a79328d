package io.aldis.broker.listener;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds the client among the addresses of {@code X-Forwarded-For}, to which each proxy adds the one it was called from. */
final class ForwardedFor {

    /** An address, which may have a port; one of IPv6 with a port is in brackets. */
    private static final Pattern ADDRESS =
            Pattern.compile("\\[([0-9A-Fa-f:.]+)](?::([0-9]{1,5}))?|([0-9.]+)(?::([0-9]{1,5}))?|([0-9A-Fa-f:.]+)");

    private static final int LARGEST_PORT = 65_535;

    private ForwardedFor() {}

    /**
     * The last address that is not of a trusted proxy, or the first of all if there is none such; with port 0 if it has none.
     *
     * @param lines the header fields of that name, in their order
     * @return null if something else than an address stands on the way to it
     */
    static @Nullable InetSocketAddress client(List<String> lines, Networks trusted) {
        String[] hops = Arrays.stream(lines.toArray(String[]::new))
                .flatMap(line -> Arrays.stream(line.split(",", -1)))
                .toArray(String[]::new);
        InetSocketAddress hop = null;
        for (int i = hops.length - 1; i >= 0; i--) {
            hop = address(hops[i].strip());
            if (hop == null || !trusted.contain(hop)) {
                return hop;
            }
        }
        return hop;
    }

    private static @Nullable InetSocketAddress address(String hop) {
        Matcher written = ADDRESS.matcher(hop);
        if (!written.matches()) {
            return null;
        }
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(firstOf(written, 1, 3, 5));
        String port = firstOf(written, 2, 4);
        int number = port.isEmpty() ? 0 : Integer.parseInt(port);
        return bytes == null || number > LARGEST_PORT ? null : new InetSocketAddress(host(bytes), number);
    }

    /** What the first of these groups has found that has found anything. */
    private static String firstOf(Matcher matched, int... groups) {
        for (int group : groups) {
            String found = matched.group(group);
            if (found != null) {
                return found;
            }
        }
        return "";
    }

    private static InetAddress host(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException neverOfBytes) {
            throw new IllegalArgumentException(neverOfBytes);
        }
    }
}
