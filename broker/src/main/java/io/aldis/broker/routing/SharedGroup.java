package io.aldis.broker.routing;

import io.aldis.broker.session.Session;
import io.aldis.codec.Qos;
import org.jspecify.annotations.Nullable;

/**
 * The members of one shared subscription (MQTT 5.0 §4.8.2): each message goes to one of them, in turn.
 *
 * <p>Part of a loop's {@link Match}; confined to that loop.
 */
final class SharedGroup {

    private final Receiver[] members;
    private int next;

    SharedGroup(Receiver[] members, int first) {
        this.members = members;
        next = first % members.length;
    }

    /**
     * The next member whose client is connected and keeps up; else the next that is connected; else the next that keeps a message of
     * that QoS; null if nobody can.
     */
    @Nullable
    Receiver choose(Qos qos) {
        Receiver behind = null;
        Receiver offline = null;
        for (int i = 0; i < members.length; i++) {
            Receiver member = members[next];
            next = (next + 1) % members.length;
            if (member.session().connected()) {
                if (!member.session().pressed()) {
                    return member;
                }
                behind = behind == null ? member : behind;
            } else if (offline == null && member.session().queues(member.qos().min(qos))) {
                offline = member;
            }
        }
        return behind == null ? offline : behind;
    }

    /** A member that publishers should wait for, because all that are connected are behind; null if there is none. */
    @Nullable
    Session pressed() {
        Session behind = null;
        for (Receiver member : members) {
            if (member.session().pressed()) {
                behind = member.session();
            } else if (member.session().connected()) {
                return null;
            }
        }
        return behind;
    }
}
