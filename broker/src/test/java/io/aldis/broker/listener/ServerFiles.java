package io.aldis.broker.listener;

import io.aldis.broker.settings.Tls;
import io.aldis.testkit.TestAuthority;
import io.aldis.testkit.TestAuthority.Issued;
import java.nio.file.Path;

/** The files of a listener of TLS, in a directory of a test. */
final class ServerFiles {

    final TestAuthority authority = TestAuthority.create("Test authority");
    final Issued server = authority.issue("server", "localhost", "127.0.0.1");
    final Path directory;
    final Path chain;
    final Path key;
    final Path authorities;
    final Path revoked;

    ServerFiles(Path directory) {
        this.directory = directory;
        chain = directory.resolve("server.crt");
        key = directory.resolve("server.key");
        authorities = directory.resolve("ca.crt");
        revoked = directory.resolve("revoked.crl");
        write(server);
        authority.write(authorities);
    }

    void write(Issued other) {
        other.writeChain(chain);
        other.writeKey(key);
    }

    /** A listener of these files that looks at them when it is told. */
    Tls tls() {
        return Tls.pem(chain, key).withWatchInterval(java.time.Duration.ZERO);
    }
}
