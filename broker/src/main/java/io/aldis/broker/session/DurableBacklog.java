package io.aldis.broker.session;

import io.aldis.broker.loop.Loop;
import io.aldis.broker.store.Command.Acknowledge;
import io.aldis.broker.store.Command.Outcome;
import io.aldis.broker.store.Command.Received;
import io.aldis.broker.store.CommandLog;
import io.aldis.broker.store.QueueRow;
import io.aldis.broker.store.QueuedMessage;
import io.aldis.broker.store.StateMachine;
import io.aldis.codec.Qos;
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

    /** Whether there may be messages of QoS 0. */
    private final boolean keepsQos0;

    /** Place from which to read the next message. */
    private long cursor;

    DurableBacklog(Surroundings surroundings, Session session, Loop loop) {
        log = surroundings.log();
        ledger = surroundings.ledger();
        keepsQos0 = surroundings.keepsQos0();
        this.session = session;
        this.loop = loop;
    }

    @Override
    public @Nullable Outgoing next(boolean room) {
        QueueRow row = room || keepsQos0 ? ledger.toSend(session.number(), cursor) : null;
        if (row == null || (!room && row.message().qos() != Qos.AT_MOST_ONCE)) {
            return null;
        }
        QueuedMessage queued = row.message();
        Delivery delivery =
                new Delivery(queued.message(), queued.qos(), queued.retain(), queued.subscriptionIdentifiers(), false);
        cursor = row.sequence() + 1;
        return new Outgoing(row.sequence(), queued.number(), delivery);
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
    public void forget(Outgoing unsent, Outbox outbox) {
        settle(unsent, outbox);
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
}
