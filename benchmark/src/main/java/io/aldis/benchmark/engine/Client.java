package io.aldis.benchmark.engine;

import io.aldis.benchmark.engine.Tally.Item;
import io.aldis.benchmark.engine.Timings.Kind;
import io.aldis.benchmark.plan.Group;
import io.aldis.benchmark.plan.Target;
import io.aldis.benchmark.plan.TopicPattern;
import io.aldis.benchmark.result.ExitCode;
import io.aldis.benchmark.verify.Receiver;
import io.aldis.benchmark.verify.Stream;
import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.Disconnect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.Pingreq;
import io.aldis.codec.Pingresp;
import io.aldis.codec.Publish;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.RetainHandling;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.codec.Subscription;
import io.netty.channel.ChannelFuture;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One client, through all its connections. Confined to its lane's event loop.
 *
 * <p>It is {@code AWAY} → {@code CONNECTING} → {@code SUBSCRIBING} → {@code THERE} → {@code AWAY}.
 */
final class Client {

    private enum State {
        /** It has no connection. */
        AWAY,
        /** A connection is being made, and CONNACK awaited. */
        CONNECTING,
        /** It is connected, and waits for SUBACKs. */
        SUBSCRIBING,
        /** It is connected and subscribed. */
        THERE
    }

    private static final int HIGHEST_PACKET_ID = 65_535;

    private final Stage stage;
    private final Group group;
    private final Lane lane;
    private final TopicPattern.Client identity;
    private final @Nullable Publisher publisher;
    private final @Nullable Subscriber subscriber;

    private State state = State.AWAY;
    private boolean publishing;
    private boolean forgetting;
    private boolean cameBefore;

    /** Whether it has gone for a while, rather than for good. */
    private boolean comesBack;

    // Live as long as one connection.
    private @Nullable Link link;
    private boolean cleanStart;
    private @Nullable CompletableFuture<Void> opening;
    private long begun;
    private int subscribed;
    private long subscribeSentAt;
    private int keepAliveSeconds;
    private boolean leavingSoon;
    private boolean askedBeforeLeaving;
    private boolean pinged;
    private long pingedAt;

    /**
     * A client that is away.
     *
     * @param receivers what it gets; empty if it subscribes to nothing that is published
     * @param finished counts the publishers of its group that have nothing more to send
     */
    Client(Stage stage, Group group, int number, Lane lane, List<Receiver> receivers, AtomicInteger finished) {
        this.stage = stage;
        this.group = group;
        this.lane = lane;
        identity = new TopicPattern.Client(stage.run(), group.name(), number);
        publisher = group.publish() == null ? null : new Publisher(this, lane, stage, group.publish(), finished);
        subscriber = receivers.isEmpty() ? null : new Subscriber(this, lane, version(), receivers);
    }

    private MqttVersion version() {
        return stage.plan().target().version();
    }

    Lane lane() {
        return lane;
    }

    boolean publishes() {
        return publisher != null;
    }

    TopicPattern.Client identity() {
        return identity;
    }

    private String clientId() {
        return "bench-" + identity.run() + "-" + identity.group() + "-" + identity.number();
    }

    // Connecting.

    /**
     * Connects, and subscribes to what its group does.
     *
     * @param due when the connection should have been begun, as {@link System#nanoTime}
     * @param opened completes when the client is there, or exceptionally with {@link RunFailed}
     */
    void connect(long due, CompletableFuture<Void> opened) {
        open(due, opened, group.cleanStart());
    }

    /** Connects with a clean start, so that its session is gone, and removes what it published as retained. */
    void forget(CompletableFuture<Void> forgotten) {
        forgetting = true;
        CompletableFuture<Void> opened = new CompletableFuture<>();
        open(System.nanoTime(), opened, true);
        var unused = opened.thenCompose(nothing -> clearRetained()).whenComplete((nothing, failure) -> {
            leave(true);
            forgetting = false;
            forgotten.complete(null);
        });
    }

    /** Completes when the broker has got all of it, or patience ends. */
    private CompletableFuture<Void> clearRetained() {
        if (publisher == null || !publisher.publishing().retain()) {
            return CompletableFuture.completedFuture(null);
        }
        for (Stream stream : publisher.streams()) {
            send(Publish.qos0(stream.topic(), Binary.EMPTY).withRetain(true));
        }
        CompletableFuture<Void> got = new CompletableFuture<>();
        cleared = got;
        ask();
        long limit = group.connecting().timeout().toMillis();
        var timeout = lane.loop().schedule(() -> got.complete(null), limit, TimeUnit.MILLISECONDS);
        return got.whenComplete((nothing, failure) -> timeout.cancel(false));
    }

    /** Waits for a sign that the broker has got what was sent to remove what is retained. */
    private @Nullable CompletableFuture<Void> cleared;

    private void open(long due, CompletableFuture<Void> opened, boolean cleanStart) {
        assert lane.loop().inEventLoop();
        if (state != State.AWAY) {
            opened.complete(null);
            return;
        }
        state = State.CONNECTING;
        begun = due;
        opening = opened;
        subscribed = 0;
        leavingSoon = false;
        askedBeforeLeaving = false;
        pinged = false;
        this.cleanStart = cleanStart;
        Link dialled = new Link(this, lane, version());
        link = dialled;
        Duration limit = group.connecting().timeout();
        var timeout = lane.loop()
                .schedule(
                        () -> {
                            if (link == dialled && opening != null) {
                                broken("no answer to CONNECT or SUBSCRIBE within " + limit.toMillis() + " ms");
                            }
                        },
                        limit.toMillis(),
                        TimeUnit.MILLISECONDS);
        var unused = opened.whenComplete((nothing, failure) -> timeout.cancel(false));
        ChannelFuture dialling =
                stage.dialer().dial(lane.loop(), dialled, publisher == null ? 16 * 1024 : publisher.batchBytes());
        dialling.addListener(done -> {
            if (!done.isSuccess() && link == dialled) {
                broken(String.valueOf(done.cause().getMessage()));
            }
        });
    }

    /** The connection can carry MQTT. */
    void linked() {
        Target target = stage.plan().target();
        keepAliveSeconds = group.keepAliveSeconds();
        Connect connect = Connect.of(target.version(), clientId())
                .withKeepAlive(keepAliveSeconds)
                .withCleanStart(cleanStart);
        if (target.version() == MqttVersion.V5) {
            long expiry = forgetting ? 0 : group.sessionExpirySeconds();
            connect = connect.withProperties(ConnectProperties.NONE.withSessionExpiryInterval(expiry));
        }
        String username = target.username();
        String password = target.password();
        if (username != null) {
            connect = password == null
                    ? connect.withUsername(username)
                    : connect.withCredentials(username, Binary.utf8(password));
        }
        send(connect);
    }

    private void send(Packet packet) {
        if (link != null) {
            link.send(packet);
        }
    }

    /** A packet that is no message and no acknowledgement of one. */
    void answered(Packet packet) {
        if (packet instanceof Connack connack) {
            connack(connack);
        } else if (packet instanceof Suback suback) {
            suback(suback);
        } else if (packet instanceof Disconnect disconnect) {
            broken("the broker disconnected it: " + disconnect.reason());
        } else if (packet instanceof Pingresp) {
            pingresp();
        } else {
            fault("the broker sent " + packet.type() + " unasked");
        }
    }

    private void pingresp() {
        pinged = false;
        if (cleared != null) {
            cleared.complete(null);
        } else if (askedBeforeLeaving && group.churn() != null) {
            leaveForAWhile(group.churn());
        } else if (publisher != null) {
            publisher.answered();
        }
    }

    private void connack(Connack connack) {
        if (connack.reason() != ReasonCode.SUCCESS) {
            String words = connack.properties().reasonString();
            broken("the broker refused it: " + connack.reason() + (words == null ? "" : " (" + words + ")"));
            return;
        }
        lane.tally().add(Item.CONNECTED, 1);
        lane.tally().add(Item.OPEN, 1);
        lane.timings().record(Kind.CONNECT, begun, System.nanoTime(), 1);
        state = State.SUBSCRIBING;
        Integer serverKeepAlive = connack.properties().serverKeepAlive();
        if (serverKeepAlive != null) {
            keepAliveSeconds = serverKeepAlive;
        }
        if (!forgetting && publisher != null && !accepts(connack)) {
            return;
        }
        if (subscriber != null && !connack.sessionPresent()) {
            subscriber.newSession();
        }
        boolean subscribes = !forgetting && !group.subscriptions().isEmpty() && !connack.sessionPresent();
        if (subscribes) {
            subscribeNext();
        } else {
            arrived();
        }
    }

    /** Whether the broker lets it publish as it is to. */
    private boolean accepts(Connack connack) {
        Publisher present = publisher;
        if (present == null) {
            return true;
        }
        Integer receiveMaximum = connack.properties().receiveMaximum();
        present.connected(receiveMaximum == null ? HIGHEST_PACKET_ID : receiveMaximum);
        Qos most = connack.properties().maximumQos();
        Long largest = connack.properties().maximumPacketSize();
        int size = present.publishing().mostBytes();
        if (most != null && present.publishing().qos().compareTo(most) > 0) {
            broken("the broker takes no messages above QoS " + most.level());
        } else if (largest != null && size + 16 > largest) {
            broken("the broker takes no packets above " + largest + " bytes, and payloads have up to " + size);
        } else if (present.publishing().retain()
                && Boolean.FALSE.equals(connack.properties().retainAvailable())) {
            broken("the broker retains no messages");
        } else {
            return true;
        }
        return false;
    }

    // Subscribing: one filter after the other.

    private void subscribeNext() {
        Group.Subscribing next = group.subscriptions().get(subscribed);
        Subscription subscription = Subscription.of(filter(next), next.qos());
        if (version() == MqttVersion.V5 && !next.retained()) {
            subscription = subscription.withRetainHandling(RetainHandling.DO_NOT_SEND);
        }
        subscribeSentAt = System.nanoTime();
        if (subscriber != null) {
            subscriber.subscribing(subscribeSentAt);
        }
        send(Subscribe.of(1 + subscribed % HIGHEST_PACKET_ID, subscription));
    }

    String filter(Group.Subscribing subscription) {
        return subscription.filter().fill(identity, 0, new SplittableRandom(0));
    }

    private void suback(Suback suback) {
        if (state != State.SUBSCRIBING || subscribed == group.subscriptions().size()) {
            fault("the broker sent SUBACK unasked");
            return;
        }
        Group.Subscribing asked = group.subscriptions().get(subscribed);
        ReasonCode granted = suback.reasons().get(0);
        if (granted.code() != asked.qos().level()) {
            broken("it asked for QoS " + asked.qos().level() + " of " + filter(asked) + ", and the broker answered "
                    + granted);
            return;
        }
        long now = System.nanoTime();
        lane.timings().record(Kind.SUBSCRIBE, subscribeSentAt, now, 1);
        lane.tally().add(Item.SUBSCRIBED, 1);
        if (++subscribed == group.subscriptions().size()) {
            expectRetained();
            arrived();
            return;
        }
        long wait = subscribeSentAt + group.subscribing().interval().toNanos() - now;
        if (wait <= 0) {
            subscribeNext();
        } else {
            Link present = link;
            var unused = lane.loop()
                    .schedule(
                            () -> {
                                if (link == present && state == State.SUBSCRIBING) {
                                    subscribeNext();
                                }
                            },
                            wait,
                            TimeUnit.NANOSECONDS);
        }
    }

    private void expectRetained() {
        boolean wanted = group.subscriptions().stream().anyMatch(Group.Subscribing::retained);
        if (wanted && stage.quiet() && subscriber != null) {
            Receiver own = subscriber.receivers().get(0);
            long streams = stage.audience().retainedFor(own);
            own.expectRetained(streams);
            lane.tally().add(Item.EXPECTED, streams);
            lane.tally().add(Item.DELIVERED, own.settledRetained());
        }
    }

    private void arrived() {
        state = State.THERE;
        CompletableFuture<Void> opened = opening;
        opening = null;
        if (publishing && publisher != null) {
            publisher.begin(System.nanoTime(), 0);
        }
        if (group.churn() != null && !forgetting) {
            stayFor(group.churn());
        }
        if (opened != null) {
            opened.complete(null);
        }
    }

    // Coming and going.

    private void stayFor(Group.Churn churn) {
        long stay = churn.stay().toNanos();
        long first = cameBefore ? stay : (long) (stay * new SplittableRandom(identity.hashCode()).nextDouble());
        cameBefore = true;
        Link present = link;
        var unused = lane.loop()
                .schedule(
                        () -> {
                            if (link == present) {
                                goAway(churn);
                            }
                        },
                        first,
                        TimeUnit.NANOSECONDS);
    }

    private void goAway(Group.Churn churn) {
        if (!stage.churning()) {
            stayFor(churn);
            return;
        }
        if (publisher != null) {
            publisher.pause();
            if (publisher.inFlight() > 0) {
                leavingSoon = true;
                return;
            }
            if (publisher.publishing().qos() == Qos.AT_MOST_ONCE) {
                // What the broker has not read yet may be lost when its client comes back before it does.
                askedBeforeLeaving = true;
                ask();
                return;
            }
        }
        leaveForAWhile(churn);
    }

    private void leaveForAWhile(Group.Churn churn) {
        leave(true);
        comesBack = true;
        var unused = lane.loop().schedule(this::comeBack, churn.away().toNanos(), TimeUnit.NANOSECONDS);
    }

    private void comeBack() {
        if (state == State.AWAY && comesBack && stage.churning()) {
            CompletableFuture<Void> opened = new CompletableFuture<>();
            connect(System.nanoTime(), opened);
            var unused = opened.whenComplete((nothing, failure) -> {
                if (failure instanceof RunFailed failed) {
                    stage.fail(failed.exit(), failed.why());
                }
            });
        }
    }

    // Publishing.

    /** It publishes from now on, or as soon as it is there. */
    void begin(long now, double shareOfInterval) {
        publishing = true;
        if (publisher != null && state == State.THERE) {
            publisher.begin(now, shareOfInterval);
        }
    }

    void end(long now) {
        publishing = false;
        if (publisher != null) {
            publisher.end(now);
        }
    }

    /** Messages of QoS 1 and 2 without their last acknowledgement. */
    int inFlight() {
        return publisher == null ? 0 : publisher.inFlight();
    }

    boolean canWrite() {
        return state == State.THERE && link != null && link.writable();
    }

    void write(byte[] bytes, int length) {
        if (link != null && length > 0) {
            link.write(bytes, length);
        }
    }

    /** Asks the broker for a sign that it has got what was sent before. */
    void ask() {
        send(new Pingreq());
    }

    /** The socket takes more. */
    void writable() {
        if (publisher != null) {
            publisher.proceed();
        }
    }

    /** Appends an acknowledgement of four bytes; answers the array it is in. */
    static byte[] acknowledgement(byte[] bytes, int at, int first, int id) {
        byte[] room = bytes.length - at < 4 ? Arrays.copyOf(bytes, 2 * bytes.length) : bytes;
        room[at] = (byte) first;
        room[at + 1] = 2;
        room[at + 2] = (byte) (id >> 8);
        room[at + 3] = (byte) id;
        return room;
    }

    // What comes.

    void published(int first, byte[] in, int body, int end) {
        if (subscriber == null) {
            fault("the broker sent it a message, and it had subscribed to nothing");
        } else {
            subscriber.published(first, in, body, end);
        }
    }

    void acknowledged(int type, int id, boolean refused) {
        if (type == Link.PUBREL && subscriber != null) {
            subscriber.released(id);
        } else if (type != Link.PUBREL && publisher != null) {
            publisher.acknowledged(type, id, refused);
        } else {
            fault("the broker sent an acknowledgement unasked");
        }
    }

    /** All packets of one read have been looked at. */
    void readEnded() {
        if (subscriber != null) {
            subscriber.readEnded();
        }
        if (publisher != null) {
            publisher.readEnded();
            if (leavingSoon && publisher.inFlight() == 0 && group.churn() != null) {
                leavingSoon = false;
                goAway(group.churn());
            }
        }
    }

    /** Keeps the connection alive, and sees that the broker is. Called about once a second. */
    void tick(long now) {
        Link present = link;
        if (present == null || state != State.THERE || keepAliveSeconds == 0) {
            return;
        }
        long keepAlive = TimeUnit.SECONDS.toNanos(keepAliveSeconds);
        if (pinged && now - pingedAt > keepAlive && !exempt()) {
            broken("the broker did not answer PINGREQ within " + keepAliveSeconds + " s");
        } else if (!pinged && now - present.lastWrite() > keepAlive * 3 / 4) {
            pinged = true;
            pingedAt = now;
            send(new Pingreq());
        }
    }

    private boolean exempt() {
        return subscriber != null && subscriber.receivers().get(0).exempt();
    }

    /** Reads nothing from now on. What it does not get is told apart. */
    void stall() {
        if (subscriber != null && link != null) {
            subscriber.receivers().forEach(Receiver::excuse);
            link.read(false);
        }
    }

    /** Reads again. */
    void resume() {
        if (link != null) {
            link.read(true);
        }
    }

    // How it ends.

    /** Goes, with DISCONNECT or without. */
    void leave(boolean orderly) {
        comesBack = false;
        if (link == null) {
            return;
        }
        if (state == State.THERE || state == State.SUBSCRIBING) {
            lane.tally().add(Item.OPEN, -1);
        }
        boolean says = orderly && state != State.CONNECTING;
        state = State.AWAY;
        Link former = link;
        link = null;
        if (says) {
            former.endWith(new Disconnect());
        } else {
            former.end();
        }
    }

    /** The broker has broken the rules: the run is worth nothing any more. */
    void fault(String what) {
        stage.fail(ExitCode.GUARANTEE, "Client " + clientId() + ": " + what + ".");
    }

    void bug(Throwable thrown) {
        stage.bug(thrown);
    }

    /** The connection is over, and should not be. */
    void broken(String why) {
        boolean wasThere = state == State.THERE;
        if (wasThere || state == State.SUBSCRIBING) {
            lane.tally().add(Item.OPEN, -1);
        }
        lane.tally().add(Item.FAILED, 1);
        state = State.AWAY;
        Link former = link;
        link = null;
        if (former != null) {
            former.end();
        }
        CompletableFuture<Void> opened = opening;
        opening = null;
        if (opened != null) {
            opened.completeExceptionally(
                    new RunFailed(ExitCode.UNREACHABLE, "Client " + clientId() + " is not connected: " + why + "."));
        } else if (exempt()) {
            stage.remark("The broker ended the connection of " + clientId() + ", which had been made to stop reading.");
        } else {
            stage.fail(ExitCode.BROKEN_OFF, "Client " + clientId() + " lost its connection: " + why + ".");
        }
    }
}
