package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.admin.Admin;
import io.aldis.broker.connection.Connection;
import io.aldis.broker.loop.Loop;
import io.aldis.broker.settings.Limits;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.PacketDecoder;
import io.aldis.codec.PacketEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A whole broker in one thread under virtual time: real rooms, real packets, no sockets. */
final class VirtualBroker implements AutoCloseable {

    private final VirtualLoops loops;
    private final Wiring wiring;
    private final List<EmbeddedChannel> channels = new ArrayList<>();
    private int accepted;

    VirtualBroker() {
        this(2, 1, Limits.defaults());
    }

    VirtualBroker(int loopCount, long seed, Limits limits) {
        loops = new VirtualLoops(loopCount, seed);
        AtomicInteger ids = new AtomicInteger();
        wiring = new Wiring(loops.all(), loops, limits, () -> "assigned-" + ids.incrementAndGet());
    }

    Admin admin() {
        return wiring.admin();
    }

    VirtualLoops loops() {
        return loops;
    }

    /** A socket that has just been accepted, on the next loop in turn. */
    Client open(MqttVersion version) {
        return open(version, accepted++ % loops.all().size());
    }

    Client open(MqttVersion version, int loopIndex) {
        return new Client(version, loops.all().get(loopIndex));
    }

    /** A client that has been greeted. */
    Client connect(Connect connect) {
        Client client = open(connect.version());
        client.send(connect);
        client.greeted();
        return client;
    }

    void settle() {
        loops.settle();
    }

    void pass(Duration time) {
        loops.pass(time);
    }

    @Override
    public void close() {
        channels.forEach(channel -> loops.loopOf(channel).execute(channel::close));
        loops.settle();
        wiring.closeLog();
        wiring.close();
        channels.forEach(EmbeddedChannel::releaseOutbound); // What a client did not look at.
    }

    /** The other end of a connection. */
    final class Client {
        private final EmbeddedChannel channel = new EmbeddedChannel();
        private final PacketDecoder decoder;
        private final MqttVersion version;
        private final List<Packet> received = new ArrayList<>();
        Connack connack = Connack.accepted(false);

        Client(MqttVersion version, Loop loop) {
            this.version = version;
            decoder = PacketDecoder.ofClient(version, 268_435_460);
            channels.add(channel);
            loops.register(channel, loop);
            loop.execute(() -> channel.pipeline().addLast(new Connection(channel, wiring.parts())));
            loop.execute(() -> channel.pipeline().fireChannelActive());
            loops.settle();
        }

        /** Takes the first packet for CONNACK and leaves the others to be looked at. */
        private void greeted() {
            List<Packet> packets = received();
            assertThat(packets).as("packets received").isNotEmpty().first().isInstanceOf(Connack.class);
            connack = (Connack) packets.get(0);
            received.addAll(packets.subList(1, packets.size()));
        }

        void send(Packet... packets) {
            ByteBuf bytes = Unpooled.buffer();
            for (Packet packet : packets) {
                PacketEncoder.encode(packet, version, bytes);
            }
            sendBytes(bytes);
        }

        void sendBytes(ByteBuf bytes) {
            loops.loopOf(channel).execute(() -> {
                if (channel.isActive()) {
                    channel.writeInbound(bytes);
                }
            });
        }

        /** The socket breaks: no DISCONNECT. */
        void drop() {
            loops.loopOf(channel).execute(channel::close);
            loops.settle();
        }

        /** The socket breaks as soon as its loop takes a turn; others may be first. */
        void breakSoon() {
            loops.loopOf(channel).execute(channel::close);
        }

        /** Everything that has come and was not looked at. */
        List<Packet> received() {
            loops.settle();
            channel.runPendingTasks();
            ByteBuf bytes;
            ByteBuf all = Unpooled.buffer();
            while ((bytes = channel.readOutbound()) != null) {
                all.writeBytes(bytes);
                bytes.release();
            }
            Packet packet;
            while ((packet = decoder.decode(all)) != null) {
                received.add(packet);
            }
            assertThat(all.readableBytes())
                    .as("bytes of a packet that is not whole")
                    .isZero();
            List<Packet> news = List.copyOf(received);
            received.clear();
            return news;
        }

        /** The packets of one type among those that have come. */
        <P extends Packet> List<P> received(Class<P> type) {
            return received().stream().filter(type::isInstance).map(type::cast).toList();
        }

        /** The one packet that has come. */
        <P extends Packet> P expect(Class<P> type) {
            List<Packet> packets = received();
            assertThat(packets).as("packets received").hasSize(1).first().isInstanceOf(type);
            return type.cast(packets.get(0));
        }

        boolean closed() {
            loops.settle();
            return !channel.isOpen();
        }
    }
}
