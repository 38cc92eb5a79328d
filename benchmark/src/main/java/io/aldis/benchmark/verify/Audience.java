package io.aldis.benchmark.verify;

import io.aldis.benchmark.plan.Publishing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** All streams and receivers of a run, and who is to get what. Receivers are all there before the first stream is. */
public final class Audience {

    private static final String SHARE = "$share/";

    private final Stamp stamp;

    // Who asks for what; not changed once there are streams.
    private final List<Receiver> receivers = new ArrayList<>();
    private final Map<String, Receiver> shared = new HashMap<>();
    private final Filters filters = new Filters();

    // Streams by number; the array is replaced by a longer one before it is full.
    private volatile @Nullable Stream[] streams = new Stream[64];
    private int streamCount;
    private final Map<String, Boolean> topics = new ConcurrentHashMap<>();

    /** An audience of nobody for what {@code stamp} marks. */
    public Audience(Stamp stamp) {
        this.stamp = stamp;
    }

    /** What marks the payloads of this run. */
    public Stamp stamp() {
        return stamp;
    }

    /**
     * A client that subscribes to these filters, which are not shared ones.
     *
     * @param steady whether it is subscribed, or kept a place for, from before the first message to after the last
     */
    public Receiver subscriber(String name, boolean steady, List<Receiver.Wish> wishes) {
        Receiver receiver = new Receiver(name, steady, false, this);
        receivers.add(receiver);
        wishes.forEach(wish -> filters.add(wish.filter(), receiver, wish));
        return receiver;
    }

    /** The receiver that the members of a shared subscription are together. */
    public Receiver member(Receiver.Wish wish, boolean steady) {
        return shared.computeIfAbsent(wish.filter(), filter -> {
            Receiver receiver = new Receiver(filter, steady, true, this);
            receivers.add(receiver);
            filters.add(filter.substring(filter.indexOf('/', SHARE.length()) + 1), receiver, wish);
            return receiver;
        });
    }

    /** Whether a filter is that of a shared subscription. */
    public static boolean isShared(String filter) {
        return filter.startsWith(SHARE) && filter.indexOf('/', SHARE.length()) > 0;
    }

    /** A new stream. Callable from any thread. */
    public synchronized Stream stream(String topic, Publishing publishing) {
        Stream stream = new Stream(streamCount, topic, publishing, receiversOf(topic));
        @Nullable Stream[] present = streams;
        if (streamCount == present.length) {
            present = Arrays.copyOf(present, 2 * present.length);
        }
        present[streamCount++] = stream;
        streams = present;
        topics.put(topic, true);
        return stream;
    }

    @Nullable
    Stream stream(int id) {
        @Nullable Stream[] present = streams;
        return id >= 0 && id < present.length ? present[id] : null;
    }

    /** Whether something is published to this topic. */
    boolean knows(String topic) {
        return topics.containsKey(topic);
    }

    private IdentityHashMap<Receiver, Stream.Claim> receiversOf(String topic) {
        IdentityHashMap<Receiver, Stream.Claim> matching = new IdentityHashMap<>(4);
        filters.matching(topic, (receiver, wish) -> matching.merge(receiver, Stream.Claim.of(wish), Stream.Claim::and));
        return matching;
    }

    /** Streams that have something retained which comes to a receiver that subscribes now. To be asked when nothing is being sent. */
    public long retainedFor(Receiver receiver) {
        long count = 0;
        for (Stream stream : all()) {
            Stream.Claim claim = stream.receivers().get(receiver);
            if (stream.retain() && stream.sent() > 0 && claim != null && claim.retained()) {
                count++;
            }
        }
        return count;
    }

    /** All streams so far. */
    synchronized List<Stream> all() {
        List<Stream> all = new ArrayList<>(streamCount);
        for (int i = 0; i < streamCount; i++) {
            Stream stream = streams[i];
            if (stream != null) {
                all.add(stream);
            }
        }
        return all;
    }

    List<Receiver> receivers() {
        return receivers;
    }
}
