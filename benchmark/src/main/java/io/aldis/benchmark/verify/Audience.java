package io.aldis.benchmark.verify;

import io.aldis.benchmark.plan.Publishing;
import io.aldis.codec.Qos;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
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
    private final Map<String, List<Receiver>> byFilter = new HashMap<>();
    private final List<String> wildcards = new ArrayList<>();

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
        wishes.forEach(wish -> add(receiver, wish.filter(), wish));
        return receiver;
    }

    /** The receiver that the members of a shared subscription are together. */
    public Receiver member(Receiver.Wish wish, boolean steady) {
        return shared.computeIfAbsent(wish.filter(), filter -> {
            Receiver receiver = new Receiver(filter, steady, true, this);
            receivers.add(receiver);
            add(receiver, filter.substring(filter.indexOf('/', SHARE.length()) + 1), wish);
            return receiver;
        });
    }

    /** Whether a filter is that of a shared subscription. */
    public static boolean isShared(String filter) {
        return filter.startsWith(SHARE) && filter.indexOf('/', SHARE.length()) > 0;
    }

    private void add(Receiver receiver, String filter, Receiver.Wish wish) {
        receiver.wishes(new Receiver.Wish(filter, wish.qos()));
        List<Receiver> those = byFilter.computeIfAbsent(filter, ignored -> new ArrayList<>());
        if (those.isEmpty() && (filter.indexOf('+') >= 0 || filter.indexOf('#') >= 0)) {
            wildcards.add(filter);
        }
        those.add(receiver);
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

    private IdentityHashMap<Receiver, Qos> receiversOf(String topic) {
        IdentityHashMap<Receiver, Qos> matching = new IdentityHashMap<>();
        collect(topic, byFilter.getOrDefault(topic, List.of()), matching);
        for (String filter : wildcards) {
            if (matches(filter, topic)) {
                collect(filter, byFilter.getOrDefault(filter, List.of()), matching);
            }
        }
        return matching;
    }

    private static void collect(String filter, Collection<Receiver> found, IdentityHashMap<Receiver, Qos> into) {
        for (Receiver receiver : found) {
            for (Receiver.Wish wish : receiver.wishes()) {
                if (wish.filter().equals(filter)) {
                    into.merge(receiver, wish.qos(), (one, other) -> one.compareTo(other) >= 0 ? one : other);
                }
            }
        }
    }

    /** Whether a topic matches a filter (MQTT 5.0 §4.7). */
    static boolean matches(String filter, String topic) {
        if (topic.startsWith("$") && (filter.startsWith("+") || filter.startsWith("#"))) {
            return false;
        }
        String[] levels = filter.split("/", -1);
        String[] names = topic.split("/", -1);
        for (int i = 0; i < levels.length; i++) {
            if (levels[i].equals("#")) {
                return true;
            }
            if (i >= names.length || (!levels[i].equals("+") && !levels[i].equals(names[i]))) {
                return false;
            }
        }
        return levels.length == names.length;
    }

    /** Streams that are retained, have something, and match one of a receiver's filters. To be asked when nothing is being sent. */
    public long retainedFor(Receiver receiver) {
        long count = 0;
        for (Stream stream : all()) {
            if (stream.retain() && stream.sent() > 0 && stream.receivers().containsKey(receiver)) {
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
