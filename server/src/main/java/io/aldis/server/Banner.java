package io.aldis.server;

import java.time.Duration;
import java.util.Locale;

/** What is said once the broker listens. */
final class Banner {

    private Banner() {}

    static String of(String host, int port, Duration took) {
        return String.format(
                Locale.ROOT,
                """
                Aldis %1$s is listening on mqtt://%2$s:%3$d (process %4$d, started in %5$.2f s).
                Stop it with Ctrl-C or: kill %4$d

                Try it, in two more terminals:
                  mosquitto_sub -h %6$s -p %3$d -t 'hello/#' -v
                  mosquitto_pub -h %6$s -p %3$d -t hello/world -m 'Hello from Aldis'
                """,
                Version.current(),
                inAddress(host),
                port,
                ProcessHandle.current().pid(),
                took.toMillis() / 1000.0,
                toReach(host));
    }

    /** An IPv6 address stands in brackets before a port. */
    private static String inAddress(String host) {
        return host.contains(":") ? "[" + host + "]" : host;
    }

    /** The host a client on this machine names: nobody connects to "all addresses". */
    private static String toReach(String host) {
        return switch (host) {
            case "0.0.0.0" -> "127.0.0.1";
            case "::" -> "::1";
            default -> host;
        };
    }
}
