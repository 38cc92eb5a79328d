package io.aldis.broker.model;

import io.aldis.codec.Connect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import java.util.ArrayList;
import java.util.List;

/** A connection. */
final class Link {
    final MqttVersion version;
    final Session session;
    final int window;
    final long maximumPacketSize;
    final long keepAliveMillis;
    long heardAt;
    boolean closed;

    /** What is to be sent that is no PUBLISH, in this order; each with what may be sent instead. */
    final List<List<Packet>> answers = new ArrayList<>();

    /** Messages of QoS 0: now or never. */
    final List<Owed> now = new ArrayList<>();

    Link(Connect connect, Session session, int window, long heardAt) {
        version = connect.version();
        this.session = session;
        this.window = window;
        this.heardAt = heardAt;
        Long largest = connect.properties().maximumPacketSize();
        maximumPacketSize = largest == null ? ReferenceBroker.NEVER : largest;
        keepAliveMillis = connect.keepAlive() * 1000L;
    }

    String clientId() {
        return session.clientId;
    }

    boolean v5() {
        return version == MqttVersion.V5;
    }

    void answer(Packet... oneOf) {
        answers.add(List.of(oneOf));
    }
}
