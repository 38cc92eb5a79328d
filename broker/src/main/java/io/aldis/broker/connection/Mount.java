package io.aldis.broker.connection;

import io.aldis.broker.connection.PublishRules.Refusal;
import io.aldis.broker.message.Message;
import io.aldis.codec.Binary;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Subscription;
import io.aldis.codec.Topics;
import io.aldis.codec.Topics.SharedFilter;
import io.aldis.codec.Will;
import org.jspecify.annotations.Nullable;

/**
 * Where in the broker's topics the clients of a listener live: what they call {@code a} is {@code prefix/a} to everybody else. They
 * neither see nor reach anything beside it. Topics that begin with {@code $} are the broker's own, and there are none in here.
 * Immutable.
 */
final class Mount {

    private static final int LONGEST_TOPIC = 65_535;

    private final String prefix;

    /** Below a prefix that ends with "/". */
    Mount(String prefix) {
        this.prefix = prefix;
    }

    /** The full name of a client's topic. */
    String full(String topic) {
        return prefix + topic;
    }

    /** A client's will under the full name of its topic. */
    Will full(Will will) {
        return new Will(full(will.topic()), will.payload(), will.qos(), will.retain(), will.properties());
    }

    /** The full form of a client's filter, also of a shared subscription; what is no filter stays as it is, to be refused. */
    String fullFilter(String filter) {
        if (!Topics.isValidFilter(filter)) {
            return filter;
        }
        SharedFilter shared = Topics.shared(filter).orElse(null);
        return shared == null ? prefix + filter : "$share/" + shared.group() + "/" + prefix + shared.filter();
    }

    /** A client's subscription under the full form of its filter. */
    Subscription full(Subscription wanted) {
        return new Subscription(
                fullFilter(wanted.filter()),
                wanted.qos(),
                wanted.noLocal(),
                wanted.retainAsPublished(),
                wanted.retainHandling());
    }

    /** Why a message under its full name is not taken from a client; null if it is. */
    @Nullable
    Refusal refusal(Message message) {
        if (message.topic().startsWith("$", prefix.length())) { // MQTT 5.0 §4.7.2
            return new Refusal(ReasonCode.NOT_AUTHORIZED, "Topics that begin with $ are the broker's own.");
        }
        int bytes = message.topicUtf8().size();
        return bytes > LONGEST_TOPIC
                ? new Refusal(
                        ReasonCode.TOPIC_NAME_INVALID,
                        "The topic has " + bytes + " bytes with the mount point of the listener; the most are "
                                + LONGEST_TOPIC + ".")
                : null;
    }

    /** What the topic of a message is to a client; null if the message cannot reach it. */
    @Nullable
    Binary inside(Message message) {
        String topic = message.topic();
        int start = prefix.length();
        boolean here = topic.length() > start && topic.startsWith(prefix) && topic.charAt(start) != '$';
        return here ? Binary.utf8(topic.substring(start)) : null;
    }
}
