package io.aldis.broker.session;

import io.aldis.broker.loop.Loop;
import io.aldis.broker.store.Command.Acknowledge;
import io.aldis.broker.store.Command.Outcome;
import io.aldis.broker.store.Command.Received;
import io.aldis.broker.store.CommandLog;
import io.aldis.broker.store.QueuedMessage;
import io.aldis.broker.store.StateMachine;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The queue of a session that may outlive its connection: rows of the ledger, read in order behind a cursor, removed by
 * commands. Acknowledgements of one turn go in one command.
 */
final class DurableBacklog implements Backlog {

    private final CommandLog log;
    private final StateMachine ledger;
    private final Session session;
    private final Loop loop;
    private final List<Outgoing> settling = new ArrayList<>();

    /** Place of the next message to read. */
    private long cursor;

    DurableBacklog(CommandLog log, StateMachine ledger, Session session, Loop loop) {
        this.log = log;
        this.ledger = ledger;
        this.session = session;
        this.loop = loop;
    }

    @Override
    public @Nullable Outgoing next() {
        QueuedMessage queued = ledger.queued(session.number(), cursor);
        if (queued == null) {
            return null;
        }
        Delivery delivery =
                new Delivery(queued.message(), queued.qos(), queued.retain(), queued.subscriptionIdentifiers(), false);
        return new Outgoing(cursor++, delivery);
    }

    @Override
    public void settle(Outgoing sent, Outbox outbox) {
        if (sent.settling) {
            return;
        }
        sent.settling = true;
        settling.add(sent);
        if (settling.size() == 1) {
            loop.atEndOfTurn(() -> flush(outbox));
        }
    }

    @Override
    public void flush(Outbox outbox) {
        if (settling.isEmpty()) {
            return;
        }
        List<Outgoing> batch = List.copyOf(settling);
        settling.clear();
        List<Long> sequences = batch.stream().map(sent -> sent.sequence).toList();
        long epoch = session.attachedEpoch();
        log.propose(new Acknowledge(session.number(), epoch, sequences), loop, outcome -> {
            for (Outgoing sent : batch) {
                sent.settling = false;
                if (outcome == Outcome.APPLIED) {
                    outbox.settled(sent);
                } else if (session.attachedEpoch() != epoch) {
                    settle(sent, outbox); // The next connection was not sent it again: it need not be.
                }
            }
        });
    }

    @Override
    public void received(Outgoing sent, Outbox outbox) {
        log.propose(new Received(session.number(), session.attachedEpoch(), sent.sequence), loop, outcome -> {
            if (outcome == Outcome.APPLIED) {
                outbox.released(sent);
            }
        });
    }

    @Override
    public int waiting() {
        // The rows beyond the cursor are the ledger's to count.
        return 0;
    }
}
