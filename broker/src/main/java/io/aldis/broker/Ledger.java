package io.aldis.broker;

import io.aldis.broker.loop.Loop;
import io.aldis.broker.store.Changes;
import io.aldis.broker.store.CommandLog;
import io.aldis.broker.store.DeferredChanges;
import io.aldis.broker.store.GroupCommitLog;
import io.aldis.broker.store.InMemoryCommandLog;
import io.aldis.broker.store.StateMachine;
import io.aldis.broker.store.Tables;
import java.util.List;
import java.util.concurrent.Executor;

/** What outlives a connection, and the log of what changes it. */
record Ledger(StateMachine machine, CommandLog log) {

    /** Makes one whose changes somebody hears of. */
    @FunctionalInterface
    interface Maker {
        Ledger make(Tables tables, Changes changes, List<Loop> loops);
    }

    /** In memory alone. */
    static Ledger inMemory(Tables tables, Changes changes, List<Loop> loops) {
        StateMachine machine = new StateMachine(tables, changes);
        return new Ledger(machine, new InMemoryCommandLog(machine, loops.size()));
    }

    /** Kept by one thread. */
    static Maker keptBy(Executor writer) {
        return (tables, changes, loops) -> {
            DeferredChanges deferred = new DeferredChanges(changes);
            StateMachine machine = new StateMachine(tables, deferred);
            return new Ledger(machine, new GroupCommitLog(machine, deferred, tables, writer, loops.get(0)));
        };
    }
}
