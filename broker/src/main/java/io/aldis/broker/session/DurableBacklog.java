package io.aldis.broker.session;

import io.aldis.broker.loop.Loop;
import io.aldis.broker.settings.Durability;
import io.aldis.broker.store.Command.Acknowledge;
import io.aldis.broker.store.Command.Advance;
import io.aldis.broker.store.Command.Deliver;
import io.aldis.broker.store.Command.Outcome;
import io.aldis.broker.store.Command.Received;
import io.aldis.broker.store.CommandLog;
import io.aldis.broker.store.QueueBounds;
import io.aldis.broker.store.QueueRow;
import io.aldis.broker.store.QueuedMessage;
import io.aldis.codec.Qos;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The queue of a session that may outlive its connection: rows of the ledger, of which those that may be sent come here, removed by
 * commands. Acknowledgements of one turn go in one command.
 */
final class DurableBacklog implements Backlog {

    /** Messages of a replay that the queue takes at once. */
    private static final int LARGEST_PORTION = 64;

    private final CommandLog log;
    private final Session session;
    private final Loop loop;
    private final QueueBounds bounds;
    private final List<Outgoing> settling = new ArrayList<>();

    private final QueueTotals totals;

    /** Messages of a replay that the queue does not have yet. */
    private final List<QueuedMessage> admitting = new ArrayList<>();

    private boolean admissionUnderWay;

    /** What may be sent and was not taken. */
    private final Queue<QueueRow> arrivals = new ConcurrentLinkedQueue<>();

    // Written by the thread that applies commands.
    private volatile boolean more;
    private volatile long waiting;

    DurableBacklog(Surroundings surroundings, Session session, Loop loop, QueueBounds bounds) {
        log = surroundings.log();
        totals = surroundings.totals();
        this.bounds = bounds;
        this.session = session;
        this.loop = loop;
    }

    /** The next message may be sent. Called by the thread that applies commands. */
    void sendable(QueueRow row) {
        arrivals.add(row);
    }

    /** There is more to be sent than could be told at once. Called by the thread that applies commands. */
    void moreToSend() {
        more = true;
    }

    /** So many may not be sent yet. Called by the thread that applies commands. */
    void waits(long messages) {
        waiting = messages;
    }

    @Override
    public @Nullable Outgoing next(boolean room) {
        QueueRow row = arrivals.peek();
        if (row == null) {
            fetch();
            return null;
        }
        QueuedMessage queued = row.message();
        if (!room && queued.qos() != Qos.AT_MOST_ONCE) {
            return null;
        }
        arrivals.remove();
        Delivery delivery = new Delivery(
                queued.message(),
                queued.qos(),
                queued.retain(),
                queued.subscriptionIdentifiers(),
                false,
                queued.share());
        Outgoing next = new Outgoing(row.sequence(), row.number(), delivery);
        next.sent = row.again();
        next.released = row.received();
        return next;
    }

    private void fetch() {
        if (more) {
            more = false;
            log.propose(
                    new Advance(session.number(), session.attachedEpoch()),
                    Durability.WRITTEN,
                    loop,
                    outcome -> session.replayReady());
        }
    }

    /** A portion, when nothing waits any more: so the queue has room for it, however much the replay holds. */
    @Override
    public boolean admit(Replay replay, Outbox outbox) {
        if (!admitting.isEmpty() || !arrivals.isEmpty() || waiting > 0) {
            return false; // Others come first; or the last portion is on its way, or waits for the next connection.
        }
        long most = Math.min(LARGEST_PORTION, bounds.messages() - outbox.inFlight());
        long room = bounds.bytes() - outbox.bytesInFlight();
        Delivery next = replay.peek();
        while (next != null && next.qos() != Qos.AT_MOST_ONCE && admitting.size() < most) {
            boolean fits = next.message().bytes() <= room;
            boolean canNever = outbox.inFlight() == 0 && admitting.isEmpty(); // The queue will say so.
            if (!fits && !canNever) {
                break;
            }
            replay.remove();
            admitting.add(new QueuedMessage(
                    next.message(), next.qos(), next.retain(), next.subscriptionIdentifiers(), next.share()));
            room -= next.message().bytes();
            next = replay.peek();
        }
        boolean any = !admitting.isEmpty();
        resume(outbox);
        return any;
    }

    @Override
    public void resume(Outbox outbox) {
        if (admitting.isEmpty() || admissionUnderWay) {
            return;
        }
        admissionUnderWay = true;
        long epoch = session.attachedEpoch();
        log.propose(
                new Deliver(session.number(), epoch, List.copyOf(admitting), totals.held()),
                Durability.WRITTEN,
                loop,
                outcome -> {
                    admissionUnderWay = false;
                    if (outcome == Outcome.APPLIED) {
                        admitting.clear();
                        outbox.pump();
                    } else if (session.attachedEpoch() != epoch) {
                        resume(outbox); // The next connection is here already.
                    }
                });
    }

    @Override
    public void settle(Outgoing sent, Outbox outbox) {
        if (sent.settling) {
            return;
        }
        sent.settling = true;
        sent.answered = true;
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
        log.propose(new Acknowledge(session.number(), epoch, sequences), Durability.WRITTEN, loop, outcome -> {
            for (Outgoing sent : batch) {
                if (outcome == Outcome.APPLIED) {
                    outbox.settled(sent);
                } else if (session.attachedEpoch() != epoch) {
                    sent.settling = false;
                    settle(sent, outbox); // The next connection was not sent it again: it need not be.
                } else if (sent.sent || sent.atMostOnce()) {
                    settling.add(sent); // The next connection is on its way, and begins with a flush.
                } else {
                    sent.settling = false; // It was too large for this connection: the next one may take it.
                }
            }
        });
    }

    @Override
    public void received(Outgoing sent, Outbox outbox) {
        log.propose(
                new Received(session.number(), session.attachedEpoch(), sent.sequence),
                session.durability(),
                loop,
                outcome -> {
                    if (outcome == Outcome.APPLIED) {
                        outbox.released(sent);
                    }
                });
    }

    @Override
    public void abandon(List<Outgoing> left) {
        // What waits are rows of the ledger.
    }
}
