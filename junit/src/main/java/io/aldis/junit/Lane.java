package io.aldis.junit;

import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.PacketDecoder;
import io.aldis.codec.PacketEncoder;
import io.aldis.codec.PacketException;
import io.aldis.codec.PacketType;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelPromise;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One way of a connection, as the man in the middle sees it: bytes, of which those packets are gathered and looked at that a fault
 * might befall. All others pass as they come.
 *
 * <p>Confined to the event loop of the channel.
 */
final class Lane {

    /** The largest packet there is: five bytes of fixed header and 268,435,455 more (MQTT 5.0 §2.1.4). */
    private static final int NO_SIZE_LIMIT = 268_435_455 + 5;

    /** What a CONNECT is waited for; a longer one is the broker's matter. */
    private static final int LARGEST_CONNECT = 1024 * 1024;

    private static final int MAXIMUM_LENGTH_BYTES = 4;
    private static final int DUP = 0x08;

    private final MiddleMan man;
    private final Direction way;
    private @Nullable PacketDecoder decoder;

    /** What comes is no MQTT, and passes unseen. */
    private boolean opaque;

    /** How many bytes of the present packet are still to pass unseen. */
    private long passing;

    /** The beginning of a packet that is to be looked at. */
    private @Nullable ByteBuf begun;

    /** What waits behind a packet that is held up, and that packet before all. */
    private final ArrayDeque<Chunk> waiting = new ArrayDeque<>();

    /** The delay in force, if any; another object for each. */
    private @Nullable Object hold;

    Lane(MiddleMan man, Direction way) {
        this.man = man;
        this.way = way;
        if (way == Direction.FROM_CLIENT) {
            decoder = PacketDecoder.ofServer(NO_SIZE_LIMIT);
        }
    }

    /** The broker will speak this version from now on. */
    void expectVersion(MqttVersion version) {
        PacketDecoder answers = PacketDecoder.ofClient(version, NO_SIZE_LIMIT);
        ByteBuf opening = Unpooled.buffer();
        PacketEncoder.encode(Connack.accepted(false), version, opening);
        answers.decode(opening); // Single packets are decoded, of which CONNACK need not be one.
        decoder = answers;
    }

    /** Takes bytes over, and passes on what is left of them. */
    void take(ByteBuf bytes, @Nullable ChannelPromise promise) {
        if (man.isCut()) {
            bytes.release();
            keep(promise);
        } else if (hold != null) {
            waiting.add(new Chunk(bytes, promise, false));
        } else {
            work(bytes, promise);
        }
    }

    /** Goes through the packets; {@code promise} goes with the last bytes. */
    private void work(ByteBuf bytes, @Nullable ChannelPromise promise) {
        ByteBuf all = gathered(bytes);
        int unseen = unseen(all);
        while (unseen < all.readableBytes()) {
            passPart(all, unseen);
            long size = size(all, all.readerIndex());
            if (size < 0 || all.readableBytes() < size) {
                begun = Unpooled.buffer(all.readableBytes()).writeBytes(all);
                break;
            }
            judge(all.readSlice((int) size));
            if (man.isCut()) {
                all.skipBytes(all.readableBytes());
            } else if (hold != null) {
                waiting.add(new Chunk(all, promise, false));
                return;
            }
            unseen = unseen(all);
        }
        passRest(all, promise);
    }

    /** How many of these bytes pass unseen: up to the next packet that is to be looked at, or may be one. */
    private int unseen(ByteBuf all) {
        int at = all.readerIndex();
        int end = all.writerIndex();
        while (at < end && !opaque) {
            if (passing == 0) {
                PacketType type = type(all, at);
                long size = size(all, at);
                if (type == null || (size < 0 && end - at > MAXIMUM_LENGTH_BYTES)) {
                    opaque = true;
                } else if (size < 0 || isInteresting(type, size)) {
                    return at - all.readerIndex();
                } else {
                    passing = size;
                }
            }
            int part = (int) Math.min(passing, end - at);
            passing -= part;
            at += part;
        }
        return all.readableBytes();
    }

    private ByteBuf gathered(ByteBuf bytes) {
        ByteBuf before = begun;
        if (before == null) {
            return bytes;
        }
        begun = null;
        before.writeBytes(bytes);
        bytes.release();
        return before;
    }

    private void passPart(ByteBuf all, int bytes) {
        if (bytes > 0) {
            man.pass(way, all.readRetainedSlice(bytes), null);
        }
    }

    /** What is left goes with the promise, also if it is nothing: it is kept when all before it has gone. */
    private void passRest(ByteBuf all, @Nullable ChannelPromise promise) {
        if (all.isReadable() || (promise != null && !promise.isVoid())) {
            man.pass(way, all, promise);
        } else {
            all.release();
        }
    }

    private static void keep(@Nullable ChannelPromise promise) {
        if (promise != null && !promise.isVoid()) {
            promise.trySuccess();
        }
    }

    // One packet.

    /** The size of the packet that begins at {@code at}, its header counted; -1 if its header is not whole. */
    private static long size(ByteBuf bytes, int at) {
        int length = 0;
        for (int i = 0; i < MAXIMUM_LENGTH_BYTES && at + 1 + i < bytes.writerIndex(); i++) {
            int digit = bytes.getByte(at + 1 + i);
            length |= (digit & 0x7F) << (7 * i);
            if (digit >= 0) {
                return 2L + i + length;
            }
        }
        return -1;
    }

    private static @Nullable PacketType type(ByteBuf bytes, int at) {
        int code = bytes.getUnsignedByte(at) >> 4;
        return code == 0 ? null : PacketType.of(code);
    }

    private boolean isInteresting(PacketType type, long size) {
        if (way == Direction.FROM_CLIENT && type == PacketType.CONNECT) {
            return size <= LARGEST_CONNECT;
        }
        return man.version() != null && man.faults().concern(way, type);
    }

    /** Looks at a packet and does what is to be done with it. */
    private void judge(ByteBuf bytes) {
        Packet packet = decode(bytes);
        Fault fault = packet == null ? null : man.faults().striking(way, man.clientId(), packet);
        if (packet == null || fault == null) {
            pass(bytes);
            return;
        }
        ByteBuf other = null;
        try {
            other = replacement(fault.deed(), packet, bytes);
        } catch (RuntimeException | AssertionError bug) {
            fault.failed(bug);
            pass(bytes);
            return;
        }
        fault.done(); // Before anybody can notice.
        if (other == null) {
            befall(fault, packet, bytes);
        } else {
            man.pass(way, other, null);
        }
    }

    /** What comes instead of a packet, if something does. */
    private @Nullable ByteBuf replacement(Deed deed, Packet packet, ByteBuf bytes) {
        if (deed instanceof Deed.Replace replace) {
            return encoded(replace.change().apply(packet));
        } else if (deed instanceof Deed.ReplaceBytes replace) {
            byte[] copy = new byte[bytes.readableBytes()];
            bytes.getBytes(bytes.readerIndex(), copy);
            return Unpooled.wrappedBuffer(replace.change().apply(copy));
        }
        return null;
    }

    private @Nullable Packet decode(ByteBuf bytes) {
        PacketDecoder present = decoder;
        if (present == null) {
            return null;
        }
        try {
            Packet packet = present.decode(bytes.duplicate());
            if (packet instanceof Connect connect) {
                man.introduce(connect);
            }
            return packet;
        } catch (PacketException wrong) { // The receiver will say so.
            opaque = true;
            return null;
        }
    }

    private void befall(Fault fault, Packet packet, ByteBuf bytes) {
        Deed deed = fault.deed();
        if (deed instanceof Deed.DelayUntil || deed instanceof Deed.DelayBy) {
            holdUp(fault, bytes);
        } else if (deed instanceof Deed.CutBefore) {
            man.cut();
        } else if (deed instanceof Deed.CutAfter) {
            pass(bytes);
            man.push(way);
            man.cut();
        } else if (deed instanceof Deed.Duplicate duplicate) {
            pass(bytes);
            man.pass(way, again(bytes, duplicate.marked() && packet.type() == PacketType.PUBLISH), null);
        } else if (deed instanceof Deed.Refuse refusal) {
            man.refuse(refusal.reason());
        }
    }

    /** Passes bytes that stay the caller's. */
    private void pass(ByteBuf bytes) {
        if (bytes.isReadable()) {
            man.pass(way, bytes.retainedSlice(), null);
        }
    }

    private static ByteBuf again(ByteBuf bytes, boolean marked) {
        ByteBuf copy = Unpooled.copiedBuffer(bytes);
        int first = copy.getByte(0);
        boolean acknowledged = (first >> 1 & 3) != 0;
        copy.setByte(0, marked && acknowledged ? first | DUP : first);
        return copy;
    }

    private ByteBuf encoded(Packet packet) {
        MqttVersion version = man.version();
        if (version == null) {
            throw new IllegalStateException("No CONNECT has told the version.");
        }
        ByteBuf bytes = Unpooled.buffer();
        PacketEncoder.encode(packet, version, bytes);
        return bytes;
    }

    // Waiting.

    private void holdUp(Fault fault, ByteBuf bytes) {
        Object mine = new Object();
        hold = mine;
        waiting.add(new Chunk(bytes.retainedSlice(), null, true));
        man.await(fault, () -> goOn(mine));
    }

    private void goOn(Object ended) {
        if (hold != ended) {
            return;
        }
        hold = null;
        ArrayDeque<Chunk> before = new ArrayDeque<>(waiting);
        waiting.clear();
        for (Chunk chunk : before) {
            if (chunk.judged) {
                man.pass(way, chunk.bytes, chunk.promise);
            } else {
                take(chunk.bytes, chunk.promise);
            }
        }
        man.push(way);
    }

    /** Throws away what waits. */
    void discard() {
        hold = null;
        ByteBuf beginning = begun;
        if (beginning != null) {
            begun = null;
            beginning.release();
        }
        for (Chunk chunk = waiting.poll(); chunk != null; chunk = waiting.poll()) {
            chunk.bytes.release();
            if (chunk.promise != null && !chunk.promise.isVoid()) {
                chunk.promise.tryFailure(new ClosedChannelException());
            }
        }
    }

    /**
     * Bytes that wait.
     *
     * @param promise kept when they have gone
     * @param judged whether they are a packet that a fault has befallen already
     */
    private record Chunk(ByteBuf bytes, @Nullable ChannelPromise promise, boolean judged) {}
}
