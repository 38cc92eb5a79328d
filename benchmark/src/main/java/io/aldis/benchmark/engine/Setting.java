package io.aldis.benchmark.engine;

import io.aldis.benchmark.plan.Group;
import io.aldis.benchmark.plan.Plan;
import io.aldis.benchmark.plan.Publishing;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A plan in words. */
final class Setting {

    private Setting() {}

    /** A line for each group. */
    static List<String> of(Plan plan) {
        List<String> lines = new ArrayList<>();
        for (Group group : plan.groups()) {
            boolean one = group.clients() == 1;
            StringBuilder line = new StringBuilder(String.format(
                    Locale.ROOT, "%s: %,d %s", group.name(), group.clients(), one ? "client" : "clients"));
            if (group.persistent()) {
                line.append(one ? " with a persistent session" : " with persistent sessions");
            }
            Publishing publishing = group.publish();
            if (publishing != null) {
                line.append(", publish to ").append(publishing.topic()).append(published(publishing));
            }
            if (group.subscriptions().size() > 3) {
                line.append(", subscribe to ")
                        .append(group.subscriptions().size())
                        .append(" filters");
            } else {
                for (Group.Subscribing subscription : group.subscriptions()) {
                    line.append(", subscribe to ")
                            .append(subscription.filter())
                            .append(" at QoS ")
                            .append(subscription.qos().level());
                }
            }
            lines.add(line.toString());
        }
        return lines;
    }

    private static String published(Publishing publishing) {
        String size = publishing.leastBytes() == publishing.mostBytes()
                ? Integer.toString(publishing.mostBytes())
                : publishing.leastBytes() + " to " + publishing.mostBytes();
        StringBuilder words = new StringBuilder(
                ", " + size + " bytes at QoS " + publishing.qos().level());
        if (publishing.retain()) {
            words.append(", retained");
        }
        if (publishing.qos().level() > 0) {
            words.append(", at most ").append(publishing.window()).append(" in flight");
        }
        if (publishing.paced()) {
            words.append(String.format(Locale.ROOT, ", %s a second each", plain(publishing.rate())));
        } else {
            words.append(", as fast as the broker takes them");
        }
        if (publishing.messages() > 0) {
            words.append(String.format(Locale.ROOT, ", %,d messages each", publishing.messages()));
        }
        return words.toString();
    }

    private static String plain(double rate) {
        return String.format(Locale.ROOT, rate == Math.rint(rate) ? "%,.0f" : rate < 100 ? "%.3g" : "%,.1f", rate);
    }
}
