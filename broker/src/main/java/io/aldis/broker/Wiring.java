package io.aldis.broker;

import io.aldis.broker.admin.Admin;
import io.aldis.broker.chain.Hooks;
import io.aldis.broker.connection.ChannelLoops;
import io.aldis.broker.connection.ConnectionParts;
import io.aldis.broker.connection.Connections;
import io.aldis.broker.connection.Door;
import io.aldis.broker.connection.Load;
import io.aldis.broker.loop.Loop;
import io.aldis.broker.message.Message;
import io.aldis.broker.metric.Metrics;
import io.aldis.broker.operation.LiveAdmin;
import io.aldis.broker.operation.OperationParts;
import io.aldis.broker.routing.RetainedMessages;
import io.aldis.broker.routing.Router;
import io.aldis.broker.routing.SubscriptionTree;
import io.aldis.broker.session.Drops;
import io.aldis.broker.session.Expiry;
import io.aldis.broker.session.LedgerFollower;
import io.aldis.broker.session.QueueTotals;
import io.aldis.broker.session.SessionTable;
import io.aldis.broker.session.Sessions;
import io.aldis.broker.session.Surroundings;
import io.aldis.broker.settings.Durability;
import io.aldis.broker.settings.ListenerSettings;
import io.aldis.broker.settings.QueueSettings;
import io.aldis.broker.settings.Settings;
import io.aldis.broker.storage.StorageFailed;
import io.aldis.broker.storage.StorageUnavailable;
import io.aldis.broker.store.Command.Restarted;
import io.aldis.broker.store.CommandLog;
import io.aldis.broker.store.QueueBounds;
import io.aldis.broker.store.StateMachine;
import io.aldis.broker.store.Tables;
import io.aldis.broker.sys.SysTopics;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Puts a broker's rooms together, without sockets or threads: those are in the loops it is given. */
final class Wiring implements AutoCloseable {

    private final Tables tables;
    private final CommandLog log;
    private final SessionTable table;
    private final ConnectionParts parts;
    private final LiveAdmin admin;
    private final Load load;
    private final List<Loop> loops;
    private final @Nullable SysTopics sys;

    /**
     * A broker's rooms on {@code loops}.
     *
     * @param channelLoops tells which of them a channel is on
     * @param clientIds makes ids for clients that bring none
     * @param tables what outlives connections; {@link #recover} is to follow if they have something from before
     * @param maker of the ledger on them
     */
    Wiring(
            List<Loop> loops,
            ChannelLoops channelLoops,
            Settings settings,
            Hooks hooks,
            Supplier<String> clientIds,
            Tables tables,
            Ledger.Maker maker) {
        this.tables = tables;
        Metrics metrics = new Metrics();
        Drops drops = new Drops(metrics, hooks);
        table = new SessionTable();
        SubscriptionTree tree = new SubscriptionTree();
        RetainedMessages retained = new RetainedMessages();
        LedgerFollower follower = new LedgerFollower(table, tree, retained, drops, loops);
        Ledger made = maker.make(tables, follower, loops);
        StateMachine ledger = made.machine();
        log = made.log();
        load = new Load(settings.overload());
        this.loops = loops;
        QueueBounds bounds = bounds(settings.queue());
        QueueTotals totals = new QueueTotals(bounds, loops, ledger);
        Router router = new Router(loops, tree, log, settings, drops, totals, hooks);
        Expiry expiry = new Expiry(loops.get(0), log);
        Surroundings surroundings = new Surroundings(
                log,
                ledger,
                tree,
                router,
                metrics,
                hooks,
                drops,
                totals,
                settings.queue().keepQos0());
        follower.connect(surroundings, router, expiry::dueAsync);
        Sessions sessions = new Sessions(table, log, bounds);
        parts = new ConnectionParts(
                settings,
                hooks,
                metrics,
                drops,
                new Connections(),
                sessions,
                router,
                retained,
                channelLoops,
                new Door(port -> "", ListenerSettings.defaults(), settings, metrics, Wiring::tell),
                load,
                clientIds);
        admin = new LiveAdmin(new OperationParts(
                loops,
                settings,
                hooks,
                metrics,
                log,
                ledger,
                table,
                tree,
                router,
                retained,
                parts.connections(),
                load));
        hooks.connect(admin);
        Consumer<Message> own = message -> {
            retained.acceptOwn(message);
            router.publishOwnAsync(message);
        };
        if (tables.lasting()) {
            load(ledger, follower);
        }
        sys = settings.sys().interval().isZero()
                ? null
                : new SysTopics(
                        version(),
                        admin::statistics,
                        admin::troubles,
                        own,
                        loops.get(0),
                        settings.sys().interval());
    }

    private static void load(StateMachine ledger, LedgerFollower follower) {
        try {
            ledger.load(follower);
        } catch (IllegalArgumentException | StorageFailed damaged) {
            throw new StorageUnavailable(
                    "What is kept in the storage cannot be read: " + damaged.getMessage()
                            + " Look at it with 'aldis store check'.",
                    damaged);
        }
    }

    private static QueueBounds bounds(QueueSettings queue) {
        return new QueueBounds(
                queue.maximumMessages(),
                queue.maximumBytes(),
                queue.totalMessages(),
                queue.totalBytes(),
                queue.whenFull());
    }

    /** Where nobody else takes care that there are not too many lines. */
    private static void tell(String who, String what) {
        LoggerFactory.getLogger(Door.class).info("{}: {}", who, what);
    }

    /** As the build wrote it into the jar; classes outside a jar are someone's work in progress. */
    private static String version() {
        String version = Wiring.class.getPackage().getImplementationVersion();
        return "Aldis " + (version == null ? "(development)" : version);
    }

    /** Goes on with what was kept from before the start; to be called before anybody connects, when hooks are there. */
    void recover() {
        Loop first = loops.get(0);
        if (tables.lasting()) {
            log.propose(new Restarted(first.currentTimeMillis()), Durability.WRITTEN, first, outcome -> {});
        }
    }

    /** Begins to publish what the broker says of itself, if it is to say anything. */
    void start() {
        if (sys != null) {
            sys.startAsync();
        }
    }

    /** Begins to look whether the loops keep up. */
    void watchLoad() {
        load.startAsync(loops);
    }

    /** What connections work with. */
    ConnectionParts parts() {
        return parts;
    }

    Admin admin() {
        return admin;
    }

    /** Forgets what clients and sessions remember for classes of this loader, soon. Callable from any thread. */
    void forgetAsync(ClassLoader loader) {
        parts.connections().all().forEach(connection -> connection.forgetAsync(loader));
        table.all().forEach(session -> session.forget(loader));
    }

    /** Applies nothing more; to be called before the loops end. */
    void closeLog() {
        log.close();
    }

    /** Lets go of the store; to be called after the loops have ended. */
    @Override
    public void close() {
        admin.close();
        tables.close();
    }
}
