package io.aldis.testkit;

import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.Disconnect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.PacketDecoder;
import io.aldis.codec.PacketEncoder;
import io.aldis.codec.PacketException;
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
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.codec.Subscription;
import io.aldis.codec.Unsuback;
import io.aldis.codec.Unsubscribe;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A client on a plain socket that does what it is told and nothing else: no acknowledgement, no keep alive, no reconnect
 * happens by itself. So a test can do what a well-behaved client never would.
 *
 * <pre>{@code
 * try (RawClient subscriber = RawClient.connected(port, Connect.v5("sub"));
 *         RawClient publisher = RawClient.connected(port, Connect.v311("pub"))) {
 *     subscriber.subscribe("a/#", Qos.AT_LEAST_ONCE);
 *     publisher.publish("a/b", "hello", Qos.AT_LEAST_ONCE);
 *     Publish message = subscriber.takeMessage();
 * }
 * }</pre>
 *
 * <p>Steps in this order, from the barest to the most convenient: {@link #sendBytes}, {@link #send} and {@link #receive}
 * move single packets; {@link #expect} and its like also judge what came; {@link #subscribe}, {@link #publish} and
 * {@link #takeMessage} do a whole exchange.
 *
 * <p>For one thread at a time. Whatever is waited for, it is waited for until the deadline (ten seconds unless
 * {@link #deadline(Duration)} says otherwise) and then fails. Every method that expects something fails with an
 * {@link AssertionError} that tells what came instead.
 */
public final class RawClient implements AutoCloseable {

    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final int READ_SIZE = 64 * 1024;
    /** The largest packet there is: five bytes of fixed header and 268,435,455 more (MQTT 5.0, section 2.1.4). */
    private static final int NO_SIZE_LIMIT = 268_435_455 + 5;

    private final Socket socket;
    private final ByteBuf in = Unpooled.buffer();
    private final byte[] read = new byte[READ_SIZE];
    /** Messages that came while an acknowledgement was waited for. */
    private final Queue<Packet> setAside = new ArrayDeque<>();

    private MqttVersion version = MqttVersion.V5;
    private PacketDecoder decoder = PacketDecoder.ofClient(version, NO_SIZE_LIMIT);
    private Duration deadline = DEADLINE;
    private int lastPacketId;

    private RawClient(Socket socket) {
        this.socket = socket;
    }

    // ---- From here to there -----------------------------------------------------------------------------------------

    /** Opens a connection to a port of this machine and sends nothing on it. */
    public static RawClient connect(int port) {
        return connect("127.0.0.1", port);
    }

    /**
     * Opens a connection and sends nothing on it.
     *
     * @throws UncheckedIOException if nobody listens there
     */
    public static RawClient connect(String host, int port) {
        Socket socket = new Socket();
        try {
            // What a test sends is to arrive as it was sent, a byte alone too.
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(host, port), Math.toIntExact(DEADLINE.toMillis()));
            return new RawClient(socket);
        } catch (IOException failed) {
            closeQuietly(socket);
            throw new UncheckedIOException("cannot connect to " + host + ":" + port, failed);
        }
    }

    /**
     * A client on a socket that is connected, of whatever kind, and sends nothing on it.
     *
     * @param socket closed by this client
     */
    public static RawClient over(Socket socket) {
        return new RawClient(socket);
    }

    /** Opens a connection to a port of this machine, sends {@code connect} and expects to be accepted. */
    public static RawClient connected(int port, Connect connect) {
        return connected("127.0.0.1", port, connect);
    }

    /** Opens a connection, sends {@code connect} and expects to be accepted. */
    public static RawClient connected(String host, int port, Connect connect) {
        RawClient client = connect(host, port);
        try {
            client.connect(connect);
            return client;
        } catch (Throwable failed) {
            client.close();
            throw failed;
        }
    }

    /**
     * Sends {@code connect} and expects to be accepted.
     *
     * @return the answer, with the properties the server sent
     */
    public Connack connect(Connect connect) {
        send(connect);
        Connack connack = expect(Connack.class);
        if (connack.reason() != ReasonCode.SUCCESS) {
            throw new AssertionError("expected to be accepted, but " + told(connack) + " came");
        }
        return connack;
    }

    // ---- How it behaves ---------------------------------------------------------------------------------------------

    /**
     * Speaks {@code version} from now on. Before, that of the last CONNECT sent by {@link #send}; without one, MQTT 5.0.
     *
     * @return this client
     */
    public RawClient version(MqttVersion version) {
        this.version = version;
        this.decoder = PacketDecoder.ofClient(version, NO_SIZE_LIMIT);
        return this;
    }

    /** The version this client speaks. */
    public MqttVersion version() {
        return version;
    }

    /**
     * Waits this long, at most, for whatever it waits for.
     *
     * @return this client
     */
    public RawClient deadline(Duration deadline) {
        this.deadline = deadline;
        return this;
    }

    /** The next packet identifier, from 1 to 65,535 and round again. */
    public int nextPacketId() {
        lastPacketId = lastPacketId % 65_535 + 1;
        return lastPacketId;
    }

    // ---- Packets and bytes ------------------------------------------------------------------------------------------

    /** Sends the packets, all in one write. A CONNECT also sets the {@linkplain #version version}. */
    public void send(Packet... packets) {
        ByteBuf out = Unpooled.buffer();
        try {
            for (Packet packet : packets) {
                if (packet instanceof Connect connect) {
                    version(connect.version());
                }
                PacketEncoder.encode(packet, version, out);
            }
            byte[] bytes = new byte[out.readableBytes()];
            out.readBytes(bytes);
            sendBytes(bytes);
        } finally {
            out.release();
        }
    }

    /** Sends these bytes, whatever they may mean. */
    public void sendBytes(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException failed) {
            throw new AssertionError("cannot send: " + failed.getMessage(), failed);
        }
    }

    /** Sends bytes that are written in hexadecimal, spaces where you like: {@code "c0 00"} is a PINGREQ. */
    public void sendBytes(String hex) {
        sendBytes(HexFormat.of().parseHex(hex.replaceAll("\\s", "")));
    }

    /** The next packet, whatever it is. */
    public Packet receive() {
        Packet next = next();
        if (next == null) {
            throw new AssertionError("expected a packet, but the connection was closed");
        }
        return next;
    }

    /** All packets that still come, up to the end of the connection. */
    public List<Packet> receiveAll() {
        List<Packet> all = new ArrayList<>();
        for (Packet next = next(); next != null; next = next()) {
            all.add(next);
        }
        return all;
    }

    /** The next packet, whatever it is; empty if the connection is closed instead. */
    public Optional<Packet> receiveUnlessClosed() {
        return Optional.ofNullable(next());
    }

    /** The next packet, which must be of this type. */
    public <P extends Packet> P expect(Class<P> type) {
        Packet next = next();
        if (next == null) {
            throw new AssertionError("expected " + named(type) + ", but the connection was closed");
        }
        if (!type.isInstance(next)) {
            throw new AssertionError("expected " + named(type) + ", but " + told(next) + " came");
        }
        return type.cast(next);
    }

    /** The next packet, which must be equal to this one. */
    public <P extends Packet> P expect(P packet) {
        Packet next = next();
        if (next == null) {
            throw new AssertionError("expected " + told(packet) + ", but the connection was closed");
        }
        if (!next.equals(packet)) {
            throw new AssertionError("expected " + told(packet) + ", but " + told(next) + " came");
        }
        return packet;
    }

    /** Expects that the other side closes the connection, and sends nothing before. */
    public void expectClosed() {
        Packet next = next();
        if (next != null) {
            throw new AssertionError("expected that the connection is closed, but " + told(next) + " came");
        }
    }

    /** Expects a DISCONNECT with this reason and nothing after it but the end of the connection. Only in MQTT 5.0. */
    public Disconnect expectDisconnect(ReasonCode reason) {
        Disconnect disconnect = expect(Disconnect.class);
        if (disconnect.reason() != reason) {
            throw new AssertionError("expected DISCONNECT with " + reason + ", but " + told(disconnect) + " came");
        }
        expectClosed();
        return disconnect;
    }

    /**
     * Expects that the other side ends the connection for this reason: in MQTT 5.0 with a DISCONNECT that tells it, in the
     * earlier versions, which have no words for it, without one.
     */
    public void expectEnd(ReasonCode reason) {
        if (version == MqttVersion.V5) {
            expectDisconnect(reason);
        } else {
            expectClosed();
        }
    }

    /**
     * Expects a CONNACK that refuses the CONNECT for this reason and knows of no session, and nothing after it but the end of
     * the connection.
     */
    public Connack expectRefusal(ReasonCode reason) {
        Connack connack = expect(Connack.class);
        if (connack.reason() != reason || connack.sessionPresent()) {
            throw new AssertionError("expected CONNACK with " + reason + ", but " + told(connack) + " came");
        }
        expectClosed();
        return connack;
    }

    /**
     * Expects that the other side has nothing to say: sends a PINGREQ and expects that the next packet is its answer.
     *
     * <p>This does not wait. It shows that nothing was sent before the PINGREQ had been read, which is enough for what
     * this very client has caused. A message of another client may still be on its way; to show that it never comes, let
     * the other client publish a second one that must come, and expect that one next.
     */
    public void expectNothing() {
        send(new Pingreq());
        Packet next = next();
        if (next == null) {
            throw new AssertionError("expected nothing, but the connection was closed");
        }
        if (!(next instanceof Pingresp)) {
            throw new AssertionError("expected nothing, but " + told(next) + " came");
        }
    }

    // ---- Whole exchanges --------------------------------------------------------------------------------------------

    /**
     * Subscribes to {@code filter} and expects that it is granted. Messages that come before the answer wait for
     * {@link #receive}.
     */
    public Suback subscribe(String filter, Qos qos) {
        return subscribe(Subscription.of(filter, qos));
    }

    /** Makes these subscriptions in one SUBSCRIBE and expects that all are granted, with the QoS asked for or a lower one. */
    public Suback subscribe(Subscription... subscriptions) {
        int packetId = nextPacketId();
        send(Subscribe.of(packetId, subscriptions));
        Suback suback = acknowledgement(Suback.class, ack -> ack.packetId() == packetId);
        requireNoError(suback.reasons(), suback);
        if (suback.reasons().size() != subscriptions.length) {
            throw new AssertionError(
                    "expected " + subscriptions.length + " reason codes, but " + told(suback) + " came");
        }
        return suback;
    }

    /** Ends the subscriptions to these filters and expects that nothing is wrong with them. */
    public Unsuback unsubscribe(String... filters) {
        int packetId = nextPacketId();
        send(Unsubscribe.of(packetId, filters));
        Unsuback unsuback = acknowledgement(Unsuback.class, ack -> ack.packetId() == packetId);
        requireNoError(unsuback.reasons(), unsuback);
        return unsuback;
    }

    /** Publishes the text and expects that it is acknowledged as its QoS asks: by nothing, PUBACK, or PUBREC and PUBCOMP. */
    public void publish(String topic, String payload, Qos qos) {
        publish(topic, payload, qos, false);
    }

    /** Publishes the text, retained or not, and expects that it is acknowledged as its QoS asks. */
    public void publish(String topic, String payload, Qos qos, boolean retain) {
        int packetId = qos == Qos.AT_MOST_ONCE ? 0 : nextPacketId();
        publish(new Publish(topic, Binary.utf8(payload), qos, retain, false, packetId, PublishProperties.NONE));
    }

    /**
     * Publishes the message and expects that it is acknowledged as its QoS asks. Messages that come before wait for
     * {@link #receive}.
     */
    public void publish(Publish publish) {
        send(publish);
        int packetId = publish.packetId();
        switch (publish.qos()) {
            case AT_MOST_ONCE -> {}
            case AT_LEAST_ONCE -> {
                Puback puback = acknowledgement(Puback.class, ack -> ack.packetId() == packetId);
                requireNoError(List.of(puback.reason()), puback);
            }
            case EXACTLY_ONCE -> {
                Pubrec pubrec = acknowledgement(Pubrec.class, ack -> ack.packetId() == packetId);
                requireNoError(List.of(pubrec.reason()), pubrec);
                send(new Pubrel(packetId));
                Pubcomp pubcomp = acknowledgement(Pubcomp.class, ack -> ack.packetId() == packetId);
                requireNoError(List.of(pubcomp.reason()), pubcomp);
            }
        }
    }

    /**
     * Expects a message and acknowledges it as its QoS asks: not, by PUBACK, or by PUBREC and PUBCOMP with the PUBREL
     * between them. To leave a message unacknowledged, {@link #expect} a {@link Publish} instead.
     */
    public Publish takeMessage() {
        Publish message = expect(Publish.class);
        int packetId = message.packetId();
        switch (message.qos()) {
            case AT_MOST_ONCE -> {}
            case AT_LEAST_ONCE -> send(new Puback(packetId));
            case EXACTLY_ONCE -> {
                send(new Pubrec(packetId));
                acknowledgement(Pubrel.class, pubrel -> pubrel.packetId() == packetId);
                send(new Pubcomp(packetId));
            }
        }
        return message;
    }

    // ---- The end ----------------------------------------------------------------------------------------------------

    /** Says goodbye with a DISCONNECT, expects that the other side closes the connection, and closes it here. */
    public void disconnect() {
        send(new Disconnect());
        expectClosed();
        close();
    }

    /** Breaks the connection off without a word, so that the other side sees a reset and not an orderly end. */
    public void reset() {
        try {
            socket.setSoLinger(true, 0);
        } catch (IOException alreadyClosed) {
            // Then there is nothing left to break.
        }
        close();
    }

    /** Closes the socket; no DISCONNECT is sent. Does nothing the second time. */
    @Override
    public void close() {
        closeQuietly(socket);
        if (in.refCnt() > 0) {
            in.release();
        }
    }

    // ---- Below ------------------------------------------------------------------------------------------------------

    /** The next packet that was set aside or is received; null at the end of the connection. */
    private @Nullable Packet next() {
        Packet waiting = setAside.poll();
        return waiting != null ? waiting : fromSocket();
    }

    /** The next packet that is no message, which is what is waited for; messages are set aside. */
    private <P extends Packet> P acknowledgement(Class<P> type, Predicate<P> isMeant) {
        while (true) {
            Packet packet = fromSocket();
            if (type.isInstance(packet) && isMeant.test(type.cast(packet))) {
                return type.cast(packet);
            }
            if (!(packet instanceof Publish)) {
                String came = packet == null ? "the connection was closed" : told(packet) + " came";
                throw new AssertionError("expected " + named(type) + " as the answer, but " + came);
            }
            setAside.add(packet);
        }
    }

    private @Nullable Packet fromSocket() {
        long end = System.nanoTime() + deadline.toNanos();
        try {
            while (true) {
                Packet packet = decoder.decode(in);
                if (packet != null) {
                    return packet;
                }
                if (!readSome(end)) {
                    return null;
                }
            }
        } catch (PacketException forbidden) {
            throw new AssertionError(
                    "the other side sent what " + version + " forbids (" + forbidden.reasonCode() + "): "
                            + forbidden.getMessage(),
                    forbidden);
        }
    }

    /** False at the end of the connection. */
    private boolean readSome(long end) {
        long left = Duration.ofNanos(end - System.nanoTime()).toMillis();
        int count;
        try {
            // Zero would wait for ever.
            socket.setSoTimeout(Math.toIntExact(Math.max(1, left)));
            count = socket.getInputStream().read(read);
        } catch (SocketTimeoutException late) {
            throw new AssertionError(
                    "expected something within " + deadline.toMillis() + " ms, but nothing came", late);
        } catch (IOException reset) {
            // The connection was broken off. That is an end, too.
            count = -1;
        }
        if (count < 0) {
            if (in.isReadable()) {
                throw new AssertionError(
                        "the connection was closed within a packet, after " + in.readableBytes() + " bytes of it");
            }
            return false;
        }
        in.discardSomeReadBytes();
        in.writeBytes(read, 0, count);
        return true;
    }

    private static void requireNoError(List<ReasonCode> reasons, Packet ack) {
        if (reasons.stream().anyMatch(ReasonCode::isError)) {
            throw new AssertionError("expected no error, but " + told(ack) + " came");
        }
    }

    private static String named(Class<? extends Packet> type) {
        return type.getSimpleName().toUpperCase(Locale.ROOT);
    }

    private static String told(Packet packet) {
        return packet.type() + " (" + packet + ")";
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException failed) {
            // It is of no use any more either way.
        }
    }
}
