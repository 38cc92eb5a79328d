package io.aldis.broker;

import io.aldis.broker.admin.Admin;
import io.aldis.broker.connection.ChannelLoops;
import io.aldis.broker.connection.ConnectionParts;
import io.aldis.broker.connection.Connections;
import io.aldis.broker.hook.Hooks;
import io.aldis.broker.loop.Loop;
import io.aldis.broker.metric.Metrics;
import io.aldis.broker.routing.RetainedMessages;
import io.aldis.broker.routing.Router;
import io.aldis.broker.routing.SubscriptionTree;
import io.aldis.broker.session.Expiry;
import io.aldis.broker.session.LedgerFollower;
import io.aldis.broker.session.SessionTable;
import io.aldis.broker.session.Sessions;
import io.aldis.broker.settings.Settings;
import io.aldis.broker.store.CommandLog;
import io.aldis.broker.store.InMemoryCommandLog;
import io.aldis.broker.store.InMemoryKeyValueStore;
import io.aldis.broker.store.KeyValueStore;
import io.aldis.broker.store.StateMachine;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/** Puts a broker's rooms together, without sockets or threads: those are in the loops it is given. */
final class Wiring implements AutoCloseable {

    private final KeyValueStore store = new InMemoryKeyValueStore();
    private final CommandLog log;
    private final ConnectionParts parts;
    private final Admin admin;

    /**
     * A broker's rooms on {@code loops}.
     *
     * @param channelLoops tells which of them a channel is on
     * @param clientIds makes ids for clients that bring none
     */
    Wiring(List<Loop> loops, ChannelLoops channelLoops, Settings settings, Hooks hooks, Supplier<String> clientIds) {
        this(loops, channelLoops, settings, hooks, clientIds, ledger -> new InMemoryCommandLog(ledger, loops.size()));
    }

    /** The same with another log. */
    Wiring(
            List<Loop> loops,
            ChannelLoops channelLoops,
            Settings settings,
            Hooks hooks,
            Supplier<String> clientIds,
            Function<StateMachine, CommandLog> logOf) {
        Metrics metrics = new Metrics();
        SessionTable table = new SessionTable();
        SubscriptionTree tree = new SubscriptionTree();
        RetainedMessages retained = new RetainedMessages();
        LedgerFollower follower = new LedgerFollower(table, tree, retained, metrics);
        StateMachine ledger = new StateMachine(store, follower);
        log = logOf.apply(ledger);
        Router router = new Router(loops, tree, log, metrics);
        Expiry expiry = new Expiry(loops.get(0), log);
        follower.connect(log, ledger, router, expiry::dueAsync);
        Sessions sessions = new Sessions(table, log);
        parts = new ConnectionParts(
                settings, hooks, metrics, new Connections(), sessions, router, retained, channelLoops, clientIds);
        admin = new LiveAdmin(table, retained, metrics);
    }

    /** What connections work with. */
    ConnectionParts parts() {
        return parts;
    }

    Admin admin() {
        return admin;
    }

    /** Applies nothing more; to be called before the loops end. */
    void closeLog() {
        log.close();
    }

    /** Lets go of the store; to be called after the loops have ended. */
    @Override
    public void close() {
        store.close();
    }
}
