package io.aldis.codec;

import java.util.Optional;

/**
 * Topic names and topic filters (MQTT 5.0, section 4.7; MQTT 3.1.1, section 4.7). Levels are compared character by
 * character: nothing is normalised ([MQTT-4.7.3-4], [MQTT3-4.7.3-4]).
 */
public final class Topics {
    private static final String SHARE = "$share/";

    private Topics() {}

    /**
     * A shared subscription's filter taken apart (MQTT 5.0, section 4.8.2).
     *
     * @param group the share name
     * @param filter what follows it
     */
    public record SharedFilter(String group, String filter) {}

    /**
     * Whether this is a topic name: at least one character, no wildcard, no U+0000 ([MQTT-4.7.0-1], [MQTT-4.7.3-1],
     * [MQTT-4.7.3-2], [MQTT3-4.7.1-1]). Its size is not looked at.
     */
    public static boolean isValidName(String topic) {
        return !topic.isEmpty() && topic.indexOf('+') < 0 && topic.indexOf('#') < 0 && topic.indexOf('\0') < 0;
    }

    /**
     * Whether this is a topic filter: {@code #} only as the last level, {@code +} only as a whole level, and if it
     * starts with {@code $share/}, then with a share name and a filter after it ([MQTT-4.7.1-1], [MQTT-4.7.1-2],
     * [MQTT-4.8.2-1], [MQTT-4.8.2-2]). Its size is not looked at.
     */
    public static boolean isValidFilter(String filter) {
        if (!isShared(filter)) {
            return isPlainFilter(filter, 0);
        }
        int slash = filter.indexOf('/', SHARE.length());
        return slash > SHARE.length()
                && isValidName(filter.substring(SHARE.length(), slash))
                && isPlainFilter(filter, slash + 1);
    }

    /**
     * Whether this claims to be a shared subscription: it starts with {@code $share/}. It may be invalid for all that.
     */
    public static boolean isShared(String filter) {
        return filter.startsWith(SHARE);
    }

    /**
     * The group and the filter of a valid shared subscription; empty for every other filter, and for what is no valid
     * filter.
     */
    public static Optional<SharedFilter> shared(String filter) {
        if (!isShared(filter) || !isValidFilter(filter)) {
            return Optional.empty();
        }
        int slash = filter.indexOf('/', SHARE.length());
        return Optional.of(new SharedFilter(filter.substring(SHARE.length(), slash), filter.substring(slash + 1)));
    }

    private static boolean isPlainFilter(String filter, int start) {
        int end = filter.length();
        if (start == end) {
            return false; // [MQTT-4.7.3-1], [MQTT3-4.7.3-1]
        }
        for (int i = start; i < end; i++) {
            char c = filter.charAt(i);
            boolean levelStarts = i == start || filter.charAt(i - 1) == '/';
            if (c == '\0' // [MQTT-4.7.3-2], [MQTT3-4.7.3-2]
                    || (c == '#' && !(levelStarts && i + 1 == end)) // [MQTT-4.7.1-1], [MQTT3-4.7.1-2]
                    || (c == '+'
                            // [MQTT3-4.7.1-3]
                            && !(levelStarts && (i + 1 == end || filter.charAt(i + 1) == '/')))) { // [MQTT-4.7.1-2]
                return false;
            }
        }
        return true;
    }

    /**
     * Whether a valid filter matches a valid topic name (MQTT 5.0, section 4.7). A shared subscription matches as its
     * filter does. A filter that starts with a wildcard does not match a topic that starts with {@code $}
     * ([MQTT-4.7.2-1], [MQTT3-4.7.2-1]).
     */
    public static boolean matches(String filter, String topic) {
        int f = isShared(filter) ? filter.indexOf('/', SHARE.length()) + 1 : 0;
        int t = 0;
        boolean wildcardFirst = filter.startsWith("#", f) || filter.startsWith("+", f);
        if (wildcardFirst && topic.startsWith("$")) {
            return false;
        }
        while (true) {
            if (filter.startsWith("#", f)) {
                return true;
            }
            int filterEnd = levelEnd(filter, f);
            int topicEnd = levelEnd(topic, t);
            boolean sameLevel = filter.startsWith("+", f)
                    || (filterEnd - f == topicEnd - t && filter.regionMatches(f, topic, t, topicEnd - t));
            if (!sameLevel) {
                return false;
            }
            if (topicEnd == topic.length()) {
                // "a/#" also matches its parent level, "a".
                return filterEnd == filter.length() || filter.startsWith("/#", filterEnd);
            }
            if (filterEnd == filter.length()) {
                return false;
            }
            f = filterEnd + 1;
            t = topicEnd + 1;
        }
    }

    private static int levelEnd(String topic, int start) {
        int slash = topic.indexOf('/', start);
        return slash < 0 ? topic.length() : slash;
    }
}
