package io.aldis.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.Listener;
import io.aldis.broker.plugin.PluginInfo;
import io.aldis.broker.plugin.PluginState;
import io.aldis.broker.settings.WebSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BannerTest {

    private static final String KEPT = "It keeps messages somewhere.";

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "127.0.0.1, mqtt://127.0.0.1:1883, -h 127.0.0.1 -p 1883",
        "localhost, mqtt://localhost:1883, -h localhost -p 1883",
        "::1, mqtt://[::1]:1883, -h ::1 -p 1883",
        "0.0.0.0, mqtt://0.0.0.0:1883, -h 127.0.0.1 -p 1883",
        "::, mqtt://[::]:1883, -h ::1 -p 1883"
    })
    void itNamesTheAddressAndHowToReachItFromHere(String host, String address, String reachedBy) {
        assertThat(Banner.of(List.of(Listener.tcp(host, 1883)), List.of(1883), Duration.ofMillis(340), KEPT, List.of()))
                .doesNotContain("Plugins")
                .contains("is listening on " + address + " ")
                .contains("mosquitto_sub " + reachedBy + " ")
                .contains("mosquitto_pub " + reachedBy + " ")
                .contains("0.34 s");
    }

    @Test
    void itNamesThePlugins() {
        List<PluginInfo> plugins = List.of(
                new PluginInfo("counter", "1.0", PluginState.RUNNING, "plugins/counter.jar", ""),
                new PluginInfo("audit", "2.1", PluginState.FAILED, "plugins/audit.jar", "no disk"),
                new PluginInfo("broken", "", PluginState.FAILED, "plugins/broken.jar", "no jar"));
        assertThat(Banner.of(List.of(Listener.tcp("::1", 1883)), List.of(1883), Duration.ofMillis(340), KEPT, plugins)
                        .lines())
                .contains("Plugins, the outermost first: counter 1.0, audit 2.1 (failed), broken (failed).");
    }

    @Test
    void itNamesAllListenersAndTriesThePlainOne() {
        Listener.Tcp any = Listener.tcp("127.0.0.1", 0);
        Listener.Tcp web = any.webSocket(WebSocket.defaults());
        assertThat(Banner.of(List.of(web, any), List.of(8080, 1884), Duration.ofMillis(340), KEPT, List.of()))
                .contains("is listening on ws://127.0.0.1:8080/mqtt ")
                .contains("It is also listening on mqtt://127.0.0.1:1884.\n" + KEPT + "\n")
                .contains("mosquitto_sub -h 127.0.0.1 -p 1884 ");
        assertThat(Banner.of(List.of(web), List.of(8080), Duration.ofMillis(340), KEPT, List.of()))
                .doesNotContain("mosquitto");
        Listener file = Listener.unix(Path.of("/run/aldis.sock"));
        assertThat(Banner.of(List.of(file, any), List.of(1884), Duration.ofMillis(340), KEPT, List.of()))
                .contains("is listening on unix:///run/aldis.sock ")
                .contains("It is also listening on mqtt://127.0.0.1:1884.\n")
                .contains("mosquitto_sub -h 127.0.0.1 -p 1884 ");
    }
}
