package io.aldis.broker.model;

import io.aldis.broker.VirtualBroker;
import io.aldis.broker.VirtualBroker.Client;
import io.aldis.broker.admin.SessionInfo;
import io.aldis.broker.settings.Settings;
import io.aldis.codec.Connect;
import io.aldis.codec.Disconnect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.Puback;
import io.aldis.codec.Pubcomp;
import io.aldis.codec.Publish;
import io.aldis.codec.Pubrec;
import io.aldis.codec.Pubrel;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;
import io.aldis.codec.Subscribe;
import io.aldis.codec.Subscription;
import io.aldis.codec.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Plays one program to a broker and to the reference, and compares them after each step. */
final class Trial implements AutoCloseable {

    private static final int MAXIMUM_IN_FLIGHT = 6;

    private static final Settings SETTINGS = Settings.defaults()
            .withSession(session -> session.withMaximumInFlight(MAXIMUM_IN_FLIGHT))
            .withSys(sys -> sys.withInterval(Duration.ZERO));

    /** Time between two steps: no two things that take half seconds are due at once, for then their order would be free. */
    private static final long BREATH_MILLIS = 7;

    /**
     * How a program ended badly.
     *
     * @param step index of the step that was played last
     * @param report what came at each client in that step, and what was wrong
     */
    record Failure(int step, String report) {}

    private final VirtualBroker broker;
    private final ReferenceBroker reference = new ReferenceBroker(MAXIMUM_IN_FLIGHT);
    private final Referee referee = new Referee(reference);

    /** Sockets of connections that were open before the present step, in the order of their CONNECT. */
    private final Map<Link, Client> sockets = new LinkedHashMap<>();

    private final Map<String, Link> links = new HashMap<>();
    private final Map<Link, Aliases> aliases = new HashMap<>();

    /** QoS 2 messages from the client in the reference's inbox, by packet id. */
    private final Map<Session, Map<Integer, Publish>> unreleased = new HashMap<>();

    private int packetIds;
    /** What came in the present step. */
    private final List<Seen> seen = new ArrayList<>();

    private record Seen(Link link, Packet packet) {
        @Override
        public String toString() {
            return "  to " + link.clientId() + ": " + Words.of(packet);
        }
    }

    private Trial(VirtualBroker broker) {
        this.broker = broker;
    }

    /** Plays the program; the interleaving of loops follows the seed. */
    static Optional<Failure> play(List<Step> program, long seed, boolean lateAnswers) {
        VirtualBroker broker =
                lateAnswers ? VirtualBroker.ofLateAnswers(3, seed, SETTINGS) : new VirtualBroker(3, seed, SETTINGS);
        int step = 0;
        try (Trial trial = new Trial(broker)) {
            try {
                for (; step < program.size(); step++) {
                    trial.play(program.get(step));
                }
                trial.compareSessions();
                return Optional.empty();
            } catch (Disagreement disagreement) {
                return Optional.of(new Failure(Math.min(step, program.size() - 1), trial.report(disagreement)));
            }
        }
    }

    private String report(Disagreement disagreement) {
        return seen.stream().map(Seen::toString).collect(Collectors.joining("\n")) + "\nwrong: "
                + disagreement.getMessage();
    }

    @Override
    public void close() {
        broker.close();
    }

    private void play(Step step) {
        pass(BREATH_MILLIS);
        seen.clear();
        if (step instanceof Step.Connects connects) {
            connect(connects.connect());
        } else if (step instanceof Step.Sends sends) {
            open(sends.client()).ifPresent(link -> send(link, sends.packet()));
        } else if (step instanceof Step.Answers answers) {
            open(answers.client()).ifPresent(link -> answer(link, answers.which(), answers.refuses()));
        } else if (step instanceof Step.AnswersAll all) {
            open(all.client()).ifPresent(this::answerAll);
        } else if (step instanceof Step.Repeats repeats) {
            open(repeats.client()).ifPresent(link -> repeat(link, repeats.which()));
        } else if (step instanceof Step.Releases releases) {
            open(releases.client()).ifPresent(link -> release(link, releases.which()));
        } else if (step instanceof Step.Breaks breaks) {
            open(breaks.client()).ifPresent(this::lose);
        } else if (step instanceof Step.Passes passes) {
            pass(passes.millis());
        }
        compare();
    }

    private Optional<Link> open(String client) {
        return Optional.ofNullable(links.get(client)).filter(link -> !link.closed);
    }

    private void connect(Connect connect) {
        Client client = broker.openSoon(connect.version());
        client.send(connect);
        Link link = reference.connect(connect);
        sockets.put(link, client);
        aliases.put(link, new Aliases(connect.properties().topicAliasMaximum()));
        links.put(connect.clientId(), link);
    }

    private void send(Link link, Packet packet) {
        if (packet instanceof Publish publish) {
            publish(link, publish);
        } else if (packet instanceof Connect connect) {
            transmit(link, Connect.of(link.version, connect.clientId()));
        } else if (packet instanceof Subscribe subscribe
                && isOneTooMany(link, subscribe.subscriptions().get(0))) {
            return;
        } else if (packet instanceof Disconnect && link.version != MqttVersion.V5) {
            transmit(link, new Disconnect());
        } else {
            transmit(link, packet);
        }
    }

    /** Nobody could tell by which of two shared subscriptions a message came. */
    private static boolean isOneTooMany(Link link, Subscription subscription) {
        return Topics.isShared(subscription.filter()) && link.session.sharesOtherThan(subscription.filter());
    }

    private void publish(Link link, Publish publish) {
        if (publish.qos() == Qos.AT_MOST_ONCE) {
            transmit(link, publish);
            return;
        }
        do {
            packetIds = packetIds % 9 + 1; // So few that they are used again soon.
        } while (link.session.inbox.contains(packetIds));
        Publish withId = publish.withPacketId(packetIds);
        if (publish.qos() == Qos.EXACTLY_ONCE) {
            outgoing(link).put(packetIds, Aliases.meant(withId));
        }
        transmit(link, withId);
    }

    private Map<Integer, Publish> outgoing(Link link) {
        return unreleased.computeIfAbsent(link.session, none -> new HashMap<>());
    }

    private void repeat(Link link, int which) {
        link.session.inbox.stream().skip(which).findFirst().ifPresent(id -> {
            Publish publish = outgoing(link).get(id);
            if (publish != null) {
                transmit(link, publish.withDup(true));
            }
        });
    }

    private void release(Link link, int which) {
        link.session.inbox.stream().skip(which).findFirst().ifPresent(id -> transmit(link, new Pubrel(id)));
    }

    private void answer(Link link, int which, boolean refuses) {
        link.session.queue.stream()
                .filter(owed -> owed.onWire)
                .skip(which)
                .findFirst()
                .ifPresent(owed -> transmit(link, answerTo(link, owed, refuses)));
    }

    private void answerAll(Link link) {
        for (Owed owed : List.copyOf(link.session.queue)) {
            if (owed.onWire) {
                transmit(link, answerTo(link, owed, false));
            }
        }
    }

    private static Packet answerTo(Link link, Owed owed, boolean refuses) {
        ReasonCode reason = refuses && link.version == MqttVersion.V5 ? ReasonCode.QUOTA_EXCEEDED : ReasonCode.SUCCESS;
        if (owed.released) {
            return new Pubcomp(owed.packetId);
        }
        return owed.exactlyOnce() ? new Pubrec(owed.packetId, reason) : new Puback(owed.packetId, reason);
    }

    private void transmit(Link link, Packet packet) {
        socket(link).send(packet);
        reference.received(link, packet);
    }

    private void transmit(Link link, Publish publish) {
        boolean v5 = link.version == MqttVersion.V5;
        socket(link).send(v5 ? aliases(link).sent(publish) : publish);
        reference.received(link, Aliases.meant(publish));
    }

    private Aliases aliases(Link link) {
        return Objects.requireNonNull(aliases.get(link));
    }

    private void lose(Link link) {
        socket(link).breakSoon();
        reference.lost(link);
    }

    private Client socket(Link link) {
        Client client = sockets.get(link);
        if (client == null) {
            throw new IllegalStateException("The connection is closed.");
        }
        return client;
    }

    /** Lets time pass, and stops wherever the reference says that something happens. */
    private void pass(long millis) {
        long end = reference.now() + millis;
        while (reference.nextEvent() <= end) {
            passTo(reference.nextEvent());
            compare();
        }
        passTo(end);
    }

    private void passTo(long time) {
        broker.pass(Duration.ofMillis(time - reference.now()));
        reference.passTo(time);
    }

    private void compare() {
        broker.settle();
        Disagreement first = null;
        for (Map.Entry<Link, Client> entry : List.copyOf(sockets.entrySet())) {
            Disagreement other = compare(entry.getKey(), entry.getValue());
            first = first == null ? other : first;
        }
        if (first != null) {
            throw first;
        }
        referee.settled();
    }

    private @Nullable Disagreement compare(Link link, Client client) {
        Disagreement first = null;
        for (Packet packet : client.receivedSoFar()) {
            seen.add(new Seen(link, packet));
            try {
                referee.sent(
                        link, packet instanceof Publish publish ? aliases(link).received(publish) : packet);
            } catch (Disagreement disagreement) {
                first = first == null ? disagreement : first;
            }
        }
        if (link.closed) {
            sockets.remove(link);
        }
        if (client.closedSoFar() == link.closed) {
            return first;
        }
        return first != null
                ? first
                : new Disagreement(
                        "the connection of " + link.clientId() + (link.closed ? " is still open" : " is closed"));
    }

    private void compareSessions() {
        List<String> lines =
                broker.admin().sessions().stream().map(Trial::overview).sorted().toList();
        if (!lines.equals(reference.overview())) {
            throw new Disagreement("expected sessions: " + reference.overview() + ", but there are: " + lines);
        }
    }

    private static String overview(SessionInfo session) {
        return session.clientId() + (session.connected() ? " here" : " away") + " with " + session.subscriptions()
                + " subscriptions";
    }
}
