package io.aldis.microbench;

import io.aldis.broker.Broker;
import io.aldis.broker.Listener;
import io.aldis.broker.chain.Hooks;
import io.aldis.broker.hook.Attributes;
import io.aldis.broker.hook.Authorizer.Access;
import io.aldis.broker.hook.Authorizer.Action;
import io.aldis.broker.hook.Client;
import io.aldis.broker.hook.HookRegistry;
import io.aldis.broker.hook.OnDelivered.Delivered;
import io.aldis.broker.message.Message;
import io.aldis.broker.settings.HookSettings;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Qos;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * What hooks cost for one message: asking whether it may be published, and telling that it was delivered, as the broker does both. With several
 * threads ({@code -t 2}) they share the hooks, as loops do.
 *
 * <p>Run from the repository:
 *
 * <pre>
 * mvn -q -pl microbench -am compile dependency:build-classpath -Dmdep.outputFile=target/classpath
 * java -cp microbench/target/classes:$(cat microbench/target/classpath) org.openjdk.jmh.Main HookBenchmark -prof gc
 * java -cp microbench/target/classes:$(cat microbench/target/classpath) io.aldis.microbench.HookBenchmark PORT none|both
 * </pre>
 *
 * <p>The last runs a broker, without hooks or with an authoriser and a listener, to be measured by {@code ./aldis bench}.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Benchmark)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class HookBenchmark {

    /** Which hooks there are. */
    @Param({"none", "both"})
    public String hooks = "none";

    private final Message message =
            Message.builder("plant/line-7/press/12/temperature").payload("20.5").build();
    private final Somebody client = new Somebody();
    private Hooks chain = Hooks.of(HookSettings.defaults(), System::nanoTime);

    /** Made by JMH. */
    public HookBenchmark() {}

    private static Consumer<HookRegistry> registration(String which) {
        LongAdder delivered = new LongAdder();
        return which.equals("none")
                ? registry -> {}
                : registry -> registry.authorizer(
                                access -> access.topic().startsWith("secret/") ? access.deny() : access.allow())
                        .onDelivered(event -> delivered.increment());
    }

    @Setup
    public void register() {
        chain = Hooks.of(HookSettings.defaults(), System::nanoTime);
        chain.replace(List.of(Hooks.register(Hooks.EMBEDDER, registration(hooks))));
        try (Broker broker =
                Broker.builder().listener(Listener.tcp("127.0.0.1", 0)).start()) {
            chain.connect(broker.admin());
        }
    }

    /** One message in, to one receiver. */
    @Benchmark
    public void message(Blackhole sink) {
        if (chain.authorizers.any()) {
            Access event = new Access(
                    chain.broker(), client, Action.PUBLISH, message.topic(), message.qos(), message.retain());
            sink.consume(chain.authorizers.decideAtOnce(event));
        } else {
            sink.consume(message);
        }
        if (chain.onDelivered.any()) {
            chain.onDelivered.tell(new Delivered(chain.broker(), client, message, Qos.AT_MOST_ONCE, false), "client");
        }
    }

    /** The same if hooks did not exist. */
    @Benchmark
    public void baseline(Blackhole sink) {
        sink.consume(message);
    }

    /** A broker to be measured; runs until it is ended. */
    public static void main(String[] args) throws InterruptedException {
        Broker.builder()
                .listener(Listener.tcp("127.0.0.1", Integer.parseInt(args[0])))
                .hooks(registration(args[1]))
                .start();
        Thread.currentThread().join();
    }

    private static final class Somebody implements Client {
        private final Attributes attributes = new Attributes();

        @Override
        public String clientId() {
            return "client";
        }

        @Override
        public String username() {
            return "user";
        }

        @Override
        public String principal() {
            return "user";
        }

        @Override
        public MqttVersion version() {
            return MqttVersion.V5;
        }

        @Override
        public SocketAddress remoteAddress() {
            return InetSocketAddress.createUnresolved("localhost", 1);
        }

        @Override
        public long connection() {
            return 1;
        }

        @Override
        public Attributes attributes() {
            return attributes;
        }

        @Override
        public Attributes sessionAttributes() {
            return attributes;
        }

        @Override
        public boolean connected() {
            return true;
        }
    }
}
