package io.aldis.server;

import static io.aldis.server.SettingKind.DURATION_TEXT;
import static io.aldis.server.SettingKind.EXPIRY;
import static io.aldis.server.SettingKind.FLAG;
import static io.aldis.server.SettingKind.INTEGER;
import static io.aldis.server.SettingKind.LIST;
import static io.aldis.server.SettingKind.NUMBER;
import static io.aldis.server.SettingKind.QOS;
import static io.aldis.server.SettingKind.TEXT;

import io.aldis.broker.settings.AuthenticationSettings;
import io.aldis.broker.settings.ConnectionSettings;
import io.aldis.broker.settings.DeliveryMode;
import io.aldis.broker.settings.Durability;
import io.aldis.broker.settings.DurabilitySettings;
import io.aldis.broker.settings.FullQueuePolicy;
import io.aldis.broker.settings.HookSettings;
import io.aldis.broker.settings.OverloadSettings;
import io.aldis.broker.settings.PluginFailurePolicy;
import io.aldis.broker.settings.PluginSettings;
import io.aldis.broker.settings.PublishSettings;
import io.aldis.broker.settings.QueueSettings;
import io.aldis.broker.settings.ReceiveMaximumPolicy;
import io.aldis.broker.settings.RetainedSettings;
import io.aldis.broker.settings.SessionSettings;
import io.aldis.broker.settings.Settings;
import io.aldis.broker.settings.SharedStrategy;
import io.aldis.broker.settings.SubscriptionSettings;
import io.aldis.broker.settings.SysSettings;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * One setting of the broker by the name it has outside Java, such as {@code queue.maximum-messages}.
 *
 * @param meaning what it is, in a line
 * @param written how its values are written
 */
record SettingKey(
        String name,
        String meaning,
        String written,
        Function<Settings, String> shown,
        BiFunction<Settings, String, Settings> change) {

    private static final Group<ConnectionSettings> CONNECTION =
            new Group<>("connection", Settings::connection, Settings::withConnection);
    private static final Group<SessionSettings> SESSION =
            new Group<>("session", Settings::session, Settings::withSession);
    private static final Group<QueueSettings> QUEUE = new Group<>("queue", Settings::queue, Settings::withQueue);
    private static final Group<PublishSettings> PUBLISH =
            new Group<>("publish", Settings::publish, Settings::withPublish);
    private static final Group<SubscriptionSettings> SUBSCRIPTION =
            new Group<>("subscription", Settings::subscription, Settings::withSubscription);
    private static final Group<RetainedSettings> RETAINED =
            new Group<>("retained", Settings::retained, Settings::withRetained);
    private static final Group<DurabilitySettings> DURABILITY =
            new Group<>("durability", Settings::durability, Settings::withDurability);
    private static final Group<SysSettings> SYS = new Group<>("sys", Settings::sys, Settings::withSys);

    private static final Group<AuthenticationSettings> AUTHENTICATION =
            new Group<>("authentication", Settings::authentication, Settings::withAuthentication);

    private static final Group<HookSettings> HOOK = new Group<>("hook", Settings::hook, Settings::withHook);

    private static final Group<PluginSettings> PLUGIN = new Group<>("plugin", Settings::plugin, Settings::withPlugin);

    private static final Group<OverloadSettings> OVERLOAD =
            new Group<>("overload", Settings::overload, Settings::withOverload);

    /** All there are, group by group. */
    static final List<SettingKey> ALL = List.of(
            CONNECTION.key(
                    "maximum-packet-size",
                    "largest packet a client may send, in bytes",
                    INTEGER,
                    ConnectionSettings::maximumPacketSize,
                    ConnectionSettings::withMaximumPacketSize),
            CONNECTION.key(
                    "maximum-keep-alive",
                    "longest keep alive of a client of 5.0 in seconds, 0 for no limit",
                    INTEGER,
                    ConnectionSettings::maximumKeepAlive,
                    ConnectionSettings::withMaximumKeepAlive),
            CONNECTION.key(
                    "topic-alias-maximum",
                    "topic aliases a client may use",
                    INTEGER,
                    ConnectionSettings::topicAliasMaximum,
                    ConnectionSettings::withTopicAliasMaximum),
            CONNECTION.key(
                    "outbound-topic-aliases",
                    "topic aliases used towards a client, at most",
                    INTEGER,
                    ConnectionSettings::outboundTopicAliases,
                    ConnectionSettings::withOutboundTopicAliases),
            CONNECTION.key(
                    "outbound-high-water",
                    "bytes under way to a client from which on it counts as slow",
                    INTEGER,
                    ConnectionSettings::outboundHighWater,
                    ConnectionSettings::withOutboundHighWater),
            CONNECTION.key(
                    "connect-timeout",
                    "how long a new connection may take to send CONNECT",
                    DURATION_TEXT,
                    ConnectionSettings::connectTimeout,
                    ConnectionSettings::withConnectTimeout),
            CONNECTION.key(
                    "linger-timeout",
                    "how long a connection that was told to go may take to close",
                    DURATION_TEXT,
                    ConnectionSettings::lingerTimeout,
                    ConnectionSettings::withLingerTimeout),
            CONNECTION.key(
                    "reason-strings",
                    "whether clients of 5.0 that wish it are told in words what was wrong",
                    FLAG,
                    ConnectionSettings::reasonStrings,
                    ConnectionSettings::withReasonStrings),
            CONNECTION.key(
                    "response-information",
                    "what clients that ask for it get as the basis of response topics",
                    TEXT,
                    ConnectionSettings::responseInformation,
                    ConnectionSettings::withResponseInformation),
            CONNECTION.key(
                    "server-reference",
                    "another server, told to clients when this one stops",
                    TEXT,
                    ConnectionSettings::serverReference,
                    ConnectionSettings::withServerReference),
            SESSION.key(
                    "maximum-expiry",
                    "longest session expiry, and that of persistent sessions of 3.x",
                    EXPIRY,
                    SessionSettings::maximumExpiry,
                    SessionSettings::withMaximumExpiry),
            SESSION.key(
                    "receive-maximum",
                    "unacknowledged messages a client of 5.0 may have towards the broker",
                    INTEGER,
                    SessionSettings::receiveMaximum,
                    SessionSettings::withReceiveMaximum),
            SESSION.key(
                    "receive-maximum-policy",
                    "what happens to a client that exceeds it",
                    SettingKind.oneOf(ReceiveMaximumPolicy.values()),
                    SessionSettings::receiveMaximumPolicy,
                    SessionSettings::withReceiveMaximumPolicy),
            SESSION.key(
                    "maximum-in-flight",
                    "unacknowledged messages under way to a client, at most",
                    INTEGER,
                    SessionSettings::maximumInFlight,
                    SessionSettings::withMaximumInFlight),
            SESSION.key(
                    "retry-interval",
                    "when a message is sent again to a client of 3.x, 0 for never",
                    DURATION_TEXT,
                    SessionSettings::retryInterval,
                    SessionSettings::withRetryInterval),
            QUEUE.key(
                    "maximum-messages",
                    "messages in one session's queue, at most",
                    NUMBER,
                    QueueSettings::maximumMessages,
                    QueueSettings::withMaximumMessages),
            QUEUE.key(
                    "maximum-bytes",
                    "bytes in one session's queue, at most",
                    NUMBER,
                    QueueSettings::maximumBytes,
                    QueueSettings::withMaximumBytes),
            QUEUE.key(
                    "total-messages",
                    "messages in all queues together, at most",
                    NUMBER,
                    QueueSettings::totalMessages,
                    QueueSettings::withTotalMessages),
            QUEUE.key(
                    "total-bytes",
                    "bytes in all queues together, at most",
                    NUMBER,
                    QueueSettings::totalBytes,
                    QueueSettings::withTotalBytes),
            QUEUE.key(
                    "when-full",
                    "which message gives way",
                    SettingKind.oneOf(FullQueuePolicy.values()),
                    QueueSettings::whenFull,
                    QueueSettings::withWhenFull),
            QUEUE.key(
                    "keep-qos0",
                    "whether QoS 0 waits for persistent sessions whose client is away",
                    FLAG,
                    QueueSettings::keepQos0,
                    QueueSettings::withKeepQos0),
            PUBLISH.key(
                    "maximum-qos",
                    "highest QoS of messages",
                    QOS,
                    PublishSettings::maximumQos,
                    PublishSettings::withMaximumQos),
            PUBLISH.key(
                    "payload-format-checked",
                    "whether payloads that are said to be UTF-8 have to be",
                    FLAG,
                    PublishSettings::payloadFormatChecked,
                    PublishSettings::withPayloadFormatChecked),
            PUBLISH.key(
                    "maximum-topic-levels",
                    "levels of a topic, at most",
                    INTEGER,
                    PublishSettings::maximumTopicLevels,
                    PublishSettings::withMaximumTopicLevels),
            PUBLISH.key(
                    "maximum-topic-bytes",
                    "bytes of a topic, at most",
                    INTEGER,
                    PublishSettings::maximumTopicBytes,
                    PublishSettings::withMaximumTopicBytes),
            SUBSCRIPTION.key(
                    "wildcards",
                    "whether filters may have wildcards",
                    FLAG,
                    SubscriptionSettings::wildcards,
                    SubscriptionSettings::withWildcards),
            SUBSCRIPTION.key(
                    "identifiers",
                    "whether subscription identifiers may be used",
                    FLAG,
                    SubscriptionSettings::identifiers,
                    SubscriptionSettings::withIdentifiers),
            SUBSCRIPTION.key(
                    "shared",
                    "whether subscriptions may be shared",
                    FLAG,
                    SubscriptionSettings::shared,
                    SubscriptionSettings::withShared),
            SUBSCRIPTION.key(
                    "shared-strategy",
                    "which member of a shared subscription gets a message",
                    SettingKind.oneOf(SharedStrategy.values()),
                    SubscriptionSettings::sharedStrategy,
                    SubscriptionSettings::withSharedStrategy),
            SUBSCRIPTION.key(
                    "delivery-mode",
                    "how often a session gets a message that several of its filters match",
                    SettingKind.oneOf(DeliveryMode.values()),
                    SubscriptionSettings::deliveryMode,
                    SubscriptionSettings::withDeliveryMode),
            SUBSCRIPTION.key(
                    "maximum-per-session",
                    "subscriptions of one session, at most",
                    INTEGER,
                    SubscriptionSettings::maximumPerSession,
                    SubscriptionSettings::withMaximumPerSession),
            SUBSCRIPTION.key(
                    "maximum-filter-levels",
                    "levels of a filter, at most",
                    INTEGER,
                    SubscriptionSettings::maximumFilterLevels,
                    SubscriptionSettings::withMaximumFilterLevels),
            SUBSCRIPTION.key(
                    "maximum-filter-bytes",
                    "bytes of a filter, at most",
                    INTEGER,
                    SubscriptionSettings::maximumFilterBytes,
                    SubscriptionSettings::withMaximumFilterBytes),
            SUBSCRIPTION.key(
                    "refused",
                    "filters that nobody may subscribe to, compared as they are written",
                    LIST,
                    SubscriptionSettings::refused,
                    SubscriptionSettings::withRefused),
            RETAINED.key(
                    "available",
                    "whether messages can be retained",
                    FLAG,
                    RetainedSettings::available,
                    RetainedSettings::withAvailable),
            RETAINED.key(
                    "maximum-messages",
                    "topics with a retained message, at most",
                    NUMBER,
                    RetainedSettings::maximumMessages,
                    RetainedSettings::withMaximumMessages),
            RETAINED.key(
                    "maximum-payload-bytes",
                    "bytes of a retained payload, at most",
                    INTEGER,
                    RetainedSettings::maximumPayloadBytes,
                    RetainedSettings::withMaximumPayloadBytes),
            SYS.key(
                    "interval",
                    "how often the topics under $SYS/broker are brought up to date, 0 for none",
                    DURATION_TEXT,
                    SysSettings::interval,
                    SysSettings::withInterval),
            AUTHENTICATION.key(
                    "anonymous",
                    "whether clients without user name are let in where clients are authenticated",
                    FLAG,
                    AuthenticationSettings::anonymous,
                    AuthenticationSettings::withAnonymous),
            HOOK.key(
                    "decision-timeout",
                    "how long a deciding hook may take before it has said no",
                    DURATION_TEXT,
                    HookSettings::decisionTimeout,
                    HookSettings::withDecisionTimeout),
            HOOK.key(
                    "loop-limit",
                    "how long a hook may hold up a loop before it is called on threads of its own",
                    DURATION_TEXT,
                    HookSettings::loopLimit,
                    HookSettings::withLoopLimit),
            HOOK.key(
                    "blocking-threads",
                    "threads for hooks that block, at most, on Java 17 to 20",
                    INTEGER,
                    HookSettings::blockingThreads,
                    HookSettings::withBlockingThreads),
            HOOK.key(
                    "waiting-events",
                    "events about one client that may wait for blocking hooks to hear of them, at most",
                    INTEGER,
                    HookSettings::waitingEvents,
                    HookSettings::withWaitingEvents),
            PLUGIN.key(
                    "on-failure",
                    "what happens when a plugin does not start: the broker does not start either, or goes without it",
                    SettingKind.oneOf(PluginFailurePolicy.values()),
                    PluginSettings::onFailure,
                    PluginSettings::withOnFailure),
            PLUGIN.key(
                    "start-timeout",
                    "how long a plugin may take to start",
                    DURATION_TEXT,
                    PluginSettings::startTimeout,
                    PluginSettings::withStartTimeout),
            PLUGIN.key(
                    "stop-timeout",
                    "how long a plugin may take to stop",
                    DURATION_TEXT,
                    PluginSettings::stopTimeout,
                    PluginSettings::withStopTimeout),
            PLUGIN.key(
                    "order",
                    "names of plugins, the outermost first; the others follow by their names",
                    LIST,
                    PluginSettings::order,
                    PluginSettings::withOrder),
            OVERLOAD.key(
                    "lag-limit",
                    "from this lag of a loop on nobody is accepted; 0 for never",
                    DURATION_TEXT,
                    OverloadSettings::lagLimit,
                    OverloadSettings::withLagLimit),
            OVERLOAD.key(
                    "refuse-after",
                    "for how long it lasts before clients that connect are refused",
                    DURATION_TEXT,
                    OverloadSettings::refuseAfter,
                    OverloadSettings::withRefuseAfter),
            DURABILITY.key(
                    "acknowledgements",
                    "what acknowledgements promise of what must be kept: memory nothing, written that it outlives the process,"
                            + " synced that it is on the disk",
                    SettingKind.oneOf(Durability.values()),
                    DurabilitySettings::acknowledgements,
                    DurabilitySettings::withAcknowledgements),
            DURABILITY.key(
                    "topics",
                    "the same for messages of some topics, the first filter that matches counts",
                    SettingKind.DURABILITIES,
                    DurabilitySettings::topics,
                    DurabilitySettings::withTopics));

    /** A group of settings: how it is got out of them, and how it is changed in them. */
    private record Group<G>(
            String name, Function<Settings, G> of, BiFunction<Settings, UnaryOperator<G>, Settings> changed) {

        <V> SettingKey key(
                String key, String meaning, SettingKind<V> kind, Function<G, V> value, BiFunction<G, V, G> with) {
            return new SettingKey(
                    name + "." + key,
                    meaning,
                    kind.written(),
                    settings -> kind.shown().apply(value.apply(of.apply(settings))),
                    (settings, written) -> {
                        V read = kind.read().apply(written);
                        return changed.apply(settings, group -> with.apply(group, read));
                    });
        }
    }

    /**
     * These settings with one more, written as {@code key=value}.
     *
     * @throws IllegalArgumentException that says what is wrong with it
     */
    static Settings changed(Settings settings, String written) {
        int equals = written.indexOf('=');
        if (equals < 0) {
            throw new IllegalArgumentException("'" + written + "' is no setting, which is written as key=value");
        }
        String name = written.substring(0, equals);
        String value = written.substring(equals + 1);
        SettingKey key = named(name).orElseThrow(() -> new IllegalArgumentException(unknown(name)));
        try {
            return key.change.apply(settings, value);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(name + "=" + value + ": " + wrong.getMessage(), wrong);
        }
    }

    private static Optional<SettingKey> named(String name) {
        return ALL.stream().filter(key -> key.name.equals(name)).findFirst();
    }

    private static String unknown(String name) {
        String unknown = "there is no setting '" + name + "'";
        return NearestName.to(name, ALL.stream().map(SettingKey::name).toList())
                .map(near -> unknown + "; did you mean '" + near + "'?")
                .orElse(unknown + "; 'aldis settings' lists all");
    }
}
