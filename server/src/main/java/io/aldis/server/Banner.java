package io.aldis.server;

import io.aldis.broker.Listener;
import io.aldis.broker.plugin.PluginInfo;
import io.aldis.broker.plugin.PluginState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What is said once the broker listens. */
final class Banner {

    private Banner() {}

    /**
     * For listeners, at least one; those of TCP are on these ports.
     *
     * @param kept what the broker keeps, a sentence
     */
    static String of(
            List<Listener> listeners, List<Integer> ports, Duration took, String kept, List<PluginInfo> plugins) {
        List<String> uris = new ArrayList<>();
        String trial = "";
        Iterator<Integer> port = ports.iterator();
        for (Listener listener : listeners) {
            if (listener instanceof Listener.Tcp tcp) {
                int actual = port.next();
                uris.add(tcp.uri(actual));
                if (trial.isEmpty() && tcp.scheme().equals("mqtt") && tcp.proxyProtocol() == null) {
                    trial = trial(tcp.host(), actual);
                }
            } else {
                uris.add(listener.toString());
            }
        }
        return String.format(
                Locale.ROOT,
                """
                Aldis %1$s is listening on %2$s (process %3$d, started in %4$.2f s).
                %5$s%8$s
                %6$sStop it with Ctrl-C or: kill %3$d
                %7$s""",
                Version.current(),
                uris.get(0),
                ProcessHandle.current().pid(),
                took.toMillis() / 1000.0,
                uris.size() == 1
                        ? ""
                        : "It is also listening on " + String.join(", ", uris.subList(1, uris.size())) + ".\n",
                plugins(plugins),
                trial,
                kept);
    }

    private static String trial(String host, int port) {
        return String.format(Locale.ROOT, """

                Try it, in two more terminals:
                  mosquitto_sub -h %1$s -p %2$d -t 'hello/#' -v
                  mosquitto_pub -h %1$s -p %2$d -t hello/world -m 'Hello from Aldis'
                """, toReach(host), port);
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

    /** The host a client on this machine names: nobody connects to "all addresses". */
    private static String toReach(String host) {
        return switch (host) {
            case "0.0.0.0" -> "127.0.0.1";
            case "::" -> "::1";
            default -> host;
        };
    }
}
