package io.aldis.benchmark.engine;

import io.aldis.benchmark.plan.Plan;
import io.aldis.benchmark.plan.Target;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The addresses from which many clients connect to a broker on this machine. The more ports of one address are taken, the longer the
 * system looks for a free one: the last of 20,000 connections took ten times as long as the first.
 */
final class Sources {

    private static final int MANY = 2000;
    private static final int ADDRESSES = 8;

    private Sources() {}

    /** The plan's target, with sources if there are many clients, the broker is on this machine and none are named. */
    static Target spread(Plan plan) {
        Target target = plan.target();
        boolean linux =
                System.getProperty("os.name", "").startsWith("Linux"); // Elsewhere 127.0.0.2 is not this machine's.
        if (plan.clients() < MANY || !target.sources().isEmpty() || !linux || !isLoopback(target.host())) {
            return target;
        }
        List<String> sources = IntStream.rangeClosed(1, ADDRESSES)
                .mapToObj(last -> "127.0.0." + last)
                .toList();
        return target.from(sources);
    }

    private static boolean isLoopback(String host) {
        try {
            InetAddress address = InetAddress.getByName(host);
            return address instanceof Inet4Address && address.isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false; // Whoever dials it will say so.
        }
    }
}
