package io.aldis.benchmark.prove;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.codec.Qos;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a history that was made up is found to be. Subscriber 0 is subscribed to all, unless a test says else. */
class HistoryTest {

    private static final int ME = 0;
    private static final int OTHER = 1;
    private static final Line QOS1 = new Line(0, 0, "prove/0/a", Qos.AT_LEAST_ONCE, false);
    private static final Line QOS2 = new Line(1, 0, "prove/0/a", Qos.EXACTLY_ONCE, false);
    private static final Line RETAINED = new Line(2, 0, "prove/0/r1", Qos.AT_LEAST_ONCE, true);
    private static final int BACKLOG = 3;

    private final History history = new History(List.of(QOS1, QOS2, RETAINED), 2);

    HistoryTest() {
        history.round(1);
        history.subscribed(ME, "prove/0/#");
    }

    private int acknowledged(Line line) {
        int number = history.sent(line);
        history.acknowledged(line, number);
        return number;
    }

    private void delivered(Line line, int number) {
        history.delivered(ME, line, number, line.qos());
    }

    private Counts judged() {
        history.settle();
        return history.counts();
    }

    @Test
    void whatCameOnceAndInOrderIsGood() {
        for (int i = 0; i < 3; i++) {
            delivered(QOS1, acknowledged(QOS1));
            delivered(QOS2, acknowledged(QOS2));
        }
        assertThat(history.complete()).isTrue();
        history.retained(RETAINED, -1);

        Counts counts = judged();
        assertThat(counts.kept()).isTrue();
        assertThat(counts.acknowledgedQos1()).isEqualTo(3);
        assertThat(counts.acknowledgedQos2()).isEqualTo(3);
        assertThat(counts.delivered()).isEqualTo(6);
        assertThat(history.examples()).isEmpty();
    }

    @Test
    void whatWasAcknowledgedAndNeverCameIsLost() {
        delivered(QOS1, acknowledged(QOS1));
        acknowledged(QOS1);

        assertThat(history.complete()).isFalse();
        Counts counts = judged();
        assertThat(counts.lost()).isEqualTo(1);
        assertThat(counts.kept()).isFalse();
        assertThat(history.examples())
                .containsExactly(
                        "Lost: message 1 at QoS 1 to prove/0/a was acknowledged, but never came to subscriber 0"
                                + " (round 1).");
        assertThat(judged().lost()).as("counted once").isEqualTo(1);
        assertThat(history.complete()).isTrue();
    }

    @Test
    void whatWasNotAcknowledgedIsNotLost() {
        history.sent(QOS1);

        assertThat(judged().lost()).isZero();
        assertThat(history.lacking()).isEqualTo(1);
    }

    @Test
    void whatIsAcknowledgedAfterACountIsOwedStill() {
        int number = history.sent(QOS1);
        history.settle();
        history.acknowledged(QOS1, number);

        assertThat(judged().lost()).isEqualTo(1);
    }

    @Test
    void whatIsRefusedOrGivenUpIsNotOwed() {
        history.refused(QOS1, history.sent(QOS1));
        history.withdrawn(QOS2, history.sent(QOS2));

        assertThat(history.complete()).isTrue();
        assertThat(judged().lost()).isZero();
        assertThat(judged().refused()).isEqualTo(1);
    }

    @Test
    void whatIsGivenUpAfterPubrecIsOwedStill() {
        history.withdrawn(QOS2, acknowledged(QOS2));

        assertThat(judged().lost()).isEqualTo(1);
    }

    @Test
    void whoeverSubscribesLaterIsNotOwedWhatWasSentBefore() {
        int before = acknowledged(QOS1);
        history.subscribed(OTHER, "prove/+/a");
        int after = acknowledged(QOS1);
        delivered(QOS1, before);
        delivered(QOS1, after);

        assertThat(judged().lost()).as("by the other one").isEqualTo(1);
    }

    @Test
    void whoeverUnsubscribesIsOwedNothingMore() {
        int before = acknowledged(QOS1);
        history.unsubscribing(ME, "prove/0/#");
        acknowledged(QOS1);

        assertThat(history.complete()).isTrue();
        assertThat(judged().kept()).isTrue();
        delivered(QOS1, before);
        assertThat(judged().kept()).as("what comes all the same is no fault").isTrue();
    }

    @Test
    void whatComesTwiceIsAllowedAtQos1Only() {
        int first = acknowledged(QOS1);
        delivered(QOS1, first);
        delivered(QOS1, first);
        assertThat(judged().repeatedQos1()).isEqualTo(1);
        assertThat(judged().kept()).isTrue();

        int second = acknowledged(QOS2);
        delivered(QOS2, second);
        delivered(QOS2, second);
        assertThat(judged().duplicatedQos2()).isEqualTo(1);
        assertThat(judged().kept()).isFalse();
        assertThat(history.examples())
                .containsExactly(
                        "Twice: message 0 at QoS 2 to prove/0/a came again at QoS 2 to subscriber 0 (round 1).");
    }

    @Test
    void aQos2MessageThatIsDeliveredAtQos1MayComeTwice() {
        int number = acknowledged(QOS2);
        history.delivered(ME, QOS2, number, Qos.AT_LEAST_ONCE);
        history.delivered(ME, QOS2, number, Qos.AT_LEAST_ONCE);

        assertThat(judged().repeatedQos1()).isEqualTo(1);
        assertThat(judged().kept()).isTrue();
    }

    @Test
    void whatComesAfterALaterOneIsOutOfOrder() {
        int first = acknowledged(QOS1);
        int second = acknowledged(QOS1);
        delivered(QOS1, second);
        delivered(QOS1, first);

        assertThat(judged().outOfOrder()).isEqualTo(1);
        assertThat(judged().lost()).isZero();
        assertThat(history.examples())
                .containsExactly(
                        "Out of order: message 0 at QoS 1 to prove/0/a came to subscriber 0 after one that was sent"
                                + " later (round 1).");
    }

    @Test
    void repetitionsAndOtherLinesHaveNoOrder() {
        int first = acknowledged(QOS1);
        int other = acknowledged(QOS2);
        int second = acknowledged(QOS1);
        delivered(QOS1, first);
        delivered(QOS1, second);
        delivered(QOS1, first);
        delivered(QOS1, second);
        delivered(QOS2, other);

        assertThat(judged().outOfOrder()).isZero();
        assertThat(judged().kept()).isTrue();
    }

    /** At QoS 1 its publisher may send it again, and only then it finds the subscription. */
    @Test
    void whatWasSentBeforeSubackHasNoOrder() {
        int before = history.sent(QOS1);
        history.subscribed(OTHER, "prove/0/a");
        int after = history.sent(QOS1);
        history.delivered(OTHER, QOS1, after, Qos.AT_LEAST_ONCE);
        history.delivered(OTHER, QOS1, before, Qos.AT_LEAST_ONCE);

        assertThat(judged().outOfOrder()).isZero();
    }

    @Test
    void whatNobodySentIsForeign() {
        delivered(QOS1, 0);

        assertThat(judged().foreign()).isEqualTo(1);
        assertThat(judged().kept()).isFalse();
    }

    @Test
    void aLostSessionIsCountedWithWhatItWasOwed() {
        acknowledged(QOS1);
        int underWay = history.sent(QOS1);

        history.subscribersSessionLost(ME);

        assertThat(history.counts().sessionsLost()).isEqualTo(1);
        assertThat(history.counts().lost()).isEqualTo(1);
        history.acknowledged(QOS1, underWay);
        assertThat(judged().lost()).as("sent while it was subscribed").isEqualTo(2);
        acknowledged(QOS1);
        assertThat(judged().lost()).as("not subscribed any more").isEqualTo(2);
    }

    @Test
    void aPublishersLostSessionIsCounted() {
        history.publishersSessionLost(4);

        assertThat(judged().sessionsLost()).isEqualTo(1);
        assertThat(judged().kept()).isFalse();
    }

    @Test
    void aRetainedMessageMayBeTheLastAcknowledgedOneOrLater() {
        int acknowledged = acknowledged(RETAINED);
        int sent = history.sent(RETAINED);
        history.retained(RETAINED, acknowledged);
        history.retained(RETAINED, sent);

        assertThat(history.counts().retainedSeen()).isEqualTo(2);
        assertThat(history.counts().retainedWrong()).isZero();
    }

    @Test
    void aRetainedMessageThatIsOlderOrMissingIsWrong() {
        int older = acknowledged(RETAINED);
        acknowledged(RETAINED);
        history.retained(RETAINED, older);
        history.retained(RETAINED, -1);

        assertThat(history.counts().retainedWrong()).isEqualTo(2);
        assertThat(history.counts().kept()).isFalse();
        assertThat(history.examples())
                .containsExactly(
                        "Retained: message 1 at QoS 1 to prove/0/r1 was acknowledged, but there is still message 0 (round 1).",
                        "Retained: message 1 at QoS 1 to prove/0/r1 was acknowledged, but there is none (round 1).");
    }

    @Test
    void aPublisherWaitsForSubscribersThatLackTooMuch() {
        history.subscribed(OTHER, "prove/0/r1");
        for (int i = 0; i < BACKLOG; i++) {
            assertThat(history.mayGoOn(QOS1, BACKLOG)).isTrue();
            acknowledged(QOS1);
        }
        assertThat(history.mayGoOn(QOS1, BACKLOG)).isFalse();
        assertThat(history.mayGoOn(RETAINED, BACKLOG))
                .as("it is subscribed to this too")
                .isFalse();

        delivered(QOS1, 0);
        assertThat(history.mayGoOn(QOS1, BACKLOG)).isTrue();
    }

    @Test
    void examplesAreFew() {
        for (int i = 0; i < 100; i++) {
            history.retained(RETAINED, acknowledged(RETAINED) - 1L);
            history.foreign("something came", i);
            history.publishersSessionLost(i);
            delivered(QOS2, 1_000);
        }
        assertThat(history.examples()).hasSize(9);
    }
}
