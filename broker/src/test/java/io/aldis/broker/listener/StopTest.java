package io.aldis.broker.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.broker.Broker;
import io.aldis.broker.Listener;
import io.aldis.codec.Connect;
import io.aldis.testkit.RawClient;
import io.netty.channel.Channel;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

class StopTest {

    /** The program around a broker lives on, and its files are not the broker's to keep. */
    @Test
    void noChannelOutlivesItsBrokerHoweverLittleTimeThereIs() {
        Queue<Channel> accepted = new ConcurrentLinkedQueue<>();
        Broker broker = Broker.builder()
                .listener(Listener.tcp("127.0.0.1", 0))
                .pipeline(pipeline -> accepted.add(pipeline.channel()))
                .loops(2)
                .start();
        try (RawClient connected = RawClient.connect(broker.port());
                RawClient silent = RawClient.connect(broker.port())) {
            connected.connect(Connect.v5("connected"));
            silent.connect(Connect.v5("silent"));
            broker.stop(Duration.ZERO);
            assertThat(accepted).hasSize(2).noneMatch(Channel::isOpen);
        }
    }
}
