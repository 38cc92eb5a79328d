package io.aldis.broker.metric;

import io.aldis.codec.Qos;

/**
 * A message that did not reach one receiver.
 *
 * @param reason under which it is counted
 * @param topic of the message
 * @param qos the message was published with
 * @param publisher client id of the publisher, or "" if no client published it
 * @param receiver client id of the session that does not get it, or "" if none was chosen or it has ended
 */
public record Drop(DropReason reason, String topic, Qos qos, String publisher, String receiver) {}
