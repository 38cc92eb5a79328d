package io.aldis.microbench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.aldis.broker.Broker;
import io.aldis.broker.Listener;
import io.aldis.broker.routing.NameWalk;
import io.aldis.broker.routing.TopicTree;
import io.aldis.codec.Connect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.PacketEncoder;
import io.aldis.codec.Qos;
import io.aldis.codec.Subscribe;
import io.aldis.codec.Subscription;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.concurrent.TimeUnit;
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
 * What a look-up costs among many: a topic name among filters of which half have wildcards, and a filter among a hundred
 * thousand retained messages.
 *
 * <p>Run from the repository:
 *
 * <pre>
 * mvn -q -pl microbench -am compile dependency:build-classpath -Dmdep.outputFile=target/classpath
 * java -cp microbench/target/classes:$(cat microbench/target/classpath) org.openjdk.jmh.Main ScaleBenchmark
 * java -cp microbench/target/classes:$(cat microbench/target/classpath) io.aldis.microbench.ScaleBenchmark
 * </pre>
 *
 * <p>The last prints how many nodes each look-up looks at, and how long a million filters take to be put in and to be subscribed to.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Xmx2g")
public class ScaleBenchmark {

    private static final int SITES = 100;
    private static final int ASKED = 1000;

    private static String name(int i) {
        return "site/" + i % SITES + "/device/" + i + "/state";
    }

    /** One filter for each name; every other one has a wildcard, at the places where one can be. */
    private static String filter(int i) {
        return switch (i % 6) {
            case 0 -> "site/+/device/" + i + "/state";
            case 2 -> "+/" + i % SITES + "/device/" + i + "/+";
            case 4 -> "site/" + i % SITES + "/+/" + i + "/#";
            default -> name(i);
        };
    }

    private static TopicTree<Integer> filters(int count) {
        TopicTree<Integer> tree = new TopicTree<>();
        for (int i = 0; i < count; i++) {
            Integer value = i;
            tree.update(filter(i), none -> value);
        }
        return tree;
    }

    /** Filters to be matched by names. */
    @State(Scope.Benchmark)
    public static class Filters {
        /** How many there are. */
        @Param({"1000", "1000000"})
        public int count;

        private TopicTree<Integer> tree = new TopicTree<>();
        private final byte[][] names = new byte[ASKED][];
        private int at;

        @Setup
        public void fill() {
            tree = filters(count);
            for (int i = 0; i < ASKED; i++) {
                names[i] = name((int) ((long) i * count / ASKED)).getBytes(UTF_8);
            }
        }

        private String next() {
            at = at + 1 == ASKED ? 0 : at + 1;
            return new String(names[at], UTF_8);
        }
    }

    /** A name fresh from the wire, which one filter matches. */
    @Benchmark
    public int match(Filters filters, Blackhole receivers) {
        return filters.tree.snapshot().matching(filters.next(), receivers::consume);
    }

    private static final int RETAINED = 100_000;

    private static TopicTree<Integer> retained() {
        TopicTree<Integer> tree = new TopicTree<>();
        for (int i = 0; i < RETAINED; i++) {
            Integer value = i;
            tree.update(name(i), none -> value);
            if (i % (RETAINED / 10) == 0) {
                tree.update("site/" + i % SITES + "/device/" + i + "/alarm", none -> value);
            }
        }
        return tree;
    }

    /** Retained messages to be matched by a filter. */
    @State(Scope.Benchmark)
    public static class Retained {
        /** The first matches none, the second and third match ten, the fourth one, the last none. */
        @Param({
            "site/+/device/+/nothing",
            "site/+/device/+/alarm",
            "+/+/+/+/alarm",
            "site/+/device/4711/state",
            "nothing/#"
        })
        public String filter = "";

        private final TopicTree<Integer> tree = retained();
    }

    /** All messages of one filter. */
    @Benchmark
    public long retained(Retained retained, Blackhole messages) {
        NameWalk<Integer> walk = retained.tree.snapshot().matchedBy(retained.filter);
        walk.advance(Integer.MAX_VALUE, messages::consume);
        return walk.visited();
    }

    /** Filters of one SUBSCRIBE. */
    private static final int AT_ONCE = 1000;

    /** Subscribes over a socket, to as many filters; gives the milliseconds until the last SUBACK. */
    private static long subscribing(int count) throws IOException {
        try (Broker broker =
                        Broker.builder().listener(Listener.tcp("127.0.0.1", 0)).start();
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), broker.port())) {
            ByteBuf bytes = Unpooled.buffer();
            PacketEncoder.encode(Connect.v311("subscriber"), MqttVersion.V3_1_1, bytes);
            long began = System.nanoTime();
            int connack = 4;
            int subacks = 0;
            for (int from = 0; from < count; from += AT_ONCE) {
                Subscription[] subscriptions = new Subscription[AT_ONCE];
                for (int i = 0; i < AT_ONCE; i++) {
                    subscriptions[i] = Subscription.of(filter(from + i), Qos.AT_LEAST_ONCE);
                }
                PacketEncoder.encode(Subscribe.of(1 + from / AT_ONCE, subscriptions), MqttVersion.V3_1_1, bytes);
                bytes.readBytes(socket.getOutputStream(), bytes.readableBytes());
                bytes.clear();
                subacks++;
            }
            socket.getInputStream().skipNBytes(connack + (long) subacks * (1 + 2 + 2 + AT_ONCE));
            long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
            int made = broker.admin().session("subscriber").orElseThrow().subscriptions();
            if (made != count) {
                throw new IllegalStateException(made + " subscriptions were made of " + count);
            }
            return took;
        }
    }

    public static void main(String[] arguments) throws IOException {
        for (int count : new int[] {1000, 1_000_000}) {
            long began = System.nanoTime();
            TopicTree<Integer> tree = filters(count);
            long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
            int most = 0;
            for (int i = 0; i < ASKED; i++) {
                String name = name((int) ((long) i * count / ASKED));
                most = Math.max(most, tree.snapshot().matching(name, found -> {}));
            }
            System.out.printf("%,d filters: put in within %,d ms, %d nodes a match at most%n", count, took, most);
        }
        System.out.printf("1,000,000 filters: subscribed over a socket within %,d ms%n", subscribing(1_000_000));
        TopicTree<Integer> messages = retained();
        for (String filter : new String[] {
            "site/+/device/+/nothing", "site/+/device/+/alarm", "+/+/+/+/alarm", "site/+/device/4711/state", "nothing/#"
        }) {
            int[] found = {0};
            NameWalk<Integer> walk = messages.snapshot().matchedBy(filter);
            walk.advance(Integer.MAX_VALUE, message -> found[0]++);
            System.out.printf("%,d retained, %s: %d found, %d nodes%n", RETAINED, filter, found[0], walk.visited());
        }
    }
}
