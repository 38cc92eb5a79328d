package io.aldis.benchmark.engine;

import io.aldis.benchmark.engine.Tally.Item;
import io.aldis.benchmark.engine.Timings.Kind;
import io.aldis.benchmark.plan.Publishing;
import io.aldis.benchmark.verify.Stream;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Qos;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What a client publishes: numbered messages, at its rate or as fast as they are taken. It stops while the socket is full (TCP's
 * back-pressure) or, at QoS 1 and 2, while its window is. Confined to its lane's event loop.
 */
final class Publisher {

    /** Bytes sent in one turn, so that everyone gets a turn and the loop gets to reading. */
    private static final int BATCH = 32 * 1024;

    /** Where a message becomes hundreds, few of them keep a broker busy, and many that lie in the sockets would outlast the run. */
    private static final int SMALL_BATCH = 4 * 1024;

    private static final int MANY_COPIES = 50;

    private final Client client;
    private final Lane lane;
    private final Stage stage;
    private final Publishing publishing;
    private final boolean v5;
    private final boolean acknowledged;
    private final SplittableRandom random;

    /** Counts the publishers of the group that have sent all they had to, and got all acknowledged. */
    private final AtomicInteger finished;

    /** By topic; a single one if topics are fixed. */
    private final Map<String, Stream> streams = new HashMap<>();

    private @Nullable Stream only;

    private int window;
    private @Nullable PacketIds ids;
    private long sent;
    private boolean done;

    /** At QoS 0 nothing says that the broker has got all, so it is asked for a PINGRESP behind it. */
    private boolean asking;

    // At a fixed rate: when the first message is due, as System.nanoTime, and the time between two.
    private long firstDue;
    private final double interval;

    private boolean sending;
    private boolean blocked;

    // Of the read at hand: acknowledgements of messages that were sent at one time.
    private long acks;
    private long acksSentAt;
    private long acksAlike;
    private byte[] releases = new byte[64];
    private int releasesLength;

    Publisher(Client client, Lane lane, Stage stage, Publishing publishing, AtomicInteger finished) {
        this.client = client;
        this.lane = lane;
        this.stage = stage;
        this.publishing = publishing;
        this.finished = finished;
        v5 = stage.plan().target().version() == MqttVersion.V5;
        acknowledged = publishing.qos() != Qos.AT_MOST_ONCE;
        window = publishing.window();
        interval = publishing.paced() ? 1e9 / publishing.rate() : 0;
        random = new SplittableRandom(client.identity().hashCode());
    }

    /** The most bytes that should wait in the channel. */
    int batchBytes() {
        Stream stream = publishing.topic().fixed() ? stream() : null;
        return stream != null && stream.copies() >= MANY_COPIES ? SMALL_BATCH : BATCH;
    }

    Iterable<Stream> streams() {
        return streams.values();
    }

    Publishing publishing() {
        return publishing;
    }

    /** The broker has accepted a connection and asked for no more than so many messages in flight. */
    void connected(int receiveMaximum) {
        if (ids == null && acknowledged) {
            window = Math.min(window, receiveMaximum);
            ids = new PacketIds(window);
        }
    }

    /** It publishes from now on. */
    void begin(long now, double shareOfInterval) {
        if (sending || done) {
            return;
        }
        sending = true;
        blocked = false;
        if (publishing.paced()) {
            firstDue = now + Math.round(interval * shareOfInterval) - Math.round(interval * sent);
            lane.pace(this);
        } else {
            lane.ready(this);
        }
    }

    /** It publishes nothing more. */
    void end(long now) {
        if (sending && publishing.paced()) {
            lane.unpace(this);
            if (!blocked) {
                var unused = sendDue(now);
            }
            long due = Math.max(0, (long) Math.floor((now - firstDue) / interval) + 1);
            stage.unsent(Math.max(0, (publishing.messages() == 0 ? due : Math.min(due, publishing.messages())) - sent));
        }
        sending = false;
    }

    /** Nothing is sent for now, for the client leaves for a while. */
    void pause() {
        if (sending && publishing.paced()) {
            lane.unpace(this);
        }
        sending = false;
    }

    /** Messages without their last acknowledgement. */
    int inFlight() {
        return ids == null ? 0 : ids.inFlight();
    }

    private Stream stream() {
        Stream present = only;
        if (present == null) {
            present = streamOf(publishing.topic().fill(client.identity(), sent, random));
            if (publishing.topic().fixed()) {
                only = present;
            }
        }
        return present;
    }

    private Stream streamOf(String topic) {
        return streams.computeIfAbsent(topic, name -> stage.audience().stream(name, publishing));
    }

    // Sending.

    /** Sends what fits into one turn; tells whether another turn is wanted, otherwise it will ask for one. */
    boolean sendBatch(long now, long allowance) {
        if (!sending) {
            return false;
        }
        int room = room();
        if (room > 0) {
            long copies = Math.max(1, publishing.topic().fixed() ? stream().copies() : 1);
            send((int) Math.min(room, Math.max(1, allowance / copies)), now, false);
        }
        blocked = sending && room() == 0;
        return sending && !blocked;
    }

    /** When the next message is due, as {@link System#nanoTime}. */
    long nextDue() {
        return due(sent);
    }

    private long due(long number) {
        return firstDue + Math.round(interval * number);
    }

    /** Sends every message that is due, as far as the broker takes them; tells whether it is to be woken again for the next. */
    boolean sendDue(long now) {
        while (sending && due(sent) <= now) {
            int room = room();
            if (room == 0) {
                blocked = true;
                return false;
            }
            int messages = 0;
            while (messages < room && due(sent + messages) <= now) {
                lane.timings().record(Kind.DELAY, due(sent + messages), now, 1);
                messages++;
            }
            send(messages, now, true);
        }
        return sending;
    }

    /** How many messages may be sent now. */
    private int room() {
        if (!client.canWrite()) {
            return 0;
        }
        int size = publishing.mostBytes() + 16;
        long room = Math.max(1, batchBytes() / size);
        if (publishing.messages() > 0) {
            room = Math.min(room, publishing.messages() - sent);
        }
        return (int) (ids == null ? room : Math.min(room, window - ids.inFlight()));
    }

    private void send(int messages, long now, boolean paced) {
        int at = 0;
        long expected = 0;
        byte[] out = lane.outbound(0);
        for (int i = 0; i < messages; i++) {
            Stream stream = stream();
            int size = size();
            int most = 16 + stream.topicBytes().length + size;
            if (out.length - at < most) {
                client.write(out, at);
                at = 0;
                out = lane.outbound(most);
            }
            at = put(out, at, stream, size, paced ? due(sent) : now, now);
            expected += stream.copies();
            sent++;
        }
        lane.tally().add(Item.SENT, messages);
        lane.tally().add(Item.EXPECTED, expected);
        if (acknowledged) {
            lane.tally().add(Item.TO_ACKNOWLEDGE, messages);
        }
        client.write(out, at);
        finish();
    }

    private int size() {
        int least = publishing.leastBytes();
        return least == publishing.mostBytes() ? least : random.nextInt(least, publishing.mostBytes() + 1);
    }

    /** Writes one PUBLISH; answers where it ends. */
    private int put(byte[] out, int start, Stream stream, int size, long time, long now) {
        byte[] topic = stream.topicBytes();
        int remaining = 2 + topic.length + (acknowledged ? 2 : 0) + (v5 ? 1 : 0) + size;
        int at = start;
        out[at++] = (byte) (Link.PUBLISH << 4 | publishing.qos().level() << 1 | (publishing.retain() ? 1 : 0));
        do {
            int digit = remaining & 0x7F;
            remaining >>>= 7;
            out[at++] = (byte) (remaining > 0 ? digit | 0x80 : digit);
        } while (remaining > 0);
        out[at++] = (byte) (topic.length >> 8);
        out[at++] = (byte) topic.length;
        System.arraycopy(topic, 0, out, at, topic.length);
        at += topic.length;
        if (ids != null) {
            int id = ids.take(stream, now);
            out[at++] = (byte) (id >> 8);
            out[at++] = (byte) id;
        }
        if (v5) {
            out[at++] = 0;
        }
        stage.audience().stamp().write(out, at, size, stream.id(), stream.next(), time);
        return at + size;
    }

    // What the broker says.

    /** PUBACK, PUBREC or PUBCOMP has come. */
    void acknowledged(int type, int id, boolean refused) {
        PacketIds present = ids;
        Stream stream = present == null ? null : present.stream(id);
        if (present == null || stream == null) {
            client.fault("the broker acknowledged packet " + id + ", which was not in flight");
            return;
        }
        if (type == Link.PUBREC && !refused) {
            release(id);
            return;
        }
        stream.acknowledged();
        if (refused) {
            stream.refused();
            lane.tally().add(Item.REFUSED, 1);
            lane.tally().add(Item.EXPECTED, -stream.copies());
        }
        long sentAt = present.sentAt(id);
        present.release(id);
        acks++;
        if (sentAt != acksSentAt) {
            recordAcks();
            acksSentAt = sentAt;
        }
        acksAlike++;
    }

    private void recordAcks() {
        if (acksAlike > 0) {
            lane.timings().record(Kind.ACKNOWLEDGE, acksSentAt, System.nanoTime(), acksAlike);
            acksAlike = 0;
        }
    }

    private void release(int id) {
        releases = Client.acknowledgement(releases, releasesLength, Link.PUBREL << 4 | 2, id);
        releasesLength += 4;
    }

    /** All packets of one read have been looked at. */
    void readEnded() {
        recordAcks();
        if (releasesLength > 0) {
            client.write(releases, releasesLength);
            releasesLength = 0;
        }
        if (acks > 0) {
            lane.tally().add(Item.ACKNOWLEDGED, acks);
            acks = 0;
            finish();
            proceed();
        }
    }

    /** More may be sent, perhaps. */
    void proceed() {
        if (sending && blocked) {
            blocked = false;
            if (!publishing.paced()) {
                lane.ready(this);
            } else if (sendDue(System.nanoTime())) {
                lane.pace(this);
            }
        }
    }

    private void finish() {
        if (!done && publishing.messages() > 0 && sent >= publishing.messages()) {
            sending = false;
            if (acknowledged) {
                finished(inFlight() == 0);
            } else if (!asking) {
                asking = true;
                client.ask();
            }
        }
    }

    /** The broker has answered a PINGREQ: what was sent before has reached it. */
    void answered() {
        finished(asking);
    }

    private void finished(boolean now) {
        if (now && !done) {
            done = true;
            finished.incrementAndGet();
        }
    }
}
