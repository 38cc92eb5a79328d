package io.aldis.server;

import static io.aldis.server.SettingKind.DURATION_TEXT;
import static io.aldis.server.SettingKind.INTEGER;
import static io.aldis.server.SettingKind.LIST;
import static io.aldis.server.SettingKind.TEXT;

import io.aldis.broker.Listener;
import io.aldis.broker.settings.ClientCertificates;
import io.aldis.broker.settings.ClientRate;
import io.aldis.broker.settings.Durability;
import io.aldis.broker.settings.ListenerAuthentication;
import io.aldis.broker.settings.ListenerLimits;
import io.aldis.broker.settings.ListenerSettings;
import io.aldis.broker.settings.Network;
import io.aldis.broker.settings.ProxyProtocol;
import io.aldis.broker.settings.Tls;
import io.aldis.broker.settings.TlsIdentity;
import io.aldis.broker.settings.WebSocket;
import io.aldis.codec.MqttVersion;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A listener as it is typed: {@code mqtts://0.0.0.0:8883?certificate=server.crt&key=server.key}. The scheme says what lies on TCP: mqtt,
 * mqtts, ws or wss; the path is that of the WebSocket. Or a file: {@code unix:///run/aldis.sock?permissions=rw-rw----}.
 */
final class ListenerUri {

    private static final List<String> SCHEMES = List.of("mqtt", "mqtts", "ws", "wss");

    private static final List<String> OF_ALL = List.of(
            "backlog",
            "name",
            "send-buffer",
            "receive-buffer",
            "maximum-connections",
            "maximum-handshakes",
            "connection-rate",
            "connection-burst",
            "connect-timeout",
            "maximum-packet-size",
            "maximum-keep-alive",
            "versions",
            "message-rate",
            "message-burst",
            "byte-rate",
            "byte-burst",
            "anonymous",
            "authenticators",
            "mount-point",
            "durability",
            "proxy-protocol");
    private static final List<String> OF_PROXY_PROTOCOL =
            List.of("proxy-sources", "proxy-header-timeout", "proxy-header-bytes");
    private static final List<String> OF_UNIX = List.of("permissions", "group", "websocket");
    private static final List<String> OF_TLS = List.of(
            "certificate",
            "key",
            "key-password-file",
            "key-store",
            "key-store-password-file",
            "ocsp-response",
            "client-certificates",
            "authorities",
            "revocations",
            "protocols",
            "ciphers",
            "handshake-timeout",
            "session-timeout",
            "session-cache-size",
            "watch-interval");
    private static final List<String> OF_WEB_SOCKET = List.of("origins", "subprotocols", "trusted-proxies");
    private static final Set<String> SEVERAL = Set.of("certificate", "key", "key-password-file", "ocsp-response");

    private static final SettingKind<Set<MqttVersion>> VERSIONS = new SettingKind<>(
            "some of 3.1, 3.1.1 and 5.0 with commas between them",
            written -> Arrays.stream(written.split(",", -1))
                    .map(ListenerUri::version)
                    .collect(Collectors.toSet()),
            versions -> versions.stream().sorted().map(ListenerUri::number).collect(Collectors.joining(",")));

    private final URI uri;
    private final Map<String, List<String>> options = new LinkedHashMap<>();

    private ListenerUri(URI uri) {
        this.uri = uri;
    }

    /**
     * The listener that is meant.
     *
     * @throws IllegalArgumentException that says what is wrong with what was typed
     */
    static Listener read(String typed) {
        try {
            return new ListenerUri(new URI(typed)).listener();
        } catch (URISyntaxException broken) {
            throw new IllegalArgumentException(
                    "it is no URI, such as mqtts://127.0.0.1:8883?certificate=FILE&key=FILE: " + broken.getReason(),
                    broken);
        }
    }

    private Listener listener() {
        String scheme = String.valueOf(uri.getScheme());
        if (scheme.equals("unix")) {
            return unix();
        }
        if (!SCHEMES.contains(scheme)) {
            throw new IllegalArgumentException(
                    "it must begin with one of mqtt://, mqtts://, ws://, wss:// and unix://");
        }
        if (uri.getHost() == null || uri.getPort() < 0) {
            throw new IllegalArgumentException("it must name host and port, such as " + scheme + "://127.0.0.1:8883");
        }
        boolean secure = scheme.endsWith("s") && !scheme.equals("ws");
        boolean framed = scheme.startsWith("ws");
        readOptions(secure, framed, false);
        String host = uri.getHost().replaceAll("^\\[(.*)]$", "$1");
        Listener.Tcp listener = Listener.tcp(host, uri.getPort()).settings(settings());
        ProxyProtocol proxyProtocol = proxyProtocol();
        if (proxyProtocol != null) {
            if (proxyProtocol.sources().isEmpty()) {
                throw new IllegalArgumentException(
                        "'proxy-protocol' needs 'proxy-sources', the networks of the proxies that are"
                                + " believed, such as proxy-sources=127.0.0.1,10.0.0.0/8");
            }
            listener = listener.proxyProtocol(proxyProtocol);
        }
        if (secure) {
            listener = listener.tls(tls());
        }
        if (framed) {
            return listener.webSocket(webSocket(uri.getPath()));
        }
        if (!uri.getPath().isEmpty() && !uri.getPath().equals("/")) {
            throw new IllegalArgumentException(
                    "only a WebSocket has a path; leave " + uri.getPath() + " out, or use ws or wss");
        }
        return listener;
    }

    /** The path is that of the file; a WebSocket in it is an option. */
    private Listener unix() {
        if (uri.getRawAuthority() != null
                || uri.getPath() == null
                || uri.getPath().length() < 2) {
            throw new IllegalArgumentException(
                    "it must name a file after three slashes, such as unix:///run/aldis.sock");
        }
        readOptions(false, uri.getRawQuery() != null && uri.getRawQuery().contains("websocket="), true);
        Listener.Unix listener = Listener.unix(file(uri.getPath())).settings(settings());
        if (options.containsKey("permissions")) {
            listener = listener.permissions(one("permissions"));
        }
        if (options.containsKey("group")) {
            listener = listener.group(one("group"));
        }
        ProxyProtocol proxyProtocol = proxyProtocol();
        if (proxyProtocol != null) {
            listener = listener.proxyProtocol(proxyProtocol);
        }
        return options.containsKey("websocket") ? listener.webSocket(webSocket(one("websocket"))) : listener;
    }

    private void readOptions(boolean secure, boolean framed, boolean local) {
        List<String> known = new ArrayList<>(OF_ALL);
        known.addAll(OF_PROXY_PROTOCOL);
        if (local) {
            known.addAll(OF_UNIX);
        }
        if (secure) {
            known.addAll(OF_TLS);
        }
        if (framed) {
            known.addAll(OF_WEB_SOCKET);
        }
        if (uri.getRawQuery() == null) {
            return;
        }
        for (String option : uri.getRawQuery().split("&", -1)) {
            int equals = option.indexOf('=');
            String name = equals < 0 ? option : option.substring(0, equals);
            if (!known.contains(name)) {
                throw new IllegalArgumentException(unknown(name, known));
            }
            if (equals < 0 || equals == option.length() - 1) {
                throw new IllegalArgumentException(
                        "'" + name + "' has no value, which is written as " + name + "=VALUE");
            }
            List<String> values = options.computeIfAbsent(name, first -> new ArrayList<>());
            // A plus is a plus in the names of files.
            values.add(URLDecoder.decode(option.substring(equals + 1).replace("+", "%2B"), StandardCharsets.UTF_8));
            if (values.size() > 1 && !SEVERAL.contains(name)) {
                throw new IllegalArgumentException("'" + name + "' is there twice");
            }
        }
    }

    private String unknown(String name, List<String> known) {
        if (OF_TLS.contains(name)) {
            return "'" + name + "' is for TLS; use mqtts or wss";
        }
        if (OF_UNIX.contains(name)) {
            return "'" + name + "' is for a Unix domain socket; use unix";
        }
        if (OF_WEB_SOCKET.contains(name)) {
            return "'" + name + "' is for WebSocket; use ws or wss, or unix with websocket=/PATH";
        }
        String unknown = "there is no option '" + name + "'";
        return NearestName.to(name, known)
                .map(near -> unknown + "; did you mean '" + near + "'?")
                .orElse(unknown + "; there are " + String.join(", ", known));
    }

    private @Nullable ProxyProtocol proxyProtocol() {
        boolean wanted = options.containsKey("proxy-protocol");
        if (wanted && !one("proxy-protocol").equals("required")) {
            throw new IllegalArgumentException(
                    "'proxy-protocol' can be required, or left out; it is " + one("proxy-protocol"));
        }
        for (String option : OF_PROXY_PROTOCOL) {
            if (!wanted && options.containsKey(option)) {
                throw new IllegalArgumentException(
                        "'" + option + "' is for the PROXY protocol; add proxy-protocol=required");
            }
        }
        if (!wanted) {
            return null;
        }
        String[] sources =
                options.containsKey("proxy-sources") ? list("proxy-sources").toArray(String[]::new) : new String[0];
        ProxyProtocol protocol = ProxyProtocol.from(sources);
        if (options.containsKey("proxy-header-timeout")) {
            protocol = protocol.withHeaderTimeout(duration("proxy-header-timeout"));
        }
        return options.containsKey("proxy-header-bytes")
                ? protocol.withMaximumHeaderBytes(SettingKind.INTEGER.read().apply(one("proxy-header-bytes")))
                : protocol;
    }

    private ListenerSettings settings() {
        ListenerSettings settings = ListenerSettings.defaults();
        settings = set(settings, "backlog", INTEGER, ListenerSettings::withBacklog);
        settings = set(settings, "name", TEXT, ListenerSettings::withName);
        settings = set(settings, "send-buffer", INTEGER, ListenerSettings::withSendBuffer);
        settings = set(settings, "receive-buffer", INTEGER, ListenerSettings::withReceiveBuffer);
        settings = set(settings, "mount-point", TEXT, ListenerSettings::withMountPoint);
        settings =
                set(settings, "durability", SettingKind.oneOf(Durability.values()), ListenerSettings::withDurability);
        return settings.withLimits(this::limits)
                .withClientRate(this::clientRate)
                .withAuthentication(this::authentication);
    }

    private ListenerLimits limits(ListenerLimits defaults) {
        ListenerLimits limits = set(defaults, "maximum-connections", INTEGER, ListenerLimits::withMaximumConnections);
        limits = set(limits, "maximum-handshakes", INTEGER, ListenerLimits::withMaximumHandshakes);
        limits = set(limits, "connection-rate", INTEGER, ListenerLimits::withConnectionRate);
        limits = set(limits, "connection-burst", INTEGER, ListenerLimits::withConnectionBurst);
        limits = set(limits, "connect-timeout", DURATION_TEXT, ListenerLimits::withConnectTimeout);
        limits = set(limits, "maximum-packet-size", INTEGER, ListenerLimits::withMaximumPacketSize);
        limits = set(limits, "maximum-keep-alive", INTEGER, ListenerLimits::withMaximumKeepAlive);
        return set(limits, "versions", VERSIONS, ListenerLimits::withVersions);
    }

    private ClientRate clientRate(ClientRate defaults) {
        ClientRate rate = set(defaults, "message-rate", INTEGER, ClientRate::withMessages);
        rate = set(rate, "message-burst", INTEGER, ClientRate::withMessageBurst);
        rate = set(rate, "byte-rate", INTEGER, ClientRate::withBytes);
        return set(rate, "byte-burst", INTEGER, ClientRate::withByteBurst);
    }

    private ListenerAuthentication authentication(ListenerAuthentication defaults) {
        ListenerAuthentication own = set(
                defaults,
                "anonymous",
                SettingKind.oneOf(ListenerAuthentication.Anonymous.values()),
                ListenerAuthentication::withAnonymous);
        return set(own, "authenticators", LIST, ListenerAuthentication::withAuthenticators);
    }

    /** What {@code before} becomes with an option, if it is there. */
    private <G, V> G set(G before, String name, SettingKind<V> kind, BiFunction<G, V, G> with) {
        if (!options.containsKey(name)) {
            return before;
        }
        try {
            return with.apply(before, kind.read().apply(one(name)));
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("'" + name + "': " + wrong.getMessage(), wrong);
        }
    }

    private static MqttVersion version(String written) {
        return Arrays.stream(MqttVersion.values())
                .filter(version -> number(version).equals(written))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "some of 3.1, 3.1.1 and 5.0 are expected, with commas between them"));
    }

    private static String number(MqttVersion version) {
        return version.toString().replace("MQTT ", "");
    }

    // TLS.

    private Tls tls() {
        Tls tls = Tls.of(identities().get(0)).withIdentities(identities());
        if (options.containsKey("client-certificates")
                || options.containsKey("authorities")
                || options.containsKey("revocations")) {
            ClientCertificates mode = options.containsKey("client-certificates")
                    ? SettingKind.oneOf(ClientCertificates.values()).read().apply(one("client-certificates"))
                    : ClientCertificates.REQUIRED;
            tls = tls.withClients(mode, files("authorities"), files("revocations"));
        }
        if (options.containsKey("protocols")) {
            tls = tls.withProtocols(list("protocols"));
        }
        if (options.containsKey("ciphers")) {
            tls = tls.withCiphers(list("ciphers"));
        }
        if (options.containsKey("handshake-timeout")) {
            tls = tls.withHandshakeTimeout(duration("handshake-timeout"));
        }
        if (options.containsKey("session-timeout")) {
            tls = tls.withSessionTimeout(duration("session-timeout"));
        }
        if (options.containsKey("session-cache-size")) {
            tls = tls.withSessionCacheSize(SettingKind.INTEGER.read().apply(one("session-cache-size")));
        }
        return options.containsKey("watch-interval") ? tls.withWatchInterval(duration("watch-interval")) : tls;
    }

    private List<TlsIdentity> identities() {
        if (options.containsKey("key-store")) {
            String password =
                    options.containsKey("key-store-password-file") ? secret(one("key-store-password-file")) : "";
            return stapled(List.of(new TlsIdentity.Store(file(one("key-store")), password, "")));
        }
        List<String> certificates = all("certificate");
        List<String> keys = all("key");
        List<String> passwords = all("key-password-file");
        if (certificates.isEmpty() || certificates.size() != keys.size()) {
            throw new IllegalArgumentException(
                    "TLS needs a key for each certificate: write certificate=FILE&key=FILE, or key-store=FILE; there are "
                            + certificates.size() + " certificates and " + keys.size() + " keys");
        }
        if (!passwords.isEmpty() && passwords.size() != keys.size()) {
            throw new IllegalArgumentException("'key-password-file' must be there once for each key, or not at all");
        }
        List<TlsIdentity> identities = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            String password = passwords.isEmpty() ? "" : secret(passwords.get(i));
            identities.add(new TlsIdentity.Pem(file(certificates.get(i)), file(keys.get(i)), password));
        }
        return stapled(identities);
    }

    private List<TlsIdentity> stapled(List<TlsIdentity> identities) {
        List<String> responses = all("ocsp-response");
        if (responses.isEmpty()) {
            return identities;
        }
        if (responses.size() != identities.size()) {
            throw new IllegalArgumentException(
                    "'ocsp-response' must be there once for each certificate, or not at all");
        }
        List<TlsIdentity> stapled = new ArrayList<>();
        for (int i = 0; i < responses.size(); i++) {
            stapled.add(identities.get(i).stapled(file(responses.get(i))));
        }
        return stapled;
    }

    /** Passwords are in files: the command line of a process is seen by all. */
    private static String secret(String file) {
        try {
            return Files.readString(file(file)).strip();
        } catch (IOException unreadable) {
            throw new IllegalArgumentException("the file " + file + " cannot be read", unreadable);
        }
    }

    // WebSocket.

    private WebSocket webSocket(String path) {
        WebSocket webSocket = WebSocket.defaults();
        if (!path.isEmpty()) {
            webSocket = webSocket.withPath(path);
        }
        if (options.containsKey("trusted-proxies")) {
            webSocket = webSocket.withTrustedProxies(
                    Network.all(list("trusted-proxies").toArray(String[]::new)));
        }
        if (options.containsKey("origins")) {
            webSocket = webSocket.withAllowedOrigins(list("origins"));
        }
        return options.containsKey("subprotocols") ? webSocket.withSubprotocols(list("subprotocols")) : webSocket;
    }

    // Values.

    private List<String> all(String name) {
        return options.getOrDefault(name, List.of());
    }

    private String one(String name) {
        return all(name).get(0);
    }

    private List<String> list(String name) {
        return Arrays.asList(one(name).split(",", -1));
    }

    private List<Path> files(String name) {
        return options.containsKey(name)
                ? list(name).stream().map(ListenerUri::file).toList()
                : List.of();
    }

    private static Path file(String name) {
        try {
            return Path.of(name);
        } catch (InvalidPathException wrong) {
            throw new IllegalArgumentException("'" + name + "' is no name of a file", wrong);
        }
    }

    private Duration duration(String name) {
        try {
            return SettingKind.DURATION_TEXT.read().apply(one(name));
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("'" + name + "': " + wrong.getMessage(), wrong);
        }
    }
}
