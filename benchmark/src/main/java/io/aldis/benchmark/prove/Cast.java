package io.aldis.benchmark.prove;

import io.aldis.codec.Qos;
import io.aldis.codec.Subscription;
import java.util.ArrayList;
import java.util.List;

/**
 * Who publishes and who subscribes to what. Each publisher has two topics of both QoS, and a retained one of each QoS. Each subscriber has a
 * subscription that it keeps, and another that it makes and ends again and again; the two never overlap, for then a broker may send
 * twice.
 */
final class Cast {

    /** Matches every retained message. */
    static final List<String> RETAINED = List.of("prove/+/r1", "prove/+/r2");

    private final int publishers;
    private final List<Line> lines = new ArrayList<>();

    /** @param publishers at least 2 */
    Cast(int publishers) {
        this.publishers = publishers;
        for (int publisher = 0; publisher < publishers; publisher++) {
            String root = "prove/" + publisher + "/";
            add(publisher, root + "a", Qos.AT_LEAST_ONCE, false);
            add(publisher, root + "a", Qos.EXACTLY_ONCE, false);
            add(publisher, root + "b", Qos.AT_LEAST_ONCE, false);
            add(publisher, root + "b", Qos.EXACTLY_ONCE, false);
            add(publisher, root + "r1", Qos.AT_LEAST_ONCE, true);
            add(publisher, root + "r2", Qos.EXACTLY_ONCE, true);
        }
    }

    private void add(int publisher, String topic, Qos qos, boolean retained) {
        lines.add(new Line(lines.size(), publisher, topic, qos, retained));
    }

    List<Line> lines() {
        return lines;
    }

    List<Line> linesOf(int publisher) {
        return lines.stream().filter(line -> line.publisher() == publisher).toList();
    }

    /** What a subscriber is subscribed to as long as it lives. */
    Subscription kept(int subscriber) {
        String root = root(subscriber);
        return switch (subscriber % 3) {
            case 0 -> Subscription.of(root + "#", Qos.EXACTLY_ONCE);
            case 1 -> Subscription.of(root + "a", Qos.EXACTLY_ONCE);
            default -> Subscription.of(root + "+", Qos.AT_LEAST_ONCE);
        };
    }

    /** What a subscriber is subscribed to at times. */
    Subscription passing(int subscriber) {
        return switch (subscriber % 3) {
            case 0 -> Subscription.of(root(subscriber + 1) + "#", Qos.EXACTLY_ONCE);
            case 1 -> Subscription.of(root(subscriber) + "b", Qos.AT_LEAST_ONCE);
            default -> Subscription.of(root(subscriber + 1) + "a", Qos.EXACTLY_ONCE);
        };
    }

    private String root(int number) {
        return "prove/" + number % publishers + "/";
    }
}
