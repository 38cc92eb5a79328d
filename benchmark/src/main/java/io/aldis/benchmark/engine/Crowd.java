package io.aldis.benchmark.engine;

import io.aldis.benchmark.plan.Group;
import io.aldis.benchmark.plan.Plan;
import io.aldis.benchmark.plan.Step;
import io.aldis.benchmark.plan.TopicPattern;
import io.aldis.benchmark.verify.Audience;
import io.aldis.benchmark.verify.Receiver;
import io.aldis.codec.MqttVersion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** All clients of a run, by group, each on its lane. */
final class Crowd {

    private final Map<String, List<Client>> clients = new LinkedHashMap<>();
    private final Map<String, AtomicInteger> finished = new HashMap<>();

    /** Shared subscription → the lane of all its members, for they are one receiver. */
    private final Map<String, Lane> shares = new HashMap<>();

    /** Whether clients are members of several shared subscriptions, whose members then have to be on one lane altogether. */
    private final boolean sharesTied;

    Crowd(Stage stage, List<Lane> lanes) {
        Plan plan = stage.plan();
        sharesTied = plan.groups().stream().anyMatch(group -> shares(group) > 1);
        boolean somethingIsPublished = plan.groups().stream().anyMatch(group -> group.publish() != null);
        for (Group group : plan.groups()) {
            AtomicInteger done = new AtomicInteger();
            finished.put(group.name(), done);
            List<Client> those = new ArrayList<>(group.clients());
            clients.put(group.name(), those);
            boolean steady = isSteady(plan, group);
            for (int number = 0; number < group.clients(); number++) {
                Lane lane = laneOf(stage, group, number, lanes);
                List<Receiver> receivers = somethingIsPublished
                        ? receivers(stage, group, number, steady)
                        : strangers(stage, group, number);
                Client client = new Client(stage, group, number, lane, receivers, done);
                lane.clients().add(client);
                those.add(client);
            }
        }
    }

    /** Whether the clients of a group are subscribed, or have a session, from before the first message to after the last. */
    private static boolean isSteady(Plan plan, Group group) {
        boolean there = false;
        boolean begun = false;
        for (Step step : plan.steps()) {
            if (step instanceof Step.Connect connect && connect.group().equals(group.name())) {
                if (begun && !there) {
                    return false;
                }
                there = true;
            } else if (step instanceof Step.Begin) {
                begun = true;
            } else if (step instanceof Step.Drain) {
                return there && (group.churn() == null || group.persistent());
            } else if (step instanceof Step.Leave leave && leave.group().equals(group.name()) && !group.persistent()) {
                return false;
            }
        }
        return there && (group.churn() == null || group.persistent());
    }

    private Lane laneOf(Stage stage, Group group, int number, List<Lane> lanes) {
        Lane usual = lanes.get(number % lanes.size());
        for (Group.Subscribing subscription : group.subscriptions()) {
            String filter = filter(stage, group, number, subscription);
            if (Audience.isShared(filter)) {
                return shares.computeIfAbsent(filter, ignored -> sharesTied ? lanes.get(0) : usual);
            }
        }
        return usual;
    }

    private static long shares(Group group) {
        return group.subscriptions().stream()
                .filter(subscription -> Audience.isShared(subscription.filter().toString()))
                .count();
    }

    /** Of those who subscribe, for what others than this run may send them. */
    private static List<Receiver> strangers(Stage stage, Group group, int number) {
        return group.subscriptions().isEmpty()
                ? List.of()
                : List.of(stage.audience().subscriber(group.name() + " " + number, false, List.of()));
    }

    private static List<Receiver> receivers(Stage stage, Group group, int number, boolean steady) {
        List<Receiver.Wish> own = new ArrayList<>();
        List<Receiver> receivers = new ArrayList<>();
        for (Group.Subscribing subscription : group.subscriptions()) {
            String filter = filter(stage, group, number, subscription);
            Receiver.Wish wish = new Receiver.Wish(filter, subscription.qos(), retainedComes(stage, subscription));
            if (Audience.isShared(filter)) {
                receivers.add(stage.audience().member(wish, steady));
            } else {
                own.add(wish);
            }
        }
        if (!own.isEmpty()) {
            receivers.add(0, stage.audience().subscriber(group.name() + " " + number, steady, own));
        }
        return receivers;
    }

    /** Before MQTT 5.0 it cannot be declined. */
    private static boolean retainedComes(Stage stage, Group.Subscribing subscription) {
        return subscription.retained() || stage.plan().target().version() != MqttVersion.V5;
    }

    private static String filter(Stage stage, Group group, int number, Group.Subscribing subscription) {
        return subscription
                .filter()
                .fill(new TopicPattern.Client(stage.run(), group.name(), number), 0, new SplittableRandom(0));
    }

    List<Client> of(String group) {
        List<Client> those = clients.get(group);
        if (those == null) {
            throw new IllegalArgumentException("There is no group " + group + ".");
        }
        return those;
    }

    /** Publishers of a group that have sent all they had to and got all acknowledged. */
    int finished(String group) {
        @Nullable AtomicInteger done = finished.get(group);
        return done == null ? 0 : done.get();
    }
}
