package io.aldis.benchmark.verify;

import static io.aldis.benchmark.verify.Messages.next;
import static io.aldis.benchmark.verify.Messages.unacknowledged;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.benchmark.verify.Messages.Message;
import io.aldis.benchmark.verify.Receiver.Finding;
import io.aldis.codec.Qos;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReceiverTest {

    private final Messages messages = new Messages();
    private final Receiver receiver = messages.subscriber("a/#", Qos.AT_LEAST_ONCE);
    private final Stream stream = messages.stream("a/b", Qos.AT_LEAST_ONCE);
    private final Stream elsewhere = messages.stream("b", Qos.AT_LEAST_ONCE);

    @Test
    void messagesInOrderAreGood() {
        assertThat(next(stream, 100))
                .allSatisfy(message -> assertThat(message.to(receiver)).isEqualTo(Finding.GOOD));
    }

    @Test
    void aMessageAfterALaterOneIsLateAndOneThatHasComeIsADuplicate() {
        List<Message> three = next(stream, 3);

        assertThat(three.get(2).to(receiver)).isEqualTo(Finding.GOOD);
        assertThat(three.get(0).to(receiver)).isEqualTo(Finding.LATE);
        assertThat(three.get(0).to(receiver)).isEqualTo(Finding.DUPLICATE);
        assertThat(three.get(2).to(receiver)).isEqualTo(Finding.DUPLICATE);
    }

    @Test
    void streamsAreNotInOrderAmongEachOther() {
        Stream other = messages.stream("a/b", Qos.AT_LEAST_ONCE);
        List<Message> early = next(stream, 2);

        assertThat(next(other).to(receiver)).isEqualTo(Finding.GOOD);
        assertThat(early.get(0).to(receiver)).isEqualTo(Finding.GOOD);
        assertThat(next(other).to(receiver)).isEqualTo(Finding.GOOD);
        assertThat(early.get(1).to(receiver)).isEqualTo(Finding.GOOD);
    }

    @Test
    void aChangedPayloadIsCorrupt() {
        assertThat(next(stream).changed().to(receiver)).isEqualTo(Finding.CORRUPT);
        Message message = next(stream);
        byte[] payload = message.payload();
        assertThat(message.with(Arrays.copyOf(payload, payload.length - 1)).to(receiver))
                .isEqualTo(Finding.CORRUPT);
        assertThat(message.with(Arrays.copyOf(payload, payload.length + 1)).to(receiver))
                .isEqualTo(Finding.CORRUPT);
        assertThat(message.with(new byte[0]).to(receiver)).isEqualTo(Finding.CORRUPT);
    }

    @Test
    void whatIsCutOffIsCorruptWhereSizesDifferToo() {
        Stream various =
                messages.audience.stream("a/c", Messages.publishing(Qos.AT_LEAST_ONCE, false, 28, Messages.SIZE));
        Message message = unacknowledged(various, Messages.SIZE);

        assertThat(message.with(Arrays.copyOf(message.payload(), 30)).to(receiver))
                .isEqualTo(Finding.CORRUPT);
        assertThat(message.to(receiver)).isEqualTo(Finding.GOOD);
        assertThat(unacknowledged(various, 28).to(receiver)).isEqualTo(Finding.GOOD);
    }

    @Test
    void aSizeThatIsNeverSentIsCorrupt() {
        assertThat(unacknowledged(stream, 28).to(receiver)).isEqualTo(Finding.CORRUPT);
    }

    @Test
    void aChangedTopicIsCorrupt() {
        assertThat(next(stream).on("a/x").to(receiver)).isEqualTo(Finding.CORRUPT);
        assertThat(next(stream).on("b").to(receiver)).isEqualTo(Finding.CORRUPT);
        assertThat(next(stream).on("a/b/").to(receiver)).isEqualTo(Finding.CORRUPT);
        assertThat(next(stream).on("").to(receiver)).isEqualTo(Finding.CORRUPT);
    }

    @Test
    void aStreamThatDoesNotExistIsCorrupt() {
        byte[] payload = new byte[Messages.SIZE];
        Messages.STAMP.write(payload, 0, payload.length, 1_000_000, 0, 0);

        assertThat(new Message("a/b", payload).to(receiver)).isEqualTo(Finding.CORRUPT);
    }

    @Test
    void whatWasNotAskedForIsMisdirected() {
        assertThat(next(elsewhere).to(receiver)).isEqualTo(Finding.MISDIRECTED);
        assertThat(next(stream).to(receiver)).isEqualTo(Finding.GOOD);
        assertThat(next(elsewhere).to(receiver)).isEqualTo(Finding.MISDIRECTED);
    }

    @Test
    void whatAnotherRunHasSentIsForeignWhateverItsSize() {
        for (int size : new int[] {28, Messages.SIZE, 10 * Messages.SIZE}) {
            byte[] payload = new byte[size];
            new Stamp(78, size).write(payload, 0, size, stream.id(), 0, 0);
            assertThat(new Message("a/b", payload).to(receiver)).isEqualTo(Finding.FOREIGN);
        }
        assertThat(next(stream).to(receiver)).isEqualTo(Finding.GOOD);
    }

    @Test
    void whatSomebodyElsePublishesIsForeign() {
        assertThat(new Message("a/else", "hello".getBytes(UTF_8)).to(receiver)).isEqualTo(Finding.FOREIGN);
        assertThat(new Message("a/else", new byte[Messages.SIZE]).to(receiver)).isEqualTo(Finding.FOREIGN);
    }

    @Test
    void whatIsRetainedIsTheBeginningForOneWhoComesLater() {
        List<Message> five = next(stream, 5);

        assertThat(five.get(2).to(receiver, true)).isEqualTo(Finding.RETAINED);
        assertThat(five.get(3).to(receiver)).isEqualTo(Finding.GOOD);
        assertThat(five.get(4).to(receiver)).isEqualTo(Finding.GOOD);
        assertThat(five.get(3).to(receiver)).isEqualTo(Finding.DUPLICATE);
    }

    @Test
    void oneWhoIsNotThereFromTheBeginningMissesNothingOfWhatWasBefore() {
        Receiver guest = messages.subscriber("c", Qos.EXACTLY_ONCE, false);
        Stream late = messages.stream("c", Qos.EXACTLY_ONCE);
        List<Message> five = next(late, 5);

        assertThat(five.get(2).to(guest)).isEqualTo(Finding.GOOD);
        assertThat(five.get(4).to(guest)).isEqualTo(Finding.GOOD);
        assertThat(five.get(3).to(guest)).isEqualTo(Finding.LATE);
    }

    @Test
    void retainedMessagesCountOnceForEachTopicAndSubscription() {
        Stream other = messages.stream("a/c", Qos.AT_LEAST_ONCE);
        Message one = next(stream);
        Message two = next(other);
        receiver.subscribing();
        one.to(receiver, true);
        receiver.expectRetained(2);
        assertThat(receiver.settledRetained()).isEqualTo(1);
        one.to(receiver, true);
        assertThat(receiver.settledRetained()).isZero();
        assertThat(receiver.retainedMissing()).isEqualTo(1);
        two.to(receiver, true);
        assertThat(receiver.settledRetained()).isEqualTo(1);
        assertThat(receiver.retainedMissing()).isZero();

        // The same come again to one who subscribes again.
        receiver.subscribing();
        receiver.expectRetained(2);
        assertThat(receiver.retainedMissing()).isEqualTo(2);
        one.to(receiver, true);
        two.to(receiver, true);
        assertThat(receiver.settledRetained()).isEqualTo(2);
        assertThat(receiver.retainedMissing()).isZero();
    }

    @Test
    void whatWasMissingOnceStaysMissing() {
        Message one = next(stream);
        receiver.subscribing();
        receiver.expectRetained(1);
        receiver.subscribing();
        receiver.expectRetained(1);
        one.to(receiver, true);

        assertThat(receiver.retainedMissing()).isEqualTo(1);
    }

    @Test
    void retainedMessagesThatAreNotExpectedSettleNothing() {
        next(stream).to(receiver, true);

        assertThat(receiver.settledRetained()).isZero();
    }
}
