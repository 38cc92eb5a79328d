package io.aldis.broker.connection;

import io.aldis.broker.chain.Hooks;
import io.aldis.broker.metric.Metrics;
import io.aldis.broker.routing.RetainedMessages;
import io.aldis.broker.routing.Router;
import io.aldis.broker.session.Drops;
import io.aldis.broker.session.Sessions;
import io.aldis.broker.settings.Settings;
import java.util.function.Supplier;

/**
 * What every connection of a broker works with.
 *
 * @param clientIds makes an id for a client that brings none; never twice the same
 */
public record ConnectionParts(
        Settings settings,
        Hooks hooks,
        Metrics metrics,
        Drops drops,
        Connections connections,
        Sessions sessions,
        Router router,
        RetainedMessages retained,
        ChannelLoops loops,
        Supplier<String> clientIds) {}
