package io.aldis.benchmark.scenario;

import io.aldis.benchmark.plan.Group;
import io.aldis.benchmark.plan.Group.Churn;
import io.aldis.benchmark.plan.Group.Connecting;
import io.aldis.benchmark.plan.Group.Pace;
import io.aldis.benchmark.plan.Group.Subscribing;
import io.aldis.benchmark.plan.Publishing;
import io.aldis.benchmark.plan.TopicPattern;
import io.aldis.benchmark.scenario.Kind.Bytes;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Qos;
import io.aldis.codec.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes a scenario of a file's nodes. It goes on after each mistake with a value that stands in for what was meant, so that all mistakes
 * are found; with the first of them it is settled that no scenario comes out.
 */
final class ScenarioReader {

    private static final int MOST_CLIENTS = 1_000_000;
    private static final int DEFAULT_AT_ONCE = 50;
    private static final int DEFAULT_KEEP_ALIVE = 60;
    private static final int DEFAULT_WINDOW = 20;
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration DEFAULT_WARM_UP = Duration.ofSeconds(5);
    private static final Duration DEFAULT_DRAIN = Duration.ofSeconds(30);

    /** Stands in for a topic or filter that is none. */
    private static final TopicPattern NO_TOPIC = TopicPattern.of("none");

    private final Section root;
    private final MqttVersion version;
    private final double scale;
    private final List<Sized> groups;
    private final GroupVariables variables;

    /** A group of which so much is known that others can refer to it. */
    private record Sized(Section section, String name, int clients) {}

    private ScenarioReader(Section root, Overrides overrides) {
        this.root = root;
        this.scale = overrides.scale();
        this.version = version(overrides);
        this.groups = sized();
        this.variables = variables();
    }

    /**
     * The scenario in the text of a file.
     *
     * @throws ScenarioFailed that tells all that is wrong
     */
    static Scenario read(String file, String text, Overrides overrides) {
        Problems problems = new Problems(file);
        Section root = root(file, text, problems);
        Scenario scenario = new ScenarioReader(root, overrides).scenario();
        problems.throwIfAny();
        return scenario;
    }

    /** What a file says of itself. */
    static String description(String file, String text) {
        return root(file, text, new Problems(file))
                .given("description", Kind.TEXT)
                .orElse("");
    }

    private static Section root(String file, String text, Problems problems) {
        Optional<Section> root = Section.of(Document.read(file, text), Keys.SCENARIO, problems);
        if (root.isEmpty()) {
            problems.throwIfAny();
        }
        return root.orElseThrow();
    }

    private Scenario scenario() {
        return new Scenario(
                root.needed("name", Kind.TEXT).orElse("none"),
                root.given("description", Kind.TEXT).orElse(""),
                version,
                root.given("warm-up", Kind.duration("0s", "24h")).orElse(DEFAULT_WARM_UP),
                root.needed("duration", Kind.duration("1ms", "30d")).orElse(Duration.ofSeconds(1)),
                root.given("drain", Kind.duration("1ms", "24h")).orElse(DEFAULT_DRAIN),
                groups.stream().map(this::group).toList());
    }

    // What has to be known before groups are read.

    private MqttVersion version(Overrides overrides) {
        Optional<MqttVersion> written = root.given("mqtt", Kind.MQTT);
        MqttVersion chosen = overrides.mqtt();
        return chosen != null ? chosen : written.orElse(overrides.target().version());
    }

    private List<Sized> sized() {
        if (!root.has("groups")) {
            root.lack("groups", "a list of groups of clients");
        }
        Set<String> names = new HashSet<>();
        List<Sized> sized = new ArrayList<>();
        for (Section group : root.sections("groups", Keys.GROUP)) {
            Optional<String> name = group.needed("name", Kind.GROUP_NAME);
            if (name.isPresent() && !names.add(name.get())) {
                group.problem("name", "a group \"" + name.get() + "\" is there already; each needs a name of its own");
            }
            sized.add(new Sized(group, name.orElse("none"), clients(group)));
        }
        return sized;
    }

    private int clients(Section group) {
        long written = group.needed("clients", Kind.whole(1, MOST_CLIENTS)).orElse(1L);
        boolean scaled = group.given("scaled", Kind.FLAG).orElse(true);
        double clients = scaled ? Math.max(1, Math.rint(written * scale)) : written;
        if (clients > MOST_CLIENTS) {
            group.problem("clients", "expected at most 1,000,000, came " + written + " times the scale of " + scale);
            return 1;
        }
        return (int) clients;
    }

    private GroupVariables variables() {
        Map<String, Integer> sizes = new LinkedHashMap<>();
        groups.forEach(group -> sizes.put(group.name, group.clients));
        return new GroupVariables(sizes);
    }

    // One group.

    private Group group(Sized sized) {
        Section group = sized.section;
        long expiry = expiry(group);
        return new Group(
                sized.name,
                sized.clients,
                group.section("connect", Keys.CONNECT).map(this::connecting).orElseGet(() -> atOnce(DEFAULT_AT_ONCE)),
                cleanStart(group, expiry),
                expiry,
                group.given("keep-alive", Kind.KEEP_ALIVE).orElse(DEFAULT_KEEP_ALIVE),
                group.section("publish", Keys.PUBLISH).map(this::publishing).orElse(null),
                subscriptions(group),
                Pace.NO_WAIT,
                group.section("churn", Keys.CHURN).map(this::churn).orElse(null));
    }

    private static Connecting atOnce(int clients) {
        return new Connecting(Duration.ZERO, clients, DEFAULT_TIMEOUT);
    }

    private Connecting connecting(Section connect) {
        if (connect.has("rate") && connect.has("at-once")) {
            connect.problem("at-once", "expected either \"rate\" or \"at-once\", came both");
        }
        return new Connecting(
                connect.given("rate", Kind.RATE_ONLY)
                        .map(rate -> Duration.ofNanos(Math.round(1e9 / rate)))
                        .orElse(Duration.ZERO),
                connect.given("at-once", Kind.whole(1, MOST_CLIENTS))
                        .map(Long::intValue)
                        .orElse(DEFAULT_AT_ONCE),
                connect.given("timeout", Kind.duration("1ms", "1h")).orElse(DEFAULT_TIMEOUT));
    }

    /** Before MQTT 5.0 a session that outlives its connection has no end (MQTT 3.1.1, section 3.1.2.4). */
    private long expiry(Section group) {
        long written = group.given("session-expiry", Kind.EXPIRY).orElse(0L);
        return written > 0 && version != MqttVersion.V5 ? Kind.NEVER : written;
    }

    /** Who says how long a session lasts wants to find it again, unless he says otherwise. */
    private boolean cleanStart(Section group, long expiry) {
        boolean cleanStart = group.given("clean-start", Kind.FLAG).orElse(expiry == 0);
        if (!cleanStart && !group.has("session-expiry")) {
            group.problem(
                    "clean-start", "without a clean start there has to be a session; write \"session-expiry\" too");
        }
        if (cleanStart && expiry > 0 && version != MqttVersion.V5) {
            group.problem(
                    "clean-start",
                    "expected false, came true: before MQTT 5.0 a session that begins clean ends with its connection;"
                            + " leave out \"clean-start\" or \"session-expiry\"");
        }
        return cleanStart;
    }

    private Churn churn(Section churn) {
        return new Churn(
                churn.needed("stay", Kind.duration("1ms", "24h")).orElse(Duration.ofSeconds(1)),
                churn.needed("away", Kind.duration("0s", "24h")).orElse(Duration.ZERO));
    }

    // Publishing.

    private Publishing publishing(Section publish) {
        TopicPattern topic = variables.pattern(publish, "topic").orElse(NO_TOPIC);
        if (!Topics.isValidName(GroupVariables.sample(topic))) {
            publish.problem("topic", "expected a topic, came \"" + topic + "\"; + and # are for filters");
        }
        Qos qos = publish.needed("qos", Kind.QOS).orElse(Qos.AT_LEAST_ONCE);
        Bytes size = publish.needed("size", Kind.SIZE_RANGE).orElse(new Bytes(1, 1));
        return new Publishing(
                topic,
                qos,
                publish.given("retain", Kind.FLAG).orElse(false),
                size.least(),
                size.most(),
                publish.needed("rate", Kind.RATE_OR_MAX).orElse(1.0),
                publish.given("messages", Kind.whole(1, 1_000_000_000_000L)).orElse(0L),
                window(publish, qos));
    }

    private int window(Section publish, Qos qos) {
        if (publish.has("window") && qos == Qos.AT_MOST_ONCE) {
            publish.problem("window", "it means nothing at QoS 0, where nothing is acknowledged; leave it out");
        }
        return publish.given("window", Kind.whole(1, 0xFFFF))
                .map(Long::intValue)
                .orElse(DEFAULT_WINDOW);
    }

    // Subscribing.

    private List<Subscribing> subscriptions(Section group) {
        Set<String> filters = new HashSet<>();
        List<Subscribing> subscriptions = new ArrayList<>();
        for (Section subscription : group.sections("subscribe", Keys.SUBSCRIBE)) {
            Optional<TopicPattern> filter = variables.pattern(subscription, "filter");
            filter.ifPresent(pattern -> checkFilter(subscription, pattern, filters));
            subscriptions.add(new Subscribing(
                    filter.orElse(NO_TOPIC),
                    subscription.needed("qos", Kind.QOS).orElse(Qos.AT_MOST_ONCE),
                    subscription.given("retained", Kind.FLAG).orElse(false)));
        }
        return subscriptions;
    }

    private static void checkFilter(Section subscription, TopicPattern filter, Set<String> others) {
        String sample = GroupVariables.sample(filter);
        if (!Topics.isValidFilter(sample)) {
            subscription.problem(
                    "filter",
                    "expected a topic filter, came \"" + filter
                            + "\"; + stands for a whole level, # for all that follow, at the end only");
        }
        if (!filter.fixed()) {
            subscription.problem(
                    "filter",
                    "expected a filter that stays the same, came \"" + filter
                            + "\"; {message} and {random:…} change with each message");
        }
        if (!others.add(filter.toString())) {
            subscription.problem("filter", "\"" + filter + "\" is there already; a group subscribes to a filter once");
        }
        if (Topics.isShared(sample) && subscription.given("retained", Kind.FLAG).orElse(false)) {
            subscription.problem(
                    "retained", "expected false, came true: nothing that is retained comes to a shared subscription");
        }
    }
}
