package io.aldis.benchmark.scenario;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The keys a part of a scenario may have: all there are, on one page.
 *
 * @param part which they belong to, for people
 */
record Keys(String part, List<String> names) {

    static final Keys SCENARIO =
            of("a scenario", "name", "description", "mqtt", "warm-up", "duration", "drain", "groups");

    static final Keys GROUP = of(
            "a group",
            "name",
            "clients",
            "scaled",
            "connect",
            "clean-start",
            "session-expiry",
            "keep-alive",
            "publish",
            "subscribe",
            "churn");

    static final Keys CONNECT = of("connect", "rate", "at-once", "timeout");

    static final Keys PUBLISH = of("publish", "topic", "qos", "retain", "size", "rate", "messages", "window");

    static final Keys SUBSCRIBE = of("subscribe", "filter", "qos", "retained");

    static final Keys CHURN = of("churn", "stay", "away");

    private static final List<Keys> ALL = List.of(SCENARIO, GROUP, CONNECT, PUBLISH, SUBSCRIBE, CHURN);

    private static Keys of(String part, String... names) {
        return new Keys(part, List.of(names));
    }

    boolean has(String key) {
        return names.contains(key);
    }

    /** What is to be said of a key that is none of these. */
    String unknown(String key) {
        String elsewhere =
                ALL.stream().filter(keys -> keys.has(key)).map(Keys::part).collect(Collectors.joining(" or "));
        String hint = elsewhere.isEmpty()
                ? NearestName.hint(key, names).orElse("; its keys are " + String.join(", ", names))
                : "; it belongs to " + elsewhere;
        return part + " has no key \"" + key + "\"" + hint;
    }
}
