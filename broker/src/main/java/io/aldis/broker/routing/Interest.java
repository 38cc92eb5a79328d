package io.aldis.broker.routing;

import io.aldis.broker.session.Session;
import io.aldis.broker.store.StoredSubscription;
import org.jspecify.annotations.Nullable;

/**
 * Who subscribes with one topic filter: sessions on their own, and groups that share (MQTT 5.0 §4.8.2). Immutable.
 *
 * @param own sessions with their subscriptions
 * @param groups share names with their members
 */
record Interest(
        PersistentMap<Session, StoredSubscription> own,
        PersistentMap<String, PersistentMap<Session, StoredSubscription>> groups) {

    private static final PersistentMap<Session, StoredSubscription> NO_SESSIONS =
            PersistentMap.empty(new PersistentMap.Keys<Session>() {
                @Override
                public int hash(Session session) {
                    return Long.hashCode(session.number());
                }

                @Override
                public int compare(Session a, Session b) {
                    return Long.compare(a.number(), b.number());
                }
            });

    private static final Interest NOBODY = new Interest(NO_SESSIONS, PersistentMap.empty());

    static Interest orNobody(@Nullable Interest interest) {
        return interest == null ? NOBODY : interest;
    }

    Interest with(Session session, StoredSubscription subscription) {
        return changed(own.with(session, subscription), groups);
    }

    Interest without(Session session) {
        return changed(own.without(session), groups);
    }

    Interest withMember(String group, Session session, StoredSubscription subscription) {
        return changed(own, groups.with(group, members(group).with(session, subscription)));
    }

    Interest withoutMember(String group, Session session) {
        PersistentMap<Session, StoredSubscription> left = members(group).without(session);
        return changed(own, left.isEmpty() ? groups.without(group) : groups.with(group, left));
    }

    /** This if nothing is new, so that the tree keeps its generation. */
    @SuppressWarnings("ReferenceEquality") // The maps answer themselves when nothing changes.
    private Interest changed(
            PersistentMap<Session, StoredSubscription> newOwn,
            PersistentMap<String, PersistentMap<Session, StoredSubscription>> newGroups) {
        return newOwn == own && newGroups == groups ? this : new Interest(newOwn, newGroups);
    }

    PersistentMap<Session, StoredSubscription> members(String group) {
        PersistentMap<Session, StoredSubscription> members = groups.get(group);
        return members == null ? NO_SESSIONS : members;
    }

    /** This, or null if nobody is left. */
    @Nullable
    Interest orNull() {
        return own.isEmpty() && groups.isEmpty() ? null : this;
    }
}
