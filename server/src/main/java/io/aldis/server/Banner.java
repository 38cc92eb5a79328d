package io.aldis.server;

import io.aldis.broker.plugin.PluginInfo;
import io.aldis.broker.plugin.PluginState;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What is said once the broker listens. */
final class Banner {

    private Banner() {}

    static String of(String host, int port, Duration took, List<PluginInfo> plugins) {
        return String.format(
                Locale.ROOT,
                """
                Aldis %1$s is listening on mqtt://%2$s:%3$d (process %4$d, started in %5$.2f s).
                %7$sStop it with Ctrl-C or: kill %4$d

                Try it, in two more terminals:
                  mosquitto_sub -h %6$s -p %3$d -t 'hello/#' -v
                  mosquitto_pub -h %6$s -p %3$d -t hello/world -m 'Hello from Aldis'
                """,
                Version.current(),
                inAddress(host),
                port,
                ProcessHandle.current().pid(),
                took.toMillis() / 1000.0,
                toReach(host),
                plugins(plugins));
    }

    /** A line for all plugins, or nothing. */
    private static String plugins(List<PluginInfo> plugins) {
        if (plugins.isEmpty()) {
            return "";
        }
        return plugins.stream()
                .map(plugin -> plugin.state() == PluginState.FAILED ? plugin + " (failed)" : plugin.toString())
                .collect(Collectors.joining(", ", "Plugins, the outermost first: ", ".\n"));
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
