package io.aldis.benchmark.prove;

import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.Disconnect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.Puback;
import io.aldis.codec.Pubcomp;
import io.aldis.codec.Publish;
import io.aldis.codec.Pubrec;
import io.aldis.codec.Pubrel;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A client that keeps its half of a session over any number of connections, as the standard asks (MQTT 5.0, section 4.1): it sends again,
 * with DUP and the same packet id, what was not acknowledged, and knows the QoS 2 messages it has received.
 *
 * <p>Once it has been {@linkplain #arrive told to}, it is connected whenever there is a broker, until it {@linkplain #leave leaves}. Confined
 * to the thread of {@link Turns}.
 */
final class PersistentClient implements Wire.Owner {

    private static final long A_WEEK_SECONDS = 604_800;
    private static final int KEEP_ALIVE_SECONDS = 600;
    private static final long BETWEEN_ATTEMPTS_MILLIS = 20;

    /** What a client is there for. */
    interface Role {

        /** The broker has accepted a connection; what is in flight has been sent again. */
        void welcomed(boolean sessionPresent);

        /** The broker has no session, though it had acknowledged one; follows what is given up, comes before {@link #welcomed}. */
        default void sessionLost() {}

        /** A message of this client will not be sent again, because its session was lost before an acknowledgement came. */
        default void givenUp(Publish message) {}

        /** PUBACK or PUBREC has come. */
        default void acknowledged(Publish message, ReasonCode reason) {}

        /** A message has come; those that QoS 2 knows by their packet id have been sorted out. */
        default void delivered(Publish message) {}

        /** Some other packet has come. */
        default void answered(Packet packet) {}

        /** All that came at once has been told. */
        default void paused() {}
    }

    /** How a client leaves. */
    enum Leaving {
        /** With DISCONNECT. */
        SAYING_SO,
        /** As a program that ends. */
        CLOSING,
        /** As a power cut. */
        RESETTING
    }

    /** A message on its way to the broker; a state per packet it waits for. */
    private record Outgoing(Publish publish, boolean released) {}

    // Lives as long as the client.
    private final Turns turns;
    private final Whereabouts broker;
    private final String id;
    private final MqttVersion version;
    private final Role role;
    private boolean wanted;
    private boolean waiting;

    // Lives as long as the session.
    private final Map<Integer, Outgoing> inFlight = new LinkedHashMap<>();
    private final Set<Integer> received = new HashSet<>();
    private boolean sessionKnown;
    private int lastPacketId;

    // Lives as long as one connection.
    private @Nullable Wire wire;
    private boolean open;
    private int receiveMaximum;

    PersistentClient(Turns turns, Whereabouts broker, String id, MqttVersion version, Role role) {
        this.turns = turns;
        this.broker = broker;
        this.id = id;
        this.version = version;
        this.role = role;
    }

    /** Whether the broker has accepted its connection. */
    boolean isOpen() {
        return open;
    }

    /** Messages on their way to the broker. */
    int inFlight() {
        return inFlight.size();
    }

    /** Whether the broker takes another message now. */
    boolean mayPublish() {
        return open && inFlight.size() < receiveMaximum;
    }

    // ---- Coming and going

    /** Connects, now or when there is a broker, and again whenever the connection has ended. */
    void arrive() {
        wanted = true;
        connectIfThereIsABroker();
    }

    /** Ends its connection and does not come back by itself. */
    void leave(Leaving how) {
        wanted = false;
        Wire left = wire;
        if (left == null) {
            return;
        }
        forgetConnection();
        switch (how) {
            case SAYING_SO -> {
                left.send(new Disconnect());
                left.flush();
                left.close();
            }
            case CLOSING -> left.close();
            case RESETTING -> left.reset();
        }
    }

    /** Connects once more while it is connected: the broker has to end the former connection. */
    void takeOver() {
        if (wanted && open) {
            forgetConnection();
            connectIfThereIsABroker();
        }
    }

    private void forgetConnection() {
        wire = null;
        open = false;
    }

    private void connectIfThereIsABroker() {
        Address address = broker.address();
        if (!wanted || wire != null) {
            return;
        }
        if (address == null) {
            tryAgainLater();
            return;
        }
        Wire opened = Wire.open(turns, address, version, this);
        wire = opened;
        Connect connect = Connect.of(version, id).withCleanStart(false).withKeepAlive(KEEP_ALIVE_SECONDS);
        opened.send(
                version == MqttVersion.V5
                        ? connect.withProperties(ConnectProperties.NONE.withSessionExpiryInterval(A_WEEK_SECONDS))
                        : connect);
        opened.flush();
    }

    private void tryAgainLater() {
        if (!waiting) {
            waiting = true;
            turns.after(BETWEEN_ATTEMPTS_MILLIS, () -> {
                waiting = false;
                connectIfThereIsABroker();
            });
        }
    }

    @Override
    public void closed(Wire closed) {
        if (closed == wire) {
            forgetConnection();
            tryAgainLater();
        }
    }

    // ---- Packets

    /** Sends what is no message. */
    void send(Packet packet) {
        Wire current = wire;
        if (current != null && open) {
            current.send(packet);
        }
    }

    /** Sends a message at QoS 1 or 2, whose packet id is given here, until it is acknowledged. */
    void publish(Publish message) {
        Publish numbered = message.withPacketId(nextPacketId());
        inFlight.put(numbered.packetId(), new Outgoing(numbered, false));
        send(numbered);
    }

    void flush() {
        if (wire != null) {
            wire.flush();
        }
    }

    int nextPacketId() {
        do {
            lastPacketId = lastPacketId % 65_535 + 1;
        } while (inFlight.containsKey(lastPacketId));
        return lastPacketId;
    }

    /** What comes over a connection that was left or taken over is as good as lost. */
    @Override
    public void received(Wire from, Packet packet) {
        if (from != wire) {
            return;
        }
        switch (packet.type()) {
            case CONNACK -> welcomed((Connack) packet);
            case PUBLISH -> publishReceived((Publish) packet);
            case PUBREL -> pubrelReceived((Pubrel) packet);
            case PUBACK -> pubackReceived((Puback) packet);
            case PUBREC -> pubrecReceived((Pubrec) packet);
            case PUBCOMP -> inFlight.remove(((Pubcomp) packet).packetId());
            default -> role.answered(packet);
        }
    }

    @Override
    public void paused(Wire from) {
        if (from == wire) {
            role.paused();
            flush();
        }
    }

    private void welcomed(Connack connack) {
        if (connack.reason().isError()) {
            Wire refused = wire;
            if (refused != null) {
                refused.close();
            }
            return;
        }
        open = true;
        Integer maximum = connack.properties().receiveMaximum();
        receiveMaximum = maximum == null ? 65_535 : maximum;
        if (!connack.sessionPresent()) {
            forgetSession();
        }
        sessionKnown = true;
        // What was not acknowledged, in the order in which it was sent (MQTT 5.0, sections 4.4 and 4.6).
        inFlight.forEach((packetId, outgoing) -> send(
                outgoing.released() ? new Pubrel(packetId) : outgoing.publish().withDup(true)));
        role.welcomed(connack.sessionPresent());
    }

    private void forgetSession() {
        inFlight.values().stream()
                .filter(outgoing -> !outgoing.released())
                .forEach(outgoing -> role.givenUp(outgoing.publish()));
        inFlight.clear();
        received.clear();
        if (sessionKnown) {
            role.sessionLost();
        }
    }

    private void publishReceived(Publish message) {
        switch (message.qos()) {
            case AT_MOST_ONCE -> role.delivered(message);
            case AT_LEAST_ONCE -> {
                role.delivered(message);
                send(new Puback(message.packetId()));
            }
            case EXACTLY_ONCE -> {
                // A packet id whose PUBREL has not come is the same message again (MQTT 5.0, section 4.3.3).
                if (received.add(message.packetId())) {
                    role.delivered(message);
                }
                send(new Pubrec(message.packetId()));
            }
        }
    }

    private void pubrelReceived(Pubrel pubrel) {
        received.remove(pubrel.packetId());
        send(new Pubcomp(pubrel.packetId()));
    }

    private void pubackReceived(Puback puback) {
        Outgoing outgoing = inFlight.get(puback.packetId());
        if (outgoing != null && outgoing.publish().qos() == Qos.AT_LEAST_ONCE) {
            inFlight.remove(puback.packetId());
            role.acknowledged(outgoing.publish(), puback.reason());
        }
    }

    private void pubrecReceived(Pubrec pubrec) {
        Outgoing outgoing = inFlight.get(pubrec.packetId());
        if (outgoing == null || outgoing.publish().qos() != Qos.EXACTLY_ONCE) {
            return;
        }
        if (pubrec.reason().isError()) {
            inFlight.remove(pubrec.packetId());
        } else {
            inFlight.put(pubrec.packetId(), new Outgoing(outgoing.publish(), true));
            send(new Pubrel(pubrec.packetId()));
        }
        if (!outgoing.released()) {
            role.acknowledged(outgoing.publish(), pubrec.reason());
        }
    }
}
