package io.aldis.benchmark.plan;

import java.util.List;

/**
 * One run.
 *
 * @param name of the scenario, such as {@code p2p}
 * @param command the line with which it can be repeated
 * @param target the broker
 * @param groups the clients, in groups of like ones
 * @param steps what happens, one after the other
 * @param loops event loops of the generator, each a thread; at least 1
 * @param outstanding most deliveries that may be owed while publishers send as fast as they can; 0 for any number
 */
public record Plan(
        String name, String command, Target target, List<Group> groups, List<Step> steps, int loops, long outstanding) {

    public Plan {
        groups = List.copyOf(groups);
        steps = List.copyOf(steps);
    }

    /** A run in which any number of deliveries may be owed. */
    public Plan(String name, String command, Target target, List<Group> groups, List<Step> steps, int loops) {
        this(name, command, target, groups, steps, loops, 0);
    }

    /** The same run against another broker. */
    public Plan against(Target other) {
        return new Plan(name, command, other, groups, steps, loops, outstanding);
    }

    /** All clients of all groups. */
    public int clients() {
        return groups.stream().mapToInt(Group::clients).sum();
    }

    /**
     * The group of that name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public Group group(String wanted) {
        return groups.stream()
                .filter(group -> group.name().equals(wanted))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("There is no group " + wanted + "."));
    }
}
