package io.aldis.microbench.load;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollSocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.IntStream;

/** Opens the clients of a run, some at a time, and waits until each may be used. */
final class Connections {
    private static final long WAVE_SECONDS = 15;

    private static final int READ_SIZE = 128 * 1024;
    private static final int RECEIVE_BUFFER = 128 * 1024;

    private final Plan plan;
    private final Handshake handshake;
    private final List<Lane> lanes;
    private final CompletableFuture<Void> failure;

    /** @param failure is completed, exceptionally, when a client fails, now or at any later time */
    Connections(Plan plan, Handshake handshake, List<Lane> lanes, CompletableFuture<Void> failure) {
        this.plan = plan;
        this.handshake = handshake;
        this.lanes = lanes;
        this.failure = failure;
    }

    /** Every one has its SUBACK when this returns. */
    List<Subscriber> subscribers() {
        return inWaves(plan.crowd().subscribers(), this::subscriber);
    }

    /** Every one has its CONNACK when this returns. */
    List<Publisher> publishers() {
        return inWaves(plan.crowd().publishers(), this::publisher);
    }

    private <C> List<C> inWaves(int count, Function<Integer, CompletableFuture<C>> open) {
        List<C> clients = new ArrayList<>();
        while (clients.size() < count) {
            int end = Math.min(count, clients.size() + plan.crowd().wave());
            List<CompletableFuture<C>> wave =
                    IntStream.range(clients.size(), end).mapToObj(open::apply).toList();
            await(CompletableFuture.allOf(wave.toArray(CompletableFuture[]::new)));
            wave.forEach(client -> clients.add(client.join()));
        }
        return clients;
    }

    private void await(CompletableFuture<Void> wave) {
        try {
            CompletableFuture.anyOf(wave, failure)
                    .orTimeout(WAVE_SECONDS, TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof LoadFailed reason) {
                throw reason;
            }
            throw new LoadFailed("no answer to CONNECT or SUBSCRIBE within " + WAVE_SECONDS + " s");
        }
    }

    private CompletableFuture<Subscriber> subscriber(int index) {
        CompletableFuture<Subscriber> subscribed = new CompletableFuture<>();
        Lane lane = laneOf(index);
        open(lane, channel -> new Subscriber(index, plan, handshake, channel, lane, subscribed, this::fail));
        return subscribed;
    }

    private CompletableFuture<Publisher> publisher(int index) {
        CompletableFuture<Publisher> connected = new CompletableFuture<>();
        Lane lane = laneOf(index);
        open(lane, channel -> new Publisher(index, plan, handshake, channel, lane, connected, this::fail));
        return connected;
    }

    private Lane laneOf(int index) {
        return lanes.get(index % lanes.size());
    }

    private void open(Lane lane, Function<Channel, Client> client) {
        int batch = plan.scenario().batchBytes();
        new Bootstrap()
                .group(lane.loop())
                .channel(EpollSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                // What lies in sockets has to be waited for after the window, so there should be little of it.
                .option(ChannelOption.SO_SNDBUF, 2 * batch)
                .option(ChannelOption.SO_RCVBUF, RECEIVE_BUFFER)
                .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .option(ChannelOption.RECVBUF_ALLOCATOR, new FixedRecvByteBufAllocator(READ_SIZE))
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(batch, 2 * batch))
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channel.pipeline().addLast(client.apply(channel));
                    }
                })
                .connect(plan.target().host(), plan.target().port())
                .addListener((ChannelFuture opened) -> {
                    if (!opened.isSuccess()) {
                        fail(new LoadFailed("cannot connect: " + opened.cause().getMessage()));
                    }
                });
    }

    private void fail(LoadFailed reason) {
        failure.completeExceptionally(reason);
    }
}
