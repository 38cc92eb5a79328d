package io.aldis.broker.admin;

import io.aldis.codec.ReasonCode;
import java.util.List;

/** What became of topic filters that a client was to be subscribed to or unsubscribed from. */
public sealed interface FilterAnswer {

    /**
     * Each filter was dealt with.
     *
     * @param reasons one for each filter, in their order, as SUBACK or UNSUBACK would say it (MQTT 5.0 §3.9.3, §3.11.3)
     */
    record Answered(List<ReasonCode> reasons) implements FilterAnswer {
        public Answered {
            reasons = List.copyOf(reasons);
        }
    }

    /** There is no session of that client id; nothing was done. */
    record NoSession() implements FilterAnswer {}
}
