package io.aldis.broker.session;

import io.aldis.broker.loop.Loop;
import io.aldis.broker.settings.Durability;
import io.aldis.broker.store.Command.Claim;
import io.aldis.broker.store.Command.Claimed;
import io.aldis.broker.store.CommandLog;
import io.aldis.broker.store.QueueBounds;
import io.aldis.broker.store.SessionRecord;
import java.util.function.Consumer;

/** Where connections get their sessions. Callable from any thread. */
public final class Sessions {

    private final SessionTable table;
    private final CommandLog log;
    private final QueueBounds bounds;

    /**
     * Hands out the sessions of {@code table}, which follows the ledger behind {@code log}.
     *
     * @param bounds of each session's queue and of all
     */
    public Sessions(SessionTable table, CommandLog log, QueueBounds bounds) {
        this.table = table;
        this.log = log;
        this.bounds = bounds;
    }

    /** What each session's queue may hold, and all together. */
    public QueueBounds bounds() {
        return bounds;
    }

    /** What a claim of a client id led to. */
    public sealed interface Opening {

        /** The client id went to the connection. */
        sealed interface Admitted extends Opening {

            /** Whether the session is an earlier one, resumed [MQTT-3.2.2-3]. */
            boolean present();

            /** The session as the claim left it. */
            SessionRecord record();
        }

        /**
         * The connection owns the client id.
         *
         * @param session to be attached to, on its own loop
         * @param epoch to be named when attaching
         */
        record Granted(Session session, long epoch, boolean present, SessionRecord record) implements Admitted {}

        /** Another connection has claimed the client id since: this one is already taken over. */
        record Overtaken(boolean present, SessionRecord record) implements Admitted {}

        /** The client id has a session of another principal: nothing was changed. */
        record Refused() implements Opening {}
    }

    /**
     * Claims a client id for a connection that waits on {@code home}; {@code then} runs there.
     *
     * @param answers what the claim of a durable session must outlive before it is answered
     */
    public void claimAsync(Claim claim, Durability answers, Loop home, Consumer<Opening> then) {
        table.expect(claim.link(), home);
        log.propose(claim, claim.expirySeconds() > 0 ? answers : Durability.WRITTEN, home, claimed -> {
            if (claimed instanceof Claimed.Granted granted) {
                then.accept(opened(granted));
            } else {
                table.arrived(claim.link());
                then.accept(new Opening.Refused());
            }
        });
    }

    private Opening opened(Claimed.Granted granted) {
        SessionRecord record = granted.record();
        Session session = table.ofNumber(record.session());
        return session == null
                ? new Opening.Overtaken(granted.present(), record)
                : new Opening.Granted(session, record.epoch(), granted.present(), record);
    }
}
