package io.aldis.broker.connection;

import io.aldis.broker.settings.SubscriptionSettings;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Topics;
import io.aldis.codec.Topics.SharedFilter;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which topic filters may be subscribed to. The same for all clients; immutable. */
public final class FilterRules {

    private final SubscriptionSettings settings;
    private final Set<String> refused;

    FilterRules(SubscriptionSettings settings) {
        this.settings = settings;
        refused = Set.copyOf(settings.refused());
    }

    /** Why a topic filter is not granted: for SUBACK, and in words. */
    public enum Refusal {
        INVALID(ReasonCode.TOPIC_FILTER_INVALID, "it is not a valid topic filter."),
        SHARED(
                ReasonCode.SHARED_SUBSCRIPTIONS_NOT_SUPPORTED,
                "CONNACK said that there are no shared subscriptions here."),
        WILDCARD(ReasonCode.WILDCARD_SUBSCRIPTIONS_NOT_SUPPORTED, "CONNACK said that there are no wildcards here."),
        FORBIDDEN(ReasonCode.UNSPECIFIED_ERROR, "nobody may subscribe to it."),
        TOO_LONG(ReasonCode.TOPIC_FILTER_INVALID, "it is longer than topic filters may be."),
        TOO_DEEP(ReasonCode.TOPIC_FILTER_INVALID, "it has more levels than topic filters may have."),
        ONE_TOO_MANY(ReasonCode.QUOTA_EXCEEDED, "the session has as many subscriptions as it may have.");

        private final ReasonCode reason;
        private final String words;

        Refusal(ReasonCode reason, String words) {
            this.reason = reason;
            this.words = words;
        }

        /** As SUBACK says it. */
        public ReasonCode reason() {
            return reason;
        }

        /** Whether a client that was told so in CONNACK breaks the protocol (MQTT 5.0 §3.2.2.3.11, §3.2.2.3.13). */
        boolean announced() {
            return this == SHARED || this == WILDCARD;
        }

        /** About this filter. */
        public String words(String filter) {
            return "No subscription to " + Printable.quoted(filter) + ": " + words;
        }
    }

    /** Why this filter is refused, null if it may be granted. */
    @Nullable
    Refusal refusal(String filter) {
        if (!Topics.isValidFilter(filter)) {
            return Refusal.INVALID;
        }
        SharedFilter shared = Topics.shared(filter).orElse(null);
        String plain = shared == null ? filter : shared.filter();
        if (shared != null && !settings.shared()) {
            return Refusal.SHARED;
        }
        if (!settings.wildcards() && !Topics.isValidName(plain)) { // [MQTT3-3.8.3-2]
            return Refusal.WILDCARD;
        }
        if (refused.contains(filter) || refused.contains(plain)) {
            return Refusal.FORBIDDEN;
        }
        if (isLonger(filter, settings.maximumFilterBytes())) {
            return Refusal.TOO_LONG;
        }
        return isDeeper(plain, settings.maximumFilterLevels()) ? Refusal.TOO_DEEP : null;
    }

    private static boolean isLonger(String filter, int bytes) {
        return filter.length() > bytes / 3 && filter.getBytes(StandardCharsets.UTF_8).length > bytes;
    }

    private static boolean isDeeper(String filter, int levels) {
        return filter.length() >= levels
                && filter.chars().filter(character -> character == '/').count() >= levels;
    }
}
