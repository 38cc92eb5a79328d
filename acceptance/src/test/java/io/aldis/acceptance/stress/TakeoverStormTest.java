package io.aldis.acceptance.stress;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.Broker;
import io.aldis.broker.Listener;
import io.aldis.broker.admin.SessionInfo;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;
import io.aldis.codec.Disconnect;
import io.aldis.codec.Qos;
import io.aldis.testkit.RawClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * One client id that is claimed again and again, also while the former connection is still closing: always one live session, and
 * nobody hangs. A hang shows as the deadline of a client's answer.
 */
class TakeoverStormTest {

    private static final int TAKEOVERS = 1000;
    private static final long DEADLINE_SECONDS = 60;

    private final Broker broker =
            Broker.builder().listener(Listener.tcp("127.0.0.1", 0)).loops(4).start();

    @AfterEach
    void stop() {
        broker.close();
    }

    /** Clean and persistent sessions of one id in turn, so that sessions end, begin and are resumed. */
    private static Connect claim(int number) {
        return switch (number % 3) {
            case 0 -> Connect.v5("wanted");
            case 1 ->
                Connect.v5("wanted")
                        .withCleanStart(false)
                        .withProperties(ConnectProperties.NONE.withSessionExpiryInterval(600));
            default -> Connect.v311("wanted").withCleanStart(false);
        };
    }

    private RawClient connect(int number) {
        return RawClient.connected(broker.port(), claim(number));
    }

    private List<SessionInfo> sessions() {
        return broker.admin().sessions();
    }

    private void works(RawClient client) {
        client.subscribe("storm", Qos.AT_LEAST_ONCE);
        client.publish("storm", "calm", Qos.AT_LEAST_ONCE);
        assertThat(client.takeMessage().payload().toUtf8()).isEqualTo("calm");
        assertThat(sessions())
                .hasSize(1)
                .first()
                .extracting(SessionInfo::connected)
                .isEqualTo(true);
    }

    @Test
    void aThousandTakeoversInARowLeaveOneLiveSessionEachTime() {
        RawClient former = connect(0);
        for (int i = 1; i <= TAKEOVERS; i++) {
            switch (i % 4) {
                case 1 -> former.send(new Disconnect()); // It closes while the next one claims its id.
                case 3 -> former.reset();
                default -> {} // It lives until it is taken over.
            }
            RawClient latter = connect(i);
            assertThat(sessions()).as("sessions after takeover %d", i).hasSize(1);
            assertThat(sessions().get(0).connected())
                    .as("connected after takeover %d", i)
                    .isTrue();
            former.close();
            former = latter;
        }
        works(former);
        former.close();
    }

    @Test
    void fourThreadsThatFightForOneIdLeaveOneLiveSession() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> fights = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                int first = thread;
                fights.add(threads.submit(() -> fight(first)));
            }
            for (Future<?> fight : fights) {
                fight.get(DEADLINE_SECONDS, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        try (RawClient last = connect(0)) {
            works(last);
        }
    }

    /** Claims the id over and over; whether it is taken over before or after its CONNACK is chance. */
    private void fight(int first) {
        for (int i = 0; i < TAKEOVERS / 4; i++) {
            Connect claim = claim(first + i);
            try (RawClient claimant = RawClient.connect(broker.port()).version(claim.version())) {
                claimant.send(claim);
                awaitDecision(claimant);
            }
        }
    }

    /** Waits for CONNACK, or for the end of a connection that was taken over before: no claim is left for later. */
    private static void awaitDecision(RawClient claimant) {
        try {
            assertThat(claimant.receive()).isInstanceOf(Connack.class);
        } catch (AssertionError takenOver) {
            assertThat(takenOver).hasMessageContaining("closed");
        }
    }

    @Test
    void fiveHundredClientsAtOnceAreAllGreeted() {
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            RawClient client = RawClient.connect(broker.port());
            client.send(Connect.v311("client" + i));
            clients.add(client);
        }
        for (RawClient client : clients) {
            client.expect(Connack.accepted(false));
        }
        assertThat(sessions()).hasSize(500);
        clients.forEach(RawClient::close);
    }
}
