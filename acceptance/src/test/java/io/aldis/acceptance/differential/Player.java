package io.aldis.acceptance.differential;

import io.aldis.acceptance.differential.Step.Acknowledges;
import io.aldis.acceptance.differential.Step.Breaks;
import io.aldis.acceptance.differential.Step.Connects;
import io.aldis.acceptance.differential.Step.Disconnects;
import io.aldis.acceptance.differential.Step.Publishes;
import io.aldis.acceptance.differential.Step.Subscribes;
import io.aldis.acceptance.differential.Step.Unsubscribes;
import io.aldis.codec.Connect;
import io.aldis.codec.Packet;
import io.aldis.codec.Pingreq;
import io.aldis.codec.Pingresp;
import io.aldis.codec.Puback;
import io.aldis.codec.Pubcomp;
import io.aldis.codec.Publish;
import io.aldis.codec.Pubrec;
import io.aldis.codec.Pubrel;
import io.aldis.codec.Qos;
import io.aldis.testkit.RawClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Plays a program on one broker, a step at a time, and lets everything come to rest after each.
 *
 * <p>Both brokers have one thread, so that a PINGRESP means that all that was sent before by anybody has been handled, and the
 * answers to it are on their way. What a message or its acknowledgement sets off shows in the next round of pings; when a round brings
 * nothing new, all is at rest. An observer that is always there makes sure that the end of a socket was noticed.
 */
final class Player implements AutoCloseable {

    private final int port;
    private final RawClient observer;
    private final Map<Integer, Seat> seats = new TreeMap<>();

    Player(int port) {
        this.port = port;
        observer = RawClient.connected(port, Connect.v311("differential-observer"));
    }

    /** One connection of a client. */
    private static final class Seat {
        private final RawClient client;
        private final List<Packet> came = new ArrayList<>();
        private final List<Packet> owed = new ArrayList<>();
        private boolean holding;
        private boolean closed;

        Seat(RawClient client) {
            this.client = client;
        }
    }

    /** What each client saw that saw anything, by its number; of a connection that was taken over by its number and a mark. */
    Map<String, Seen> play(Step step) {
        Map<String, Seen> seen = new TreeMap<>();
        Seat former = null;
        if (step instanceof Connects connects) {
            former = seats.get(step.client());
            Seat seat = new Seat(RawClient.connect(port));
            seats.put(step.client(), seat);
            seat.client.send(connects.packet());
            take(seat, seat.client.receive());
            if (former != null) {
                drain(former);
                seen.put(step.client() + " taken over", Seen.of(former.came, former.closed));
                former.client.close();
            }
        } else {
            act(step, seat(step));
        }
        settle();
        seats.forEach((number, seat) -> {
            Seen now = Seen.of(seat.came, seat.closed);
            seat.came.clear();
            if (!now.nothing()) {
                seen.put(String.valueOf(number), now);
            }
        });
        seats.values().removeIf(seat -> {
            if (seat.closed) {
                seat.client.close();
            }
            return seat.closed;
        });
        return seen;
    }

    private Seat seat(Step step) {
        Seat seat = seats.get(step.client());
        if (seat == null) {
            throw new AssertionError("client " + step.client() + " was closed by the broker before " + step);
        }
        return seat;
    }

    private void act(Step step, Seat seat) {
        if (step instanceof Subscribes subscribes) {
            seat.client.send(subscribes.packet());
        } else if (step instanceof Unsubscribes unsubscribes) {
            seat.client.send(unsubscribes.packet());
        } else if (step instanceof Publishes publishes) {
            seat.client.send(publishes.packet());
        } else if (step instanceof Acknowledges acknowledges) {
            seat.holding = !acknowledges.from();
            if (!seat.holding) {
                List<Packet> owed = List.copyOf(seat.owed);
                seat.owed.clear();
                owed.forEach(seat.client::send);
            }
        } else if (step instanceof Disconnects disconnects) {
            seat.client.send(disconnects.packet());
            drain(seat);
        } else if (step instanceof Breaks) {
            seat.client.reset();
            seats.remove(step.client());
        }
    }

    /** Reads to the end of a connection that ends. */
    private void drain(Seat seat) {
        while (!seat.closed) {
            read(seat);
        }
    }

    private void settle() {
        for (int quiet = 0; quiet < 2; ) {
            boolean news = ping(observer);
            for (Seat seat : seats.values()) {
                news |= ping(seat);
            }
            quiet = news ? 0 : quiet + 1;
        }
    }

    private static boolean ping(RawClient observer) {
        observer.send(new Pingreq());
        observer.expect(Pingresp.class);
        return false;
    }

    /** Whether anything came but the answer. */
    private boolean ping(Seat seat) {
        if (seat.closed) {
            return false;
        }
        int before = seat.came.size();
        seat.client.send(new Pingreq());
        boolean more = true;
        while (more) {
            more = read(seat);
        }
        return seat.closed || seat.came.size() > before;
    }

    /** Takes the next packet in, or the end; whether it was neither the end nor a PINGRESP. */
    private static boolean read(Seat seat) {
        Packet packet = seat.client.receiveUnlessClosed().orElse(null);
        seat.closed = packet == null;
        if (packet == null || packet instanceof Pingresp) {
            return false;
        }
        take(seat, packet);
        return true;
    }

    private static void take(Seat seat, Packet packet) {
        seat.came.add(packet);
        if (packet instanceof Publish publish && publish.qos() == Qos.AT_LEAST_ONCE) {
            answer(seat, new Puback(publish.packetId()));
        } else if (packet instanceof Publish publish && publish.qos() == Qos.EXACTLY_ONCE) {
            answer(seat, new Pubrec(publish.packetId()));
        } else if (packet instanceof Pubrel pubrel) {
            answer(seat, new Pubcomp(pubrel.packetId()));
        } else if (packet instanceof Pubrec pubrec && !pubrec.reason().isError()) {
            seat.client.send(new Pubrel(pubrec.packetId()));
        }
    }

    private static void answer(Seat seat, Packet packet) {
        if (seat.holding) {
            seat.owed.add(packet);
        } else {
            seat.client.send(packet);
        }
    }

    @Override
    public void close() {
        seats.values().forEach(seat -> seat.client.close());
        observer.close();
    }
}
