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
 * @param settings for these connections: the broker's, or those of the door they come in by
 * @param door they come in by
 * @param load of the broker's loops
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
        Door door,
        Load load,
        Supplier<String> clientIds) {

    /** These for connections that come in by a door. */
    public ConnectionParts at(Door listener) {
        return new ConnectionParts(
                listener.settings(),
                hooks,
                metrics,
                drops,
                connections,
                sessions,
                router,
                retained,
                loops,
                listener,
                load,
                clientIds);
    }
}
