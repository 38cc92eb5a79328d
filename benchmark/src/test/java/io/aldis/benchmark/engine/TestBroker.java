package io.aldis.benchmark.engine;

import io.aldis.benchmark.transport.TargetDialer;
import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.Disconnect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.PacketDecoder;
import io.aldis.codec.PacketEncoder;
import io.aldis.codec.Pingreq;
import io.aldis.codec.Pingresp;
import io.aldis.codec.Puback;
import io.aldis.codec.Pubcomp;
import io.aldis.codec.Publish;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Pubrec;
import io.aldis.codec.Pubrel;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.RetainHandling;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.codec.Subscription;
import io.aldis.codec.Topics;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A small broker, clear rather than fast, which keeps MQTT's promises but for what its {@link Conduct} does otherwise. Everything
 * happens on its one event loop.
 */
final class TestBroker implements AutoCloseable {

    private static final int LARGEST_PACKET = 1 << 20;
    private static final int GOODBYE_MILLIS = 100;

    /** Bytes. Small, so that it shows soon if a client does not read. */
    private static final int SEND_BUFFER = 32 * 1024;

    private final Conduct conduct;
    private final MultiThreadIoEventLoopGroup group =
            new MultiThreadIoEventLoopGroup(1, TargetDialer.ioHandlerFactory());
    private final EventLoop loop = group.next();
    private final Channel listener;
    private final Map<String, Session> sessions = new LinkedHashMap<>();
    private final Map<String, Publish> retained = new LinkedHashMap<>();
    private final Set<Connection> connections = new LinkedHashSet<>();

    /** Filter of a shared subscription → how many messages its members have got. */
    private final Map<String, Integer> turns = new HashMap<>();

    /** One message on its way to one session. */
    record Delivery(Session to, String topic, Binary payload, Qos qos, boolean retain) {}

    TestBroker(Conduct conduct) {
        this.conduct = conduct;
        listener = new ServerBootstrap()
                .group(group)
                .channel(TargetDialer.epoll() ? EpollServerSocketChannel.class : NioServerSocketChannel.class)
                .childOption(ChannelOption.SO_SNDBUF, SEND_BUFFER)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(new Connection(channel));
                    }
                })
                .bind("127.0.0.1", 0)
                .syncUninterruptibly()
                .channel();
    }

    static TestBroker honest() {
        return new TestBroker(new Conduct());
    }

    int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** Ids of the clients whose sessions there are. */
    Set<String> clientIds() {
        return onLoop(() -> Set.copyOf(sessions.keySet()));
    }

    Set<String> retainedTopics() {
        return onLoop(() -> Set.copyOf(retained.keySet()));
    }

    /** Publishes something that no client has sent. */
    void publish(String topic, String payload, boolean retain) {
        var unused = onLoop(() -> {
            route(Publish.qos0(topic, Binary.utf8(payload)).withRetain(retain));
            return true;
        });
    }

    private <T> T onLoop(Callable<T> question) {
        return loop.submit(question).syncUninterruptibly().getNow();
    }

    // What a conduct may do.

    void later(long millis, Runnable task) {
        var unused = loop.schedule(task, millis, TimeUnit.MILLISECONDS);
    }

    /** Every connection ends, as if a cable were cut. */
    void cutConnections() {
        List.copyOf(connections).forEach(connection -> connection.channel.close());
    }

    /** Ends a connection on which more waits to be sent than its client takes. */
    void cutIfCongested(Session session) {
        Connection connection = session.connection;
        if (connection != null && !connection.channel.isWritable()) {
            connection.channel.close();
        }
    }

    /** Every client is told to go. */
    void dismissClients(ReasonCode reason) {
        List.copyOf(connections).forEach(connection -> connection.dismiss(reason));
    }

    /** Nobody can connect any more. */
    void stopListening() {
        listener.close();
    }

    /** A session that has not asked for a message like this; one that has asked for something else, if there is one. */
    Optional<Session> stranger(Delivery delivery) {
        return sessions.values().stream()
                .filter(session -> session != delivery.to() && !session.wants(delivery.topic()))
                .max((one, other) -> Integer.compare(one.subscriptions.size(), other.subscriptions.size()));
    }

    /** Sends a message now, or when the client is there. */
    void send(Delivery delivery) {
        if (delivery.qos() == Qos.AT_MOST_ONCE) {
            delivery.to().write(message(delivery, 0));
        } else {
            delivery.to().waiting.add(delivery);
            delivery.to().proceed();
        }
    }

    private static Publish message(Delivery delivery, int id) {
        return new Publish(
                delivery.topic(),
                delivery.payload(),
                delivery.qos(),
                delivery.retain(),
                false,
                id,
                PublishProperties.NONE);
    }

    // Routing.

    private void route(Publish message) {
        if (message.retain()) {
            if (message.payload().size() == 0) {
                retained.remove(message.topic());
            } else {
                retained.put(message.topic(), message);
            }
        }
        Map<String, List<Session>> members = new LinkedHashMap<>();
        for (Session session : List.copyOf(sessions.values())) {
            Qos best = null;
            for (Subscription subscription : session.subscriptions.values()) {
                String filter = subscription.filter();
                if (!Topics.matches(filter, message.topic())) {
                    continue;
                }
                if (Topics.isShared(filter)) {
                    members.computeIfAbsent(filter, ignored -> new ArrayList<>())
                            .add(session);
                } else if (best == null || subscription.qos().compareTo(best) > 0) {
                    best = subscription.qos();
                }
            }
            if (best != null) {
                deliver(session, message, best, false);
            }
        }
        members.forEach((filter, those) -> share(filter, those, message));
    }

    /** In turn, to those who are there if anybody is. */
    private void share(String filter, List<Session> members, Publish message) {
        List<Session> present =
                members.stream().filter(member -> member.connection != null).toList();
        List<Session> candidates = present.isEmpty() ? members : present;
        int turn = turns.merge(filter, 1, Integer::sum);
        Session chosen = candidates.get(turn % candidates.size());
        Subscription subscription = chosen.subscriptions.get(filter);
        deliver(chosen, message, subscription == null ? Qos.AT_MOST_ONCE : subscription.qos(), false);
    }

    private void deliver(Session session, Publish message, Qos asked, boolean retain) {
        Qos qos = asked.compareTo(message.qos()) < 0 ? asked : message.qos();
        conduct.deliver(this, new Delivery(session, message.topic(), message.payload(), qos, retain));
    }

    /** What the broker knows of a client, connected or not. */
    static final class Session {
        private final String clientId;
        private final Map<String, Subscription> subscriptions = new LinkedHashMap<>();

        /** QoS 2 packet identifiers of the client that are not released. */
        private final Set<Integer> unreleased = new HashSet<>();

        /** By packet identifier, in the order sent: a PUBLISH, or a PUBREL once that has been received. */
        private final Map<Integer, Packet> inFlight = new LinkedHashMap<>();

        private final ArrayDeque<Delivery> waiting = new ArrayDeque<>();
        private int lastId;
        private int window = 65_535;
        private boolean outlivesConnection;
        private @Nullable Connection connection;

        Session(String clientId) {
            this.clientId = clientId;
        }

        String clientId() {
            return clientId;
        }

        private boolean wants(String topic) {
            return subscriptions.keySet().stream().anyMatch(filter -> Topics.matches(filter, topic));
        }

        private void write(Packet packet) {
            if (connection != null) {
                connection.write(packet);
            }
        }

        private void proceed() {
            while (connection != null && inFlight.size() < window && !waiting.isEmpty()) {
                do {
                    lastId = lastId % 65_535 + 1;
                } while (inFlight.containsKey(lastId));
                Publish message = message(waiting.remove(), lastId);
                inFlight.put(lastId, message);
                write(message);
            }
        }

        /** The client is back: what it has not acknowledged is sent again, in order, then what has waited. */
        private void resume() {
            for (Packet packet : inFlight.values()) {
                write(packet instanceof Publish message ? message.withDup(true) : packet);
            }
            proceed();
        }
    }

    /** One connection, from its first byte to its end. */
    private final class Connection extends ChannelInboundHandlerAdapter {
        private final Channel channel;
        private final PacketDecoder decoder = PacketDecoder.ofServer(LARGEST_PACKET);
        private final ByteBuf unread = Unpooled.buffer();
        private @Nullable Session session;

        Connection(Channel channel) {
            this.channel = channel;
        }

        @Override
        public void channelActive(ChannelHandlerContext context) {
            connections.add(this);
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf read = (ByteBuf) message;
            unread.writeBytes(read);
            read.release();
            for (Packet packet = decoder.decode(unread); packet != null; packet = decoder.decode(unread)) {
                if (conduct.listens()) {
                    take(packet);
                }
            }
            unread.discardReadBytes();
        }

        @Override
        public void channelInactive(ChannelHandlerContext context) {
            connections.remove(this);
            leave();
        }

        @Override
        public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
            context.close();
        }

        void write(Packet packet) {
            MqttVersion version = decoder.version();
            if (version != null && channel.isActive()) {
                ByteBuf out = channel.alloc().buffer();
                PacketEncoder.encode(packet, version, out);
                channel.writeAndFlush(out);
            }
        }

        void dismiss(ReasonCode reason) {
            if (decoder.version() == MqttVersion.V5) {
                write(new Disconnect(reason));
            }
            // If it were closed with something unread in it, the client would not get what was written last.
            later(GOODBYE_MILLIS, channel::close);
        }

        private void leave() {
            Session former = session;
            session = null;
            if (former != null && former.connection == this) {
                former.connection = null;
                if (!former.outlivesConnection) {
                    sessions.remove(former.clientId, former);
                }
            }
        }

        private void take(Packet packet) {
            Session own = session;
            if (packet instanceof Connect connect) {
                admit(connect);
            } else if (own == null) {
                channel.close();
            } else if (packet instanceof Publish message) {
                publish(own, message);
            } else if (packet instanceof Puback ack) {
                own.inFlight.remove(ack.packetId());
                own.proceed();
            } else if (packet instanceof Pubrec received) {
                Pubrel release = new Pubrel(received.packetId());
                own.inFlight.replace(received.packetId(), release);
                write(release);
            } else if (packet instanceof Pubcomp complete) {
                own.inFlight.remove(complete.packetId());
                own.proceed();
            } else if (packet instanceof Pubrel release) {
                own.unreleased.remove(release.packetId());
                write(new Pubcomp(release.packetId()));
            } else if (packet instanceof Subscribe subscribe) {
                subscribe(own, subscribe);
            } else if (packet instanceof Pingreq) {
                write(new Pingresp());
            } else if (packet instanceof Disconnect) {
                leave();
                channel.close();
            }
        }

        private void admit(Connect connect) {
            ReasonCode reason = conduct.admit(TestBroker.this, connect);
            if (reason.isError()) {
                write(Connack.refused(reason));
                channel.close();
                return;
            }
            Session former = sessions.get(connect.clientId());
            Connection other = former == null ? null : former.connection;
            if (other != null) {
                other.leave();
                other.dismiss(ReasonCode.SESSION_TAKEN_OVER);
                former = sessions.get(connect.clientId());
            }
            boolean present = former != null && !connect.cleanStart();
            Session own = former == null || connect.cleanStart() ? new Session(connect.clientId()) : former;
            sessions.put(connect.clientId(), own);
            own.connection = this;
            own.outlivesConnection = outlivesConnection(connect) && conduct.remembers();
            Integer receiveMaximum = connect.properties().receiveMaximum();
            own.window = receiveMaximum == null ? 65_535 : receiveMaximum;
            session = own;
            write(Connack.accepted(present));
            own.resume();
        }

        private boolean outlivesConnection(Connect connect) {
            if (connect.version() != MqttVersion.V5) {
                return !connect.cleanStart();
            }
            Long expiry = connect.properties().sessionExpiryInterval();
            return expiry != null && expiry > 0;
        }

        private void publish(Session own, Publish message) {
            conduct.published(TestBroker.this, message);
            if (!conduct.listens() || !channel.isActive()) {
                return;
            }
            if (message.qos() != Qos.EXACTLY_ONCE || own.unreleased.add(message.packetId())) {
                route(message);
            }
            if (conduct.acknowledges() && message.qos() != Qos.AT_MOST_ONCE) {
                write(
                        message.qos() == Qos.AT_LEAST_ONCE
                                ? new Puback(message.packetId())
                                : new Pubrec(message.packetId()));
            }
        }

        private void subscribe(Session own, Subscribe subscribe) {
            List<ReasonCode> answers = new ArrayList<>();
            List<Subscription> granted = new ArrayList<>();
            for (Subscription asked : subscribe.subscriptions()) {
                ReasonCode answer = conduct.grant(asked);
                answers.add(answer);
                if (!answer.isError()) {
                    own.subscriptions.put(asked.filter(), asked);
                    granted.add(asked);
                }
            }
            write(Suback.of(subscribe.packetId(), answers.toArray(ReasonCode[]::new)));
            granted.forEach(subscription -> sendRetained(own, subscription));
        }

        private void sendRetained(Session own, Subscription subscription) {
            if (subscription.retainHandling() == RetainHandling.DO_NOT_SEND || Topics.isShared(subscription.filter())) {
                return;
            }
            for (Publish message : List.copyOf(retained.values())) {
                if (Topics.matches(subscription.filter(), message.topic())) {
                    deliver(own, message, subscription.qos(), true);
                }
            }
        }
    }

    @Override
    public void close() {
        group.shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    }
}
