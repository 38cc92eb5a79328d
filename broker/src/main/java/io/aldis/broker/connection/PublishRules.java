package io.aldis.broker.connection;

import io.aldis.broker.message.Message;
import io.aldis.broker.routing.RetainedMessages;
import io.aldis.broker.settings.PublishSettings;
import io.aldis.broker.settings.RetainedSettings;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.PayloadFormat;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import org.jspecify.annotations.Nullable;

/**
 * Which messages the broker takes, as its settings say: those of PUBLISH and wills of clients, and those that programs around it
 * publish.
 *
 * <p>Any thread may ask.
 */
public final class PublishRules {

    private static final int ANY_LEVELS = 65_536;
    private static final int LONGEST_TOPIC = 65_535;

    private final MqttVersion version;
    private final PublishSettings settings;
    private final RetainedSettings retained;
    private final RetainedMessages retainedMessages;
    private final boolean anyTopicSize;
    private final @Nullable Mount mount;

    /** Whether a publisher is told of everything at QoS 0, too. */
    private final boolean alwaysTold;

    /** For a client that speaks {@code version}, and whose topics are below {@code mount} if that is not null. */
    PublishRules(Settings settings, RetainedMessages retainedMessages, MqttVersion version, @Nullable Mount mount) {
        this(settings, retainedMessages, version, mount, false);
    }

    private PublishRules(
            Settings all,
            RetainedMessages retainedMessages,
            MqttVersion version,
            @Nullable Mount mount,
            boolean alwaysTold) {
        this.mount = mount;
        this.version = version;
        this.alwaysTold = alwaysTold;
        settings = all.publish();
        retained = all.retained();
        this.retainedMessages = retainedMessages;
        anyTopicSize = settings.maximumTopicLevels() == ANY_LEVELS && settings.maximumTopicBytes() == LONGEST_TOPIC;
    }

    /** For publishers that are no clients. */
    public static PublishRules ofPrograms(Settings settings, RetainedMessages retainedMessages) {
        return new PublishRules(settings, retainedMessages, MqttVersion.V5, null, true);
    }

    /**
     * Why a message is not taken.
     *
     * @param ends whether the client was told beforehand that it must not send this, so that its connection ends
     */
    public record Refusal(ReasonCode reason, String why, boolean ends) {
        Refusal(ReasonCode reason, String why) {
            this(reason, why, false);
        }
    }

    /** Whether the RETAIN flag counts; clients that cannot be told that nothing is retained may go on sending it. */
    boolean retains(boolean flag) {
        return flag && (retained.available() || version == MqttVersion.V5);
    }

    /** What is wrong with a message, or null if it is taken. */
    public @Nullable Refusal refusal(Message message) {
        if (message.qos().level() > settings.maximumQos().level()) { // [MQTT-3.2.2-11]
            return new Refusal(
                    ReasonCode.QOS_NOT_SUPPORTED,
                    "QoS " + message.qos().level() + " is not supported; the highest is "
                            + settings.maximumQos().level() + ".",
                    true);
        }
        if (message.retain() && !retained.available()) { // [MQTT-3.2.2-14]
            return new Refusal(ReasonCode.RETAIN_NOT_SUPPORTED, "Messages cannot be retained here.", true);
        }
        Refusal topic = topicRefusal(message);
        if (topic != null) {
            return topic;
        }
        if (settings.payloadFormatChecked()
                && message.properties().payloadFormat() == PayloadFormat.UTF_8
                && !message.payload().isUtf8()) { // MQTT 5.0 §3.3.2.3.2
            return new Refusal(
                    ReasonCode.PAYLOAD_FORMAT_INVALID, "The payload is said to be UTF-8, but it is not well-formed.");
        }
        return message.retain() && !message.payload().isEmpty() ? quotaRefusal(message) : null;
    }

    private @Nullable Refusal topicRefusal(Message message) {
        String topic = message.topic();
        if (topic.charAt(0) == '$') {
            if (topic.equals("$SYS") || topic.startsWith("$SYS/")) {
                return new Refusal(ReasonCode.NOT_AUTHORIZED, "Topics under $SYS are the broker's own.");
            }
            if (topic.startsWith("$share/")) {
                return new Refusal(
                        ReasonCode.TOPIC_NAME_INVALID, "Nobody could receive it: $share/ begins shared subscriptions.");
            }
        }
        Refusal mounted = mount == null ? null : mount.refusal(message);
        if (mounted != null) {
            return mounted;
        }
        return anyTopicSize ? null : sizeRefusal(message);
    }

    private @Nullable Refusal sizeRefusal(Message message) {
        int bytes = message.topicUtf8().size();
        if (bytes > settings.maximumTopicBytes()) {
            return new Refusal(
                    ReasonCode.TOPIC_NAME_INVALID,
                    "The topic has " + bytes + " bytes; the most are " + settings.maximumTopicBytes() + ".");
        }
        long levels = 1 + message.topic().chars().filter(c -> c == '/').count();
        if (levels > settings.maximumTopicLevels()) {
            return new Refusal(
                    ReasonCode.TOPIC_NAME_INVALID,
                    "The topic has " + levels + " levels; the most are " + settings.maximumTopicLevels() + ".");
        }
        return null;
    }

    /** A client that can be told so keeps a message that could not be retained; others' messages go to those who are there. */
    private @Nullable Refusal quotaRefusal(Message message) {
        if (!alwaysTold && (version != MqttVersion.V5 || message.qos() == Qos.AT_MOST_ONCE)) {
            return null;
        }
        if (message.payload().size() > retained.maximumPayloadBytes()) {
            return new Refusal(
                    ReasonCode.QUOTA_EXCEEDED,
                    "The payload has " + message.payload().size() + " bytes; the most that are retained are "
                            + retained.maximumPayloadBytes() + ".");
        }
        if (retainedMessages.size() >= retained.maximumMessages() && !retainedMessages.has(message.topic())) {
            return new Refusal(
                    ReasonCode.QUOTA_EXCEEDED,
                    "There are " + retained.maximumMessages() + " retained messages; no more are kept.");
        }
        return null;
    }
}
