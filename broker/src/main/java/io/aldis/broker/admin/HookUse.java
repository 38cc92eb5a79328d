package io.aldis.broker.admin;

/**
 * How one registered hook has been used since it was registered.
 *
 * @param owner the name of the plugin that registered it; "embedder" if the program itself did
 * @param hook its name, such as OnConnect
 * @param type the class that implements it
 * @param offLoop whether it runs on threads of its own: it is marked as blocking, or has held up a loop
 * @param calls that have been answered, or have failed
 * @param failures calls that threw, answered null or came too late
 * @param lost events it was not told of, because too many waited for it
 * @param nanos time spent in all calls, in nanoseconds, without what it left for later; of hooks that are called for each message and are
 *     quick, one call in eight is timed, later one in 64, and stands for all
 * @param longestNanos time spent in the longest one that was timed
 */
public record HookUse(
        String owner,
        String hook,
        String type,
        boolean offLoop,
        long calls,
        long failures,
        long lost,
        long nanos,
        long longestNanos) {}
