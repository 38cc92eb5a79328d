package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.admin.Admin;
import io.aldis.broker.chain.Hooks;
import io.aldis.broker.connection.Connection;
import io.aldis.broker.connection.ConnectionParts;
import io.aldis.broker.connection.Door;
import io.aldis.broker.connection.Entrance;
import io.aldis.broker.connection.Load;
import io.aldis.broker.hook.HookRegistry;
import io.aldis.broker.loop.Loop;
import io.aldis.broker.settings.ListenerSettings;
import io.aldis.broker.settings.Settings;
import io.aldis.broker.storage.KeyValueStore;
import io.aldis.broker.store.HeapTables;
import io.aldis.broker.store.StateMachine;
import io.aldis.broker.store.StoredTables;
import io.aldis.broker.store.Tables;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.PacketDecoder;
import io.aldis.codec.PacketEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A whole broker in one thread under virtual time: real rooms, real packets, no sockets. */
public final class VirtualBroker implements AutoCloseable {

    private final VirtualLoops loops;
    private final Wiring wiring;
    private final Hooks hooks;
    private final UnpooledByteBufAllocator memory = new UnpooledByteBufAllocator(false);
    private final List<Client> clients = new ArrayList<>();
    private final List<Drop> drops = new ArrayList<>();
    private final List<String> notices = new ArrayList<>();
    private int accepted;

    VirtualBroker() {
        this(2, 1, Settings.defaults());
    }

    public VirtualBroker(int loopCount, long seed, Settings settings) {
        this(loopCount, seed, settings, none -> {});
    }

    /** A broker whose embedder has hooks. */
    public VirtualBroker(int loopCount, long seed, Settings settings, Consumer<HookRegistry> registration) {
        this(
                new VirtualLoops(loopCount, seed),
                settings,
                List.of(Owner.embedder(registration)),
                assignedIds(),
                at -> Kept.atOnce());
    }

    /** Where the ledger of a broker is kept, and how. */
    private record Kept(Tables tables, Ledger.Maker maker) {

        static Kept atOnce() {
            return new Kept(new HeapTables(), Ledger::inMemory);
        }

        /** Answers come late, as from a disk. */
        static Kept late(VirtualLoops loops) {
            return new Kept(new HeapTables(), (tables, changes, all) -> {
                StateMachine machine = new StateMachine(tables, changes);
                return new Ledger(machine, new LateCommandLog(machine, loops.background()));
            });
        }
    }

    /** A broker with hooks of several owners, the outermost first. */
    static VirtualBroker of(VirtualLoops loops, Settings settings, boolean lateAnswers, List<Owner> owners) {
        return new VirtualBroker(
                loops, settings, owners, assignedIds(), lateAnswers ? Kept::late : at -> Kept.atOnce());
    }

    /** Who has hooks: a plugin, or the embedder. */
    record Owner(String name, Consumer<HookRegistry> registration) {
        static Owner embedder(Consumer<HookRegistry> registration) {
            return new Owner(Hooks.EMBEDDER, registration);
        }
    }

    /** A broker that takes the ids of clients that bring none from {@code clientIds}. */
    static VirtualBroker ofClientIds(Supplier<String> clientIds) {
        return new VirtualBroker(
                new VirtualLoops(2, 1), Settings.defaults(), List.of(), clientIds, at -> Kept.atOnce());
    }

    /** A broker whose ledger answers late, as one on a disk does. */
    public static VirtualBroker ofLateAnswers(int loopCount, long seed, Settings settings) {
        return ofLateAnswers(loopCount, seed, settings, none -> {});
    }

    static VirtualBroker ofLateAnswers(
            int loopCount, long seed, Settings settings, Consumer<HookRegistry> registration) {
        return of(new VirtualLoops(loopCount, seed), settings, true, List.of(Owner.embedder(registration)));
    }

    /** A broker that keeps what must outlive it in {@code store}, with what is there from before. */
    public static VirtualBroker on(KeyValueStore store, int loopCount, long seed, Settings settings) {
        return new VirtualBroker(
                new VirtualLoops(loopCount, seed),
                settings,
                List.of(),
                assignedIds(),
                loops -> new Kept(new StoredTables(store), Ledger.keptBy(loops.background())));
    }

    private static Supplier<String> assignedIds() {
        AtomicInteger ids = new AtomicInteger();
        return () -> "assigned-" + ids.incrementAndGet();
    }

    private VirtualBroker(
            VirtualLoops loops,
            Settings settings,
            List<Owner> owners,
            Supplier<String> clientIds,
            Function<VirtualLoops, Kept> keeping) {
        this.loops = loops;
        hooks = Hooks.on(settings.hook(), loops.all().get(0)::nanoTime, loops.background());
        List<Hooks.Owned> owned = new ArrayList<>();
        owners.forEach(owner -> owned.add(Hooks.register(owner.name, owner.registration)));
        owned.add(Hooks.register("test", registry -> registry.onMsgDropped(event -> drops.add(Drop.of(event)))));
        hooks.replace(owned);
        Kept kept = keeping.apply(loops);
        wiring = new Wiring(loops.all(), loops, settings, hooks, clientIds, kept.tables(), kept.maker());
        wiring.recover();
    }

    Hooks hooks() {
        return hooks;
    }

    public Admin admin() {
        return wiring.admin();
    }

    /** What was dropped and not looked at. */
    List<Drop> drops() {
        List<Drop> news = List.copyOf(drops);
        drops.clear();
        return news;
    }

    VirtualLoops loops() {
        return loops;
    }

    /** A socket that has just been accepted, on the next loop in turn. */
    public Client open(MqttVersion version) {
        return open(version, accepted++ % loops.all().size());
    }

    Client open(MqttVersion version, int loopIndex) {
        Client client = new Client(version, loops.all().get(loopIndex), wiring.parts());
        loops.settle();
        return client;
    }

    /** A listener with these settings, known as "test" if they name it not. */
    Door door(ListenerSettings own) {
        ConnectionParts parts = wiring.parts();
        return new Door(port -> "test", own, parts.settings(), parts.metrics(), (who, what) -> notices.add(what));
    }

    /** A socket that was accepted at a listener. */
    Client open(Door door, MqttVersion version) {
        Client client = new Client(
                version,
                loops.all().get(accepted++ % loops.all().size()),
                wiring.parts().at(door));
        loops.settle();
        return client;
    }

    /** A client that has been greeted at a listener. */
    Client connect(Door door, Connect connect) {
        Client client = open(door, connect.version());
        client.send(connect);
        client.greeted();
        return client;
    }

    /** What was told of those that came in at listeners of {@link #door}. */
    List<String> notices() {
        return notices;
    }

    /** Looks whether its loops keep up from now on; a real broker does so from its start. */
    void watchesLoad() {
        wiring.watchLoad();
        loops.settle();
    }

    Load load() {
        return wiring.parts().load();
    }

    /** A socket that will have been accepted when its loop takes a turn. */
    public Client openSoon(MqttVersion version) {
        return new Client(version, loops.all().get(accepted++ % loops.all().size()), wiring.parts());
    }

    /** A client that has been greeted. */
    Client connect(Connect connect) {
        Client client = open(connect.version());
        client.send(connect);
        client.greeted();
        return client;
    }

    public void settle() {
        loops.settle();
    }

    /** Lets one loop take a turn, drawn from the seed; false if none has anything to do. */
    public boolean turn() {
        return loops.turn();
    }

    io.aldis.broker.routing.Router router() {
        return wiring.parts().router();
    }

    public void pass(Duration time) {
        loops.pass(time);
    }

    /** Publishes what it has to say of itself from now on; a real broker does so from its start. */
    void tellsOfItself() {
        wiring.start();
        loops.settle();
    }

    /** Asks all connections to close as soon as nothing is under way on them, as a broker does that stops. */
    void stop() {
        wiring.parts().connections().all().forEach(connection -> connection.stopAsync(idle -> {}, () -> {}));
        loops.settle();
    }

    /** Ends the broker whatever is under way: nothing takes a turn any more. */
    void abandon() {
        wiring.closeLog();
        wiring.close();
    }

    /** Ends the broker with all connections, and sees that every buffer has been given back. */
    @Override
    public void close() {
        loops.all().forEach(loops::free);
        loops.free(loops.background());
        clients.forEach(Client::breakSoon);
        loops.settle();
        wiring.closeLog();
        wiring.close();
        clients.forEach(Client::throwAway);
        assertThat(memory.metric().usedHeapMemory() + memory.metric().usedDirectMemory())
                .as("bytes in buffers that nobody released")
                .isZero();
    }

    /** The other end of a connection. */
    public final class Client {
        private final Socket channel = new Socket();
        private final ArrayDeque<ByteBuf> wire = new ArrayDeque<>();
        private final PacketDecoder decoder;
        private final MqttVersion version;
        private final ArrayDeque<Runnable> events = new ArrayDeque<>();
        private final List<Packet> received = new ArrayList<>();
        Connack connack = Connack.accepted(false);

        Client(MqttVersion version, Loop loop, ConnectionParts parts) {
            this.version = version;
            decoder = PacketDecoder.ofClient(version, 268_435_460);
            channel.config().setAllocator(memory);
            channel.readOn = () -> whereItIs(this::flow);
            clients.add(this);
            loops.register(channel, loop);
            assertThat(parts.door().enter()).isTrue();
            channel.closeFuture().addListener(gone -> parts.door().left());
            loop.execute(() -> channel.pipeline().addLast(new Connection(channel, parts, Entrance.plain(channel))));
            loop.execute(() -> channel.pipeline().fireChannelActive());
        }

        /** Takes the first packet for CONNACK and leaves the others to be looked at. */
        private void greeted() {
            List<Packet> packets = received();
            assertThat(packets).as("packets received").isNotEmpty().first().isInstanceOf(Connack.class);
            connack = (Connack) packets.get(0);
            received.addAll(packets.subList(1, packets.size()));
        }

        public void send(Packet... packets) {
            ByteBuf bytes = Unpooled.buffer();
            for (Packet packet : packets) {
                PacketEncoder.encode(packet, version, bytes);
            }
            sendBytes(bytes);
        }

        void sendBytes(ByteBuf bytes) {
            whereItIs(() -> {
                wire.add(bytes);
                flow();
            });
        }

        /** What is on the wire reaches the broker for as long as it reads. */
        private void flow() {
            while (!wire.isEmpty() && (channel.config().isAutoRead() || !channel.isActive())) {
                ByteBuf bytes = wire.remove();
                if (channel.isActive()) {
                    channel.writeInbound(bytes);
                } else {
                    bytes.release();
                }
            }
        }

        /** Runs {@code task} on the channel's loop, also if the channel moves meanwhile, and after earlier ones. */
        private void whereItIs(Runnable task) {
            events.add(task);
            takePlace();
        }

        private void takePlace() {
            Loop present = loops.loopOf(channel);
            present.execute(() -> {
                if (loops.loopOf(channel) == present) {
                    Runnable next = events.poll();
                    if (next != null) {
                        next.run();
                    }
                } else {
                    takePlace();
                }
            });
        }

        /** The socket breaks: no DISCONNECT. */
        public void drop() {
            whereItIs(channel::close);
            loops.settle();
        }

        /** The socket breaks as soon as its loop takes a turn; others may be first. */
        public void breakSoon() {
            whereItIs(channel::close);
        }

        private void throwAway() {
            channel.releaseInbound();
            channel.releaseOutbound();
        }

        /** The client's window closes: what is written to it stays in its outbound buffer. */
        public void readNothing() {
            whereItIs(() -> {
                channel.unsafe().outboundBuffer().setUserDefinedWritability(1, false);
                channel.runPendingTasks();
            });
            loops.settle();
        }

        /** The client's window opens. */
        public void readAgain() {
            whereItIs(() -> {
                channel.unsafe().outboundBuffer().setUserDefinedWritability(1, true);
                channel.runPendingTasks();
            });
            loops.settle();
        }

        /** Whether the broker takes what the client sends. */
        boolean isReadFrom() {
            return channel.config().isAutoRead();
        }

        /** Everything that has come and was not looked at. */
        public List<Packet> received() {
            loops.settle();
            return receivedSoFar();
        }

        /** Everything that has come until now, whatever is still under way. */
        public List<Packet> receivedSoFar() {
            channel.runPendingTasks();
            if (channel.outboundMessages().isEmpty() && received.isEmpty()) {
                return List.of();
            }
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

        public boolean closed() {
            loops.settle();
            return closedSoFar();
        }

        public boolean closedSoFar() {
            return !channel.isOpen();
        }
    }

    /** A channel that tells when it is read from again. */
    private static final class Socket extends EmbeddedChannel {
        private @Nullable Runnable readOn;

        @Override
        protected void doBeginRead() {
            if (readOn != null) {
                readOn.run();
            }
        }
    }
}
