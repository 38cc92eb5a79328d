package io.aldis.broker.sys;

import io.aldis.broker.admin.Statistics;
import io.aldis.broker.loop.Loop;
import io.aldis.broker.message.Message;
import io.aldis.codec.Binary;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Qos;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The topics under {@code $SYS/broker}: figures as text, retained, with mosquitto's names where it has one. A figure is published at
 * QoS 0 when it has changed since the last time.
 */
public final class SysTopics {

    private static final String ROOT = "$SYS/broker/";

    private final String version;
    private final Supplier<Statistics> statistics;
    private final Supplier<List<String>> troubles;
    private final Consumer<Message> sink;
    private final Loop loop;
    private final Duration interval;
    private final long began;
    private final Map<String, String> published = new HashMap<>();

    /**
     * Topics that are told to nobody yet.
     *
     * @param version of the broker
     * @param troubles what keeps it from doing all it should, a sentence each
     * @param sink keeps and publishes the messages
     * @param loop to run on
     * @param interval between two looks at the figures, above zero
     */
    public SysTopics(
            String version,
            Supplier<Statistics> statistics,
            Supplier<List<String>> troubles,
            Consumer<Message> sink,
            Loop loop,
            Duration interval) {
        this.version = version;
        this.statistics = statistics;
        this.troubles = troubles;
        this.sink = sink;
        this.loop = loop;
        this.interval = interval;
        began = loop.nanoTime();
    }

    /** Publishes all figures, and from then on after each interval those that have changed. Callable from any thread. */
    public void startAsync() {
        loop.execute(this::refresh);
    }

    private void refresh() {
        assert loop.inEventLoop();
        figures(statistics.get()).forEach((topic, value) -> {
            if (!value.equals(published.put(topic, value))) {
                sink.accept(message(ROOT + topic, value));
            }
        });
        loop.schedule(this::refresh, interval);
    }

    private Message message(String topic, String value) {
        return Message.of(
                topic,
                Binary.utf8(value),
                Qos.AT_MOST_ONCE,
                true,
                PublishProperties.NONE,
                "",
                loop.currentTimeMillis());
    }

    private Map<String, String> figures(Statistics now) {
        Map<String, String> figures = new LinkedHashMap<>();
        figures.put("version", version);
        figures.put("uptime", TimeUnit.NANOSECONDS.toSeconds(loop.nanoTime() - began) + " seconds");
        List<String> all = troubles.get();
        figures.put("troubles", all.isEmpty() ? "none" : String.join(" ", all));
        Map<String, Long> numbers = new LinkedHashMap<>();
        numbers.put("clients/connected", now.clientsConnected());
        numbers.put("clients/disconnected", Math.max(0, now.sessions() - now.clientsConnected()));
        numbers.put("clients/total", now.sessions());
        numbers.put("clients/maximum", now.clientsAtMost());
        numbers.put("connections/open", now.connectionsOpen());
        numbers.put("connections/accepted", now.connectionsAccepted());
        numbers.put("connections/refused", now.connectsRefused());
        numbers.put("connections/protocol-errors", now.protocolErrors());
        numbers.put("connections/proxy-headers-refused", now.proxyHeadersRefused());
        numbers.put("connections/handshakes", now.handshakes());
        now.turnedAway().forEach((reason, count) -> numbers.put("connections/turned-away/" + dashed(reason), count));
        numbers.put("load/throttled", now.throttled());
        numbers.put("load/throttled/milliseconds", now.throttledMillis());
        numbers.put("load/overloads", now.overloads());
        numbers.put("load/lag/milliseconds", now.lagMillis());
        numbers.put("messages/received", now.packetsReceived());
        numbers.put("messages/sent", now.packetsSent());
        numbers.put("bytes/received", now.bytesReceived());
        numbers.put("bytes/sent", now.bytesSent());
        numbers.put("publish/messages/received", now.messagesReceived());
        numbers.put("publish/messages/sent", now.messagesSent());
        numbers.put("publish/messages/dropped", now.droppedInTotal());
        numbers.put("subscriptions/count", now.subscriptions());
        numbers.put("retained messages/count", now.retained());
        now.dropped().forEach((reason, count) -> numbers.put("publish/dropped/" + dashed(reason), count));
        numbers.forEach((topic, number) -> figures.put(topic, Long.toString(number)));
        return figures;
    }

    private static String dashed(Enum<?> reason) {
        return reason.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
