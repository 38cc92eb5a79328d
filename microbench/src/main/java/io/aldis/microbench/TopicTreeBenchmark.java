package io.aldis.microbench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.aldis.broker.routing.TopicTree;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
 * What it costs to find the receivers of a topic name, beside a look-up of the same name in a {@link ConcurrentHashMap},
 * which can do no wildcards and is what a match must be measured against.
 *
 * <p>Run from the repository:
 *
 * <pre>
 * mvn -q -pl microbench -am compile dependency:build-classpath -Dmdep.outputFile=target/classpath
 * java -cp microbench/target/classes:$(cat microbench/target/classpath) org.openjdk.jmh.Main TopicTreeBenchmark
 * </pre>
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "-Xmx2g")
@State(Scope.Benchmark)
public class TopicTreeBenchmark {

    /** How many devices there are; each has a filter of its own. */
    @Param({"1000", "1000000"})
    public int devices;

    private final ConcurrentHashMap<String, Integer> exact = new ConcurrentHashMap<>();
    private final TopicTree<Integer> plain = new TopicTree<>();
    private final TopicTree<Integer> wild = new TopicTree<>();
    private byte[][] names = {};
    private int next;

    @Setup
    public void fill() {
        names = new byte[devices][];
        for (int i = 0; i < devices; i++) {
            String filter = "devices/" + i + "/state";
            Integer value = i;
            exact.put(filter, value);
            plain.update(filter, none -> value);
            wild.update(filter, none -> value);
            names[i] = filter.getBytes(UTF_8);
        }
        wild.update("devices/+/state", none -> 1);
        wild.update("devices/#", none -> 2);
        wild.update("+/+/cmd", none -> 3);
        Random random = new Random(1);
        for (int i = devices - 1; i > 0; i--) {
            int other = random.nextInt(i + 1);
            byte[] name = names[i];
            names[i] = names[other];
            names[other] = name;
        }
    }

    /** The name of a PUBLISH, fresh from the wire: no hash is kept in it. Every figure has this in it. */
    @Benchmark
    public String name() {
        next = next + 1 == names.length ? 0 : next + 1;
        return new String(names[next], UTF_8);
    }

    /** The baseline. */
    @Benchmark
    public @Nullable Integer exactLookup() {
        return exact.get(name());
    }

    /** One filter matches, no wildcards anywhere. */
    @Benchmark
    public int matchOne(Blackhole receivers) {
        return plain.snapshot().matching(name(), receivers::consume);
    }

    /** Three filters match, two of them with wildcards; a fourth does not. */
    @Benchmark
    public int matchThree(Blackhole receivers) {
        return wild.snapshot().matching(name(), receivers::consume);
    }

    /** The value of one path, as retained messages are replaced. */
    @Benchmark
    public @Nullable Integer get() {
        return plain.snapshot().get(name());
    }

    /** One value is replaced by another. */
    @Benchmark
    public @Nullable Integer update() {
        Integer value = next;
        return plain.update(name(), old -> value);
    }
}
