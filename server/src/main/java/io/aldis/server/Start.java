package io.aldis.server;

import io.aldis.broker.Broker;
import io.aldis.broker.ListenFailed;
import io.aldis.broker.Listener;
import io.aldis.broker.StopProgress;
import io.aldis.broker.StopReport;
import io.aldis.broker.plugin.PluginConfiguration;
import io.aldis.broker.plugin.PluginFailed;
import io.aldis.broker.settings.Settings;
import io.aldis.broker.storage.StorageUnavailable;
import io.aldis.storage.RocksStorage;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** {@code aldis start}: one broker from its start to its stop. */
final class Start {

    private static final Logger log = LoggerFactory.getLogger(Start.class);

    /** How long connections may take to end by themselves when the broker is stopped. */
    private static final Duration STOP_DEADLINE = Duration.ofSeconds(10);

    private final List<Listener> listeners;
    private final int loops;
    private final Settings settings;
    private final @Nullable Path plugins;
    private final PluginConfiguration pluginSettings;
    private final @Nullable Path data;
    private final PrintWriter out;
    private final PrintWriter err;

    Start(
            List<Listener> listeners,
            int loops,
            Settings settings,
            @Nullable Path plugins,
            PluginConfiguration pluginSettings,
            @Nullable Path data,
            PrintWriter out,
            PrintWriter err) {
        this.listeners = List.copyOf(listeners);
        this.loops = loops;
        this.settings = settings;
        this.plugins = plugins;
        this.pluginSettings = pluginSettings;
        this.data = data;
        this.out = out;
        this.err = err;
    }

    /** Runs until {@code stopCause} comes; returns the exit code. */
    int run(StopCause stopCause) {
        long began = System.nanoTime();
        try (Broker broker = builder().start()) {
            Duration took = Duration.ofNanos(System.nanoTime() - began);
            List<Integer> ports =
                    broker.addresses().stream().map(InetSocketAddress::getPort).toList();
            out.println(
                    Banner.of(listeners, ports, took, kept(), broker.plugins().all()));
            stop(broker, stopCause.await(broker));
            return Commands.DONE;
        } catch (ListenFailed failed) {
            err.println("aldis: " + explained(failed));
            return Commands.FAILED;
        } catch (StorageUnavailable unavailable) {
            err.println("aldis: " + unavailable.getMessage());
            log.debug("No storage", unavailable);
            return Commands.FAILED;
        } catch (PluginFailed failed) {
            String message = String.valueOf(failed.getMessage());
            err.println("aldis: " + message.substring(0, 1).toLowerCase(Locale.ROOT) + message.substring(1));
            log.debug("A plugin failed", failed);
            return Commands.FAILED;
        }
    }

    private Broker.Builder builder() {
        Broker.Builder builder =
                Broker.builder().loops(loops).settings(settings).pluginSettings(pluginSettings);
        listeners.forEach(builder::listener);
        if (data != null) {
            builder.storage(RocksStorage.in(data));
        }
        return plugins == null ? builder : builder.pluginDirectory(plugins);
    }

    /** What the broker keeps, and what that is worth. */
    private String kept() {
        if (data == null) {
            return "Nothing outlives it: what it knows is in memory alone.";
        }
        String promise = switch (settings.durability().acknowledgements()) {
            case MEMORY -> "acknowledges before they are there";
            case WRITTEN -> "acknowledges when they outlive the process";
            case SYNCED -> "acknowledges when they are on the disk";
        };
        return "It keeps messages in " + data.toAbsolutePath().normalize() + " and " + promise + ".";
    }

    private static String explained(ListenFailed failed) {
        if (!(failed.listener() instanceof Listener.Tcp tcp)) {
            return "cannot listen on " + failed.listener() + ": " + failed.reason();
        }
        if (new InetSocketAddress(tcp.host(), tcp.port()).isUnresolved()) {
            return "the host '" + tcp.host() + "' is unknown; choose an address of this machine with --host";
        }
        if (!tcp.equals(Listener.tcp(tcp.host(), tcp.port()))) {
            return "cannot listen on " + tcp + ": " + failed.reason();
        }
        return "cannot listen on " + tcp.host() + ", port " + tcp.port() + ": " + failed.reason()
                + "; choose another with --port " + (tcp.port() + 1) % 65_536 + ", or --port 0 for any that is free";
    }

    private void stop(Broker broker, String cause) {
        out.println("Stopping after " + cause + ", within " + STOP_DEADLINE.toSeconds()
                + " s; press Ctrl-C again to end at once.");
        StopReport report = broker.stop(STOP_DEADLINE, new StopProgress() {
            @Override
            public void listenersClosed() {
                out.println("1. Listeners closed: nobody new comes in.");
            }

            @Override
            public void idleClosed(int connections) {
                out.println("2. Idle connections closed: " + connections + ".");
            }

            @Override
            public void othersEnded(int inOrder, int byForce) {
                out.println("3. All other connections ended: " + inOrder + " in good order, " + byForce + " by force.");
            }
        });
        out.println("4. Stopped, after " + report.took().toMillis() + " ms.");
    }
}
