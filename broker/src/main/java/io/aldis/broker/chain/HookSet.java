package io.aldis.broker.chain;

import io.aldis.broker.hook.Authorizer;
import io.aldis.broker.hook.EnhancedAuthenticator;
import io.aldis.broker.hook.HookRegistry;
import io.aldis.broker.hook.OnAccept;
import io.aldis.broker.hook.OnAcked;
import io.aldis.broker.hook.OnBasicAuth;
import io.aldis.broker.hook.OnClose;
import io.aldis.broker.hook.OnClosed;
import io.aldis.broker.hook.OnConnect;
import io.aldis.broker.hook.OnConnected;
import io.aldis.broker.hook.OnDeliver;
import io.aldis.broker.hook.OnDelivered;
import io.aldis.broker.hook.OnMsgArrived;
import io.aldis.broker.hook.OnMsgDropped;
import io.aldis.broker.hook.OnSessionCreated;
import io.aldis.broker.hook.OnSessionResumed;
import io.aldis.broker.hook.OnSessionTerminated;
import io.aldis.broker.hook.OnSubscribe;
import io.aldis.broker.hook.OnSubscribed;
import io.aldis.broker.hook.OnUnsubscribe;
import io.aldis.broker.hook.OnUnsubscribed;
import io.aldis.broker.hook.OnWillPublish;
import io.aldis.broker.hook.OnWillPublished;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The hooks of one owner: a plugin, or the program that embeds the broker. Filled by its {@link HookRegistry} before the broker uses
 * it, and not changed afterwards.
 */
final class HookSet {

    final String owner;

    final List<Asked<OnAccept.Accepting, OnAccept.Answer>> onAccept = new ArrayList<>();
    final List<Asked<OnConnect.Connecting, OnConnect.Answer>> onConnect = new ArrayList<>();
    final List<Asked<OnBasicAuth.Login, OnBasicAuth.Answer>> onBasicAuth = new ArrayList<>();
    final List<EnhancedAuthenticator> authenticators = new ArrayList<>();
    final List<Asked<Authorizer.Access, Authorizer.Answer>> authorizers = new ArrayList<>();
    final List<Asked<OnSubscribe.Subscribing, OnSubscribe.Answer>> onSubscribe = new ArrayList<>();
    final List<Asked<OnUnsubscribe.Unsubscribing, OnUnsubscribe.Answer>> onUnsubscribe = new ArrayList<>();
    final List<Asked<OnMsgArrived.Arrival, OnMsgArrived.Answer>> onMsgArrived = new ArrayList<>();
    final List<Asked<OnWillPublish.WillDue, OnWillPublish.Answer>> onWillPublish = new ArrayList<>();
    final List<Asked<OnDeliver.Delivering, OnDeliver.Answer>> onDeliver = new ArrayList<>();

    final List<Told<OnConnected.Connected>> onConnected = new ArrayList<>();
    final List<Told<OnSessionCreated.Created>> onSessionCreated = new ArrayList<>();
    final List<Told<OnSessionResumed.Resumed>> onSessionResumed = new ArrayList<>();
    final List<Told<OnSessionTerminated.Terminated>> onSessionTerminated = new ArrayList<>();
    final List<Told<OnSubscribed.Subscribed>> onSubscribed = new ArrayList<>();
    final List<Told<OnUnsubscribed.Unsubscribed>> onUnsubscribed = new ArrayList<>();
    final List<Told<OnDelivered.Delivered>> onDelivered = new ArrayList<>();
    final List<Told<OnAcked.Acked>> onAcked = new ArrayList<>();
    final List<Told<OnMsgDropped.Dropped>> onMsgDropped = new ArrayList<>();
    final List<Told<OnWillPublished.WillPublished>> onWillPublished = new ArrayList<>();
    final List<Told<OnClose.Closing>> onClose = new ArrayList<>();
    final List<Told<OnClosed.Closed>> onClosed = new ArrayList<>();
    final List<Told<Stopped>> onStop = new ArrayList<>();

    /** Calls that have left the loops and have not come back. One more as long as the set is in use. */
    private final AtomicInteger busy = new AtomicInteger(1);

    private final CompletableFuture<Void> quiet = new CompletableFuture<>();

    /** All has been registered: it is used from now on. */
    private volatile boolean complete;

    HookSet(String owner) {
        this.owner = owner;
    }

    /** The broker has stopped. */
    enum Stopped {
        STOPPED
    }

    void complete() {
        complete = true;
    }

    void checkIncomplete() {
        if (complete) {
            throw new IllegalStateException("Hooks of " + owner + " are registered when it starts, and not later.");
        }
    }

    void enter() {
        busy.incrementAndGet();
    }

    void leave() {
        if (busy.decrementAndGet() == 0) {
            quiet.complete(null);
        }
    }

    /** No new call begins; completes when the last one has come back. To be called once. */
    CompletionStage<Void> retire() {
        leave();
        return quiet;
    }
}
