package io.aldis.benchmark.command;

import io.aldis.benchmark.plan.Group;
import io.aldis.benchmark.plan.Publishing;
import io.aldis.benchmark.plan.TopicPattern;
import io.aldis.codec.Qos;
import java.time.Duration;
import java.util.List;

/** Groups of clients as the modes need them. */
final class Groups {

    /** For clients that send nothing by themselves, longer than most runs; those that do are kept alive by PINGREQ. */
    private static final int KEEP_ALIVE_SECONDS = 300;

    private static final int AT_ONCE = 100;
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    /** For ever, where it is not said how long. */
    static final long PERSISTENT_SECONDS = 3600;

    /** As many at once as most brokers' backlogs take. */
    static final Group.Connecting QUICKLY = new Group.Connecting(Duration.ZERO, AT_ONCE, TIMEOUT);

    private Groups() {}

    static Group publishers(String name, int clients, Publishing publishing) {
        return new Group(
                name, clients, QUICKLY, true, 0, KEEP_ALIVE_SECONDS, publishing, List.of(), Group.Pace.NO_WAIT, null);
    }

    static Group subscribers(String name, int clients, String filter, Qos qos) {
        return subscribers(name, clients, filter, qos, false);
    }

    static Group subscribers(String name, int clients, String filter, Qos qos, boolean retained) {
        return new Group(
                name,
                clients,
                QUICKLY,
                true,
                0,
                KEEP_ALIVE_SECONDS,
                null,
                List.of(new Group.Subscribing(TopicPattern.of(filter), qos, retained)),
                Group.Pace.NO_WAIT,
                null);
    }

    /** The same with sessions that outlive connections. */
    static Group persistent(Group group) {
        return new Group(
                group.name(),
                group.clients(),
                group.connecting(),
                false,
                PERSISTENT_SECONDS,
                group.keepAliveSeconds(),
                group.publish(),
                group.subscriptions(),
                group.subscribing(),
                group.churn());
    }

    /** The same, connecting otherwise. */
    static Group connecting(Group group, Group.Connecting how) {
        return new Group(
                group.name(),
                group.clients(),
                how,
                group.cleanStart(),
                group.sessionExpirySeconds(),
                group.keepAliveSeconds(),
                group.publish(),
                group.subscriptions(),
                group.subscribing(),
                group.churn());
    }
}
