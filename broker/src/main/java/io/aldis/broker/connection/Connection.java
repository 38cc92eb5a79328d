package io.aldis.broker.connection;

import io.aldis.broker.admin.ClientInfo;
import io.aldis.broker.chain.Asker;
import io.aldis.broker.chain.Hooks;
import io.aldis.broker.hook.OnAccept;
import io.aldis.broker.hook.OnAccept.Accepting;
import io.aldis.broker.hook.OnAcked.Acked;
import io.aldis.broker.hook.OnClose.Closing;
import io.aldis.broker.hook.OnClosed.Closed;
import io.aldis.broker.hook.OnConnected.Connected;
import io.aldis.broker.hook.OnDeliver;
import io.aldis.broker.hook.OnDeliver.Delivering;
import io.aldis.broker.hook.OnDelivered.Delivered;
import io.aldis.broker.hook.OnSessionCreated.Created;
import io.aldis.broker.hook.OnSessionResumed.Resumed;
import io.aldis.broker.loop.Loop;
import io.aldis.broker.loop.Timer;
import io.aldis.broker.message.Message;
import io.aldis.broker.metric.Metrics;
import io.aldis.broker.metric.TurnedAway;
import io.aldis.broker.session.ClientLink;
import io.aldis.broker.session.Delivery;
import io.aldis.broker.session.Session;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.AckProperties;
import io.aldis.codec.Auth;
import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.ConnackProperties;
import io.aldis.codec.Connect;
import io.aldis.codec.Disconnect;
import io.aldis.codec.DisconnectProperties;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.PacketDecoder;
import io.aldis.codec.PacketEncoder;
import io.aldis.codec.PacketException;
import io.aldis.codec.PacketType;
import io.aldis.codec.Pingreq;
import io.aldis.codec.Pingresp;
import io.aldis.codec.Puback;
import io.aldis.codec.Pubcomp;
import io.aldis.codec.Publish;
import io.aldis.codec.PublishForm;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Pubrec;
import io.aldis.codec.Pubrel;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Subscribe;
import io.aldis.codec.Unsubscribe;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One live socket and its protocol state.
 *
 * <p>Confined to the event loop of its channel, which changes once, during the handshake, to that of its session. Only
 * {@link #close} and what says so may be called from elsewhere.
 */
public final class Connection extends ChannelInboundHandlerAdapter implements ClientLink, Asker {

    private static final Logger log = LoggerFactory.getLogger(Connection.class);

    /** A publish's fixed header, topic length, packet id, property length and alias, at most. */
    private static final int PUBLISH_OVERHEAD = 20;

    /** What a stranger may send: a CONNECT with the longest id, will, user name and password, and as much again. */
    private static final int LARGEST_CONNECT = 640 * 1024;

    /** How long a client may take to close its side when the broker stops. */
    private static final Duration LAST_LINGER = Duration.ofMillis(250);

    /** In seconds; a clock set back could make a message seem to have more time left. */
    private static final long LONGEST_EXPIRY = 0xFFFF_FFFFL;

    /** How often a receiver that is behind is looked at. */
    private static final Duration GLANCE = Duration.ofMillis(1);

    /** While stopping, how often a busy connection is looked at. */
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

    // Live as long as the connection.
    private final ConnectionParts parts;
    private final long number;
    private final Channel channel;
    private final Entrance entrance;
    private final Output output;
    private final PacketDecoder decoder;

    /** Where its client's topics are; null if it sees them all. */
    private final @Nullable Mount mount;

    private volatile Loop loop;
    private ConnectionState state = ConnectionState.AWAITING_CONNECT;
    private @Nullable Timer deadline;

    // Handled and not yet counted for all to see.
    private int bytes;
    private int packets;
    private int messages;

    /** The beginning of a packet whose end has not come, or what waits for the handshake. */
    private @Nullable ByteBuf kept;

    /** The client sends nothing after what has come. */
    private boolean inputEnded;

    /** All that was to be said has been given to the socket. */
    private boolean saidAll;

    private boolean congested;

    /** Its client has got its CONNACK. */
    private boolean greeted;

    /** Null where clients may send as much as they like. */
    private @Nullable Throttle throttle;

    /** A receiver of this client's messages that is to catch up before more is read from it. */
    private @Nullable Session awaited;

    /** What the client had still to take when it was looked at last, while it was not read from. */
    private long untaken;

    private boolean stopping;

    /** Questions to hooks whose answers are waited for. */
    private int questions;

    /** The settings for this connection: the broker's, unless hooks have set limits for it. */
    private Settings settings;

    // Known from CONNECT on.
    private @Nullable Peer peer;
    private boolean claiming;
    private boolean farewell;
    private Wishes wishes = Wishes.UNKNOWN;
    private OutboundAliases aliases = OutboundAliases.NONE;
    private @Nullable AuthenticationFlow authentication;

    // Live while the connection is open.
    private @Nullable ClientInfo client;
    private @Nullable Session session;
    private @Nullable PublishFlow publishFlow;
    private @Nullable SubscribeFlow subscribeFlow;
    private @Nullable KeepAlive keepAlive;

    /** A connection on a channel that has just been registered; to be added to its pipeline. */
    public Connection(Channel channel, ConnectionParts parts, Entrance entrance) {
        this.channel = channel;
        this.parts = parts;
        this.entrance = entrance;
        number = parts.connections().nextNumber();
        loop = parts.loops().loopOf(channel);
        settings = parts.settings();
        mount = parts.door().mount();
        output = new Output(channel, parts.metrics());
        decoder = PacketDecoder.ofServer(
                Math.min(LARGEST_CONNECT, parts.settings().connection().maximumPacketSize()));
        decoder.topicCache(parts.loops().topicsOf(loop));
    }

    @Override
    public long number() {
        return number;
    }

    /** The loop it is confined to now. Callable from any thread. */
    @Override
    public Loop loop() {
        return loop;
    }

    /** The protocol version of its client; known from CONNECT on. */
    MqttVersion version() {
        return wishes.version();
    }

    /** Where its client connects from. Callable from any thread. */
    SocketAddress remoteAddress() {
        return entrance.remoteAddress();
    }

    private void become(ConnectionState next) {
        assert loop.inEventLoop();
        if (!state.mayBecome(next)) {
            throw new IllegalStateException("A connection cannot go from " + state + " to " + next + ".");
        }
        state = next;
    }

    // The channel's events.

    @Override
    public void channelActive(ChannelHandlerContext context) {
        parts.connections().add(this);
        parts.metrics().connectionsAccepted.increment();
        parts.metrics().connectionsOpen.increment();
        deadline =
                loop.schedule(this::noConnectCame, parts.settings().connection().connectTimeout());
        if (parts.hooks().onAccept.any()) {
            Hooks hooks = parts.hooks();
            Accepting event = new Accepting(
                    hooks.broker(),
                    number,
                    entrance.remoteAddress(),
                    entrance.localAddress(),
                    parts.door().name());
            if (!hooks.onAccept.decide(event, this, this::accepted)) {
                channel.config().setAutoRead(false);
            }
        }
    }

    private void accepted(OnAccept.Answer answer) {
        if (answer instanceof OnAccept.Refuse refuse && !state.over()) {
            log.info("{}: closed: refused before CONNECT: {}", this, Printable.line(refuse.why()));
            cancelDeadline();
            become(ConnectionState.CLOSING);
            release();
            channel.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object received) {
        assert loop.inEventLoop();
        ByteBuf in = (ByteBuf) received;
        if (state.over()) {
            in.release();
            return;
        }
        if (keepAlive != null) {
            keepAlive.heard();
        }
        bytes += in.readableBytes();
        if (throttle != null) {
            throttle.bytes(in.readableBytes());
        }
        ByteBuf earlier = kept;
        if (earlier == null) {
            work(in, false);
        } else {
            kept = null;
            earlier.writeBytes(in);
            in.release();
            work(earlier, true);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (state == ConnectionState.OPEN && parts.router().congested(loop)) {
            waitForOtherLoops();
        }
        if (held() && !state.over() && channel.config().isAutoRead()) {
            untaken = output.untaken();
            channel.config().setAutoRead(false);
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (channel.isWritable() && state.takesPackets()) {
            if (session != null) {
                session.writable();
            }
            readOn();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        ended();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof LayerViolated violated && !state.over()) {
            failed(new Violation(ReasonCode.PROTOCOL_ERROR, violated.what()));
        } else if (event == InputEnded.EVENT || event instanceof ChannelInputShutdownEvent) {
            inputEnded = true;
            endWithInput();
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof IOException)) {
            log.error("{}: the connection is closed because of a bug", this, cause);
        }
        channel.close();
    }

    // Input.

    /**
     * Handles the whole packets in {@code in} and keeps the rest; takes over the buffer.
     *
     * @param gathered whether the buffer is one of {@link #keep}, made to grow
     */
    private void work(ByteBuf in, boolean gathered) {
        try {
            while (state.takesPackets() && !held()) {
                Packet packet = decoder.decode(in);
                if (packet == null) {
                    break;
                }
                take(packet);
            }
        } catch (PacketException wrong) {
            refuse(wrong, in);
        } catch (RuntimeException wrong) {
            failed(wrong);
        } finally {
            count();
            keep(in, gathered);
        }
    }

    /** Reads again, if anything may come. */
    private void readMore() {
        if (!inputEnded) { // Netty may have taken such a channel out of what it waits for.
            channel.config().setAutoRead(true);
        }
    }

    /** Closes if nothing comes any more, and all that came has been handled; what waits for hooks or others is handled before. */
    private void endWithInput() {
        if (inputEnded && (saidAll || (state.takesPackets() && !held()))) {
            channel.close();
        }
    }

    /** Does what was put off until hooks had answered; what goes wrong there ends the connection as it would have then. */
    void goOnWith(Runnable rest) {
        try {
            rest.run();
        } catch (RuntimeException wrong) {
            failed(wrong);
        }
    }

    private void failed(RuntimeException wrong) {
        if (wrong instanceof Violation violation) {
            parts.metrics().protocolErrors.increment();
            log.info("{}: closed: {}", this, violation.getMessage());
            closeHere(violation.reason(), violation.getMessage());
        } else {
            log.error("{}: the connection is closed because of a bug", this, wrong);
            closeHere(ReasonCode.UNSPECIFIED_ERROR, "The broker has a bug, which its log tells of."); // [MQTT3-4.8.0-2]
        }
    }

    private void count() {
        Metrics metrics = parts.metrics();
        metrics.bytesReceived.add(bytes);
        metrics.packetsReceived.add(packets);
        if (messages > 0) {
            metrics.messagesReceived.add(messages);
        }
        bytes = 0;
        packets = 0;
        messages = 0;
    }

    /** Keeps the beginning of a packet, copying it once and then only moving it when half of the buffer is read. */
    private void keep(ByteBuf in, boolean gathered) {
        if (state.over() || !in.isReadable()) {
            in.release();
        } else if (gathered) {
            kept = in.discardSomeReadBytes();
        } else {
            ByteBuf rest = channel.alloc().buffer(in.readableBytes() * 2);
            rest.writeBytes(in);
            in.release();
            kept = rest;
        }
    }

    private void take(Packet packet) {
        packets++;
        if (state == ConnectionState.AWAITING_CONNECT) {
            connect((Connect) packet); // The decoder lets nothing else be first [MQTT-3.1.0-1], [MQTT3-3.1.0-1].
        } else if (state == ConnectionState.AUTHENTICATING) {
            takeAuthenticating(packet);
        } else {
            takeOpen(packet);
        }
    }

    private void takeAuthenticating(Packet packet) {
        if (packet instanceof Auth auth) {
            become(ConnectionState.CONNECTING);
            channel.config().setAutoRead(false);
            authenticate(auth);
        } else if (packet instanceof Disconnect disconnect) {
            tellClosing(disconnect.reason(), null, true);
            finish();
        } else {
            throw new Violation( // [MQTT-3.1.2-30]
                    ReasonCode.PROTOCOL_ERROR, packet.type() + " came before the client was authenticated.");
        }
    }

    private void takeOpen(Packet packet) {
        PublishFlow publishing = Objects.requireNonNull(publishFlow);
        SubscribeFlow subscribing = Objects.requireNonNull(subscribeFlow);
        Session own = Objects.requireNonNull(session);
        if (packet instanceof Publish publish) {
            messages++;
            if (throttle != null) {
                throttle.message();
            }
            publishing.publish(publish);
        } else if (packet instanceof Puback puback) {
            own.acknowledged(puback.packetId(), puback.reason());
        } else if (packet instanceof Pubrec pubrec) {
            own.received(pubrec.packetId(), pubrec.reason());
        } else if (packet instanceof Pubrel pubrel) {
            publishing.release(pubrel);
        } else if (packet instanceof Pubcomp pubcomp) {
            own.completed(pubcomp.packetId());
        } else if (packet instanceof Subscribe subscribe) {
            subscribing.subscribe(subscribe);
        } else if (packet instanceof Unsubscribe unsubscribe) {
            subscribing.unsubscribe(unsubscribe);
        } else if (packet instanceof Pingreq) {
            send(new Pingresp()); // [MQTT-3.12.4-1], [MQTT3-3.12.4-1]
        } else if (packet instanceof Disconnect disconnect) {
            disconnected(disconnect);
        } else if (packet instanceof Auth auth) {
            authenticate(auth);
        } else {
            throw new Violation(
                    ReasonCode.PROTOCOL_ERROR, packet.type() + " came, but it is not allowed on this connection.");
        }
    }

    // Hooks.

    /** Whether it is on its way out, so that nobody is there to be answered. */
    boolean over() {
        return state.over();
    }

    /** Whether its client is connected, give or take a moment. Callable from any thread. */
    boolean connected() {
        return channel.isActive();
    }

    /** The client as hooks see it. */
    Peer peer() {
        return Objects.requireNonNull(peer);
    }

    /** The settings for this connection. */
    Settings settings() {
        return settings;
    }

    /** CONNECT has come from somebody who is called {@code clientId}. */
    Peer heard(Connect connect, String clientId) {
        Peer client = new Peer(this, connect, clientId, entrance, parts.door().name());
        peer = client;
        return client;
    }

    /** Hooks have set limits for this connection. */
    void limit(Settings own) {
        settings = own;
    }

    @Override
    public void hold() {
        assert loop.inEventLoop();
        questions++;
    }

    @Override
    public void goOn() {
        assert loop.inEventLoop();
        questions--;
        readOn();
    }

    /** This connection during its handshake: it is not read from, whatever is asked, and may be on another loop after the answer. */
    Asker paused() {
        return new Asker() {
            @Override
            public Loop loop() {
                return loop;
            }

            @Override
            public void onItsLoopAsync(Runnable task) {
                Connection.this.onItsLoopAsync(task);
            }

            @Override
            public void hold() {}

            @Override
            public void goOn() {}
        };
    }

    private void tellConnected(Peer client, Session attached, boolean present) {
        Hooks hooks = parts.hooks();
        String clientId = client.clientId();
        boolean first = attached.introduce(); // An earlier connection may have begun it, and not lived to see it.
        if (!first && hooks.onSessionResumed.any()) {
            hooks.onSessionResumed.tell(new Resumed(hooks.broker(), client), clientId);
        } else if (first && hooks.onSessionCreated.any()) {
            hooks.onSessionCreated.tell(new Created(hooks.broker(), client), clientId);
        }
        if (hooks.onConnected.any()) {
            hooks.onConnected.tell(new Connected(hooks.broker(), client, present), clientId);
        }
    }

    /** It ends: told once, by who knows best why. */
    private void tellClosing(ReasonCode reason, @Nullable String why, boolean byClient) {
        Peer client = peer;
        if (client == null || farewell) {
            return;
        }
        farewell = true;
        Hooks hooks = parts.hooks();
        if (hooks.onClose.any()) {
            Closing event = new Closing(hooks.broker(), client, reason, why == null ? "" : why, byClient);
            hooks.onClose.tell(event, client.clientId());
        }
    }

    private void tellClosed() {
        Peer client = peer;
        Hooks hooks = parts.hooks();
        if (client != null && hooks.onClosed.any()) {
            hooks.onClosed.tell(new Closed(hooks.broker(), client), client.clientId());
        }
    }

    @Override
    public void taken(Delivery delivery) {
        Hooks hooks = parts.hooks();
        if (hooks.onAcked.any()) {
            Peer client = peer();
            hooks.onAcked.tell(
                    new Acked(hooks.broker(), client, delivery.message(), delivery.qos()), client.clientId());
        }
    }

    // The beginning.

    private void connect(Connect connect) {
        cancelDeadline();
        become(ConnectionState.CONNECTING);
        wishes = Wishes.of(connect.version(), connect.properties());
        aliases = new OutboundAliases(Math.min( // [MQTT-3.1.2-26]
                // [MQTT-3.1.2-27], [MQTT-3.3.2-11]
                wishes.topicAliasMaximum(), parts.settings().connection().outboundTopicAliases()));
        channel.config().setAutoRead(false);
        decide(() -> Handshake.begin(this, parts, connect));
    }

    /** Takes steps of the handshake, unless the client is gone; one that says no ends it. */
    void decide(Runnable steps) {
        if (state.over()) {
            return;
        }
        try {
            steps.run();
        } catch (ConnectRefused refused) { // [MQTT-3.1.4-2]
            log.info("{}: CONNECT refused with {}: {}", this, refused.reason(), refused.getMessage());
            refuseConnect(refused.reason(), refused.getMessage(), ConnackProperties.NONE);
        } catch (RuntimeException wrong) { // Also when an answer came late, and nobody else would notice.
            failed(wrong);
        }
    }

    /** There is too much to do for the broker to take in anybody. */
    void refuseForLoad() {
        parts.metrics().turnedAway(TurnedAway.OVERLOADED);
        parts.door().tell(this, "CONNECT refused with " + ReasonCode.SERVER_BUSY + ": the broker is overloaded");
        refuseConnect(ReasonCode.SERVER_BUSY, "The broker is overloaded. Try again later.", ConnackProperties.NONE);
    }

    private void refuseConnect(ReasonCode reason, @Nullable String why, ConnackProperties properties) {
        tellClosing(reason, why, false);
        parts.metrics().connectsRefused.increment();
        sayRefused(reason, why, properties, wishes.version()); // [MQTT-3.1.4-6], [MQTT-3.2.2-7]
        finish(); // [MQTT3-3.1.4-5], [MQTT3-3.2.2-5]
    }

    /** CONNACK with the reason; nothing where the version has no word for it [MQTT3-3.2.2-6]. */
    private void sayRefused(ReasonCode reason, @Nullable String why, ConnackProperties properties, MqttVersion in) {
        Connack connack = Connack.refused(reason);
        if (in == MqttVersion.V5) {
            encode(
                    in,
                    why,
                    words -> connack.withProperties(properties.withReasonString(words)),
                    connack.withProperties(properties));
        } else if (reason.returnCode().isPresent()) {
            encode(in, connack);
        }
    }

    private void noConnectCame() {
        deadline = null;
        parts.metrics().turnedAway(TurnedAway.CONNECT_TIMEOUT);
        parts.door()
                .tell(
                        this,
                        "closed: no CONNECT came within "
                                + parts.settings().connection().connectTimeout());
        closeHere(ReasonCode.MAXIMUM_CONNECT_TIME, null);
        channel.close(); // It has been told nothing, and so there is nothing for it to hear.
    }

    // Authentication.

    /** CONNECT has named an authentication method: from now on AUTH may come. */
    void authenticateBy(AuthenticationFlow flow) {
        authentication = flow;
    }

    private void authenticate(Auth auth) {
        if (authentication == null) { // [MQTT-4.12.0-7]
            throw new Violation(
                    ReasonCode.PROTOCOL_ERROR, "AUTH came, but CONNECT had named no authentication method.");
        }
        authentication.take(auth);
    }

    /** Whether CONNECT has come, and it is being found out whether its sender may come in: nothing has been changed for it yet. */
    private boolean undecided() {
        return !claiming && (state == ConnectionState.CONNECTING || state == ConnectionState.AUTHENTICATING);
    }

    /** The client may come in: from now on its client id may be its own. */
    void claims() {
        claiming = true;
    }

    /**
     * The client is to be asked for another step: it is read from, also before it is let in. What it has said by now comes too
     * early, and may have ended the connection.
     *
     * @return whether it can be asked
     */
    boolean listen() {
        if (state == ConnectionState.CONNECTING) {
            become(ConnectionState.AUTHENTICATING);
            readOn();
        }
        return !state.over();
    }

    /** Whether the client may be silent because the broker, which has let it in, does not read what it sends. */
    boolean readsNothing() {
        return state == ConnectionState.OPEN && !channel.config().isAutoRead();
    }

    /** The client has not shown who it is: it is not let in [MQTT-4.12.0-4], or has to go [MQTT-4.12.1-2]. */
    void notAuthenticated(ReasonCode reason, String why) {
        boolean sayable = state != ConnectionState.OPEN || reason.isAllowedIn(PacketType.DISCONNECT);
        log.info("{}: closed: not authenticated, {}: {}", this, reason, why);
        closeHere(sayable ? reason : ReasonCode.NOT_AUTHORIZED, why);
    }

    /** Moves this connection to another loop and runs {@code arrived} there. Reading is paused. */
    void moveAsync(Loop target, Runnable arrived) {
        assert loop.inEventLoop();
        output.flush();
        parts.loops().moveAsync(channel, target, () -> {
            loop = target;
            decoder.topicCache(parts.loops().topicsOf(target));
            arrived.run();
        });
    }

    /** The client is accepted: greets it. Called by the session while attaching, on the loop of both. */
    void open(Session attached, ClientInfo info, Connack connack) {
        session = attached;
        if (state.over()) {
            return;
        }
        become(ConnectionState.OPEN);
        greeted = true;
        parts.door().greeted();
        if (parts.door().own().clientRate().limited()) {
            throttle = new Throttle(parts.door().own().clientRate(), loop, parts.metrics(), this::readOn);
        }
        client = info;
        parts.connections().came(info);
        decoder.maximumPacketSize(settings.connection().maximumPacketSize());
        publishFlow = new PublishFlow(this, attached, parts);
        subscribeFlow = new SubscribeFlow(this, attached, parts);
        keepAlive = new KeepAlive(loop, info.keepAlive(), this::deaf, this::silent);
        // [MQTT-3.1.4-5], [MQTT-3.2.0-2]
        if (encode(wishes.version(), connack)) { // [MQTT-3.2.0-1], [MQTT3-3.2.0-1]
            output.written(loop);
            Peer client = peer();
            client.has(attached);
            tellConnected(client, attached, connack.sessionPresent());
        } else {
            log.info("{}: closed: it takes no packet as large as its CONNACK", this);
            tellClosing(ReasonCode.PACKET_TOO_LARGE, "It takes no packet as large as its CONNACK.", false);
            finish();
        }
    }

    /**
     * The client was accepted, and another connection has claimed its client id before this one could attach: it hears both
     * where its version has words for it, for DISCONNECT follows CONNACK only [MQTT-3.14.0-1].
     */
    void overtaken(Connack connack) {
        assert loop.inEventLoop();
        if (state == ConnectionState.CONNECTING
                && wishes.version() == MqttVersion.V5
                && encode(wishes.version(), connack)) {
            become(ConnectionState.OPEN);
        }
        close(ReasonCode.SESSION_TAKEN_OVER); // [MQTT-3.1.4-3]
    }

    /** The session is attached: what came early is handled, reading goes on. */
    void opened() {
        if (state.over()) {
            leaveSession(true, null, () -> {});
            return;
        }
        readOn();
    }

    // Slowing down.

    /** Handles no more of what this client sends until {@code behind} has caught up, or has proved too slow to wait for. */
    void waitFor(Session behind) {
        assert loop.inEventLoop();
        if (behindItself()) {
            return;
        }
        if (awaited == null) {
            loop.schedule(this::look, GLANCE);
        }
        awaited = behind;
    }

    /** Whether others wait for this client: then it must be read from, for it is what it sends that empties its queue. */
    private boolean behindItself() {
        return session != null && session.pressed();
    }

    private void look() {
        Session behind = awaited;
        if (behind != null && behind.pressed() && !behindItself() && state == ConnectionState.OPEN) {
            loop.schedule(this::look, GLANCE);
        } else {
            awaited = null;
            readOn();
        }
    }

    /** Handles no more of what this client sends until the loops of its receivers have caught up with this loop. */
    void waitForOtherLoops() {
        assert loop.inEventLoop();
        if (!congested) {
            congested = true;
            parts.router().whenClear(loop, () -> {
                congested = false;
                readOn();
            });
        }
    }

    /** Also while the client does not take our answers: else it could have us heap them up for it. */
    private boolean held() {
        return questions > 0
                || awaited != null
                || congested
                || (throttle != null && throttle.holds())
                || (!output.writable() && !inputEnded);
    }

    /** Whether silence is ours: the client is not read from, and takes what it is sent if that is the reason. */
    private boolean deaf() {
        if (channel.config().isAutoRead()) {
            return false;
        }
        long before = untaken;
        untaken = output.untaken();
        return output.writable() || untaken < before;
    }

    /** Handles what came while paused, and reads again. */
    private void readOn() {
        ByteBuf early = kept;
        if (early != null && state.takesPackets() && !held()) {
            kept = null;
            work(early, true);
        }
        if (state.takesPackets() && !held()) {
            if (keepAlive != null) {
                keepAlive.heard();
            }
            readMore();
        }
        endWithInput();
    }

    // Output.

    @Override
    public boolean writable() {
        return state == ConnectionState.OPEN && output.writable();
    }

    /** Sends a packet at the end of this turn. A client that cannot take it has to go [MQTT-3.1.2-24]. */
    void send(Packet packet) {
        assert loop.inEventLoop();
        if (state == ConnectionState.OPEN || state == ConnectionState.AUTHENTICATING) {
            sent(packet, encode(wishes.version(), packet));
        }
    }

    /**
     * Sends an acknowledgement at the end of this turn, and tells in words what is wrong if the client wants to hear it and
     * takes so large a packet [MQTT-3.1.2-29].
     */
    void send(@Nullable String why, Function<AckProperties, Packet> acknowledgement) {
        assert loop.inEventLoop();
        if (state == ConnectionState.OPEN) {
            Packet bare = acknowledgement.apply(AckProperties.NONE);
            boolean written = encode(
                    wishes.version(),
                    why,
                    words -> acknowledgement.apply(AckProperties.NONE.withReasonString(words)),
                    bare);
            sent(bare, written);
        }
    }

    /** Whether the client has asked to be told what acknowledgements promise. */
    boolean wantsDurability() {
        return wishes.durability();
    }

    private void sent(Packet packet, boolean written) {
        if (written) {
            output.written(loop);
        } else {
            log.info("{}: closed: it takes no packet as large as the {} it is owed", this, packet.type());
            closeHere(ReasonCode.PACKET_TOO_LARGE, null);
        }
    }

    /** Encodes a packet with words in it, or without them if they are not wanted or make it too large for the client. */
    private boolean encode(MqttVersion in, @Nullable String why, Function<String, Packet> worded, Packet bare) {
        boolean told = why != null
                && in == MqttVersion.V5
                && wishes.problemInformation()
                && parts.settings().connection().reasonStrings();
        // Words are all that can be left out, for only CONNACK has user properties, of hooks, and left them out, and
        // acknowledgements that say what they promise: [MQTT-3.2.2-19],
        // [MQTT-3.2.2-20], [MQTT-3.4.2-2], [MQTT-3.4.2-3], [MQTT-3.5.2-2], [MQTT-3.5.2-3], [MQTT-3.6.2-2],
        // [MQTT-3.6.2-3], [MQTT-3.7.2-2], [MQTT-3.7.2-3], [MQTT-3.9.2-1], [MQTT-3.9.2-2], [MQTT-3.11.2-1],
        // [MQTT-3.11.2-2], [MQTT-3.14.2-3], [MQTT-3.14.2-4]
        return (told && encode(in, worded.apply(why))) || encode(in, bare);
    }

    /** Whether a packet is as large as the client takes at most, or smaller. */
    boolean takes(Packet packet) {
        return PacketEncoder.size(packet, wishes.version()) <= wishes.maximumPacketSize();
    }

    /** Encodes a packet; false if the client takes none so large [MQTT-3.1.2-24]. */
    private boolean encode(MqttVersion in, Packet packet) {
        int size = PacketEncoder.size(packet, in);
        if (size > wishes.maximumPacketSize()) {
            return false;
        }
        PacketEncoder.encode(packet, in, output.room(size));
        output.packetWritten();
        return true;
    }

    @Override
    public Sent publish(Delivery delivery, int packetId, boolean dup) {
        assert loop.inEventLoop();
        Hooks hooks = parts.hooks();
        Delivery passed = hooks.onDeliver.any() ? asked(hooks, delivery) : delivery;
        if (passed == null) {
            return Sent.REFUSED;
        }
        Message message = passed.message();
        Binary topic = mount == null ? message.topicUtf8() : mount.inside(message);
        if (topic == null) {
            return Sent.OUT_OF_SIGHT;
        }
        if (!write(passed, topic, packetId, dup)) {
            return Sent.TOO_LARGE;
        }
        if (hooks.onDelivered.any()) {
            Peer client = peer();
            Delivered event = new Delivered(hooks.broker(), client, message, passed.qos(), dup);
            hooks.onDelivered.tell(event, client.clientId());
        }
        return Sent.SENT;
    }

    /** What hooks make of a message for this client; null if they do not let it through. */
    private @Nullable Delivery asked(Hooks hooks, Delivery delivery) {
        Delivering event =
                new Delivering(hooks.broker(), peer(), delivery.message(), delivery.qos(), delivery.retain());
        if (!(hooks.onDeliver.decideNow(event) instanceof OnDeliver.Send send)) {
            return null;
        }
        return send.message() == delivery.message() ? delivery : delivery.with(send.message());
    }

    /** Writes PUBLISH; false if the client takes none so large [MQTT-3.1.2-24]. */
    private boolean write(Delivery delivery, Binary topic, int packetId, boolean dup) {
        OutboundAliases.Use use = aliases.of(delivery.message().topic());
        if (use.alias() != 0 && encode(delivery, topic, packetId, dup, use.alias(), use.known())) {
            use.told();
        } else if (!encode(delivery, topic, packetId, dup, 0, false)) {
            return false;
        }
        output.messageWritten(loop);
        return true;
    }

    /**
     * Encodes PUBLISH; false if the client takes none so large [MQTT-3.1.2-24].
     *
     * @param topic as the client knows it
     * @param alias of the topic, 0 for none
     * @param topicOmitted whether the alias stands for the topic
     */
    private boolean encode(
            Delivery delivery, Binary topic, int packetId, boolean dup, int alias, boolean topicOmitted) {
        Message message = delivery.message();
        int bound = topic.size() + message.payload().size() + PUBLISH_OVERHEAD;
        ByteBuf out = output.room(bound);
        int start = out.writerIndex();
        boolean plain = delivery.subscriptionIdentifiers().isEmpty() && message.expiresAt() == Message.NEVER;
        if (plain && delivery.shared() && mount == null) {
            PublishForm form = message.form(wishes.version(), delivery.qos(), delivery.retain());
            if (alias == 0) {
                form.writeTo(out, packetId, dup);
            } else {
                form.writeTo(out, packetId, dup, alias, topicOmitted);
            }
        } else {
            PacketEncoder.encodePublish(
                    out,
                    wishes.version(),
                    topicOmitted ? Binary.EMPTY : topic,
                    message.payload(),
                    delivery.qos(),
                    delivery.retain(),
                    dup,
                    packetId,
                    plain ? message.properties() : properties(delivery),
                    alias);
        }
        if (out.writerIndex() - start > wishes.maximumPacketSize()) {
            out.writerIndex(start);
            return false;
        }
        return true;
    }

    /** The message's properties with what belongs to this delivery alone. */
    private PublishProperties properties(Delivery delivery) {
        Message message = delivery.message();
        if (wishes.version() != MqttVersion.V5) {
            return PublishProperties.NONE;
        }
        PublishProperties properties = message.properties();
        if (message.expiresAt() != Message.NEVER) { // [MQTT-3.3.2-6]
            long left = Math.max(1, message.expiresAt() - loop.currentTimeMillis());
            properties = properties.withMessageExpiryInterval(Math.min((left + 999) / 1000, LONGEST_EXPIRY));
        }
        if (!delivery.subscriptionIdentifiers().isEmpty()) { // [MQTT-3.3.4-3]
            properties = properties.withSubscriptionIdentifiers(delivery.subscriptionIdentifiers());
        }
        return properties;
    }

    @Override
    public void pubrel(int packetId, ReasonCode reason) {
        send(new Pubrel(packetId, reason));
    }

    // The end.

    private void disconnected(Disconnect disconnect) {
        Long expiry = disconnect.properties().sessionExpiryInterval();
        if (expiry != null && expiry != 0 && !wishes.sessionExpiry()) {
            throw new Violation( // MQTT 5.0 §3.14.2.2.2
                    ReasonCode.PROTOCOL_ERROR,
                    "DISCONNECT sets a session expiry interval of " + expiry + " s, but CONNECT had set none.");
        }
        boolean will = disconnect.reason() != ReasonCode.SUCCESS; // [MQTT-3.14.4-3], [MQTT3-3.1.2-10], [MQTT3-3.14.4-3]
        Long allowed =
                expiry == null ? null : Math.min(expiry, settings.session().maximumExpiry());
        tellClosing(disconnect.reason(), null, true);
        leaveSession(will, allowed, () -> {});
        finish(); // [MQTT3-3.14.4-1], [MQTT3-3.14.4-2]
    }

    private void silent() {
        log.info("{}: closed: nothing was heard for one and a half times the keep alive", this);
        closeHere( // [MQTT-3.1.2-22], [MQTT3-3.1.2-24]
                ReasonCode.KEEP_ALIVE_TIMEOUT, "Nothing was heard for one and a half times the keep alive.");
    }

    /**
     * What came cannot be read: says so where the version has words for it (MQTT 5.0 §4.13) [MQTT-3.1.4-1],
     * [MQTT-4.13.1-1].
     */
    private void refuse(PacketException wrong, ByteBuf in) {
        parts.metrics().protocolErrors.increment();
        if (state == ConnectionState.AWAITING_CONNECT) {
            cancelDeadline();
            String guess = Stranger.guess(in);
            parts.door().tell(this, "closed before CONNECT: " + wrong.getMessage() + guess);
            if (!guess.isEmpty()) {
                parts.metrics().turnedAway(TurnedAway.ANOTHER_PROTOCOL);
            }
            MqttVersion answer = wrong.answerVersion() != null ? wrong.answerVersion() : decoder.version();
            // [MQTT3-3.1.4-1]
            boolean answerable = answer == MqttVersion.V5 || wrong.kind() == PacketException.Kind.UNSUPPORTED_VERSION;
            if (answer != null && answerable && guess.isEmpty()) { // [MQTT-3.1.2-2], [MQTT3-3.1.2-2]
                parts.metrics().connectsRefused.increment();
                wishes = Wishes.of(answer, decoder.refusedProperties());
                sayRefused(wrong.reasonCode(), wrong.getMessage(), ConnackProperties.NONE, answer);
            }
            finish();
        } else {
            log.info("{}: closed: {}", this, wrong.getMessage());
            closeHere(wrong.reasonCode(), wrong.getMessage()); // [MQTT3-4.8.0-1]
        }
    }

    @Override
    public void close(ReasonCode reason) {
        String why = words(reason);
        if (loop.inEventLoop()) {
            closeHere(reason, why);
        } else {
            onItsLoopAsync(() -> closeHere(reason, why));
        }
    }

    private static @Nullable String words(ReasonCode reason) {
        return switch (reason) {
            case SESSION_TAKEN_OVER -> "Another connection uses this client identifier now.";
            case ADMINISTRATIVE_ACTION -> "The session was deleted.";
            default -> null;
        };
    }

    @Override
    public void end(ReasonCode reason, String words, boolean sendWill, Runnable ended) {
        assert loop.inEventLoop();
        log.info("{}: closed because somebody wants so: {} {}", this, reason, Printable.line(words));
        closeOpen(reason, words.isEmpty() ? null : words, DisconnectProperties.NONE, sendWill, ended);
    }

    /** Ends the connection and, where version and state allow it, tells the client the reason (MQTT 5.0 §4.13). */
    private void closeHere(ReasonCode reason, @Nullable String why) {
        closeHere(reason, why, DisconnectProperties.NONE);
    }

    private void closeHere(ReasonCode reason, @Nullable String why, DisconnectProperties properties) {
        assert loop.inEventLoop();
        if (state.over()) {
            return;
        }
        if (undecided()) { // [MQTT-3.14.0-1]
            String other = properties.serverReference();
            refuseConnect(
                    reason == ReasonCode.SERVER_SHUTTING_DOWN ? ReasonCode.SERVER_UNAVAILABLE : reason,
                    why,
                    other == null ? ConnackProperties.NONE : ConnackProperties.NONE.withServerReference(other));
            return;
        }
        closeOpen(reason, why, properties, true, () -> {});
    }

    private void closeOpen(
            ReasonCode reason,
            @Nullable String why,
            DisconnectProperties properties,
            boolean sendWill,
            Runnable ended) {
        boolean told = state == ConnectionState.OPEN && wishes.version() == MqttVersion.V5; // [MQTT-3.14.0-1]
        tellClosing(reason, why, false);
        leaveSession(sendWill, null, ended);
        if (told && output.writable()) {
            encode(
                    MqttVersion.V5,
                    why,
                    words -> new Disconnect(reason, properties.withReasonString(words)),
                    new Disconnect(reason, properties));
        }
        finish();
    }

    private void leaveSession(boolean sendWill, @Nullable Long expirySeconds, Runnable then) {
        Session left = session;
        session = null;
        if (client != null) {
            parts.connections().left(client);
            client = null;
        }
        if (left != null) {
            left.detach(this, sendWill, expirySeconds, then);
        } else {
            then.run();
        }
    }

    /**
     * Writes what is left to say, then closes: at once if the client does not read [MQTT-3.14.4-1], [MQTT-3.14.4-2],
     * [MQTT-4.13.2-1]. Else the client may close first, for a little while: closing with unread input would make its system throw
     * away our last words.
     */
    private void finish() {
        become(ConnectionState.CLOSING);
        release();
        if (!output.writable()) {
            channel.close();
            return;
        }
        readMore();
        Duration linger = parts.settings().connection().lingerTimeout();
        deadline = loop.schedule(channel::close, stopping && linger.compareTo(LAST_LINGER) > 0 ? LAST_LINGER : linger);
        output.flushLast(() -> {
            saidAll = true;
            entrance.endOutput();
            endWithInput();
        });
    }

    private void ended() {
        if (state == ConnectionState.CLOSED) {
            return;
        }
        tellClosing(ReasonCode.NORMAL_DISCONNECTION, null, true);
        leaveSession(true, null, () -> {}); // [MQTT-3.1.2-8], [MQTT3-3.1.2-8]
        become(ConnectionState.CLOSED);
        release();
        cancelDeadline();
        output.discard();
        parts.connections().remove(this);
        parts.metrics().connectionsOpen.decrement();
        if (greeted) {
            parts.door().parted();
        }
        tellClosed();
    }

    private void release() {
        if (keepAlive != null) {
            keepAlive.stop();
            keepAlive = null;
        }
        if (throttle != null) {
            throttle.stop();
        }
        if (authentication != null) {
            authentication.stop();
        }
        ByteBuf rest = kept;
        if (rest != null) {
            kept = null;
            rest.release();
        }
    }

    private void cancelDeadline() {
        if (deadline != null) {
            deadline.cancel();
            deadline = null;
        }
    }

    // The broker stops.

    /**
     * Closes this connection as soon as nothing is under way on it. Callable from any thread.
     *
     * @param begun hears, on the connection's loop, whether nothing was under way
     * @param gone runs when the connection is closed
     */
    public void stopAsync(Consumer<Boolean> begun, Runnable gone) {
        channel.closeFuture().addListener(closed -> gone.run());
        onItsLoopAsync(() -> {
            stopping = true;
            begun.accept(idle());
            closeIfIdle();
        });
    }

    /** Forgets what classes of this loader remember of it, soon. Callable from any thread. */
    public void forgetAsync(ClassLoader loader) {
        onItsLoopAsync(() -> {
            Peer client = peer;
            if (client != null) {
                client.forget(loader);
            }
        });
    }

    /** Runs {@code task} on this connection's loop, also if the connection moves meanwhile. */
    @Override
    public void onItsLoopAsync(Runnable task) {
        Loop present = loop;
        present.execute(() -> {
            if (loop == present) {
                task.run();
            } else {
                onItsLoopAsync(task);
            }
        });
    }

    private void closeIfIdle() {
        if (stopping && !state.over()) {
            if (idle()) {
                sayStopping();
            } else {
                loop.schedule(() -> onItsLoopAsync(this::closeIfIdle), LOOK_AGAIN);
            }
        }
    }

    private void sayStopping() {
        String other = parts.settings().connection().serverReference();
        String why = "The broker is shutting down.";
        if (other.isEmpty()) {
            closeHere(ReasonCode.SERVER_SHUTTING_DOWN, why);
        } else { // MQTT 5.0 §4.11
            closeHere(ReasonCode.USE_ANOTHER_SERVER, why, DisconnectProperties.NONE.withServerReference(other));
        }
    }

    private boolean idle() {
        boolean answered = publishFlow == null || publishFlow.idle();
        return state == ConnectionState.AWAITING_CONNECT
                || undecided()
                || (state == ConnectionState.OPEN
                        && answered
                        && questions == 0
                        && output.isEmpty()
                        && (session == null || session.idle()));
    }

    @Override
    public String toString() {
        return "Connection " + number + " from " + entrance.remoteAddress()
                + (parts.door().named() ? " at " + parts.door().name() : "")
                + (session == null ? "" : " of " + Printable.quoted(session.clientId()));
    }
}
