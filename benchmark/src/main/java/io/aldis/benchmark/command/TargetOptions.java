package io.aldis.benchmark.command;

import io.aldis.benchmark.plan.Target;
import io.aldis.benchmark.plan.Target.Tls;
import io.aldis.benchmark.plan.Target.Transport;
import io.aldis.codec.MqttVersion;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The broker and the way to it. */
final class TargetOptions {

    @Option(
            names = {"-h", "--host"},
            paramLabel = "HOST",
            defaultValue = "localhost",
            description = "The broker's name or address (default: ${DEFAULT-VALUE}).")
    private String host = "";

    @Option(
            names = {"-p", "--port"},
            paramLabel = "PORT",
            description = "Its port (default: 1883; 8883 with --tls, 8083 with --ws, 8084 with both).")
    private @Nullable String port;

    @Option(
            names = {"-u", "--user"},
            paramLabel = "NAME",
            description = "User name of all clients.")
    private @Nullable String user;

    @Option(
            names = {"-pwd", "--password"},
            paramLabel = "PASSWORD",
            description = "Password of all clients.")
    private @Nullable String password;

    @Option(names = "--mqtt", paramLabel = "VERSION", description = "3.1, 3.1.1 or 5.0 (default: 3.1.1).")
    private @Nullable String mqtt;

    @Option(names = "--tls", description = "Connect with TLS.")
    private boolean tls;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            description = "With TLS: PEM of the authorities to trust (default: Java's).")
    private @Nullable String ca;

    @Option(names = "--insecure", description = "With TLS: take any certificate.")
    private boolean insecure;

    @Option(
            names = "--cert",
            paramLabel = "FILE",
            description = "With TLS: PEM of the clients' certificate and its chain.")
    private @Nullable String certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "With TLS: PEM of the key of --cert, in PKCS#8.")
    private @Nullable String key;

    @Option(names = "--ws", description = "Connect by WebSocket.")
    private boolean webSocket;

    @Option(
            names = "--path",
            paramLabel = "PATH",
            defaultValue = "/mqtt",
            description = "Of the WebSocket (default: ${DEFAULT-VALUE}).")
    private String path = "";

    @Option(
            names = "--source",
            paramLabel = "ADDRESS",
            split = ",",
            description =
                    "Local addresses to connect from in turn, for more than 28,000 connections (default: 127.0.0.1 to .8 for 2,000 clients and more of "
                            + "a broker on this machine).")
    private List<String> sources = new ArrayList<>();

    /** The version that was asked for, if one was. */
    Optional<MqttVersion> version() {
        if (mqtt == null) {
            return Optional.empty();
        }
        return Optional.of(
                switch (mqtt) {
                    case "3.1" -> MqttVersion.V3_1;
                    case "3.1.1", "3", "4" -> MqttVersion.V3_1_1;
                    case "5", "5.0" -> MqttVersion.V5;
                    default -> throw new Misuse("--mqtt", "3.1, 3.1.1 or 5.0", mqtt);
                });
    }

    Target target() {
        boolean tlsMeant = ca != null || certificate != null || key != null || insecure;
        if (tlsMeant && !tls) {
            throw new Misuse("--ca, --cert, --key and --insecure need --tls as well.");
        }
        if ((certificate == null) != (key == null)) {
            throw new Misuse("--cert and --key belong together, and only one of them was given.");
        }
        return new Target(
                host,
                portNumber(),
                version().orElse(MqttVersion.V3_1_1),
                webSocket ? (tls ? Transport.WSS : Transport.WS) : (tls ? Transport.TLS : Transport.TCP),
                path,
                tls ? new Tls(ca, insecure, certificate, key) : null,
                user,
                password,
                sources);
    }

    private int portNumber() {
        if (port == null) {
            return webSocket ? (tls ? 8084 : 8083) : (tls ? 8883 : 1883);
        }
        String digits = port.startsWith(":") ? port.substring(1) : port;
        if (digits.matches("\\d{1,5}")) {
            int number = Integer.parseInt(digits);
            if (number >= 1 && number <= 65_535) {
                return number;
            }
        }
        throw new Misuse("--port", "1 to 65535", port);
    }
}
