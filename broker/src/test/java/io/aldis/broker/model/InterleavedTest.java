package io.aldis.broker.model;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.VirtualBroker;
import io.aldis.broker.VirtualBroker.Client;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Binary;
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
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.codec.Topics;
import io.aldis.codec.Unsuback;
import io.aldis.codec.Unsubscribe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Persistent clients that all act at once: loops take turns between as a seed has it, connections break and are taken over with packets
 * under way. What can be said of that whatever the order:
 *
 * <ul>
 *   <li>what was acknowledged at QoS 1 or 2 reaches everybody who had SUBACK before it was published, and one member of a share;
 *   <li>nothing of QoS 2 comes twice;
 *   <li>messages of one publisher on one topic come in their order;
 *   <li>nothing comes that was not asked for, or no more when it was published.
 * </ul>
 *
 * <p>{@code -Daldis.model.seed=N} and {@code -Daldis.model.runs=N} choose what is played.
 */
class InterleavedTest {

    private static final long SEED = Long.getLong("aldis.model.seed", 1);
    private static final int RUNS =
            Integer.getInteger("aldis.model.runs", System.getProperty("aldis.model.seed") == null ? 150 : 1);

    private static final int ROUNDS = 120;
    private static final List<String> TOPICS = List.of("a/b", "a/c", "b", "s/1");
    private static final List<String> FILTERS = List.of("a/b", "a/+", "a/#", "#", "+/c", "b");
    private static final String SHARE = "$share/g/s/#";
    private static final Settings SETTINGS = Settings.defaults().withSys(sys -> sys.withInterval(Duration.ZERO));

    private final List<Message> messages = new ArrayList<>();
    private final List<Peer> peers = new ArrayList<>();
    private Random random = new Random();

    @Test
    void whateverTheOrderNothingIsLostDoubledOvertakenOrUnasked() {
        for (long seed = SEED; seed < SEED + RUNS; seed++) {
            try (VirtualBroker broker = seed % 2 == 0
                    ? VirtualBroker.ofLateAnswers(3, seed, SETTINGS)
                    : new VirtualBroker(3, seed, SETTINGS)) {
                play(broker, seed);
            } catch (AssertionError wrong) {
                throw new AssertionError("Seed " + seed + ": " + wrong.getMessage(), wrong);
            }
        }
    }

    private void play(VirtualBroker broker, long seed) {
        random = new Random(seed);
        messages.clear();
        peers.clear();
        for (String id : List.of("ann", "bob", "cid", "dot", "eve")) {
            peers.add(new Peer(broker, id, random.nextInt(3)));
        }
        peers.get(0).subscribe(SHARE);
        peers.get(1).subscribe(SHARE);
        for (int round = 0; round < ROUNDS; round++) {
            peers.get(random.nextInt(peers.size())).act();
            for (int turns = random.nextInt(9); turns > 0; turns--) {
                broker.turn();
            }
            if (random.nextInt(30) == 0) {
                broker.settle();
                messages.forEach(Message::settled);
            }
        }
        peers.forEach(Peer::here);
        boolean busy = true;
        while (busy) {
            busy = false;
            for (Peer peer : peers) {
                broker.settle();
                busy |= peer.look(true);
            }
        }
        for (Message message : messages) {
            message.check();
        }
    }

    /** One that was published, and who gets it. */
    private final class Message {
        private final Peer publisher;
        private final int connection;
        private final int number;
        private final String topic;
        private final Qos qos;
        private final Set<Peer> must = new HashSet<>();
        private final Set<Peer> may = new HashSet<>();
        private final Set<Peer> got = new HashSet<>();
        private boolean sharedMust;
        private boolean underWay = true;

        Message(Peer publisher, int connection, String topic, Qos qos) {
            this.publisher = publisher;
            this.connection = connection;
            this.topic = topic;
            this.qos = qos;
            number = messages.size();
            for (Peer peer : peers) {
                peer.filters.forEach((filter, wish) -> consider(peer, filter, wish));
            }
        }

        private void consider(Peer peer, String filter, Wish wish) {
            if (!Topics.matches(filter, topic) || wish == Wish.NO) {
                return;
            }
            may.add(peer);
            if (wish == Wish.YES && qos != Qos.AT_MOST_ONCE) {
                if (Topics.isShared(filter)) {
                    sharedMust = true; // Nobody leaves the share.
                } else if (peer.qosOf(filter) != Qos.AT_MOST_ONCE) {
                    must.add(peer);
                }
            }
        }

        void settled() {
            if (qos == Qos.AT_MOST_ONCE) {
                underWay = false;
            }
        }

        void check() {
            assertThat(got).as("who got " + this).containsAll(must);
            if (sharedMust) {
                assertThat(got).as("who got " + this).containsAnyOf(peers.get(0), peers.get(1));
            }
        }

        @Override
        public String toString() {
            return number + " of " + publisher + " on " + topic + " at QoS " + qos.level();
        }
    }

    /** Whether a subscription is there, as far as its client can know. */
    private enum Wish {
        NO,
        PERHAPS,
        YES
    }

    /** A client with a session of its own. */
    private final class Peer {
        private final VirtualBroker broker;
        private final String id;
        private final Connect connect;
        private final int leastQos;
        private final Map<String, Wish> filters = new HashMap<>();
        private final Map<Integer, Runnable> asked = new HashMap<>();
        private final Map<String, Integer> lastAsked = new HashMap<>();

        /** What is not acknowledged yet, by packet id, in the order of publication: PUBLISH, or PUBREL once PUBREC came. */
        private final Map<Integer, Packet> outgoing = new LinkedHashMap<>();

        private final Map<Integer, Message> unacknowledged = new HashMap<>();
        private final Set<Integer> incoming = new HashSet<>();
        private final Map<String, Integer> latest = new HashMap<>();
        private final List<Packet> owed = new ArrayList<>();
        private @Nullable Client client;
        private int connections;
        private int packetIds;

        Peer(VirtualBroker broker, String id, int kind) {
            this.broker = broker;
            this.id = id;
            leastQos = kind;
            Connect plain = Connect.of(kind == 0 ? MqttVersion.V3_1_1 : MqttVersion.V5, id)
                    .withCleanStart(false)
                    .withKeepAlive(0);
            ConnectProperties properties = ConnectProperties.NONE.withSessionExpiryInterval(1000);
            connect =
                    kind == 0 ? plain : plain.withProperties(kind == 1 ? properties : properties.withReceiveMaximum(2));
        }

        /** Always the same for one filter, so that subscribing again changes nothing. */
        Qos qosOf(String filter) {
            return Qos.of((leastQos + filter.length()) % 3);
        }

        void act() {
            switch (random.nextInt(16)) {
                case 0 -> here().breakSoon();
                case 1 -> open(); // Takes itself over.
                case 2, 3 -> subscribe(FILTERS.get(random.nextInt(FILTERS.size())));
                case 4 -> unsubscribe(FILTERS.get(random.nextInt(FILTERS.size())));
                case 5, 6, 7, 8, 9 -> publish();
                default -> look(random.nextInt(3) > 0);
            }
        }

        private Client here() {
            Client present = client;
            return present == null || present.closedSoFar() ? open() : present;
        }

        private Client open() {
            Client fresh = broker.openSoon(connect.version());
            fresh.send(connect);
            connections++;
            asked.clear();
            owed.clear();
            outgoing.values().forEach(packet -> fresh.send(packet instanceof Publish p ? p.withDup(true) : packet));
            client = fresh;
            return fresh;
        }

        void subscribe(String filter) {
            Client to = here();
            if (wish(filter) == Wish.NO) {
                filters.put(filter, Wish.PERHAPS);
            }
            messages.stream()
                    .filter(message -> message.underWay && Topics.matches(filter, message.topic))
                    .forEach(message -> message.may.add(this));
            ask(filter, Wish.YES);
            Qos qos = Topics.isShared(filter) ? Qos.EXACTLY_ONCE : qosOf(filter);
            to.send(Subscribe.of(packetIds, filter, qos));
        }

        private void unsubscribe(String filter) {
            Client to = here();
            if (wish(filter) == Wish.YES) {
                filters.put(filter, Wish.PERHAPS);
            }
            messages.stream()
                    .filter(message -> message.underWay && Topics.matches(filter, message.topic))
                    .forEach(message -> message.must.remove(this));
            ask(filter, Wish.NO);
            to.send(Unsubscribe.of(packetIds, filter));
        }

        private Wish wish(String filter) {
            return filters.getOrDefault(filter, Wish.NO);
        }

        private void ask(String filter, Wish answered) {
            int packetId = ++packetIds;
            lastAsked.put(filter, packetId);
            asked.put(packetId, () -> {
                if (Objects.equals(lastAsked.get(filter), packetId)) {
                    filters.put(filter, answered);
                }
            });
        }

        private void publish() {
            Client to = here();
            Qos qos = Qos.of(random.nextInt(3));
            Message message = new Message(this, connections, TOPICS.get(random.nextInt(TOPICS.size())), qos);
            messages.add(message);
            int packetId = qos == Qos.AT_MOST_ONCE ? 0 : ++packetIds;
            Publish publish = new Publish(
                    message.topic,
                    Binary.utf8(Integer.toString(message.number)),
                    qos,
                    false,
                    false,
                    packetId,
                    Publish.qos0("x", Binary.EMPTY).properties());
            if (packetId > 0) {
                outgoing.put(packetId, publish);
                unacknowledged.put(packetId, message);
            }
            to.send(publish);
        }

        /** Looks at what has come, and answers what is owed or lets that wait; whether there was anything. */
        boolean look(boolean answer) {
            Client from = here();
            List<Packet> news = from.receivedSoFar();
            news.forEach(packet -> take(from, packet));
            boolean busy = !news.isEmpty() || !owed.isEmpty();
            if (answer) {
                owed.forEach(from::send);
                owed.clear();
            }
            return busy;
        }

        private void take(Client from, Packet packet) {
            if (packet instanceof Publish publish) {
                take(publish);
            } else if (packet instanceof Pubrel pubrel) {
                incoming.remove(pubrel.packetId());
                owed.add(new Pubcomp(pubrel.packetId()));
            } else if (packet instanceof Puback puback) {
                acknowledged(puback.packetId());
                outgoing.remove(puback.packetId());
            } else if (packet instanceof Pubrec pubrec) {
                acknowledged(pubrec.packetId());
                outgoing.replace(pubrec.packetId(), new Pubrel(pubrec.packetId()));
                from.send(new Pubrel(pubrec.packetId()));
            } else if (packet instanceof Pubcomp pubcomp) {
                outgoing.remove(pubcomp.packetId());
            } else if (packet instanceof Suback suback) {
                answered(suback.packetId());
            } else if (packet instanceof Unsuback unsuback) {
                answered(unsuback.packetId());
            }
        }

        private void answered(int packetId) {
            Runnable effect = asked.remove(packetId);
            if (effect != null) {
                effect.run();
            }
        }

        private void acknowledged(int packetId) {
            Message message = unacknowledged.remove(packetId);
            if (message != null) {
                message.underWay = false;
            }
        }

        private void take(Publish publish) {
            Message message = messages.get(Integer.parseInt(publish.payload().toUtf8()));
            boolean exactlyOnce = publish.qos() == Qos.EXACTLY_ONCE;
            if (exactlyOnce) {
                owed.add(new Pubrec(publish.packetId()));
                if (!incoming.add(publish.packetId())) {
                    return;
                }
            } else if (publish.qos() == Qos.AT_LEAST_ONCE) {
                owed.add(new Puback(publish.packetId()));
            }
            assertThat(message.may).as("who may get " + message).contains(this);
            boolean first = message.got.add(this);
            boolean once = message.qos == Qos.EXACTLY_ONCE && publish.qos() != Qos.AT_LEAST_ONCE;
            if (once && !Topics.matches(SHARE, message.topic)) {
                assertThat(first)
                        .as(this + " gets for the first time " + message)
                        .isTrue();
            }
            if (first && !Topics.matches(SHARE, message.topic)) {
                inOrder(message, publish.qos());
            }
        }

        /**
         * In the order of publication. Nobody says which of two connections of a publisher comes first, which matters at QoS 0; and
         * who was not there when a message of QoS 1 came first may get it when it comes again.
         */
        private void inOrder(Message message, Qos qos) {
            if (message.qos == Qos.AT_LEAST_ONCE && (qos == Qos.AT_MOST_ONCE || !message.must.contains(this))) {
                return;
            }
            String line = message.publisher
                    + message.topic
                    + message.qos
                    + qos
                    + (message.qos == Qos.AT_MOST_ONCE ? message.connection : "");
            Integer before = latest.put(line, message.number);
            assertThat(before == null || before < message.number)
                    .as(message + " after " + before + " at " + this)
                    .isTrue();
        }

        @Override
        public String toString() {
            return id;
        }
    }
}
