package io.aldis.acceptance.stress;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.acceptance.clients.BrokerUnderTest;
import io.aldis.acceptance.stress.ResilientClient.Leaving;
import io.aldis.broker.admin.Admin;
import io.aldis.broker.admin.SessionInfo;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Publish;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Clients with persistent sessions publish to each other while their connections end in every way at random. Nothing of
 * QoS 1 and 2 is lost, nothing of QoS 2 comes twice, and what has an order keeps it.
 *
 * <p>The accidents come from a seed, which a failure tells; {@code -Daldis.stress.seed=…} repeats its choices. What the
 * broker's threads do between them cannot be repeated.
 */
class SurvivingTakeoversTest {
    private static final long DEADLINE_SECONDS = 60;

    @RegisterExtension
    static final BrokerUnderTest BROKER = BrokerUnderTest.with(broker -> broker.loops(4)
            // Nothing may be dropped for want of room, or loss would prove nothing.
            .settings(Settings.defaults()
                    .withQueue(queue -> queue.withMaximumMessages(1_000_000).withMaximumBytes(1L << 30))));

    private final long seed =
            Long.getLong("aldis.stress.seed", ThreadLocalRandom.current().nextInt(1_000_000));
    private final MultiThreadIoEventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());

    @AfterEach
    void stop() {
        group.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
    }

    @Test
    void nothingIsLostAmongTwentyClients() throws Exception {
        new World(20, 200, 100).play();
    }

    @Test
    void nothingIsLostAmongAHundredClients() throws Exception {
        new World(100, 1000, 500).play();
    }

    @Test
    @Tag("stress")
    void nothingIsLostHoweverOftenConnectionsEnd() throws Exception {
        new World(100, 1000, 60).play();
    }

    /** The clients and their fate. Confined to its event loop, except {@link #play}. */
    private final class World implements ResilientClient.Story {
        private final EventLoop loop = group.next();
        private final String run =
                Integer.toHexString(ThreadLocalRandom.current().nextInt());
        private final int messagesEach;
        private final int packetsBetweenAccidents;
        private final Random random = new Random(seed);
        private final Deliveries deliveries;
        private final List<ResilientClient> clients = new ArrayList<>();
        private final int[] untilAccident;
        private final Map<Accident, Integer> accidents = new EnumMap<>(Accident.class);

        private final CompletableFuture<?> allSubscribed = new CompletableFuture<>();
        private final CompletableFuture<?> allDelivered = new CompletableFuture<>();
        private final CompletableFuture<?> nothingOwed = new CompletableFuture<>();
        private int subscribed;
        private int published;
        private boolean settling;
        private final Set<ResilientClient> lastTakeover = new HashSet<>();
        private int settled;

        World(int count, int messagesEach, int packetsBetweenAccidents) {
            this.messagesEach = messagesEach;
            this.packetsBetweenAccidents = packetsBetweenAccidents;
            this.deliveries = new Deliveries("stress/" + run + "/", count);
            this.untilAccident = new int[count];
            var versions = List.of(MqttVersion.V5, MqttVersion.V3_1_1, MqttVersion.V5, MqttVersion.V3_1);
            for (int i = 0; i < count; i++) {
                int receiveMaximum = i % 8 == 0 ? 5 : 1000;
                var client = new ResilientClient(
                        loop, BROKER.host(), BROKER.port(), i, run, versions.get(i % 4), receiveMaximum, this);
                clients.add(client);
                untilAccident[i] = nextAccident();
            }
        }

        void play() throws Exception {
            var began = System.nanoTime();
            loop.execute(() -> clients.forEach(ResilientClient::connect));
            await(allSubscribed, "subscribe");
            loop.execute(this::publishAll);
            await(allDelivered, "deliver");
            loop.execute(this::settle);
            await(nothingOwed, "settle");
            loop.submit(() -> clients.forEach(client -> client.leave(Leaving.SAYING_SO, false)))
                    .sync();
            System.out.printf(
                    "%d clients, seed %d, %d ms: %s; %s; %s%n",
                    clients.size(),
                    seed,
                    TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began),
                    deliveries,
                    accidents,
                    BROKER.admin().map(admin -> admin.statistics().dropped()));
            BROKER.admin().ifPresent(this::judgeFigures);
        }

        private void judgeFigures(Admin admin) {
            assertThat(admin.sessions().stream().map(SessionInfo::clientId).filter(id -> id.startsWith(run)))
                    .hasSize(clients.size());
            assertThat(admin.statistics().dropped())
                    .as("only QoS 0 is dropped here")
                    .allSatisfy((reason, count) -> assertThat(count)
                            .as(reason.name())
                            .satisfiesAnyOf(
                                    none -> assertThat(none).isZero(),
                                    some -> assertThat(reason.name()).isIn("SLOW_CONSUMER", "NOT_CONNECTED")));
            assertThat(admin.statistics().protocolErrors())
                    .as("protocol errors")
                    .isZero();
        }

        private void publishAll() {
            for (int i = 0; i < clients.size(); i++) {
                clients.get(i).publish(deliveries.messages(i, messagesEach, random));
            }
        }

        /** Ends the accidents and takes every session over once more, to see that the broker believes nothing is owed. */
        private void settle() {
            settling = true;
            for (var client : clients) {
                if (client.accepted()) {
                    client.ping();
                }
            }
        }

        @Override
        public void welcomed(ResilientClient client) {
            if (!allSubscribed.isDone()) {
                client.subscribe(deliveries.subscriptions(client.number()));
            } else if (settling) {
                client.ping();
            }
        }

        @Override
        public void subscribed(ResilientClient client) {
            if (++subscribed == clients.size()) {
                allSubscribed.complete(null);
            }
        }

        @Override
        public void published(ResilientClient client) {
            published++;
            lookWhetherDone();
        }

        @Override
        public void delivered(ResilientClient client, Publish message) {
            var fault = deliveries.judge(client.number(), message);
            if (!fault.isEmpty()) {
                failed(client, fault + ": " + message);
            }
            lookWhetherDone();
        }

        private void lookWhetherDone() {
            if (published == clients.size() && deliveries.complete()) {
                allDelivered.complete(null);
            }
        }

        @Override
        public void pinged(ResilientClient client) {
            if (!client.settled() || client.leftOpen() > 0) {
                // Asking again gives the broker its time.
                client.ping();
            } else if (lastTakeover.add(client)) {
                client.owedNothingKnown();
                client.leave(Leaving.LEFT_OPEN, false);
                client.connect();
            } else if (++settled == clients.size()) {
                nothingOwed.complete(null);
            }
        }

        @Override
        public void turned(ResilientClient client) {
            if (!settling && client.accepted() && allSubscribed.isDone() && --untilAccident[client.number()] <= 0) {
                untilAccident[client.number()] = nextAccident();
                var accident = Accident.any(random);
                accidents.merge(accident, 1, Integer::sum);
                accident.happen(client, random, loop);
            }
        }

        @Override
        public void failed(ResilientClient client, String rule) {
            var failure = new AssertionError("seed %d, client %s: %s%n%s%nIts last packets:%n%s"
                    .formatted(seed, client.id(), rule, deliveries, client.trace()));
            allSubscribed.completeExceptionally(failure);
            allDelivered.completeExceptionally(failure);
            nothingOwed.completeExceptionally(failure);
        }

        private void await(CompletableFuture<?> phase, String what) throws Exception {
            try {
                phase.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                // It tells what it is about; who waited for it does not matter.
                if (e.getCause() instanceof AssertionError failure) {
                    throw failure;
                }
                throw e;
            } catch (TimeoutException e) {
                var stuck = CompletableFuture.supplyAsync(this::stuck, loop).get(DEADLINE_SECONDS, TimeUnit.SECONDS);
                throw new AssertionError("seed " + seed + ": the clients do not " + what + " all. " + stuck, e);
            }
        }

        private String stuck() {
            var first = clients.stream().filter(client -> !client.settled()).findFirst();
            return deliveries + "\n" + deliveries.lacking()
                    + first.map(client -> "\nThe last packets of " + client.id() + ":\n" + client.trace())
                            .orElse("");
        }

        private int nextAccident() {
            return packetsBetweenAccidents / 2 + random.nextInt(packetsBetweenAccidents);
        }
    }
}
