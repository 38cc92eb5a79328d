package io.aldis.broker.chain;

import io.aldis.broker.admin.Admin;
import io.aldis.broker.admin.HookUse;
import io.aldis.broker.hook.AuthenticationAnswer;
import io.aldis.broker.hook.AuthenticationRequest;
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
import io.aldis.broker.loop.Loop;
import io.aldis.broker.message.Message;
import io.aldis.broker.settings.HookSettings;
import io.aldis.codec.ReasonCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The hooks of a broker, in the order they are called. Safe for use by every thread; hooks come and go while it runs.
 *
 * <p>One field for each place where the broker asks or tells; whoever does so looks first whether there is {@code any()}body.
 */
public final class Hooks implements AutoCloseable {

    /** The owner of those hooks that belong to the program around the broker. */
    public static final String EMBEDDER = "embedder";

    /** Asks each {@link OnAccept}. */
    public final Deciding<OnAccept.Accepting, OnAccept.Answer> onAccept;

    /** Asks each {@link OnConnect}. */
    public final Deciding<OnConnect.Connecting, OnConnect.Answer> onConnect;

    /** Asks each {@link OnBasicAuth}. */
    public final Deciding<OnBasicAuth.Login, OnBasicAuth.Answer> onBasicAuth;

    /** Asks each {@link Authorizer}. */
    public final Deciding<Authorizer.Access, Authorizer.Answer> authorizers;

    /** Asks each {@link OnSubscribe}. */
    public final Deciding<OnSubscribe.Subscribing, OnSubscribe.Answer> onSubscribe;

    /** Asks each {@link OnUnsubscribe}. */
    public final Deciding<OnUnsubscribe.Unsubscribing, OnUnsubscribe.Answer> onUnsubscribe;

    /** Asks each {@link OnMsgArrived}. */
    public final Deciding<OnMsgArrived.Arrival, OnMsgArrived.Answer> onMsgArrived;

    /** Asks each {@link OnWillPublish}. */
    public final Deciding<OnWillPublish.WillDue, OnWillPublish.Answer> onWillPublish;

    /** Asks each {@link OnDeliver}. */
    public final Deciding<OnDeliver.Delivering, OnDeliver.Answer> onDeliver;

    /** Tells each {@link OnConnected}. */
    public final Listening<OnConnected.Connected> onConnected;

    /** Tells each {@link OnSessionCreated}. */
    public final Listening<OnSessionCreated.Created> onSessionCreated;

    /** Tells each {@link OnSessionResumed}. */
    public final Listening<OnSessionResumed.Resumed> onSessionResumed;

    /** Tells each {@link OnSessionTerminated}. */
    public final Listening<OnSessionTerminated.Terminated> onSessionTerminated;

    /** Tells each {@link OnSubscribed}. */
    public final Listening<OnSubscribed.Subscribed> onSubscribed;

    /** Tells each {@link OnUnsubscribed}. */
    public final Listening<OnUnsubscribed.Unsubscribed> onUnsubscribed;

    /** Tells each {@link OnDelivered}. */
    public final Listening<OnDelivered.Delivered> onDelivered;

    /** Tells each {@link OnAcked}. */
    public final Listening<OnAcked.Acked> onAcked;

    /** Tells each {@link OnMsgDropped}. */
    public final Listening<OnMsgDropped.Dropped> onMsgDropped;

    /** Tells each {@link OnWillPublished}. */
    public final Listening<OnWillPublished.WillPublished> onWillPublished;

    /** Tells each {@link OnClose}. */
    public final Listening<OnClose.Closing> onClose;

    /** Tells each {@link OnClosed}. */
    public final Listening<OnClosed.Closed> onClosed;

    /** Said to clients; the log says more. */
    private static final String FAILED = "It could not be decided whether this is allowed.";

    /** Said to clients while a plugin is reloaded. */
    private static final String AWAY = "Who decides about this is away for a moment.";

    private final Listening<HookSet.Stopped> onStop;

    private final HookThreads threads;

    private volatile List<HookSet> sets = List.of();
    private volatile Map<String, Authenticating> authenticators = Map.of();
    private volatile @Nullable Admin broker;

    private Hooks(HookThreads threads) {
        this.threads = threads;
        onAccept = new Deciding<>(
                threads,
                (event, answer) -> answer instanceof OnAccept.Accept,
                event -> event.accept(),
                new OnAccept.Refuse("A hook that decides about connections failed."));
        onConnect = new Deciding<>(
                threads,
                (event, answer) -> {
                    if (answer instanceof OnConnect.Proceed proceed) {
                        event.limit(proceed.limits());
                    }
                    return answer instanceof OnConnect.Proceed;
                },
                event -> event.proceed(event.limits()),
                new OnConnect.Refuse(ReasonCode.NOT_AUTHORIZED, FAILED));
        onBasicAuth = new Deciding<>(
                threads,
                (event, answer) -> answer instanceof OnBasicAuth.Pass,
                event -> event.refuse("Nobody knows this user."),
                new OnBasicAuth.Refuse(ReasonCode.NOT_AUTHORIZED, FAILED));
        authorizers = new Deciding<>(
                threads,
                (event, answer) -> answer == Authorizer.Answer.PASS,
                event -> allowedByNobody(),
                Authorizer.Answer.DENY);
        onSubscribe = new Deciding<>(
                threads,
                (event, answer) -> {
                    if (answer instanceof OnSubscribe.Grant grant) {
                        if (!grant.subscription().filter().equals(event.filter())) {
                            throw new IllegalArgumentException("A subscription to " + event.filter()
                                    + " was asked for, but one to "
                                    + grant.subscription().filter() + " was granted.");
                        }
                        event.become(grant.subscription());
                    }
                    return answer instanceof OnSubscribe.Grant;
                },
                event -> event.grant(),
                new OnSubscribe.Refuse(ReasonCode.NOT_AUTHORIZED, FAILED));
        onUnsubscribe = new Deciding<>(
                threads,
                (event, answer) -> answer instanceof OnUnsubscribe.Allow,
                event -> event.allow(),
                new OnUnsubscribe.Refuse(ReasonCode.NOT_AUTHORIZED, FAILED));
        onMsgArrived = new Deciding<>(
                threads,
                (event, answer) -> {
                    if (answer instanceof OnMsgArrived.Route route) {
                        event.become(sendable(event.message(), route.message()));
                    }
                    return answer instanceof OnMsgArrived.Route;
                },
                event -> event.route(),
                new OnMsgArrived.Refuse(ReasonCode.NOT_AUTHORIZED, FAILED));
        onWillPublish = new Deciding<>(
                threads,
                (event, answer) -> {
                    if (answer instanceof OnWillPublish.Publish publish) {
                        event.become(publishable(sendable(event.message(), publish.message())));
                    }
                    return answer instanceof OnWillPublish.Publish;
                },
                event -> event.publish(),
                new OnWillPublish.Drop());
        onDeliver = new Deciding<>(
                threads,
                (event, answer) -> {
                    if (answer instanceof OnDeliver.Send send) {
                        event.become(sendable(event.message(), send.message()));
                    }
                    return answer instanceof OnDeliver.Send;
                },
                event -> event.send(),
                new OnDeliver.Drop());
        onConnected = new Listening<>(threads);
        onSessionCreated = new Listening<>(threads);
        onSessionResumed = new Listening<>(threads);
        onSessionTerminated = new Listening<>(threads);
        onSubscribed = new Listening<>(threads);
        onUnsubscribed = new Listening<>(threads);
        onDelivered = new Listening<>(threads);
        onAcked = new Listening<>(threads);
        onMsgDropped = new Listening<>(threads);
        onWillPublished = new Listening<>(threads);
        onClose = new Listening<>(threads);
        onClosed = new Listening<>(threads);
        onStop = new Listening<>(threads);
    }

    /** Denied, unless the last authorizer has gone while it was asked. */
    private Authorizer.Answer allowedByNobody() {
        return authorizers.any() ? Authorizer.Answer.DENY : Authorizer.Answer.ALLOW;
    }

    /** No will goes where no message of a client may go. */
    private static Message publishable(Message will) {
        String topic = will.topic();
        if (topic.equals("$SYS") || topic.startsWith("$SYS/") || topic.startsWith("$share/")) {
            throw new IllegalArgumentException(
                    "A will cannot be published to " + topic + ": such topics are not for clients.");
        }
        return will;
    }

    /** A message that no packet can say must not get as far as those who encode it for their receivers. */
    private static Message sendable(Message before, Message made) {
        return made == before ? made : made.sendable();
    }

    /** Hooks of nobody yet, with threads of their own for those that block. */
    public static Hooks of(HookSettings settings, LongSupplier nanoTime) {
        return new Hooks(HookThreads.of(settings, nanoTime));
    }

    /** Hooks of nobody yet, with another's threads and time. */
    public static Hooks on(HookSettings settings, LongSupplier nanoTime, Executor blocking) {
        return new Hooks(HookThreads.on(settings, nanoTime, blocking));
    }

    /** Completes the wiring, before the first event: what events give access to. */
    public void connect(Admin admin) {
        broker = admin;
    }

    /** What events give access to. */
    public Admin broker() {
        Admin present = broker;
        if (present == null) {
            throw new IllegalStateException("Hooks are asked before they are connected to a broker.");
        }
        return present;
    }

    // Who has hooks.

    /** What one owner registers. */
    public static final class Owned {
        private final HookSet set;

        private Owned(HookSet set) {
            this.set = set;
        }

        /** Whose hooks they are. */
        public String owner() {
            return set.owner;
        }
    }

    /** Lets an owner register its hooks; they are called when {@link #replace} names them. */
    public static Owned register(String owner, Consumer<HookRegistry> registration) {
        HookSet set = new HookSet(owner);
        registration.accept(new Registration(set));
        set.complete();
        return new Owned(set);
    }

    /**
     * What stands in for hooks that are away for a while: says no wherever they decided who comes in and who may do what. Without
     * it everybody might, until they are back.
     */
    public static Owned closedFor(Owned away) {
        HookSet set = away.set;
        return register(set.owner, registry -> {
            if (!set.onBasicAuth.isEmpty()) {
                registry.onBasicAuth(login -> new OnBasicAuth.Refuse(ReasonCode.SERVER_UNAVAILABLE, AWAY));
            }
            if (!set.authorizers.isEmpty()) {
                registry.authorizer(Authorizer.Access::deny);
            }
            set.authenticators.forEach(one -> registry.authenticator(new Absent(one.method())));
        });
    }

    /** Stands in for an authenticator. */
    private record Absent(String method) implements EnhancedAuthenticator {
        @Override
        public Exchange begin(AuthenticationRequest request) {
            return data -> CompletableFuture.completedFuture(
                    new AuthenticationAnswer.Refuse(ReasonCode.SERVER_UNAVAILABLE, AWAY));
        }
    }

    /**
     * From now on these are called, outermost first. Calls of others that have begun go on.
     *
     * @throws IllegalArgumentException if two authenticators speak the same method; nothing is changed then
     */
    public synchronized void replace(List<Owned> owned) {
        List<HookSet> present = owned.stream().map(one -> one.set).toList();
        Map<String, Authenticating> byMethod = byMethod(present);
        sets = present;
        authenticators = byMethod;
        onAccept.replace(all(set -> set.onAccept));
        onConnect.replace(all(set -> set.onConnect));
        onBasicAuth.replace(all(set -> set.onBasicAuth));
        authorizers.replace(all(set -> set.authorizers));
        onSubscribe.replace(all(set -> set.onSubscribe));
        onUnsubscribe.replace(all(set -> set.onUnsubscribe));
        onMsgArrived.replace(all(set -> set.onMsgArrived));
        onWillPublish.replace(all(set -> set.onWillPublish));
        onDeliver.replace(all(set -> set.onDeliver));
        onConnected.replace(all(set -> set.onConnected));
        onSessionCreated.replace(all(set -> set.onSessionCreated));
        onSessionResumed.replace(all(set -> set.onSessionResumed));
        onSessionTerminated.replace(all(set -> set.onSessionTerminated));
        onSubscribed.replace(all(set -> set.onSubscribed));
        onUnsubscribed.replace(all(set -> set.onUnsubscribed));
        onDelivered.replace(all(set -> set.onDelivered));
        onAcked.replace(all(set -> set.onAcked));
        onMsgDropped.replace(all(set -> set.onMsgDropped));
        onWillPublished.replace(all(set -> set.onWillPublished));
        onClose.replace(all(set -> set.onClose));
        onClosed.replace(all(set -> set.onClosed));
        onStop.replace(all(set -> set.onStop));
    }

    private <H> List<H> all(Function<HookSet, List<H>> of) {
        return sets.stream().flatMap(set -> of.apply(set).stream()).toList();
    }

    /** An authenticator and whose it is. */
    private record Authenticating(String owner, EnhancedAuthenticator authenticator) {}

    private static Map<String, Authenticating> byMethod(List<HookSet> sets) {
        Map<String, Authenticating> byMethod = new HashMap<>();
        for (HookSet set : sets) {
            for (EnhancedAuthenticator authenticator : set.authenticators) {
                Authenticating other =
                        byMethod.putIfAbsent(authenticator.method(), new Authenticating(set.owner, authenticator));
                if (other != null) {
                    throw new IllegalArgumentException("The authentication method " + authenticator.method()
                            + " has two authenticators, "
                            + other.authenticator.getClass().getName() + " and "
                            + authenticator.getClass().getName() + "; one is allowed.");
                }
            }
        }
        return Map.copyOf(byMethod);
    }

    /**
     * Waits for the calls of an owner that {@link #replace} no longer named.
     *
     * @param loops on which calls may still be under way
     * @return completes when none of its hooks is called any more
     */
    public CompletionStage<Void> quietAsync(Owned gone, List<Loop> loops) {
        CompletableFuture<?>[] turns = loops.stream()
                .map(loop -> CompletableFuture.runAsync(() -> {}, loop))
                .toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(turns).thenCompose(passed -> gone.set.retire());
    }

    // What the broker wants to know.

    /** Whether clients have to show who they are. */
    public boolean authenticating() {
        return !authenticators.isEmpty() || onBasicAuth.any();
    }

    /** Whether an owner, of those that are called now, finds out who clients are. */
    public boolean authenticates(String owner) {
        return sets.stream()
                .anyMatch(
                        set -> set.owner.equals(owner) && !(set.onBasicAuth.isEmpty() && set.authenticators.isEmpty()));
    }

    /** Who speaks an authentication method; null if nobody does. */
    public @Nullable EnhancedAuthenticator authenticator(String method) {
        return authenticator(Set.of(), method);
    }

    /** Who of these owners, or of all if there are none, speaks an authentication method; null if nobody does. */
    public @Nullable EnhancedAuthenticator authenticator(Set<String> owners, String method) {
        Authenticating found = authenticators.get(method);
        return found == null || !(owners.isEmpty() || owners.contains(found.owner)) ? null : found.authenticator;
    }

    /** How each hook has been used, in the order they are called at each place. */
    public List<HookUse> uses() {
        List<HookUse> uses = new ArrayList<>();
        all(set -> set.onAccept).forEach(hook -> uses.add(hook.use()));
        all(set -> set.onConnect).forEach(hook -> uses.add(hook.use()));
        all(set -> set.onBasicAuth).forEach(hook -> uses.add(hook.use()));
        all(set -> set.authorizers).forEach(hook -> uses.add(hook.use()));
        all(set -> set.onSubscribe).forEach(hook -> uses.add(hook.use()));
        all(set -> set.onUnsubscribe).forEach(hook -> uses.add(hook.use()));
        all(set -> set.onMsgArrived).forEach(hook -> uses.add(hook.use()));
        all(set -> set.onWillPublish).forEach(hook -> uses.add(hook.use()));
        all(set -> set.onDeliver).forEach(hook -> uses.add(hook.use()));
        all(set -> set.onConnected).forEach(hook -> uses.add(hook.use()));
        all(set -> set.onSessionCreated).forEach(hook -> uses.add(hook.use()));
        all(set -> set.onSessionResumed).forEach(hook -> uses.add(hook.use()));
        all(set -> set.onSessionTerminated).forEach(hook -> uses.add(hook.use()));
        all(set -> set.onSubscribed).forEach(hook -> uses.add(hook.use()));
        all(set -> set.onUnsubscribed).forEach(hook -> uses.add(hook.use()));
        all(set -> set.onDelivered).forEach(hook -> uses.add(hook.use()));
        all(set -> set.onAcked).forEach(hook -> uses.add(hook.use()));
        all(set -> set.onMsgDropped).forEach(hook -> uses.add(hook.use()));
        all(set -> set.onWillPublished).forEach(hook -> uses.add(hook.use()));
        all(set -> set.onClose).forEach(hook -> uses.add(hook.use()));
        all(set -> set.onClosed).forEach(hook -> uses.add(hook.use()));
        all(set -> set.onStop).forEach(hook -> uses.add(hook.use()));
        return uses;
    }

    /** Tells everybody that the broker has stopped, here and now. */
    public void stopped() {
        onStop.tell(HookSet.Stopped.STOPPED, "");
    }

    /** Ends the threads of those that block. */
    @Override
    public void close() {
        close(threads.decisionTimeout());
    }

    /** Ends the threads of those that block; what still runs after so long is interrupted. */
    public void close(Duration patience) {
        threads.close(patience);
    }
}
