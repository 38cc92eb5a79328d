package io.aldis.broker.settings;

import java.util.List;

/**
 * What clients may subscribe to, and how they get it.
 *
 * @param wildcards whether filters may have wildcards; announced (MQTT 5.0 §3.2.2.3.11)
 * @param identifiers whether subscription identifiers may be used; announced (MQTT 5.0 §3.2.2.3.12)
 * @param shared whether subscriptions may be shared; announced (MQTT 5.0 §3.2.2.3.13)
 * @param sharedStrategy which member of a shared subscription gets a message
 * @param deliveryMode how often a session gets a message that several of its filters match
 * @param maximumPerSession most subscriptions of one session; one more is refused with 0x97 (quota exceeded), one that
 *     replaces another is not
 * @param maximumFilterLevels most levels of a topic filter, not counting {@code $share} and the share name, 1 to 65,536;
 *     one with more is refused with 0x8F (topic filter invalid), for it will never do
 * @param maximumFilterBytes longest topic filter in bytes, as it is sent, 1 to 65,535; a longer one is refused with 0x8F
 * @param refused topic filters that nobody may subscribe to, compared as they are written, alone and in a shared
 *     subscription; answered with 0x80 in all versions, also behind {@code $share} and a
 *     share name; refused with 0x87 (not authorized)
 */
public record SubscriptionSettings(
        boolean wildcards,
        boolean identifiers,
        boolean shared,
        SharedStrategy sharedStrategy,
        DeliveryMode deliveryMode,
        int maximumPerSession,
        int maximumFilterLevels,
        int maximumFilterBytes,
        List<String> refused) {

    public SubscriptionSettings {
        Check.inRange("maximumPerSession", maximumPerSession, 1, Integer.MAX_VALUE);
        Check.inRange("maximumFilterLevels", maximumFilterLevels, 1, 65_536);
        Check.inRange("maximumFilterBytes", maximumFilterBytes, 1, 65_535);
        refused = List.copyOf(refused);
    }

    /** The defaults. */
    public static SubscriptionSettings defaults() {
        return new SubscriptionSettings(
                true,
                true,
                true,
                SharedStrategy.ROUND_ROBIN,
                DeliveryMode.ONLY_ONCE,
                1_000_000,
                65_536,
                65_535,
                List.of());
    }

    /** These with another {@code wildcards}. */
    public SubscriptionSettings withWildcards(boolean value) {
        return new SubscriptionSettings(
                value,
                identifiers,
                shared,
                sharedStrategy,
                deliveryMode,
                maximumPerSession,
                maximumFilterLevels,
                maximumFilterBytes,
                refused);
    }

    /** These with another {@code identifiers}. */
    public SubscriptionSettings withIdentifiers(boolean value) {
        return new SubscriptionSettings(
                wildcards,
                value,
                shared,
                sharedStrategy,
                deliveryMode,
                maximumPerSession,
                maximumFilterLevels,
                maximumFilterBytes,
                refused);
    }

    /** These with another {@code shared}. */
    public SubscriptionSettings withShared(boolean value) {
        return new SubscriptionSettings(
                wildcards,
                identifiers,
                value,
                sharedStrategy,
                deliveryMode,
                maximumPerSession,
                maximumFilterLevels,
                maximumFilterBytes,
                refused);
    }

    /** These with another {@code sharedStrategy}. */
    public SubscriptionSettings withSharedStrategy(SharedStrategy value) {
        return new SubscriptionSettings(
                wildcards,
                identifiers,
                shared,
                value,
                deliveryMode,
                maximumPerSession,
                maximumFilterLevels,
                maximumFilterBytes,
                refused);
    }

    /** These with another {@code deliveryMode}. */
    public SubscriptionSettings withDeliveryMode(DeliveryMode value) {
        return new SubscriptionSettings(
                wildcards,
                identifiers,
                shared,
                sharedStrategy,
                value,
                maximumPerSession,
                maximumFilterLevels,
                maximumFilterBytes,
                refused);
    }

    /** These with another {@code maximumPerSession}. */
    public SubscriptionSettings withMaximumPerSession(int value) {
        return new SubscriptionSettings(
                wildcards,
                identifiers,
                shared,
                sharedStrategy,
                deliveryMode,
                value,
                maximumFilterLevels,
                maximumFilterBytes,
                refused);
    }

    /** These with another {@code maximumFilterLevels}. */
    public SubscriptionSettings withMaximumFilterLevels(int value) {
        return new SubscriptionSettings(
                wildcards,
                identifiers,
                shared,
                sharedStrategy,
                deliveryMode,
                maximumPerSession,
                value,
                maximumFilterBytes,
                refused);
    }

    /** These with another {@code maximumFilterBytes}. */
    public SubscriptionSettings withMaximumFilterBytes(int value) {
        return new SubscriptionSettings(
                wildcards,
                identifiers,
                shared,
                sharedStrategy,
                deliveryMode,
                maximumPerSession,
                maximumFilterLevels,
                value,
                refused);
    }

    /** These with another {@code refused}. */
    public SubscriptionSettings withRefused(List<String> value) {
        return new SubscriptionSettings(
                wildcards,
                identifiers,
                shared,
                sharedStrategy,
                deliveryMode,
                maximumPerSession,
                maximumFilterLevels,
                maximumFilterBytes,
                value);
    }
}
