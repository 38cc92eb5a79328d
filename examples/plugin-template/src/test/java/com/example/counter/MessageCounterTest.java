package com.example.counter;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.aldis.broker.Broker;
import io.aldis.broker.Listener;
import io.aldis.broker.plugin.PluginConfiguration;
import io.aldis.codec.Connect;
import io.aldis.codec.Publish;
import io.aldis.codec.Qos;
import io.aldis.testkit.RawClient;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MessageCounterTest {

    @Test
    void theCountOfAClientIsPublished() {
        CounterSettings settings = new CounterSettings("n", 2);
        try (Broker broker = Broker.builder()
                        .listener(Listener.tcp("127.0.0.1", 0))
                        .plugin(new MessageCounter())
                        .pluginSettings(PluginConfiguration.of(Map.of("message-counter", settings)))
                        .start();
                RawClient watcher = RawClient.connected(broker.port(), Connect.v5("watcher"));
                RawClient busy = RawClient.connected(broker.port(), Connect.v5("busy"))) {
            watcher.subscribe("n/#", Qos.AT_LEAST_ONCE);
            for (int i = 0; i < 5; i++) {
                busy.publish("t", "x", Qos.AT_LEAST_ONCE);
            }
            assertEquals("2", watcher.takeMessage().payload().toUtf8());
            Publish second = watcher.takeMessage();
            assertEquals("n/busy", second.topic());
            assertEquals("4", second.payload().toUtf8());
            watcher.expectNothing();
        }
    }
}
