package io.aldis.benchmark.verify;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;

/**
 * What the broker did wrong, and what it was allowed to do but is worth knowing. Made when nothing is sent or received any more.
 *
 * @param findings what MQTT forbids, a sentence each, the gravest first
 * @param remarks what it allows
 */
public record Judgement(List<String> findings, List<String> remarks) {

    public Judgement {
        findings = List.copyOf(findings);
        remarks = List.copyOf(remarks);
    }

    /**
     * Judges a run that came to its end.
     *
     * @param stillComing whether nobody waited for the last ones, so that those that have not come are not lost
     */
    public static Judgement of(Audience audience, long corrupt, long misdirected, boolean stillComing) {
        Sums sums = new Sums(stillComing);
        for (Stream stream : audience.all()) {
            stream.receivers().forEach((receiver, claim) -> sums.add(stream, receiver, claim));
        }
        audience.receivers().forEach(sums::addRetained);
        return sums.judgement(corrupt, misdirected);
    }

    private static final class Sums {
        private final boolean stillComing;
        private final long[] lost = new long[3];
        private final long[] duplicates = new long[3];
        private long late;
        private long lateShared;
        private final long[] retainedMissing = new long[3];

        /** The best quality of service at which a receiver gets something retained. */
        private final IdentityHashMap<Receiver, Integer> retainedQos = new IdentityHashMap<>();

        private long excused;
        private long unfinished;
        private long overlapping;

        Sums(boolean stillComing) {
            this.stillComing = stillComing;
        }

        void add(Stream stream, Receiver receiver, Stream.Claim claim) {
            int qos = stream.qosTo(claim).level();
            if (stream.retain() && claim.retained()) {
                retainedQos.merge(receiver, qos, Math::max);
            }
            Sequence sequence = receiver.of(stream);
            if (sequence != null) {
                if (claim.filters() > 1) {
                    overlapping += sequence.duplicates();
                } else {
                    duplicates[qos] += sequence.duplicates();
                }
                if (receiver.shared()) {
                    lateShared += sequence.late();
                } else {
                    late += sequence.late();
                }
            }
            long come = sequence == null ? 0 : sequence.distinct();
            long missing = Math.max(0, stream.taken() - come);
            if (receiver.exempt()) {
                excused += missing;
            } else if (receiver.steady() && stillComing) {
                unfinished += Math.max(0, stream.sent() - come);
            } else if (receiver.steady()) {
                lost[qos] += missing;
            }
        }

        void addRetained(Receiver receiver) {
            retainedMissing[retainedQos.getOrDefault(receiver, 1)] += receiver.retainedMissing();
        }

        Judgement judgement(long corrupt, long misdirected) {
            List<String> findings = new ArrayList<>();
            List<String> remarks = new ArrayList<>();
            say(findings, corrupt, "%,d messages came changed.");
            say(findings, misdirected, "%,d messages came to clients that had not asked for them.");
            say(
                    findings,
                    lost[1],
                    "%,d deliveries at QoS 1 were lost: the broker had taken the messages and did not bring them.");
            say(
                    findings,
                    lost[2],
                    "%,d deliveries at QoS 2 were lost: the broker had taken the messages and did not bring them.");
            say(
                    stillComing ? remarks : findings,
                    retainedMissing[1] + retainedMissing[2],
                    "%,d retained messages did not come to subscribers.");
            say(findings, duplicates[2], "%,d messages at QoS 2 came more than once.");
            say(findings, duplicates[0], "%,d messages at QoS 0 came more than once.");
            say(findings, late, "%,d messages came after ones that were sent later on the same topic.");
            say(remarks, lost[0], "%,d deliveries at QoS 0 were lost, which QoS 0 allows.");
            say(
                    remarks,
                    retainedMissing[0],
                    "%,d retained messages at QoS 0 did not come to subscribers, which QoS 0 allows.");
            say(remarks, duplicates[1], "%,d messages at QoS 1 came more than once, which QoS 1 allows.");
            // MQTT 5.0 §3.3.4
            say(
                    remarks,
                    overlapping,
                    "%,d messages came more than once to clients with several filters that match them, which is allowed there.");
            say(remarks, lateShared, "%,d messages of shared subscriptions came out of order, which is allowed there.");
            say(remarks, unfinished, "%,d deliveries had not happened when the time to wait for them was over.");
            say(remarks, excused, "%,d deliveries did not come to clients that had been made to stop reading.");
            return new Judgement(findings, remarks);
        }

        private static void say(List<String> to, long count, String sentence) {
            if (count > 0) {
                to.add(String.format(Locale.ROOT, sentence, count));
            }
        }
    }
}
