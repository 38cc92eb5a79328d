package io.aldis.benchmark.compare;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Locale;

/**
 * The machine on which the load was made, and local brokers ran.
 *
 * @param cores that this program may use
 * @param memoryBytes of the machine or container
 * @param system such as {@code Linux 6.1.0 amd64}
 * @param java of this program, such as {@code OpenJDK 64-Bit Server VM 17.0.15+6}
 */
public record Machine(int cores, long memoryBytes, String system, String java) {

    /** This one. */
    public static Machine here() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return new Machine(
                system.getAvailableProcessors(),
                system.getTotalMemorySize(),
                system.getName() + " " + system.getVersion() + " " + system.getArch(),
                System.getProperty("java.vm.name") + " " + Runtime.version());
    }

    /** On one line. */
    String text() {
        return String.format(
                Locale.ROOT,
                "%d %s, %.1f GiB, %s, %s",
                cores,
                cores == 1 ? "core" : "cores",
                (double) memoryBytes / (1L << 30),
                system,
                java);
    }
}
