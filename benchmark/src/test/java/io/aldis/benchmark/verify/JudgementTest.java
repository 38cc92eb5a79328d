package io.aldis.benchmark.verify;

import static io.aldis.benchmark.verify.Messages.next;
import static io.aldis.benchmark.verify.Messages.unacknowledged;
import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.benchmark.verify.Messages.Message;
import io.aldis.codec.Qos;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JudgementTest {

    private static final List<Qos> ALL = List.of(Qos.AT_MOST_ONCE, Qos.AT_LEAST_ONCE, Qos.EXACTLY_ONCE);

    private final Messages messages = new Messages();

    private Judgement judgement() {
        return Judgement.of(messages.audience, 0, 0, false);
    }

    private void assertNothing() {
        assertThat(judgement().findings()).isEmpty();
        assertThat(judgement().remarks()).isEmpty();
    }

    private void assertFound(String... findings) {
        assertThat(judgement().findings()).containsExactly(findings);
        assertThat(judgement().remarks()).isEmpty();
    }

    private void assertRemarked(String... remarks) {
        assertThat(judgement().findings()).isEmpty();
        assertThat(judgement().remarks()).containsExactly(remarks);
    }

    @ParameterizedTest
    @EnumSource(Qos.class)
    void ofWhatIsRightNothingIsSaid(Qos qos) {
        Receiver receiver = messages.subscriber("t", qos);
        next(messages.stream("t", qos), 10).forEach(message -> message.to(receiver));

        assertNothing();
    }

    @Test
    void whatWasLostIsJudgedByItsQualityOfService() {
        for (Qos qos : ALL) {
            messages.subscriber("t/" + qos, qos);
            next(messages.stream("t/" + qos, Qos.EXACTLY_ONCE), 1000 * (1 + qos.level()));
        }

        assertThat(judgement().findings())
                .containsExactly(
                        "2,000 deliveries at QoS 1 were lost: the broker had taken the messages and did not bring them.",
                        "3,000 deliveries at QoS 2 were lost: the broker had taken the messages and did not bring them.");
        assertThat(judgement().remarks()).containsExactly("1,000 deliveries at QoS 0 were lost, which QoS 0 allows.");
    }

    @Test
    void whatTheBrokerDidNotTakeIsNotLost() {
        messages.subscriber("t", Qos.EXACTLY_ONCE);
        Stream stream = messages.stream("t", Qos.EXACTLY_ONCE);
        next(stream);
        stream.refused();
        unacknowledged(stream, Messages.SIZE);

        assertNothing();
    }

    @Test
    void whatStillComesIsNotLost() {
        messages.subscriber("t", Qos.AT_LEAST_ONCE);
        next(messages.stream("t", Qos.AT_LEAST_ONCE), 3);

        Judgement judgement = Judgement.of(messages.audience, 0, 0, true);
        assertThat(judgement.findings()).isEmpty();
        assertThat(judgement.remarks())
                .containsExactly("3 deliveries had not happened when the time to wait for them was over.");
    }

    @Test
    void duplicatesAreJudgedByTheirQualityOfService() {
        for (Qos qos : ALL) {
            Receiver receiver = messages.subscriber("t/" + qos, qos);
            for (Message message : next(messages.stream("t/" + qos, qos), 1 + qos.level())) {
                message.to(receiver);
                message.to(receiver);
            }
        }

        assertThat(judgement().findings())
                .containsExactly(
                        "3 messages at QoS 2 came more than once.", "1 messages at QoS 0 came more than once.");
        assertThat(judgement().remarks())
                .containsExactly("2 messages at QoS 1 came more than once, which QoS 1 allows.");
    }

    // MQTT 5.0 §3.3.4: a server may deliver a copy for each subscription that matches.
    @Test
    void copiesForOverlappingFiltersAreAllowed() {
        Receiver receiver = messages.audience.subscriber(
                "twice",
                true,
                List.of(
                        new Receiver.Wish("t/#", Qos.EXACTLY_ONCE, true),
                        new Receiver.Wish("t/+", Qos.EXACTLY_ONCE, true)));
        for (Message message : next(messages.stream("t/x", Qos.EXACTLY_ONCE), 4)) {
            message.to(receiver);
            message.to(receiver);
        }

        assertRemarked(
                "4 messages came more than once to clients with several filters that match them, which is allowed there.");
    }

    @Test
    void orderIsJudgedAtEachQualityOfServiceButNotInSharedSubscriptions() {
        for (Qos qos : ALL) {
            Receiver receiver = messages.subscriber("t/" + qos, qos);
            Receiver member = messages.audience.member(new Receiver.Wish("$share/g/t/" + qos, qos, false), true);
            List<Message> two = next(messages.stream("t/" + qos, qos), 2);
            for (Receiver each : List.of(receiver, member)) {
                two.get(1).to(each);
                two.get(0).to(each);
            }
        }

        assertThat(judgement().findings())
                .containsExactly("3 messages came after ones that were sent later on the same topic.");
        assertThat(judgement().remarks())
                .containsExactly("3 messages of shared subscriptions came out of order, which is allowed there.");
    }

    @Test
    void whatCameChangedOrToTheWrongClientIsFoundFirst() {
        messages.subscriber("t", Qos.AT_LEAST_ONCE);
        next(messages.stream("t", Qos.AT_LEAST_ONCE));

        assertThat(Judgement.of(messages.audience, 1234, 5, false).findings())
                .containsExactly(
                        "1,234 messages came changed.",
                        "5 messages came to clients that had not asked for them.",
                        "1 deliveries at QoS 1 were lost: the broker had taken the messages and did not bring them.");
    }

    @Test
    void oneWhoWasMadeToStopReadingIsExcused() {
        Receiver receiver = messages.subscriber("t", Qos.EXACTLY_ONCE);
        next(messages.stream("t", Qos.EXACTLY_ONCE), 7);
        receiver.excuse();

        assertRemarked("7 deliveries did not come to clients that had been made to stop reading.");
    }

    @Test
    void oneWhoComesAndGoesIsNotBlamedForWhatItMissed() {
        Receiver guest = messages.subscriber("t", Qos.EXACTLY_ONCE, false);
        List<Message> messages = next(this.messages.stream("t", Qos.EXACTLY_ONCE), 10);
        messages.get(3).to(guest);
        messages.get(7).to(guest);

        assertNothing();
    }

    @Test
    void missingRetainedMessagesAreFound() {
        Receiver receiver = messages.subscriber("t", Qos.AT_LEAST_ONCE, false);
        receiver.subscribing();
        receiver.expectRetained(3);
        next(messages.stream("t", Qos.AT_LEAST_ONCE)).to(receiver, true);

        assertFound("2 retained messages did not come to subscribers.");
    }

    /** A network whose wrongs are known: what is judged is exactly that. */
    @RepeatedTest(50)
    void theWrongsOfANetworkAreCountedExactly(RepetitionInfo repetition) {
        Random random = new Random(repetition.getCurrentRepetition());
        Network network = new Network(random);
        for (int i = 0; i < 10; i++) {
            network.carry("t/" + i % 3, ALL.get(random.nextInt(3)));
        }

        Judgement judgement = Judgement.of(messages.audience, network.corrupt, network.misdirected, false);
        assertThat(judgement.findings())
                .as("seed %d", repetition.getCurrentRepetition())
                .isEqualTo(network.findings());
        assertThat(judgement.remarks()).isEqualTo(network.remarks());
    }

    /** Each receiver gets the messages in their order, but for some that are dropped, repeated, held back, changed or led astray. */
    private final class Network {
        private final Random random;
        private final List<Receiver> receivers = new ArrayList<>();
        private final Receiver stranger = messages.subscriber("elsewhere", Qos.AT_MOST_ONCE);
        private final long[] lost = new long[3];
        private final long[] repeated = new long[3];
        private long late;
        private long corrupt;
        private long misdirected;

        Network(Random random) {
            this.random = random;
            receivers.add(messages.subscriber("t/+", Qos.EXACTLY_ONCE));
            receivers.add(messages.subscriber("t/#", Qos.AT_LEAST_ONCE));
            receivers.add(messages.subscriber("#", Qos.AT_MOST_ONCE));
        }

        void carry(String topic, Qos qos) {
            List<Message> sent = next(messages.stream(topic, qos), random.nextInt(300));
            for (Receiver receiver : receivers) {
                int level = Math.min(qos.level(), 2 - receivers.indexOf(receiver));
                List<Message> held = new ArrayList<>();
                for (int i = 0; i < sent.size(); i++) {
                    boolean last = i == sent.size() - 1;
                    deliver(sent.get(i), receiver, level, last ? 9 : random.nextInt(20), held);
                }
                held.forEach(message -> assertThat(message.to(receiver)).isEqualTo(Receiver.Finding.LATE));
                late += held.size();
            }
        }

        /** @param fate the last message of a stream has a good one, so that what is held back is late */
        private void deliver(Message message, Receiver receiver, int level, int fate, List<Message> held) {
            switch (fate) {
                case 0 -> lost[level]++;
                case 1 -> {
                    int copies = 1 + random.nextInt(3);
                    for (int copy = 0; copy <= copies; copy++) {
                        message.to(receiver);
                    }
                    repeated[level] += copies;
                }
                case 2 -> held.add(message);
                case 3 -> {
                    assertThat(message.changed().to(receiver)).isEqualTo(Receiver.Finding.CORRUPT);
                    corrupt++;
                    lost[level]++;
                }
                case 4 -> {
                    assertThat(message.to(stranger)).isEqualTo(Receiver.Finding.MISDIRECTED);
                    misdirected++;
                    lost[level]++;
                }
                default -> message.to(receiver);
            }
        }

        List<String> findings() {
            List<String> said = new ArrayList<>();
            say(said, corrupt, " messages came changed.");
            say(said, misdirected, " messages came to clients that had not asked for them.");
            for (int level = 1; level <= 2; level++) {
                say(
                        said,
                        lost[level],
                        " deliveries at QoS " + level
                                + " were lost: the broker had taken the messages and did not bring them.");
            }
            say(said, repeated[2], " messages at QoS 2 came more than once.");
            say(said, repeated[0], " messages at QoS 0 came more than once.");
            say(said, late, " messages came after ones that were sent later on the same topic.");
            return said;
        }

        List<String> remarks() {
            List<String> said = new ArrayList<>();
            say(said, lost[0], " deliveries at QoS 0 were lost, which QoS 0 allows.");
            say(said, repeated[1], " messages at QoS 1 came more than once, which QoS 1 allows.");
            return said;
        }

        private static void say(List<String> said, long count, String what) {
            if (count > 0) {
                said.add(String.format(Locale.ROOT, "%,d", count) + what);
            }
        }
    }
}
