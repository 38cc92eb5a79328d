package io.aldis.acceptance.conformance;

import io.aldis.codec.Connect;
import io.aldis.codec.ConnectProperties;

/** CONNECT packets that the tests of MQTT 5.0 share. */
final class Connects {

    private Connects() {}

    /** With a session that goes on, and outlives its connection by an hour. */
    static Connect staying(String clientId) {
        return Connect.v5(clientId)
                .withCleanStart(false)
                .withProperties(ConnectProperties.NONE.withSessionExpiryInterval(3600));
    }

    /** Of a client that takes so many unacknowledged messages. */
    static Connect receiving(String clientId, int receiveMaximum) {
        return Connect.v5(clientId).withProperties(ConnectProperties.NONE.withReceiveMaximum(receiveMaximum));
    }

    /** With an authentication method that no server has, and so refused. */
    static Connect refused(String clientId) {
        return Connect.v5(clientId).withProperties(ConnectProperties.NONE.withAuthenticationMethod("of nobody"));
    }
}
