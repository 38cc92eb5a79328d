package io.aldis.broker.connection;

import io.aldis.broker.metric.Metrics;
import io.aldis.broker.metric.TurnedAway;
import io.aldis.broker.settings.ConnectionSettings;
import io.aldis.broker.settings.Durability;
import io.aldis.broker.settings.ListenerAuthentication.Anonymous;
import io.aldis.broker.settings.ListenerLimits;
import io.aldis.broker.settings.ListenerSettings;
import io.aldis.broker.settings.Settings;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** A listener as its connections see it: what holds for them, and how many they are. Callable from any thread. */
public final class Door {

    private final ListenerSettings own;
    private final Settings settings;
    private final Metrics metrics;
    private final BiConsumer<String, String> notices;
    private final Set<String> authenticators;
    private final @Nullable Mount mount;
    private final IntFunction<String> uri;
    private volatile String name;

    /** Open connections. */
    private final AtomicInteger inside = new AtomicInteger();

    /** Those of them that have got their CONNACK. */
    private final AtomicInteger greeted = new AtomicInteger();

    /**
     * The door of a listener.
     *
     * @param uri tells by its port what it is known as if its settings name it not
     * @param all the broker's settings
     * @param notices tells the log of somebody, first, what happened and what to do, second
     */
    public Door(
            IntFunction<String> uri,
            ListenerSettings own,
            Settings all,
            Metrics metrics,
            BiConsumer<String, String> notices) {
        this.uri = uri;
        name = own.name().isEmpty() ? uri.apply(0) : own.name();
        this.own = own;
        this.metrics = metrics;
        this.notices = notices;
        settings = in(all, own);
        authenticators = Set.copyOf(own.authentication().authenticators());
        mount = own.mountPoint().isEmpty() ? null : new Mount(own.mountPoint());
    }

    /** The broker's settings with those of the listener in them. */
    private static Settings in(Settings all, ListenerSettings own) {
        Anonymous anonymous = own.authentication().anonymous();
        Durability durability = own.durability();
        Settings settings = all.withConnection(connection -> in(connection, own.limits()))
                .withDurability(general -> durability == null ? general : general.withAcknowledgements(durability));
        return anonymous == Anonymous.INHERIT
                ? settings
                : settings.withAuthentication(
                        authentication -> authentication.withAnonymous(anonymous == Anonymous.YES));
    }

    private static ConnectionSettings in(ConnectionSettings all, ListenerLimits own) {
        return all.withMaximumPacketSize(lesser(all.maximumPacketSize(), own.maximumPacketSize()))
                .withMaximumKeepAlive(lesser(all.maximumKeepAlive(), own.maximumKeepAlive()))
                .withConnectTimeout(own.connectTimeout().isZero() ? all.connectTimeout() : own.connectTimeout());
    }

    /** The lesser of two limits, of which 0 is none. */
    private static int lesser(int one, int other) {
        return one == 0 || other == 0 ? Math.max(one, other) : Math.min(one, other);
    }

    /** What hooks and logs call the listener. */
    public String name() {
        return name;
    }

    /** It is open, at the port that was chosen. */
    public void openAt(int port) {
        if (own.name().isEmpty()) {
            name = uri.apply(port);
        }
    }

    /** Whether the operator has given it a name. */
    boolean named() {
        return !own.name().isEmpty();
    }

    /** What the listener was told. */
    public ListenerSettings own() {
        return own;
    }

    /** The settings for its connections: the broker's, with the listener's limits. */
    public Settings settings() {
        return settings;
    }

    /** Whose authenticators are asked; everybody's if it is empty. */
    Set<String> authenticators() {
        return authenticators;
    }

    /** What is put before topics; null for nothing. */
    @Nullable
    Mount mount() {
        return mount;
    }

    // Who comes and goes.

    /** Somebody wants to come in: to be followed by {@link #left} if there is room; else the connection is to be closed. */
    public boolean enter() {
        int most = own.limits().maximumConnections();
        int now = inside.incrementAndGet();
        if (most > 0 && now > most) {
            inside.decrementAndGet();
            metrics.turnedAway(TurnedAway.LISTENER_FULL);
            return false;
        }
        metrics.handshakes.increment();
        return true;
    }

    /** A connection is closed. */
    public void left() {
        inside.decrementAndGet();
        metrics.handshakes.decrement();
    }

    /** A client has got its CONNACK: to be followed by {@link #parted}. */
    void greeted() {
        greeted.incrementAndGet();
        metrics.handshakes.decrement();
    }

    /** A connection that had got its CONNACK is closed. */
    void parted() {
        greeted.decrementAndGet();
        metrics.handshakes.increment();
    }

    /** Whether as many handshakes are in progress as there may be. */
    public boolean crowded() {
        return inside.get() - greeted.get() >= own.limits().maximumHandshakes();
    }

    /** Counts somebody that does not come in, and tells the log why and what to do. */
    public void turnedAway(TurnedAway reason, Object who, String what) {
        metrics.turnedAway(reason);
        tell(who, what);
    }

    /** Tells the log, in so many lines and no more, what happened to somebody and what to do. */
    public void tell(Object who, String what) {
        notices.accept(who.toString(), what);
    }
}
