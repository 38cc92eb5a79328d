package io.aldis.broker.model;

import io.aldis.codec.Topics;
import io.aldis.codec.Will;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What outlives a connection (MQTT 5.0 §4.1). */
final class Session {
    final String clientId;
    final Map<String, Subscribed> subscriptions = new TreeMap<>();

    /** QoS 1 and 2: in flight first, then waiting. */
    final List<Owed> queue = new ArrayList<>();

    /** QoS 2 packet ids of messages from the client that are not released. */
    final Set<Integer> inbox = new TreeSet<>();

    /** What may come at some time, or never. */
    final List<Owed> loose = new ArrayList<>();

    int lastPacketId;
    int givenUp;

    @Nullable
    Link link;

    long expirySeconds;
    long endsAt = ReferenceBroker.NEVER;

    @Nullable
    Will will;

    long willDueAt = ReferenceBroker.NEVER;

    Session(String clientId) {
        this.clientId = clientId;
    }

    /** Whether it has another shared subscription than this. */
    boolean sharesOtherThan(String filter) {
        return subscriptions.keySet().stream().anyMatch(other -> Topics.isShared(other) && !other.equals(filter));
    }
}
