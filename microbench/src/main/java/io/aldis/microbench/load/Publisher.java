package io.aldis.microbench.load;

import io.aldis.codec.Connack;
import io.aldis.codec.Packet;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * Sends numbered messages, at its rate or as fast as they are taken. It stops while the socket is full (TCP's
 * back-pressure) or, at QoS 1, while its window is.
 */
final class Publisher extends Client {
    private final int index;
    private final Plan plan;
    private final CompletableFuture<Publisher> connected;

    private final byte[] packet;
    private final int payloadOffset;
    private final int idOffset;
    private final boolean acknowledged;
    private final PacketIds ids = new PacketIds();

    private int window;
    private long sent;
    private long acks;

    // At a given rate: when the first message is due, and the time between two.
    private long firstDue;
    private double interval;

    private boolean sending;
    private boolean blocked;

    Publisher(
            int index,
            Plan plan,
            Handshake handshake,
            Channel channel,
            Lane lane,
            CompletableFuture<Publisher> connected,
            Consumer<LoadFailed> failure) {
        super("publisher " + index, handshake, channel, lane, failure);
        this.index = index;
        this.plan = plan;
        this.connected = connected;
        this.packet =
                handshake.publish(plan.scenario().topic(index, plan.crowd().subscribers()));
        this.payloadOffset = packet.length - plan.traffic().payload();
        this.idOffset = payloadOffset - (plan.target().isV5() ? 1 : 0) - 2;
        this.acknowledged = plan.traffic().qos() > 0;
        this.window = plan.traffic().window();
        Stamp.writePublisher(packet, payloadOffset, index);
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        write(handshake().connect("p" + index));
    }

    @Override
    void connected(Connack connack) {
        Integer receiveMaximum = connack.properties().receiveMaximum();
        if (receiveMaximum != null) {
            window = Math.min(window, receiveMaximum);
        }
        connected.complete(this);
    }

    @Override
    void answered(Packet packet) {
        fail("unexpected " + packet.type());
    }

    /** Unacknowledged messages it may have: what was asked for, or fewer if the broker wishes. */
    int window() {
        return window;
    }

    @Override
    void inPlace(int firstByte, byte[] in, int body, int length) {
        if (firstByte >> 4 != PUBACK) {
            fail("unexpected PUBLISH");
            return;
        }
        if (!ids.release(unsignedShort(in, body))) {
            fail("got a PUBACK for packet " + unsignedShort(in, body) + ", which was not in flight");
        }
        acks++;
        if (length > 2 && in[body + 2] < 0) {
            lane().tally().refused();
        }
    }

    @Override
    void batchEnded() {
        if (acks > 0) {
            lane().tally().acknowledged(acks);
            acks = 0;
            proceed();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        if (channel().isWritable()) {
            proceed();
        }
    }

    private void proceed() {
        if (sending && blocked) {
            blocked = false;
            if (plan.traffic().paced()) {
                sendDue(System.nanoTime());
            } else {
                lane().ready(this);
            }
        }
    }

    /** Sends what fits into one turn; tells whether another turn is wanted, otherwise it will ask for one. */
    boolean sendBatch() {
        long now = System.nanoTime();
        sending = !lane().timetable().isOver(now);
        if (!sending) {
            return false;
        }
        int room = room();
        if (room > 0) {
            send(room, now);
        }
        blocked = room() == 0;
        return !blocked;
    }

    /** From now on the messages are due at these times, beginning with the start. */
    void pace(long start) {
        double all = 1e9 / plan.traffic().rate();
        interval = all * plan.crowd().publishers();
        firstDue = start + Math.round(all * index);
        sending = true;
    }

    /** When a message is due, as {@link System#nanoTime}. */
    long due(long number) {
        return firstDue + Math.round(interval * number);
    }

    /** Sends every message that is due by now, as far as the broker takes them. */
    void sendDue(long now) {
        while (!blocked && isDue(sent, now)) {
            int room = room();
            blocked = room == 0;
            int messages = 0;
            while (messages < room && isDue(sent + messages, now)) {
                lane().tally().delay(now - due(sent + messages));
                messages++;
            }
            send(messages, now);
        }
    }

    private boolean isDue(long number, long now) {
        long due = due(number);
        return due - now <= 0 && !lane().timetable().isOver(due);
    }

    /** Sends nothing more; tells how many messages were due before the end of the window and were not sent. */
    long end() {
        sending = false;
        blocked = true;
        if (!plan.traffic().paced()) {
            return 0;
        }
        long number = sent;
        while (!lane().timetable().isOver(due(number))) {
            number++;
        }
        return number - sent;
    }

    private int room() {
        if (!channel().isWritable()) {
            return 0;
        }
        int room = Math.max(1, plan.scenario().batchBytes() / packet.length);
        return acknowledged ? Math.min(room, window - ids.inFlight()) : room;
    }

    private void send(int messages, long now) {
        if (messages == 0) {
            return;
        }
        int size = messages * packet.length;
        byte[] out = lane().outbound(size);
        for (int start = 0; start < size; start += packet.length) {
            System.arraycopy(packet, 0, out, start, packet.length);
            Stamp.write(out, start + payloadOffset, sent, plan.traffic().paced() ? due(sent) : now);
            if (acknowledged) {
                int id = ids.take();
                out[start + idOffset] = (byte) (id >> 8);
                out[start + idOffset + 1] = (byte) id;
            }
            sent++;
        }
        lane().tally().sent(messages);
        write(out, size);
    }
}
