package io.aldis.broker.operation;

import io.aldis.broker.chain.Hooks;
import io.aldis.broker.connection.Connections;
import io.aldis.broker.connection.Load;
import io.aldis.broker.loop.Loop;
import io.aldis.broker.metric.Metrics;
import io.aldis.broker.routing.RetainedMessages;
import io.aldis.broker.routing.Router;
import io.aldis.broker.routing.SubscriptionTree;
import io.aldis.broker.session.SessionTable;
import io.aldis.broker.settings.Settings;
import io.aldis.broker.store.CommandLog;
import io.aldis.broker.store.StateMachine;
import java.util.List;

/** What of a broker is looked at and acted upon. */
public record OperationParts(
        List<Loop> loops,
        Settings settings,
        Hooks hooks,
        Metrics metrics,
        CommandLog log,
        StateMachine ledger,
        SessionTable sessions,
        SubscriptionTree tree,
        Router router,
        RetainedMessages retained,
        Connections connections,
        Load load) {}
