package io.aldis.benchmark.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.benchmark.plan.Publishing;
import io.aldis.benchmark.plan.TopicPattern;
import io.aldis.codec.Qos;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AudienceTest {

    private final Audience audience = new Audience(new Stamp(1, 64));

    private static Publishing publishing(Qos qos, boolean retain) {
        return new Publishing(TopicPattern.of("any"), qos, retain, 28, 64, 0, 0, 1);
    }

    private static Receiver.Wish wish(String filter, Qos qos) {
        return new Receiver.Wish(filter, qos, true);
    }

    private Receiver subscriber(Receiver.Wish... wishes) {
        return audience.subscriber("somebody", true, List.of(wishes));
    }

    private Stream stream(String topic, Qos qos) {
        return audience.stream(topic, publishing(qos, false));
    }

    private static Qos qosTo(Stream stream, Receiver receiver) {
        Stream.Claim claim = stream.receivers().get(receiver);
        assertThat(claim).isNotNull();
        return stream.qosTo(claim);
    }

    // MQTT 5.0 §4.7, with its examples.
    @ParameterizedTest
    @CsvSource({
        "sport/tennis/player1, sport/tennis/player1, true",
        "sport/tennis/player1, sport/tennis/player2, false",
        "sport/tennis/player1, sport/tennis/player1/ranking, false",
        "sport/tennis/player1/ranking, sport/tennis/player1, false",
        "sport/tennis/player1/#, sport/tennis/player1, true",
        "sport/tennis/player1/#, sport/tennis/player1/ranking, true",
        "sport/tennis/player1/#, sport/tennis/player1/score/wimbledon, true",
        "sport/tennis/player1/#, sport/tennis/player10, false",
        "sport/#, sport, true",
        "sport/#, sport/, true",
        "sport/#, sports, false",
        "#, sport/tennis, true",
        "#, /, true",
        "sport/tennis/+, sport/tennis/player1, true",
        "sport/tennis/+, sport/tennis/player1/ranking, false",
        "sport/+, sport, false",
        "sport/+, sport/, true",
        "+, finance, true",
        "+, /finance, false",
        "+/+, /finance, true",
        "/+, /finance, true",
        "+/tennis/#, sport/tennis, true",
        "+/tennis/#, sport/golf, false",
        "+/+/#, a/b, true",
        "+/+/#, a, false",
        "a//b, a//b, true",
        "a/+/b, a//b, true",
        "a/b/, a/b, false",
        "a/b, a/b/, false",
        "#, $SYS/broker, false",
        "+/broker, $SYS/broker, false",
        "$SYS/#, $SYS/broker, true",
        "$SYS/+, $SYS/broker, true",
        "$SYS/#, $SYS, true",
        "a/+, a/$SYS, true",
        "a/#, a/$SYS/x, true",
        "Sport, sport, false",
    })
    void topicsMatchFilters(String filter, String topic, boolean matches) {
        Receiver receiver = subscriber(wish(filter, Qos.AT_MOST_ONCE));

        assertThat(stream(topic, Qos.AT_MOST_ONCE).receivers().containsKey(receiver))
                .isEqualTo(matches);
    }

    @Test
    void amongManyFiltersThoseThatMatchAreFound() {
        List<Receiver> receivers = IntStream.range(0, 1000)
                .mapToObj(number -> subscriber(wish("bench/+/" + number, Qos.AT_LEAST_ONCE)))
                .toList();
        Receiver all = subscriber(wish("bench/#", Qos.AT_MOST_ONCE));

        assertThat(stream("bench/5/999", Qos.AT_LEAST_ONCE).receivers().keySet())
                .containsExactlyInAnyOrder(receivers.get(999), all);
        assertThat(stream("bench/5/1000", Qos.AT_LEAST_ONCE).receivers().keySet())
                .containsExactly(all);
        assertThat(stream("other/5/1", Qos.AT_LEAST_ONCE).receivers()).isEmpty();
    }

    @Test
    void aReceiverWithOverlappingFiltersCountsOnceWithTheBestQualityOfService() {
        Receiver receiver =
                subscriber(wish("a/+", Qos.AT_MOST_ONCE), wish("a/b", Qos.EXACTLY_ONCE), wish("#", Qos.AT_LEAST_ONCE));

        Stream stream = stream("a/b", Qos.EXACTLY_ONCE);
        assertThat(stream.copies()).isEqualTo(1);
        assertThat(qosTo(stream, receiver)).isEqualTo(Qos.EXACTLY_ONCE);
        assertThat(qosTo(stream("a/c", Qos.EXACTLY_ONCE), receiver)).isEqualTo(Qos.AT_LEAST_ONCE);
    }

    @Test
    void nobodyGetsMoreThanTheQualityOfServiceOfTheMessage() {
        Receiver receiver = subscriber(wish("a", Qos.EXACTLY_ONCE));

        assertThat(qosTo(stream("a", Qos.AT_LEAST_ONCE), receiver)).isEqualTo(Qos.AT_LEAST_ONCE);
    }

    @Test
    void theMembersOfASharedSubscriptionAreOneReceiver() {
        Receiver one = audience.member(wish("$share/g/a/#", Qos.AT_LEAST_ONCE), true);
        Receiver other = audience.member(wish("$share/g/a/#", Qos.AT_LEAST_ONCE), true);
        Receiver another = audience.member(wish("$share/h/a/#", Qos.AT_LEAST_ONCE), true);

        assertThat(other).isSameAs(one);
        assertThat(another).isNotSameAs(one);
        Stream stream = stream("a/b", Qos.AT_LEAST_ONCE);
        assertThat(stream.copies()).isEqualTo(2);
        assertThat(stream.receivers().keySet()).containsExactlyInAnyOrder(one, another);
    }

    @Test
    void onlySteadyReceiversAreCountedOn() {
        subscriber(wish("a", Qos.AT_MOST_ONCE));
        Receiver guest = audience.subscriber("guest", false, List.of(wish("a", Qos.AT_MOST_ONCE)));

        Stream stream = stream("a", Qos.AT_MOST_ONCE);
        assertThat(stream.copies()).isEqualTo(1);
        assertThat(stream.receivers()).containsKey(guest);
    }

    @ParameterizedTest
    @CsvSource({
        "$share/g/a, true",
        "$share/g/a/#, true",
        "$share/g, false",
        "$share, false",
        "share/g/a, false",
        "a/$share/g, false",
    })
    void sharedFiltersAreKnown(String filter, boolean shared) {
        assertThat(Audience.isShared(filter)).isEqualTo(shared);
    }

    @Test
    void manyStreamsAreFoundByTheirNumber() {
        List<Stream> streams = IntStream.range(0, 1000)
                .mapToObj(number -> stream("t/" + number, Qos.AT_MOST_ONCE))
                .toList();

        assertThat(audience.all()).isEqualTo(streams);
        streams.forEach(stream -> assertThat(audience.stream(stream.id())).isSameAs(stream));
        assertThat(audience.stream(1000)).isNull();
        assertThat(audience.stream(1_000_000)).isNull();
        assertThat(audience.stream(-1)).isNull();
        assertThat(audience.knows("t/999")).isTrue();
        assertThat(audience.knows("t/1000")).isFalse();
    }

    @Test
    void whatIsRetainedIsExpectedFromEachTopicThatHasSomethingAndAsFarAsItWasAskedFor() {
        Receiver all = subscriber(wish("r/#", Qos.AT_MOST_ONCE), wish("r/1", Qos.AT_MOST_ONCE));
        Receiver some = subscriber(wish("r/1", Qos.AT_MOST_ONCE), new Receiver.Wish("r/#", Qos.AT_MOST_ONCE, false));
        audience.stream("r/1", publishing(Qos.AT_MOST_ONCE, true)).next();
        audience.stream("r/2", publishing(Qos.AT_MOST_ONCE, true)).next();
        audience.stream("r/nothing", publishing(Qos.AT_MOST_ONCE, true));
        audience.stream("r/passing", publishing(Qos.AT_MOST_ONCE, false)).next();
        audience.stream("other", publishing(Qos.AT_MOST_ONCE, true)).next();

        assertThat(audience.retainedFor(all)).isEqualTo(2);
        assertThat(audience.retainedFor(some)).isEqualTo(1);
    }
}
