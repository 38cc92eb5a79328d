package io.aldis.server;

import io.aldis.broker.Listener;
import io.aldis.broker.settings.ClientCertificates;
import io.aldis.broker.settings.ListenerSettings;
import io.aldis.broker.settings.Tls;
import io.aldis.broker.settings.TlsIdentity;
import io.aldis.broker.settings.WebSocket;
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

/**
 * A listener as it is typed: {@code mqtts://0.0.0.0:8883?certificate=server.crt&key=server.key}. The scheme says what lies on TCP: mqtt,
 * mqtts, ws or wss; the path is that of the WebSocket.
 */
final class ListenerUri {

    private static final List<String> SCHEMES = List.of("mqtt", "mqtts", "ws", "wss");

    private static final List<String> OF_ALL = List.of("backlog");
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
    private static final List<String> OF_WEB_SOCKET = List.of("origins", "subprotocols");
    private static final Set<String> SEVERAL = Set.of("certificate", "key", "key-password-file", "ocsp-response");

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
    static Listener.Tcp read(String typed) {
        try {
            return new ListenerUri(new URI(typed)).listener();
        } catch (URISyntaxException broken) {
            throw new IllegalArgumentException(
                    "it is no URI, such as mqtts://127.0.0.1:8883?certificate=FILE&key=FILE: " + broken.getReason(),
                    broken);
        }
    }

    private Listener.Tcp listener() {
        String scheme = String.valueOf(uri.getScheme());
        if (!SCHEMES.contains(scheme)) {
            throw new IllegalArgumentException("it must begin with one of mqtt://, mqtts://, ws:// and wss://");
        }
        if (uri.getHost() == null || uri.getPort() < 0) {
            throw new IllegalArgumentException("it must name host and port, such as " + scheme + "://127.0.0.1:8883");
        }
        boolean secure = scheme.endsWith("s") && !scheme.equals("ws");
        boolean framed = scheme.startsWith("ws");
        readOptions(secure, framed);
        String host = uri.getHost().replaceAll("^\\[(.*)]$", "$1");
        Listener.Tcp listener = Listener.tcp(host, uri.getPort()).settings(settings());
        if (secure) {
            listener = listener.tls(tls());
        }
        if (framed) {
            return listener.webSocket(webSocket());
        }
        if (!uri.getPath().isEmpty() && !uri.getPath().equals("/")) {
            throw new IllegalArgumentException(
                    "only a WebSocket has a path; leave " + uri.getPath() + " out, or use ws or wss");
        }
        return listener;
    }

    private void readOptions(boolean secure, boolean framed) {
        List<String> known = new ArrayList<>(OF_ALL);
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
        if (OF_WEB_SOCKET.contains(name)) {
            return "'" + name + "' is for WebSocket; use ws or wss";
        }
        String unknown = "there is no option '" + name + "'";
        return NearestName.to(name, known)
                .map(near -> unknown + "; did you mean '" + near + "'?")
                .orElse(unknown + "; there are " + String.join(", ", known));
    }

    private ListenerSettings settings() {
        ListenerSettings defaults = ListenerSettings.defaults();
        return options.containsKey("backlog")
                ? defaults.withBacklog(SettingKind.INTEGER.read().apply(one("backlog")))
                : defaults;
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

    private WebSocket webSocket() {
        WebSocket webSocket = WebSocket.defaults();
        if (!uri.getPath().isEmpty()) {
            webSocket = webSocket.withPath(uri.getPath());
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
