package io.aldis.broker;

import io.aldis.broker.hook.OnMsgDropped;
import io.aldis.broker.metric.DropReason;
import io.aldis.codec.Qos;

/** A message that did not reach one receiver, as tests look at it. */
record Drop(DropReason reason, String topic, Qos qos, String publisher, String receiver) {

    static Drop of(OnMsgDropped.Dropped event) {
        return new Drop(
                event.reason(),
                event.message().topic(),
                event.message().qos(),
                event.message().publisher(),
                event.receiver());
    }
}
