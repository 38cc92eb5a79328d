package io.aldis.benchmark.plan;

import java.time.Duration;

/** One thing that happens in a run. The next begins when it is over. */
public sealed interface Step {

    /**
     * What follows is told under this name, up to the next phase.
     *
     * @param measured whether its figures are what the run is about, rather than preparation
     */
    record Phase(String name, boolean measured) implements Step {}

    /** All clients of a group that are not there connect and subscribe. */
    record Connect(String group) implements Step {}

    /** The clients of a group publish from now on, those that connect later from when they do. */
    record Begin(String group) implements Step {}

    /** Time passes. */
    record Wait(Duration time) implements Step {}

    /** Until each client of a group has sent all its messages, and those of QoS 1 and 2 are acknowledged. */
    record AwaitSent(String group, Duration limit) implements Step {}

    /** The clients of a group publish nothing more. */
    record End(String group) implements Step {}

    /** Until everything sent has come, or nothing comes any more. */
    record Drain(Duration limit) implements Step {}

    /** The clients of a group go: with DISCONNECT, or by breaking their connections. */
    record Leave(String group, boolean orderly) implements Step {}

    /** The first so many clients of a group read nothing from now on; what becomes of their messages is told apart. */
    record Stall(String group, int clients) implements Step {}

    /** They read again. */
    record Resume(String group) implements Step {}

    /** What a group has left at the broker is removed: its sessions, and what it published as retained. */
    record Forget(String group) implements Step {}
}
