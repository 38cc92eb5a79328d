package io.aldis.broker.hook;

/**
 * Where hooks are registered: by plugins, and by the program that embeds the broker, each with a registry of its own.
 *
 * <pre>{@code
 * hooks.onBasicAuth(login -> users.know(login.username(), login.password()) ? login.accept() : login.refuse("Who?"))
 *      .onMsgArrived(arrival -> arrival.message().qos() == Qos.EXACTLY_ONCE ? arrival.drop() : arrival.route())
 *      .blocking().onConnected(event -> database.insert(event.client().clientId()));
 * }</pre>
 *
 * <p>Each hook may be registered any number of times. They are called in this order: those of plugins, in the order of the plugins,
 * the first outermost; last those of the embedder; those of one owner as they were registered. Nobody replaces anybody.
 *
 * <p>A hook is called on a loop of the broker and has to be quick there. What waits for something either answers asynchronously
 * ({@code …Async}) or is registered with {@link #blocking()}. Not safe for use by several threads.
 */
public interface HookRegistry {

    /**
     * The same registry for hooks that may block: they are called on threads of their own, virtual ones on Java 21 and later. What is
     * about one client is still dealt with in its order; others do not wait. Listening hooks that block hear one after the other in the
     * order of all hooks, but those that do not block have not waited for them.
     */
    HookRegistry blocking();

    /** Registers an {@link OnAccept}. */
    HookRegistry onAccept(OnAccept hook);

    /** Registers an {@link OnAccept} that answers later. */
    HookRegistry onAcceptAsync(OnAccept.Async hook);

    /** Registers an {@link OnConnect}. */
    HookRegistry onConnect(OnConnect hook);

    /** Registers an {@link OnConnect} that answers later. */
    HookRegistry onConnectAsync(OnConnect.Async hook);

    /** Registers an {@link OnBasicAuth}. */
    HookRegistry onBasicAuth(OnBasicAuth hook);

    /** Registers an {@link OnBasicAuth} that answers later. */
    HookRegistry onBasicAuthAsync(OnBasicAuth.Async hook);

    /**
     * Registers an {@link EnhancedAuthenticator}, the <b>OnEnhancedAuth</b> and <b>OnReAuth</b> of its method.
     *
     * @throws IllegalArgumentException if it names no method; that two name the same is found when they come together in a broker
     * @throws IllegalStateException on a registry for hooks that block: this one answers later by itself
     */
    HookRegistry authenticator(EnhancedAuthenticator authenticator);

    /** Registers an {@link Authorizer}. */
    HookRegistry authorizer(Authorizer hook);

    /** Registers an {@link Authorizer} that answers later. */
    HookRegistry authorizerAsync(Authorizer.Async hook);

    /** Registers an {@link OnSubscribe}. */
    HookRegistry onSubscribe(OnSubscribe hook);

    /** Registers an {@link OnSubscribe} that answers later. */
    HookRegistry onSubscribeAsync(OnSubscribe.Async hook);

    /** Registers an {@link OnUnsubscribe}. */
    HookRegistry onUnsubscribe(OnUnsubscribe hook);

    /** Registers an {@link OnUnsubscribe} that answers later. */
    HookRegistry onUnsubscribeAsync(OnUnsubscribe.Async hook);

    /** Registers an {@link OnMsgArrived}. */
    HookRegistry onMsgArrived(OnMsgArrived hook);

    /** Registers an {@link OnMsgArrived} that answers later. */
    HookRegistry onMsgArrivedAsync(OnMsgArrived.Async hook);

    /** Registers an {@link OnWillPublish}. */
    HookRegistry onWillPublish(OnWillPublish hook);

    /** Registers an {@link OnWillPublish} that answers later. */
    HookRegistry onWillPublishAsync(OnWillPublish.Async hook);

    /**
     * Registers an {@link OnDeliver}.
     *
     * @throws IllegalStateException on a registry for hooks that block: this one cannot leave the loop
     */
    HookRegistry onDeliver(OnDeliver hook);

    /** Registers an {@link OnConnected}. */
    HookRegistry onConnected(OnConnected hook);

    /** Registers an {@link OnSessionCreated}. */
    HookRegistry onSessionCreated(OnSessionCreated hook);

    /** Registers an {@link OnSessionResumed}. */
    HookRegistry onSessionResumed(OnSessionResumed hook);

    /** Registers an {@link OnSessionTerminated}. */
    HookRegistry onSessionTerminated(OnSessionTerminated hook);

    /** Registers an {@link OnSubscribed}. */
    HookRegistry onSubscribed(OnSubscribed hook);

    /** Registers an {@link OnUnsubscribed}. */
    HookRegistry onUnsubscribed(OnUnsubscribed hook);

    /** Registers an {@link OnDelivered}. */
    HookRegistry onDelivered(OnDelivered hook);

    /** Registers an {@link OnAcked}. */
    HookRegistry onAcked(OnAcked hook);

    /** Registers an {@link OnMsgDropped}. */
    HookRegistry onMsgDropped(OnMsgDropped hook);

    /** Registers an {@link OnWillPublished}. */
    HookRegistry onWillPublished(OnWillPublished hook);

    /** Registers an {@link OnClose}. */
    HookRegistry onClose(OnClose hook);

    /** Registers an {@link OnClosed}. */
    HookRegistry onClosed(OnClosed hook);

    /** Registers an {@link OnStop}. */
    HookRegistry onStop(OnStop hook);
}
