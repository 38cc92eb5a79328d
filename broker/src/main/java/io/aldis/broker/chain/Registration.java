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
import io.aldis.broker.hook.OnStop;
import io.aldis.broker.hook.OnSubscribe;
import io.aldis.broker.hook.OnSubscribed;
import io.aldis.broker.hook.OnUnsubscribe;
import io.aldis.broker.hook.OnUnsubscribed;
import io.aldis.broker.hook.OnWillPublish;
import io.aldis.broker.hook.OnWillPublished;
import java.util.Set;

/** Takes down the hooks of one owner. */
final class Registration implements HookRegistry {

    private static final Set<String> PER_MESSAGE =
            Set.of("Authorizer", "OnMsgArrived", "OnDeliver", "OnDelivered", "OnAcked", "OnMsgDropped");

    private final HookSet set;
    private final boolean blocking;

    /** The registry of one owner. */
    Registration(HookSet set) {
        this(set, false);
    }

    private Registration(HookSet set, boolean blocking) {
        this.set = set;
        this.blocking = blocking;
    }

    @Override
    public HookRegistry blocking() {
        return new Registration(set, true);
    }

    private HookFigures figures(String hook, Object implementation) {
        set.checkIncomplete();
        return new HookFigures(set.owner, hook, implementation.getClass().getName(), PER_MESSAGE.contains(hook));
    }

    @Override
    public HookRegistry onAccept(OnAccept hook) {
        set.onAccept.add(Asked.now(set, figures("OnAccept", hook), hook::onAccept, blocking));
        return this;
    }

    @Override
    public HookRegistry onAcceptAsync(OnAccept.Async hook) {
        set.onAccept.add(Asked.later(set, figures("OnAccept", hook), hook::onAccept, blocking));
        return this;
    }

    @Override
    public HookRegistry onConnect(OnConnect hook) {
        set.onConnect.add(Asked.now(set, figures("OnConnect", hook), hook::onConnect, blocking));
        return this;
    }

    @Override
    public HookRegistry onConnectAsync(OnConnect.Async hook) {
        set.onConnect.add(Asked.later(set, figures("OnConnect", hook), hook::onConnect, blocking));
        return this;
    }

    @Override
    public HookRegistry onBasicAuth(OnBasicAuth hook) {
        set.onBasicAuth.add(Asked.now(set, figures("OnBasicAuth", hook), hook::onBasicAuth, blocking));
        return this;
    }

    @Override
    public HookRegistry onBasicAuthAsync(OnBasicAuth.Async hook) {
        set.onBasicAuth.add(Asked.later(set, figures("OnBasicAuth", hook), hook::onBasicAuth, blocking));
        return this;
    }

    @Override
    public HookRegistry authenticator(EnhancedAuthenticator authenticator) {
        set.checkIncomplete();
        if (blocking) {
            throw new IllegalStateException(
                    "An authenticator is called on the loop and answers later. Register it without blocking(), and let it do elsewhere what takes time.");
        }
        if (authenticator.method().isEmpty()) {
            throw new IllegalArgumentException(authenticator.getClass().getName() + " names no authentication method.");
        }
        set.authenticators.add(authenticator);
        return this;
    }

    @Override
    public HookRegistry authorizer(Authorizer hook) {
        set.authorizers.add(Asked.now(set, figures("Authorizer", hook), hook::authorize, blocking));
        return this;
    }

    @Override
    public HookRegistry authorizerAsync(Authorizer.Async hook) {
        set.authorizers.add(Asked.later(set, figures("Authorizer", hook), hook::authorize, blocking));
        return this;
    }

    @Override
    public HookRegistry onSubscribe(OnSubscribe hook) {
        set.onSubscribe.add(Asked.now(set, figures("OnSubscribe", hook), hook::onSubscribe, blocking));
        return this;
    }

    @Override
    public HookRegistry onSubscribeAsync(OnSubscribe.Async hook) {
        set.onSubscribe.add(Asked.later(set, figures("OnSubscribe", hook), hook::onSubscribe, blocking));
        return this;
    }

    @Override
    public HookRegistry onUnsubscribe(OnUnsubscribe hook) {
        set.onUnsubscribe.add(Asked.now(set, figures("OnUnsubscribe", hook), hook::onUnsubscribe, blocking));
        return this;
    }

    @Override
    public HookRegistry onUnsubscribeAsync(OnUnsubscribe.Async hook) {
        set.onUnsubscribe.add(Asked.later(set, figures("OnUnsubscribe", hook), hook::onUnsubscribe, blocking));
        return this;
    }

    @Override
    public HookRegistry onMsgArrived(OnMsgArrived hook) {
        set.onMsgArrived.add(Asked.now(set, figures("OnMsgArrived", hook), hook::onMsgArrived, blocking));
        return this;
    }

    @Override
    public HookRegistry onMsgArrivedAsync(OnMsgArrived.Async hook) {
        set.onMsgArrived.add(Asked.later(set, figures("OnMsgArrived", hook), hook::onMsgArrived, blocking));
        return this;
    }

    @Override
    public HookRegistry onWillPublish(OnWillPublish hook) {
        set.onWillPublish.add(Asked.now(set, figures("OnWillPublish", hook), hook::onWillPublish, blocking));
        return this;
    }

    @Override
    public HookRegistry onWillPublishAsync(OnWillPublish.Async hook) {
        set.onWillPublish.add(Asked.later(set, figures("OnWillPublish", hook), hook::onWillPublish, blocking));
        return this;
    }

    @Override
    public HookRegistry onDeliver(OnDeliver hook) {
        if (blocking) {
            throw new IllegalStateException(
                    "OnDeliver is called between two packets and cannot block. Register it without blocking(), or use OnMsgArrived.");
        }
        set.onDeliver.add(Asked.here(set, figures("OnDeliver", hook), hook::onDeliver));
        return this;
    }

    @Override
    public HookRegistry onConnected(OnConnected hook) {
        set.onConnected.add(new Told<>(set, figures("OnConnected", hook), hook::onConnected, blocking));
        return this;
    }

    @Override
    public HookRegistry onSessionCreated(OnSessionCreated hook) {
        set.onSessionCreated.add(new Told<>(set, figures("OnSessionCreated", hook), hook::onSessionCreated, blocking));
        return this;
    }

    @Override
    public HookRegistry onSessionResumed(OnSessionResumed hook) {
        set.onSessionResumed.add(new Told<>(set, figures("OnSessionResumed", hook), hook::onSessionResumed, blocking));
        return this;
    }

    @Override
    public HookRegistry onSessionTerminated(OnSessionTerminated hook) {
        set.onSessionTerminated.add(
                new Told<>(set, figures("OnSessionTerminated", hook), hook::onSessionTerminated, blocking));
        return this;
    }

    @Override
    public HookRegistry onSubscribed(OnSubscribed hook) {
        set.onSubscribed.add(new Told<>(set, figures("OnSubscribed", hook), hook::onSubscribed, blocking));
        return this;
    }

    @Override
    public HookRegistry onUnsubscribed(OnUnsubscribed hook) {
        set.onUnsubscribed.add(new Told<>(set, figures("OnUnsubscribed", hook), hook::onUnsubscribed, blocking));
        return this;
    }

    @Override
    public HookRegistry onDelivered(OnDelivered hook) {
        set.onDelivered.add(new Told<>(set, figures("OnDelivered", hook), hook::onDelivered, blocking));
        return this;
    }

    @Override
    public HookRegistry onAcked(OnAcked hook) {
        set.onAcked.add(new Told<>(set, figures("OnAcked", hook), hook::onAcked, blocking));
        return this;
    }

    @Override
    public HookRegistry onMsgDropped(OnMsgDropped hook) {
        set.onMsgDropped.add(new Told<>(set, figures("OnMsgDropped", hook), hook::onMsgDropped, blocking));
        return this;
    }

    @Override
    public HookRegistry onWillPublished(OnWillPublished hook) {
        set.onWillPublished.add(new Told<>(set, figures("OnWillPublished", hook), hook::onWillPublished, blocking));
        return this;
    }

    @Override
    public HookRegistry onClose(OnClose hook) {
        set.onClose.add(new Told<>(set, figures("OnClose", hook), hook::onClose, blocking));
        return this;
    }

    @Override
    public HookRegistry onClosed(OnClosed hook) {
        set.onClosed.add(new Told<>(set, figures("OnClosed", hook), hook::onClosed, blocking));
        return this;
    }

    @Override
    public HookRegistry onStop(OnStop hook) {
        set.onStop.add(new Told<>(set, figures("OnStop", hook), stopped -> hook.onStop(), false));
        return this;
    }
}
