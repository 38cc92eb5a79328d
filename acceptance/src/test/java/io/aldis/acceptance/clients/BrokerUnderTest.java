package io.aldis.acceptance.clients;

import io.aldis.broker.Broker;
import io.aldis.broker.Listener;
import io.aldis.broker.admin.Admin;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The broker that a class of specifications talks to: one Aldis on a free loopback port, started before the first test
 * of the class and stopped after the last.
 *
 * <p>With {@code -Daldis.acceptance.broker=host:port} the same specifications run against a broker that is there
 * already, to compare behaviour. What asks the broker's {@linkplain #admin() administration} is left out then.
 */
public final class BrokerUnderTest implements BeforeAllCallback, AfterAllCallback {
    private static final String ANOTHER_BROKER = "aldis.acceptance.broker";

    private final UnaryOperator<Broker.Builder> settings;
    private @Nullable Broker own;
    private String host = "127.0.0.1";
    private int port;

    private BrokerUnderTest(UnaryOperator<Broker.Builder> settings) {
        this.settings = settings;
    }

    /** The broker as it is without any setting. */
    public static BrokerUnderTest withDefaults() {
        return new BrokerUnderTest(builder -> builder);
    }

    /** A broker with settings; a broker given by the system property knows nothing of them. */
    public static BrokerUnderTest with(UnaryOperator<Broker.Builder> settings) {
        return new BrokerUnderTest(settings);
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        var another = System.getProperty(ANOTHER_BROKER, "");
        if (another.isEmpty()) {
            var started = settings.apply(Broker.builder().listener(Listener.tcp(host, 0)))
                    .start();
            own = started;
            port = started.port();
        } else {
            var colon = another.lastIndexOf(':');
            host = another.substring(0, colon);
            port = Integer.parseInt(another.substring(colon + 1));
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        if (own != null) {
            own.close();
            own = null;
        }
    }

    public String host() {
        return host;
    }

    public int port() {
        return port;
    }

    /** The port of one of its listeners, by number; 0 is the one it always has. Only of our own broker. */
    public int port(int listener) {
        return Objects.requireNonNull(own, "this needs our own broker")
                .addresses()
                .get(listener)
                .getPort();
    }

    /** The administration of the broker; empty if the broker is not ours. */
    public Optional<Admin> admin() {
        return Optional.ofNullable(own).map(Broker::admin);
    }
}
