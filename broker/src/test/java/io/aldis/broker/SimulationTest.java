package io.aldis.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.VirtualBroker.Client;
import io.aldis.broker.metric.DropReason;
import io.aldis.broker.settings.Settings;
import io.aldis.broker.storage.HeapKeyValueStore;
import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.Puback;
import io.aldis.codec.Pubcomp;
import io.aldis.codec.Publish;
import io.aldis.codec.Pubrec;
import io.aldis.codec.Pubrel;
import io.aldis.codec.Qos;
import io.aldis.codec.Subscribe;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Persistent clients that publish, acknowledge late, lose their connections and take themselves over, in an order drawn from a
 * seed; at the end everybody must have what was promised.
 */
class SimulationTest {

    private static final int CLIENTS = 6;
    private static final int MESSAGES = 40;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void nothingOfQos1IsLostAndNothingOfQos2IsDoubled(long seed) {
        try (VirtualBroker broker = new VirtualBroker(3, seed, Settings.defaults())) {
            keepsItsPromises(broker, seed);
        }
        try (VirtualBroker broker = VirtualBroker.ofLateAnswers(3, seed, Settings.defaults())) {
            keepsItsPromises(broker, seed);
        }
    }

    /** The process is killed, or the power goes, between any two turns; what is on the disk then is what the next broker finds. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void norByTheEndOfTheProcessOrThePower(long seed) {
        Random random = new Random(seed);
        HeapKeyValueStore store = new HeapKeyValueStore();
        VirtualBroker broker = VirtualBroker.on(store, 3, seed, Settings.defaults());
        List<Peer> peers = arrive(broker);
        for (int round = 0; round < MESSAGES * CLIENTS * 3; round++) {
            peers.get(random.nextInt(CLIENTS)).act(random);
            if (random.nextInt(MESSAGES) == 0) {
                store = random.nextBoolean() ? store.killed() : store.afterPowerCut(random);
                broker.close(); // It goes on with a disk that nobody sees any more.
                broker = VirtualBroker.on(store, 3, random.nextLong(), Settings.defaults());
                for (Peer peer : peers) {
                    peer.turnTo(broker);
                }
            }
        }
        end(broker, peers);
        broker.close();
    }

    private static void keepsItsPromises(VirtualBroker broker, long seed) {
        Random random = new Random(seed);
        List<Peer> peers = arrive(broker);
        for (int round = 0; round < MESSAGES * CLIENTS * 3; round++) {
            peers.get(random.nextInt(CLIENTS)).act(random);
        }
        end(broker, peers);
    }

    private static List<Peer> arrive(VirtualBroker broker) {
        List<Peer> peers = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Peer peer = new Peer(broker, "peer" + i, i % 2 == 0 ? MqttVersion.V5 : MqttVersion.V3_1_1);
            peer.connect();
            peer.client().send(Subscribe.of(60_000, "from/#", Qos.EXACTLY_ONCE));
            peers.add(peer);
        }
        broker.settle();
        return peers;
    }

    private static void end(VirtualBroker broker, List<Peer> peers) {
        for (int round = 0; round < 200; round++) {
            peers.forEach(Peer::finish);
        }
        for (Peer peer : peers) {
            assertThat(peer.outgoing).as("unacknowledged of " + peer.id).isEmpty();
            for (Peer from : peers) {
                peer.check(from.id);
            }
        }
        assertThat(broker.admin().statistics().dropped()).as("drops").allSatisfy((reason, count) -> {
            if (reason != DropReason.NOT_CONNECTED) { // QoS 0 for a client that was away.
                assertThat(count).as(reason.name()).isZero();
            }
        });
        assertThat(broker.admin().sessions()).hasSize(CLIENTS);
        for (Peer peer : peers) {
            peer.connect();
            assertThat(peer.client().received()).as("sent again to " + peer.id).hasSize(1);
        }
    }

    /** A client with a session of its own, as the standard asks of it. */
    private static final class Peer {
        private VirtualBroker broker;
        private final String id;
        private final MqttVersion version;
        private final Map<String, List<Integer>> got = new HashMap<>();

        /** What is not acknowledged yet, by packet id, in the order of publication: PUBLISH, or PUBREL once PUBREC came. */
        private final Map<Integer, Packet> outgoing = new LinkedHashMap<>();

        private final Set<Integer> incoming = new TreeSet<>();
        private @Nullable Client client;

        /**
         * The present connection was accepted. What is sent before may be heard later than what is sent on the next connection, whose
         * claim of the client id may come first.
         */
        private boolean welcome;

        private int nextPacketId = 1;
        private final int[] published = new int[3];

        Peer(VirtualBroker broker, String id, MqttVersion version) {
            this.broker = broker;
            this.id = id;
            this.version = version;
        }

        /** The broker it knew is no more. */
        void turnTo(VirtualBroker next) {
            broker = next;
            client = null;
        }

        Client client() {
            if (client == null) {
                connect();
            }
            return Objects.requireNonNull(client);
        }

        void connect() {
            Client fresh = broker.openSoon(version);
            Connect connect = Connect.of(version, id).withCleanStart(false);
            fresh.send(
                    version == MqttVersion.V5
                            ? connect.withProperties(ConnectProperties.NONE.withSessionExpiryInterval(1000))
                            : connect);
            client = fresh;
            welcome = false;
        }

        void act(Random random) {
            switch (random.nextInt(8)) {
                case 0 -> client().breakSoon();
                case 1 -> connect(); // Takes itself over.
                case 2, 3, 4 -> publish(random.nextInt(3));
                default -> look();
            }
            for (int turns = random.nextInt(12); turns > 0; turns--) {
                broker.loops().turn();
            }
            if (client().closedSoFar()) {
                client = null;
            }
        }

        private void publish(int qos) {
            Client here = client();
            if (!welcome || published[qos] == MESSAGES || outgoing.size() > 8) {
                look();
                return;
            }
            Binary payload = Binary.utf8(Integer.toString(published[qos]++));
            Publish publish = switch (qos) {
                case 0 -> Publish.qos0("from/" + id + "/0", payload);
                case 1 -> Publish.qos1("from/" + id + "/1", payload, nextPacketId);
                default -> Publish.qos2("from/" + id + "/2", payload, nextPacketId);
            };
            if (qos > 0) {
                outgoing.put(nextPacketId++, publish);
            }
            here.send(publish);
        }

        private void look() {
            Client here = client();
            for (Packet packet : here.receivedSoFar()) {
                if (packet instanceof Connack) {
                    welcome = true;
                    outgoing.values().forEach(owed -> here.send(owed instanceof Publish p ? p.withDup(true) : owed));
                } else if (packet instanceof Publish publish) {
                    take(here, publish);
                } else if (packet instanceof Pubrel pubrel) {
                    incoming.remove(pubrel.packetId());
                    here.send(new Pubcomp(pubrel.packetId()));
                } else if (packet instanceof Puback puback) {
                    outgoing.remove(puback.packetId());
                } else if (packet instanceof Pubrec pubrec) {
                    outgoing.replace(pubrec.packetId(), new Pubrel(pubrec.packetId()));
                    here.send(new Pubrel(pubrec.packetId()));
                } else if (packet instanceof Pubcomp pubcomp) {
                    outgoing.remove(pubcomp.packetId());
                }
            }
        }

        private void take(Client here, Publish publish) {
            boolean known = publish.qos() == Qos.EXACTLY_ONCE && !incoming.add(publish.packetId());
            if (!known) {
                got.computeIfAbsent(publish.topic(), topic -> new ArrayList<>())
                        .add(Integer.parseInt(publish.payload().toUtf8()));
            }
            if (publish.qos() == Qos.AT_LEAST_ONCE) {
                here.send(new Puback(publish.packetId()));
            } else if (publish.qos() == Qos.EXACTLY_ONCE) {
                here.send(new Pubrec(publish.packetId()));
            }
        }

        /** Publishes what is left, keeps the connection and answers everything. */
        void finish() {
            publish(1);
            publish(2);
            broker.settle();
            look();
            if (client().closed()) {
                client = null;
            }
        }

        void check(String from) {
            List<Integer> all = IntStream.range(0, MESSAGES).boxed().toList();
            assertThat(got.get("from/" + from + "/2"))
                    .as("QoS 2 of " + from + " at " + id)
                    .isEqualTo(all);
            assertThat(firsts(got.getOrDefault("from/" + from + "/1", List.of())))
                    .as("QoS 1 of " + from + " at " + id)
                    .isEqualTo(all);
            assertThat(got.getOrDefault("from/" + from + "/0", List.of()))
                    .as("QoS 0 of " + from + " at "
                            + id) // In no order: the broker may accept two connections the other way round.
                    .doesNotHaveDuplicates();
        }

        private static List<Integer> firsts(List<Integer> numbers) {
            return numbers.stream().distinct().toList();
        }
    }
}
