package com.example.counter;

import io.aldis.broker.hook.AttributeKey;
import io.aldis.broker.hook.OnMsgArrived;
import io.aldis.broker.message.Message;
import io.aldis.broker.plugin.Plugin;
import io.aldis.broker.plugin.PluginContext;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts the messages that each client publishes, as long as its session lives, and publishes the count now and then, retained. */
public final class MessageCounter implements Plugin {

    private static final Logger log = LoggerFactory.getLogger(MessageCounter.class);

    /** The broker keeps the count with the session, and forgets it with the session or with this plugin. */
    private static final AttributeKey<AtomicLong> COUNT = AttributeKey.of("count", AtomicLong.class);

    @Override
    public int api() {
        return Plugin.API;
    }

    @Override
    public String name() {
        return "message-counter";
    }

    @Override
    public void start(PluginContext context) {
        CounterSettings settings = context.settings(CounterSettings.defaults());
        context.hooks().onMsgArrived(arrival -> counted(arrival, settings));
        log.info("Counts are published below {}", settings.topic());
    }

    /** On a loop of the broker, so it is quick and waits for nothing. */
    private static OnMsgArrived.Answer counted(OnMsgArrived.Arrival arrival, CounterSettings settings) {
        long count = arrival.client()
                .sessionAttributes()
                .computeIfAbsent(COUNT, AtomicLong::new)
                .incrementAndGet();
        if (count % settings.every() == 0) {
            String client = arrival.client().clientId().replaceAll("[/+#]", "_");
            Message message = Message.builder(settings.topic() + "/" + client)
                    .payload(Long.toString(count))
                    .retain(true)
                    .build();
            arrival.broker().publish(message); // What a plugin publishes is not counted.
        }
        return arrival.route();
    }
}
