package io.aldis.broker.listener;

import io.aldis.broker.loop.Loop;
import io.aldis.broker.loop.Timer;
import io.aldis.broker.time.BrokerClock;
import io.aldis.codec.TopicCache;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One of Netty's event loops as the core sees it. The end of a turn is a task: Netty runs tasks after input. */
final class NettyLoop implements Loop {

    private static final Logger log = LoggerFactory.getLogger(NettyLoop.class);

    private final int index;
    private final EventLoop eventLoop;
    private final BrokerClock clock;
    private final TopicCache topics = new TopicCache();

    // Confined to the loop.
    private final ArrayDeque<Runnable> jobs = new ArrayDeque<>();
    private final Runnable endOfTurn = this::endTurn;
    private boolean ending;

    NettyLoop(int index, EventLoop eventLoop, BrokerClock clock) {
        this.index = index;
        this.eventLoop = eventLoop;
        this.clock = clock;
    }

    EventLoop eventLoop() {
        return eventLoop;
    }

    TopicCache topics() {
        return topics;
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public boolean inEventLoop() {
        return eventLoop.inEventLoop();
    }

    @Override
    public void execute(Runnable task) {
        eventLoop.execute(task);
    }

    @Override
    public void atEndOfTurn(Runnable job) {
        assert inEventLoop();
        jobs.add(job);
        if (!ending) {
            ending = true;
            eventLoop.execute(endOfTurn);
        }
    }

    private void endTurn() {
        Runnable job;
        while ((job = jobs.poll()) != null) {
            try {
                job.run();
            } catch (RuntimeException bug) {
                log.error("A job at the end of a turn failed", bug);
            }
        }
        ending = false;
    }

    @Override
    public Timer schedule(Runnable task, Duration delay) {
        Future<?> scheduled = clock.schedule(eventLoop, task, delay.toNanos());
        return () -> scheduled.cancel(false);
    }

    @Override
    public Timer scheduleOnMachine(Runnable task, Duration delay) {
        Future<?> scheduled = eventLoop.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }

    @Override
    public long machineNanos() {
        return System.nanoTime();
    }

    @Override
    public int random(int bound) {
        return ThreadLocalRandom.current().nextInt(bound);
    }

    @Override
    public long nanoTime() {
        return clock.nanoTime();
    }

    @Override
    public long currentTimeMillis() {
        return clock.currentTimeMillis();
    }

    @Override
    public String toString() {
        return "Loop " + index;
    }
}
