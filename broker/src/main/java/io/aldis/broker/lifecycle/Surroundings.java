package io.aldis.broker.lifecycle;

import io.aldis.broker.admin.Admin;
import io.aldis.broker.chain.Hooks;
import io.aldis.broker.loop.Loop;
import java.util.List;
import java.util.function.Consumer;

/**
 * The broker around its plugins.
 *
 * @param hooks where theirs are called
 * @param embedder the hooks of the program around the broker, which are the innermost
 * @param admin what plugins can do
 * @param loops on which their hooks are called
 * @param forget forgets what clients and sessions remember for classes of this loader
 */
public record Surroundings(
        Hooks hooks, Hooks.Owned embedder, Admin admin, List<Loop> loops, Consumer<ClassLoader> forget) {}
