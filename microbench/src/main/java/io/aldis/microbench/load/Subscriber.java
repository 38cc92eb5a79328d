package io.aldis.microbench.load;

import io.aldis.codec.Connack;
import io.aldis.codec.Packet;
import io.aldis.codec.Suback;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Gets messages, checks that they are those that were sent, counts them, and acknowledges them at QoS 1. */
final class Subscriber extends Client {
    private final int index;
    private final Plan plan;
    private final CompletableFuture<Subscriber> subscribed;

    /** By publisher; null where this subscriber must not hear it. */
    private final @Nullable Sequence[] sequences;

    // Of the read at hand.
    private byte[] acks = new byte[1024];
    private int acksLength;
    private long received;
    private long stampTime;
    private long stampCount;

    Subscriber(
            int index,
            Plan plan,
            Handshake handshake,
            Channel channel,
            Lane lane,
            CompletableFuture<Subscriber> subscribed,
            Consumer<LoadFailed> failure) {
        super("subscriber " + index, handshake, channel, lane, failure);
        this.index = index;
        this.plan = plan;
        this.subscribed = subscribed;
        this.sequences = sequences(index, plan);
    }

    private static @Nullable Sequence[] sequences(int index, Plan plan) {
        int subscribers = plan.crowd().subscribers();
        return IntStream.range(0, plan.crowd().publishers())
                .mapToObj(publisher -> plan.scenario().hears(index, publisher, subscribers) ? new Sequence() : null)
                .toArray(Sequence[]::new);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        write(handshake().connect("s" + index));
    }

    @Override
    void connected(Connack connack) {
        write(handshake().subscribe(plan.scenario().filter(index)));
    }

    @Override
    void answered(Packet packet) {
        if (!(packet instanceof Suback suback)) {
            fail("unexpected " + packet.type());
        } else if (suback.reasons().get(0).code() != plan.traffic().qos()) {
            fail("asked for QoS " + plan.traffic().qos() + " and was answered " + suback.reasons());
        } else {
            subscribed.complete(this);
        }
    }

    @Override
    void inPlace(int firstByte, byte[] in, int body, int length) {
        if (firstByte >> 4 != PUBLISH) {
            fail("unexpected PUBACK");
            return;
        }
        int qos = (firstByte >> 1) & 3;
        int end = body + length;
        int at = body + 2 + unsignedShort(in, body);
        if (qos > 0) {
            acknowledge(in[at], in[at + 1]);
            at += 2;
        }
        if (plan.target().isV5()) {
            at += 1 + in[at]; // Nobody sends it properties, so the length of what a broker adds fits one byte.
        }
        if (end - at != plan.traffic().payload()) {
            fail("got a payload of " + (end - at) + " bytes; " + plan.traffic().payload() + " had been sent");
            return;
        }
        count(in, at);
    }

    private void count(byte[] in, int payload) {
        int publisher = Stamp.publisher(in, payload);
        Sequence sequence = publisher >= 0 && publisher < sequences.length ? sequences[publisher] : null;
        if (sequence == null) {
            fail("got a message that was not meant for it, of publisher " + publisher);
            return;
        }
        switch (sequence.accept(Stamp.number(in, payload))) {
            case IN_ORDER -> {}
            case LATE -> lane().tally().late();
            case DUPLICATE -> lane().tally().duplicate();
        }
        received++;
        long time = Stamp.time(in, payload);
        if (time == stampTime) {
            stampCount++;
        } else {
            recordLatency();
            stampTime = time;
            stampCount = 1;
        }
    }

    // Messages sent in one batch carry one time and come together: one entry for all of them.
    private void recordLatency() {
        if (stampCount > 0 && lane().timetable().measures(stampTime)) {
            lane().tally().latency(System.nanoTime() - stampTime, stampCount);
        }
        stampCount = 0;
    }

    private void acknowledge(byte high, byte low) {
        if (acks.length - acksLength < 4) {
            acks = Arrays.copyOf(acks, 2 * acks.length);
        }
        acks[acksLength++] = PUBACK << 4;
        acks[acksLength++] = 2;
        acks[acksLength++] = high;
        acks[acksLength++] = low;
    }

    @Override
    void batchEnded() {
        recordLatency();
        if (received > 0) {
            lane().tally().received(received);
            received = 0;
        }
        if (acksLength > 0) {
            write(acks, acksLength);
            acksLength = 0;
        }
    }
}
