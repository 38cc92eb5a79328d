package io.aldis.codec;

import io.netty.buffer.ByteBuf;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Topic names seen before. A topic that comes again costs neither a check nor a string: its bytes are equal to those of
 * a topic that was checked, and the same {@link String} is given out.
 *
 * <p>Of fixed size: a new topic takes a place of its own or that of an older one, so that a stranger can make it
 * useless but not large. For one thread; the decoders of one event loop may share it.
 */
public final class TopicCache {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int ENTRIES = 1024;
    private static final int MAXIMUM_TOPIC_LENGTH = 128;
    private static final int MAXIMUM_ENTRIES = 1 << 20;

    /** In how many places next to each other a topic may be. */
    private static final int PLACES = 4;

    private final int maximumTopicLength;
    private final int mask;
    private final @Nullable Entry[] entries;
    private int victim;

    private static final class Entry {
        private final long hash;
        private final byte[] utf8;
        private final String topic;

        Entry(long hash, byte[] utf8, String topic) {
            this.hash = hash;
            this.utf8 = utf8;
            this.topic = topic;
        }
    }

    /** A cache of 1,024 topics of up to 128 bytes. */
    public TopicCache() {
        this(ENTRIES, MAXIMUM_TOPIC_LENGTH);
    }

    /**
     * A cache of the next power of two of {@code entries} topics. Longer topics than {@code maximumTopicLength} bytes
     * are never kept.
     *
     * @throws IllegalArgumentException unless {@code entries} is 1 to 1,048,576 and {@code maximumTopicLength} 1 to
     *     65,535
     */
    public TopicCache(int entries, int maximumTopicLength) {
        Check.range(entries, 1, MAXIMUM_ENTRIES, "entries");
        Check.range(maximumTopicLength, 1, Check.MAXIMUM_TWO_BYTES, "maximum topic length");
        int capacity = Math.max(PLACES, Integer.highestOneBit(entries * 2 - 1));
        this.maximumTopicLength = maximumTopicLength;
        this.mask = capacity - 1;
        this.entries = new @Nullable Entry[capacity];
    }

    /** The topic with these bytes; null if it is not here. */
    @Nullable
    String find(ByteBuf in, int index, int length) {
        if (length > maximumTopicLength) {
            return null;
        }
        long hash = hash(in, index, length);
        for (int i = 0; i < PLACES; i++) {
            Entry entry = entries[place(hash, i)];
            if (entry != null && entry.hash == hash && isEqual(entry.utf8, in, index, length)) {
                return entry.topic;
            }
        }
        return null;
    }

    /** Keeps a topic that {@link #find} did not find. */
    void add(ByteBuf in, int index, int length, String topic) {
        if (length > maximumTopicLength) {
            return;
        }
        long hash = hash(in, index, length);
        byte[] utf8 = new byte[length];
        in.getBytes(index, utf8);
        entries[freePlace(hash)] = new Entry(hash, utf8, topic);
    }

    private int freePlace(long hash) {
        for (int i = 0; i < PLACES; i++) {
            int place = place(hash, i);
            if (entries[place] == null) {
                return place;
            }
        }
        victim = (victim + 1) % PLACES;
        return place(hash, victim);
    }

    private int place(long hash, int i) {
        return ((int) (hash >>> 32) + i) & mask;
    }

    private static long hash(ByteBuf in, int index, int length) {
        long hash = length;
        int i = 0;
        for (; i + Long.BYTES <= length; i += Long.BYTES) {
            hash = mix(hash, in.getLongLE(index + i));
        }
        long rest = 0;
        for (; i < length; i++) {
            rest = (rest << Byte.SIZE) | in.getUnsignedByte(index + i);
        }
        return mix(hash, rest);
    }

    private static long mix(long hash, long bytes) {
        long product = (hash ^ bytes) * 0x9E37_79B9_7F4A_7C15L;
        return product ^ (product >>> 29);
    }

    private static boolean isEqual(byte[] utf8, ByteBuf in, int index, int length) {
        if (utf8.length != length) {
            return false;
        }
        int i = 0;
        for (; i + Long.BYTES <= length; i += Long.BYTES) {
            if ((long) LONGS.get(utf8, i) != in.getLongLE(index + i)) {
                return false;
            }
        }
        for (; i < length; i++) {
            if (utf8[i] != in.getByte(index + i)) {
                return false;
            }
        }
        return true;
    }
}
