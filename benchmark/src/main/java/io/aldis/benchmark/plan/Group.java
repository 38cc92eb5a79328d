package io.aldis.benchmark.plan;

import io.aldis.codec.Qos;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Clients of one kind, numbered from 0.
 *
 * @param name letters, digits and dashes; it is part of client ids
 * @param clients how many
 * @param connecting how they connect
 * @param cleanStart whether they begin with a new session each time they connect
 * @param sessionExpirySeconds how long their sessions last without them, 0 to 4,294,967,295; before MQTT 5.0: 0, or for ever
 * @param keepAliveSeconds 0 for none
 * @param publish what each of them publishes, null for nothing
 * @param subscriptions what each of them subscribes to as soon as it is connected; empty for nothing
 * @param subscribing how they do it
 * @param churn how they come and go, null if they stay
 */
public record Group(
        String name,
        int clients,
        Connecting connecting,
        boolean cleanStart,
        long sessionExpirySeconds,
        int keepAliveSeconds,
        @Nullable Publishing publish,
        List<Subscribing> subscriptions,
        Pace subscribing,
        @Nullable Churn churn) {

    public Group {
        subscriptions = List.copyOf(subscriptions);
    }

    /** Whether their sessions outlive their connections. */
    public boolean persistent() {
        return !cleanStart && sessionExpirySeconds > 0;
    }

    /**
     * How clients connect.
     *
     * @param interval from the beginning of one connection to that of the next; zero for as many at once as {@code atOnce} says
     * @param atOnce most connections that are being made at the same time if there is no interval
     * @param timeout for each, until its CONNACK and the SUBACKs of what it subscribes to
     */
    public record Connecting(Duration interval, int atOnce, Duration timeout) {}

    /**
     * One topic filter that each client of a group asks for.
     *
     * @param filter may have variables
     * @param retained whether what is retained is to come, and is waited for
     */
    public record Subscribing(TopicPattern filter, Qos qos, boolean retained) {}

    /**
     * How a client subscribes.
     *
     * @param interval between two SUBSCRIBE packets of one filter each; zero if the next leaves when the former is answered
     */
    public record Pace(Duration interval) {
        /** The next at once. */
        public static final Pace NO_WAIT = new Pace(Duration.ZERO);
    }

    /**
     * Clients that leave with DISCONNECT and come back.
     *
     * @param stay how long each is connected
     * @param away how long it is not
     */
    public record Churn(Duration stay, Duration away) {}
}
