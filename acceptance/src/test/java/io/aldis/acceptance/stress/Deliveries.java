package io.aldis.acceptance.stress;

import io.aldis.codec.Binary;
import io.aldis.codec.Publish;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Qos;
import io.aldis.codec.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Who publishes what to whom, and what has arrived. Clients form a ring; each publishes on two topics of its own and
 * subscribes to three clients after it: to one topic of the first, to all of the second, and to all of the third at QoS 1
 * only.
 *
 * <p>A message carries its number among the messages of its publisher, topic and QoS, for which the standard promises
 * order (MQTT-4.6.0-6), so that every delivery can be judged at once.
 */
final class Deliveries {
    private static final int LANES = 2;
    private static final int LEVELS = 3;
    private static final int FOLLOWED = 3;
    private static final int PAYLOAD_SIZE = 32;

    private final String root;
    private final int clients;
    private final int[][][] published;
    private final int[][][][] next;

    /** Messages of QoS 1 and 2 that have not arrived at a subscriber. */
    private long missing;

    private long arrived;
    private long repetitions;
    private long arrivedAtQosZero;
    private long publishedAtQosZero;

    Deliveries(String root, int clients) {
        this.root = root;
        this.clients = clients;
        this.published = new int[clients][LANES][LEVELS];
        this.next = new int[clients][FOLLOWED][LANES][LEVELS];
    }

    /** What a client subscribes to. */
    Subscription[] subscriptions(int client) {
        return new Subscription[] {
            Subscription.of(root + (client + 1) % clients + "/0", Qos.EXACTLY_ONCE),
            Subscription.of(root + (client + 2) % clients + "/+", Qos.EXACTLY_ONCE),
            Subscription.of(root + (client + 3) % clients + "/#", Qos.AT_LEAST_ONCE)
        };
    }

    /** Messages for a client to publish, of mixed topics and QoS; packet ids are still to be given. */
    List<Publish> messages(int publisher, int count, Random random) {
        var messages = new ArrayList<Publish>();
        for (int i = 0; i < count; i++) {
            int lane = random.nextInt(LANES);
            int qos = random.nextInt(LEVELS);
            int number = published[publisher][lane][qos]++;
            messages.add(new Publish(
                    root + publisher + "/" + lane,
                    payload(publisher, lane, qos, number),
                    Qos.of(qos),
                    false,
                    false,
                    qos == 0 ? 0 : 1,
                    PublishProperties.NONE));
            int receivers = lane == 0 ? 3 : 2;
            if (qos == 0) {
                publishedAtQosZero += receivers;
            } else {
                missing += receivers;
            }
        }
        return messages;
    }

    /**
     * Judges a delivery.
     *
     * @return what is wrong with it; empty if nothing is
     */
    String judge(int subscriber, Publish message) {
        var payload = message.payload();
        int publisher = payload.at(0) & 0xFF;
        int lane = payload.at(1);
        int qos = payload.at(2);
        int number = (payload.at(3) & 0xFF) << 8 | (payload.at(4) & 0xFF);
        int distance = Math.floorMod(publisher - subscriber, clients);
        var follows = (distance == 1 && lane == 0) || distance == 2 || distance == 3;
        if (!follows || !message.topic().equals(root + publisher + "/" + lane)) {
            return "not subscribed";
        }
        int delivered = Math.min(qos, distance == 3 ? 1 : 2);
        if (message.qos().level() != delivered) {
            return "[MQTT-3.8.4-8] not at QoS " + delivered;
        }
        var expected = next[subscriber][distance - 1][lane];
        if (number < expected[qos]) {
            repetitions++;
            return delivered == 1 ? "" : "[MQTT-4.3.3-10] a second time at QoS " + delivered;
        }
        if (qos > 0 && number > expected[qos]) {
            return "[MQTT-4.6.0-6] number " + number + " before number " + expected[qos] + " of QoS " + qos;
        }
        expected[qos] = number + 1;
        if (qos == 0) {
            arrivedAtQosZero++;
        } else {
            missing--;
        }
        arrived++;
        return "";
    }

    boolean complete() {
        return missing == 0;
    }

    /** The subscribers that lack something, and what they wait for. */
    String lacking() {
        var lacking = new ArrayList<String>();
        for (int subscriber = 0; subscriber < clients; subscriber++) {
            for (int distance = 1; distance <= FOLLOWED; distance++) {
                int publisher = (subscriber + distance) % clients;
                for (int lane = 0; lane < (distance == 1 ? 1 : LANES); lane++) {
                    for (int qos = 1; qos < LEVELS; qos++) {
                        int has = next[subscriber][distance - 1][lane][qos];
                        int all = published[publisher][lane][qos];
                        if (has < all) {
                            lacking.add("%d has %d of %d from %d/%d at QoS %d"
                                    .formatted(subscriber, has, all, publisher, lane, qos));
                        }
                    }
                }
            }
        }
        return String.join("\n", lacking);
    }

    @Override
    public String toString() {
        return "%d arrived, %d of QoS 1 repeated, %d of %d of QoS 0 arrived, %d missing"
                .formatted(arrived, repetitions, arrivedAtQosZero, publishedAtQosZero, missing);
    }

    private static Binary payload(int publisher, int lane, int qos, int number) {
        var bytes = new byte[PAYLOAD_SIZE];
        bytes[0] = (byte) publisher;
        bytes[1] = (byte) lane;
        bytes[2] = (byte) qos;
        bytes[3] = (byte) (number >> 8);
        bytes[4] = (byte) number;
        return Binary.wrap(bytes);
    }
}
