package io.aldis.broker.store;

import io.aldis.broker.message.Message;
import io.aldis.broker.metric.DropReason;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Changes that are told when they are kept, not before: else somebody might see what a crash undoes. Confined to the applying thread. */
public final class DeferredChanges implements Changes {

    private final Changes listener;
    private final List<Runnable> changes = new ArrayList<>();

    /** @param listener hears of them late */
    public DeferredChanges(Changes listener) {
        this.listener = listener;
    }

    /** Tells all that was not told. */
    void tell() {
        changes.forEach(Runnable::run);
        changes.clear();
    }

    @Override
    public void restored(SessionRecord session) {
        changes.add(() -> listener.restored(session));
    }

    @Override
    public void receiptRestored(long session, int packetId) {
        changes.add(() -> listener.receiptRestored(session, packetId));
    }

    @Override
    public void claimed(SessionRecord session) {
        changes.add(() -> listener.claimed(session));
    }

    @Override
    public void ended(SessionRecord session, SessionEnd why) {
        changes.add(() -> listener.ended(session, why));
    }

    @Override
    public void subscribed(long session, List<StoredSubscription> subscriptions, int more) {
        changes.add(() -> listener.subscribed(session, subscriptions, more));
    }

    @Override
    public void unsubscribed(long session, List<String> filters) {
        changes.add(() -> listener.unsubscribed(session, filters));
    }

    @Override
    public void sendable(long session, QueueRow row) {
        changes.add(() -> listener.sendable(session, row));
    }

    @Override
    public void moreToSend(long session) {
        changes.add(() -> listener.moreToSend(session));
    }

    @Override
    public void queueGrown(long session, long messages, long bytes, long waiting) {
        changes.add(() -> listener.queueGrown(session, messages, bytes, waiting));
    }

    @Override
    public void queueShrunk(long session, long messages, long bytes, long waiting) {
        changes.add(() -> listener.queueShrunk(session, messages, bytes, waiting));
    }

    @Override
    public void dropped(DropReason reason, Message message, String clientId) {
        changes.add(() -> listener.dropped(reason, message, clientId));
    }

    @Override
    public void leftBehind(long session, long sequence, QueuedMessage message) {
        changes.add(() -> listener.leftBehind(session, sequence, message));
    }

    @Override
    public void retained(String topic, @Nullable Message message) {
        changes.add(() -> listener.retained(topic, message));
    }

    @Override
    public void willDue(long number, Message will) {
        changes.add(() -> listener.willDue(number, will));
    }

    @Override
    public void timerDue(long time) {
        changes.add(() -> listener.timerDue(time));
    }
}
