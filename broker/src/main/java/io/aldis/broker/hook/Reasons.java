package io.aldis.broker.hook;

import io.aldis.codec.PacketType;
import io.aldis.codec.ReasonCode;

/** Which reason codes a refusal may have. */
final class Reasons {

    private Reasons() {}

    /** A refusal is told by a packet of that type. */
    static void check(ReasonCode reason, PacketType in) {
        if (!reason.isError() || !reason.isAllowedIn(in)) {
            throw new IllegalArgumentException("A refusal needs a reason code of 0x80 or above that " + in
                    + " may carry, but it is " + reason + ".");
        }
    }
}
