package io.aldis.broker;

import io.aldis.broker.admin.Admin;
import io.aldis.broker.chain.Hooks;
import io.aldis.broker.connection.Connection;
import io.aldis.broker.connection.ConnectionParts;
import io.aldis.broker.connection.Door;
import io.aldis.broker.hook.HookRegistry;
import io.aldis.broker.lifecycle.LivePlugins;
import io.aldis.broker.lifecycle.PluginChoice;
import io.aldis.broker.lifecycle.Surroundings;
import io.aldis.broker.listener.AddressUnavailable;
import io.aldis.broker.listener.EventLoops;
import io.aldis.broker.listener.InProcessServer;
import io.aldis.broker.listener.Notices;
import io.aldis.broker.listener.Pipelines;
import io.aldis.broker.listener.QuicLibrary;
import io.aldis.broker.listener.QuicServer;
import io.aldis.broker.listener.TcpServer;
import io.aldis.broker.listener.TlsContexts;
import io.aldis.broker.listener.TlsUnavailable;
import io.aldis.broker.listener.UnixServer;
import io.aldis.broker.plugin.Plugin;
import io.aldis.broker.plugin.PluginConfiguration;
import io.aldis.broker.plugin.PluginInfo;
import io.aldis.broker.plugin.Plugins;
import io.aldis.broker.settings.ListenerSettings;
import io.aldis.broker.settings.Settings;
import io.aldis.broker.settings.Tls;
import io.aldis.broker.storage.Storage;
import io.aldis.broker.store.HeapTables;
import io.aldis.broker.store.StoredTables;
import io.aldis.broker.store.Tables;
import io.aldis.broker.time.BrokerClock;
import io.netty.channel.ChannelPipeline;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An MQTT broker for MQTT 3.1, 3.1.1 and 5.0, to be run in any Java program.
 *
 * <pre>{@code
 * try (Broker broker = Broker.builder().listener(Listener.tcp("127.0.0.1", 0)).start()) {
 *     System.out.println("mqtt://127.0.0.1:" + broker.port());
 * }
 * }</pre>
 *
 * <p>Several may live in one program. Sessions and retained messages live in memory and end with the broker. All methods may be
 * called from any thread, except that {@link #stop} and {@link #close} wait and so must not be called from the broker's own
 * threads.
 */
public final class Broker implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Broker.class);

    private static final Duration CLOSE_DEADLINE = Duration.ofSeconds(10);

    private final EventLoops loops;
    private final Wiring wiring;
    private final Pipelines pipelines;
    private final List<TcpServer> servers = new ArrayList<>();
    private final List<UnixServer> unixServers = new ArrayList<>();
    private final List<QuicServer> quicServers = new ArrayList<>();
    private final List<TlsContexts> certificates = new ArrayList<>();
    private final Hooks hooks;
    private @Nullable InProcessServer inProcess;
    private final LivePlugins plugins;
    private final @Nullable StoreThread storeThread;
    private @Nullable StopReport stopped;

    private Broker(Builder builder, Hooks hooks, Hooks.Owned embedder) {
        Storage storage = builder.storage;
        Tables tables = storage == null ? new HeapTables() : new StoredTables(storage.open());
        storeThread = storage == null ? null : new StoreThread();
        loops = new EventLoops(builder.loops, builder.clock);
        this.hooks = hooks;
        wiring = wiring(builder, tables);
        pipelines = new Pipelines(loops, wiring.parts(), builder.pipelines);
        plugins = new LivePlugins(
                new Surroundings(hooks, embedder, wiring.admin(), loops.all(), wiring::forgetAsync),
                builder.plugins(),
                builder.settings.plugin());
        try {
            plugins.start();
            wiring.recover();
            listen(builder.listeners);
        } catch (RuntimeException failed) {
            closeServers();
            closeLog();
            loops.close();
            wiring.close();
            hooks.close();
            plugins.close();
            throw failed;
        }
        wiring.start();
        wiring.watchLoad();
    }

    private Wiring wiring(Builder builder, Tables tables) {
        try {
            return new Wiring(
                    loops.all(),
                    loops,
                    builder.settings,
                    hooks,
                    () -> "aldis-" + UUID.randomUUID(),
                    tables,
                    storeThread == null ? Ledger::inMemory : Ledger.keptBy(storeThread::runAsync));
        } catch (RuntimeException failed) {
            tables.close();
            loops.close();
            hooks.close();
            throw failed;
        }
    }

    private void listen(List<Listener> listeners) {
        for (Listener listener : listeners) {
            if (listener instanceof Listener.Tcp tcp) {
                servers.add(open(tcp));
            } else if (listener instanceof Listener.Unix unix) {
                unixServers.add(open(unix));
            } else if (listener instanceof Listener.Quic quic) {
                quicServers.add(open(quic));
            } else {
                inProcess = new InProcessServer(
                        loops, pipelines.at(door(port -> listener.toString(), ListenerSettings.defaults())));
            }
        }
    }

    private TcpServer open(Listener.Tcp tcp) {
        InetSocketAddress address = new InetSocketAddress(tcp.host(), tcp.port());
        if (address.isUnresolved()) {
            throw new ListenFailed(tcp, "the host name " + tcp.host() + " is unknown", null);
        }
        checkAuthenticators(tcp, tcp.settings());
        try {
            Tls tls = tcp.tls();
            TlsContexts contexts = tls == null ? null : new TlsContexts(tls, tcp.toString());
            Pipelines.Layers layers = new Pipelines.Layers(null, tcp.proxyProtocol(), contexts, tcp.webSocket());
            TcpServer server = TcpServer.open(
                    address, loops, pipelines.with(layers).at(door(tcp::uri, tcp.settings())), tcp.settings());
            if (contexts != null) {
                certificates.add(contexts);
                contexts.watch(loops.all().get(0));
            }
            return server;
        } catch (AddressUnavailable unavailable) {
            throw new ListenFailed(tcp, unavailable.reason(), unavailable);
        } catch (TlsUnavailable unusable) {
            throw new ListenFailed(tcp, unusable.reason(), unusable);
        }
    }

    private UnixServer open(Listener.Unix unix) {
        Pipelines.Layers layers = new Pipelines.Layers(unix.path(), unix.proxyProtocol(), null, unix.webSocket());
        UnixServer.Access access = new UnixServer.Access(unix.permissions(), unix.group());
        checkAuthenticators(unix, unix.settings());
        try {
            return UnixServer.open(
                    unix.path(),
                    access,
                    loops,
                    pipelines.with(layers).at(door(port -> unix.toString(), unix.settings())),
                    unix.settings());
        } catch (AddressUnavailable unavailable) {
            throw new ListenFailed(unix, unavailable.reason(), unavailable);
        }
    }

    private QuicServer open(Listener.Quic quic) {
        String missing = QuicLibrary.missing(); // Before any class that needs it.
        if (!missing.isEmpty()) {
            throw new ListenFailed(quic, missing, null);
        }
        InetSocketAddress address = new InetSocketAddress(quic.host(), quic.port());
        if (address.isUnresolved()) {
            throw new ListenFailed(quic, "the host name " + quic.host() + " is unknown", null);
        }
        checkAuthenticators(quic, quic.settings());
        try {
            TlsContexts contexts = QuicServer.contexts(quic.tls(), quic.toString());
            QuicServer server = QuicServer.open(
                    address, loops, pipelines.at(door(quic::uri, quic.settings())), contexts, quic.idleTimeout());
            certificates.add(contexts);
            contexts.watch(loops.all().get(0));
            return server;
        } catch (AddressUnavailable unavailable) {
            throw new ListenFailed(quic, unavailable.reason(), unavailable);
        } catch (TlsUnavailable unusable) {
            throw new ListenFailed(quic, unusable.reason(), unusable);
        }
    }

    private void closeServers() {
        servers.forEach(TcpServer::close);
        unixServers.forEach(UnixServer::close);
        for (QuicServer server : quicServers) { // A method reference would need its jars even where there is none.
            server.close();
        }
    }

    /** A name that is wrong must not let anybody in, nor keep everybody out unnoticed. */
    private void checkAuthenticators(Listener listener, ListenerSettings settings) {
        List<String> known =
                new ArrayList<>(plugins.all().stream().map(PluginInfo::name).toList());
        known.add(Hooks.EMBEDDER);
        for (String name : settings.authentication().authenticators()) {
            if (!known.contains(name)) {
                throw new ListenFailed(
                        listener,
                        "its authenticators name '" + name + "', but there is no such plugin; there is "
                                + String.join(", ", known),
                        null);
            }
            if (!hooks.authenticates(name)) {
                log.warn(
                        "{}: '{}' is to authenticate clients, but has no hook that does, and lets nobody in",
                        listener,
                        name);
            }
        }
    }

    private Door door(IntFunction<String> uri, ListenerSettings own) {
        ConnectionParts parts = wiring.parts();
        return new Door(uri, own, parts.settings(), parts.metrics(), new Notices()::tell);
    }

    /** Begins to describe a broker. */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The port of the first listener on TCP; the chosen one if 0 was asked for.
     *
     * @throws IllegalStateException if the broker does not listen on TCP
     */
    public int port() {
        if (servers.isEmpty()) {
            throw new IllegalStateException("The broker has no port, for it does not listen on TCP.");
        }
        return servers.get(0).address().getPort();
    }

    /** The addresses of all listeners on TCP, in the order they were given. */
    public List<InetSocketAddress> addresses() {
        return servers.stream().map(TcpServer::address).toList();
    }

    /** The addresses of all listeners of QUIC, which is over UDP, in the order they were given. Experimental. */
    public List<InetSocketAddress> quicAddresses() {
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (QuicServer server : quicServers) {
            addresses.add(server.address());
        }
        return List.copyOf(addresses);
    }

    /**
     * Sockets that end in this broker without the network, whatever address they are told: their streams, half-close, timeouts and
     * bounded buffers are those of TCP, other options do nothing. For clients of this program that let one choose their sockets.
     *
     * @throws IllegalStateException if the broker has no {@link Listener#inProcess}
     */
    public SocketFactory inProcess() {
        if (inProcess == null) {
            throw new IllegalStateException(
                    "The broker takes no connections from within its program; give it Listener.inProcess().");
        }
        return inProcess.sockets();
    }

    /**
     * Reads the files of all listeners with TLS again, now: new connections get what is in them, those that are open stay as they are.
     * Without this they are looked at from time to time. A listener with a file that cannot be used goes on with what it has.
     *
     * @return what is wrong, a sentence for each such listener; empty if all is well
     */
    public List<String> reloadCertificates() {
        return certificates.stream()
                .map(TlsContexts::reload)
                .filter(wrong -> !wrong.isEmpty())
                .toList();
    }

    /** Sessions and figures for management. */
    public Admin admin() {
        return wiring.admin();
    }

    /** The plugins, to be listed, enabled, disabled and reloaded. */
    public Plugins plugins() {
        return plugins;
    }

    /** Stops, waiting up to ten seconds for what is under way. Without effect if it has stopped. */
    @Override
    public void close() {
        stop(CLOSE_DEADLINE);
    }

    /** Stops as {@link #stop(Duration, StopProgress)} does, telling nobody. */
    public StopReport stop(Duration deadline) {
        return stop(deadline, new StopProgress() {
            @Override
            public void listenersClosed() {}

            @Override
            public void idleClosed(int connections) {}

            @Override
            public void othersEnded(int inOrder, int byForce) {}
        });
    }

    /**
     * Stops in four steps: closes the listeners, closes the idle connections, waits for the others, and tells those who listen with
     * {@link io.aldis.broker.hook.OnStop}. Plugins stop after that, the last one first. Clients of MQTT 5.0 are told that the server shuts down.
     *
     * <p>A connection that is closed for this reason did not end with a normal DISCONNECT, so its will is published, for whoever
     * is still connected then. A will with a delay waits for it as always, and so ends with its session: with the broker, which keeps
     * both in memory (MQTT 5.0 §3.1.2.5, [MQTT-3.1.2-8]).
     *
     * @param deadline after which connections that are still busy are closed all the same
     * @param progress hears of each step; not called if the broker has stopped before
     * @return how it went; if it has stopped before, how it went then
     */
    public synchronized StopReport stop(Duration deadline, StopProgress progress) {
        if (stopped == null) {
            stopped = stopNow(deadline, progress);
        }
        return stopped;
    }

    private StopReport stopNow(Duration deadline, StopProgress progress) {
        long began = System.nanoTime();
        plugins.refuseChanges();
        closeServers();
        certificates.forEach(TlsContexts::close);
        if (inProcess != null) {
            inProcess.close();
        }
        progress.listenersClosed();

        List<Connection> open = wiring.parts().connections().all();
        AtomicInteger idle = new AtomicInteger();
        CountDownLatch asked = new CountDownLatch(open.size());
        CountDownLatch left = new CountDownLatch(open.size());
        for (Connection connection : open) {
            connection.stopAsync(
                    wasIdle -> {
                        idle.addAndGet(wasIdle ? 1 : 0);
                        asked.countDown();
                    },
                    left::countDown);
        }
        awaitQuietly(asked, deadline);
        int idleOnes = idle.get();
        progress.idleClosed(idleOnes);

        int forced = awaitQuietly(left, deadline) ? 0 : (int) left.getCount();
        int inOrder = Math.max(0, open.size() - forced - idleOnes);
        progress.othersEnded(inOrder, forced);

        closeLog();
        if (inProcess != null) {
            inProcess.cut();
        }
        for (QuicServer server : quicServers) {
            server.cut();
        }
        loops.close();
        wiring.close();
        hooks.close(deadline);
        hooks.stopped();
        plugins.close();
        return new StopReport(idleOnes, inOrder, forced, Duration.ofNanos(System.nanoTime() - began));
    }

    /** What was proposed is kept before the loops end. */
    private void closeLog() {
        wiring.closeLog();
        if (storeThread != null) {
            storeThread.close(CLOSE_DEADLINE);
        }
    }

    private static boolean awaitQuietly(CountDownLatch latch, Duration deadline) {
        try {
            return latch.await(deadline.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Describes a broker. Not safe for use by several threads. */
    public static final class Builder {

        private final List<Listener> listeners = new ArrayList<>();
        private final List<Consumer<HookRegistry>> registrations = new ArrayList<>();
        private final List<Consumer<ChannelPipeline>> pipelines = new ArrayList<>();
        private final List<Plugin> given = new ArrayList<>();
        private final List<String> shared = new ArrayList<>();
        private @Nullable Path pluginDirectory;
        private PluginConfiguration pluginSettings = PluginConfiguration.none();
        private int loops = Runtime.getRuntime().availableProcessors();
        private Settings settings = Settings.defaults();
        private BrokerClock clock = BrokerClock.system();
        private @Nullable Storage storage;

        private Builder() {}

        /** Adds a place to listen. At least one is needed. */
        public Builder listener(Listener listener) {
            listeners.add(listener);
            return this;
        }

        /**
         * Sets the number of event loops, which is the number of threads; as many as processors if not set.
         *
         * @throws IllegalArgumentException if it is below 1
         */
        public Builder loops(int count) {
            if (count < 1) {
                throw new IllegalArgumentException(
                        "A broker needs at least 1 event loop, but " + count + " were asked for.");
            }
            loops = count;
            return this;
        }

        /** Sets what clients may ask and how they are served; {@link Settings#defaults()} if not set. */
        public Builder settings(Settings all) {
            settings = all;
            return this;
        }

        /**
         * Registers hooks of the program that embeds the broker, innermost: they are called after those of all plugins.
         *
         * <p>A broker with an {@code onBasicAuth} or an {@code authenticator} lets nobody in whom none of them accepts.
         */
        public Builder hooks(Consumer<HookRegistry> registration) {
            registrations.add(registration);
            return this;
        }

        /**
         * Sets where sessions, their messages, retained messages and wills are kept, so that they outlive this program; in memory only if
         * not set. What acknowledgements promise then, {@link Settings#durability()} says.
         */
        public Builder storage(Storage place) {
            storage = place;
            return this;
        }

        /** Sets the clock by which the broker waits, and by which sessions and messages expire; the system's if not set. */
        public Builder clock(BrokerClock all) {
            clock = all;
            return this;
        }

        /**
         * Adds a plugin, which is started before the broker listens; its hooks come after those of the plugins added before.
         * Those that stand in services files on the class path are added with {@code ServiceLoader.load(Plugin.class).forEach(builder::plugin)}.
         */
        public Builder plugin(Plugin plugin) {
            given.add(plugin);
            return this;
        }

        /**
         * Adds something that may put handlers of its own between the socket of each client and the broker, to look at bytes or to
         * change them. It runs once for each accepted connection, on one of the broker's event loops, before a byte has been read.
         *
         * <p>The handlers see {@link io.netty.buffer.ByteBuf}s in both directions, with the bytes of MQTT: TLS and WebSocket are below them. A connection moves to another event loop once,
         * while its CONNECT is answered; they must not wait, nor keep an event loop for later.
         */
        public Builder pipeline(Consumer<ChannelPipeline> addition) {
            pipelines.add(addition);
            return this;
        }

        /**
         * Adds the plugins in a directory: in each jar of it, and in each directory with jars that belong together. Each has a class
         * loader of its own, which sees Java, the packages that Aldis exports, SLF4J and JSpecify, and nothing else of the program.
         *
         * @param directory which must be there when the broker starts
         * @param sharedPackages packages of this program that plugins see too, with those below them
         */
        public Builder pluginDirectory(Path directory, String... sharedPackages) {
            pluginDirectory = directory;
            shared.addAll(List.of(sharedPackages));
            return this;
        }

        /** Sets where plugins get their settings from; they have their defaults if not set. */
        public Builder pluginSettings(PluginConfiguration configuration) {
            pluginSettings = configuration;
            return this;
        }

        private PluginChoice plugins() {
            return new PluginChoice(given, pluginDirectory, shared, pluginSettings);
        }

        /**
         * Starts the broker; when this returns, all plugins have started and all listeners accept connections.
         *
         * @throws ListenFailed if an address cannot be had, or the files of TLS cannot be used; nothing is left running then
         * @throws io.aldis.broker.plugin.PluginFailed if a plugin does not start, unless the settings say to go without it; nothing is
         *     left running then
         * @throws IllegalStateException if no listener was given
         * @throws IllegalArgumentException if two authenticators speak the same authentication method
         */
        public Broker start() {
            if (listeners.isEmpty()) {
                throw new IllegalStateException(
                        "A broker needs a listener, such as Listener.tcp(\"127.0.0.1\", 1883).");
            }
            Hooks hooks = Hooks.of(settings.hook(), clock::nanoTime);
            Hooks.Owned embedder = Hooks.register(
                    Hooks.EMBEDDER, registry -> registrations.forEach(registration -> registration.accept(registry)));
            hooks.replace(List.of(embedder));
            return new Broker(this, hooks, embedder);
        }
    }
}
