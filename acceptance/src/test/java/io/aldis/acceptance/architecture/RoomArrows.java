package io.aldis.acceptance.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which room of the broker may use which: the rooms its arrows point to, and what those may use. */
final class RoomArrows {
    /** The broker's own package, which wires the rooms and knows them all. */
    static final String ROOT = Rooms.ROOT;

    /** One line a room, from the sockets down; the same picture as in {@code ARCHITECTURE.md}. */
    private static final Rooms ROOMS = new Rooms(
            "io.aldis.broker",
            Map.ofEntries(
                    Map.entry("listener", Set.of("connection", "time")),
                    Map.entry("connection", Set.of("routing")),
                    Map.entry("sys", Set.of("admin", "loop")),
                    Map.entry("admin", Set.of("message")),
                    Map.entry("operation", Set.of("connection", "admin")),
                    Map.entry("routing", Set.of("session")),
                    Map.entry("lifecycle", Set.of("plugin", "chain")),
                    Map.entry("plugin", Set.of("hook")),
                    Map.entry("hook", Set.of("admin")),
                    Map.entry("chain", Set.of("hook", "loop", "settings")),
                    Map.entry("session", Set.of("store", "cluster", "chain")),
                    Map.entry("ledger", Set.of("store")),
                    Map.entry("store", Set.of("message", "loop", "settings", "storage")),
                    Map.entry("storage", Set.of()),
                    Map.entry("cluster", Set.of("message", "loop")),
                    Map.entry("message", Set.of("metric")),
                    Map.entry("metric", Set.of()),
                    Map.entry("loop", Set.of()),
                    Map.entry("time", Set.of()),
                    Map.entry("settings", Set.of())));

    static final List<Law> LAWS = List.of(
            Law.of(
                    "Rooms use the rooms below them",
                    classes().that().resideInAPackage("io.aldis.broker..").should(ROOMS.followTheArrows()),
                    """
                    package io.aldis.broker.connection; public class Connection {}
                    package io.aldis.broker.session; class Climbs { io.aldis.broker.connection.Connection connection; }
                    """,
                    """
                    package io.aldis.broker.chain; public class Hooks {}
                    package io.aldis.broker.store; class Asks { io.aldis.broker.chain.Hooks hooks; }
                    """,
                    """
                    package io.aldis.broker; public class Broker {}
                    package io.aldis.broker.store; class Knows { io.aldis.broker.Broker broker; }
                    """,
                    """
                    package io.aldis.broker.message; public class Message {}
                    package io.aldis.broker.metric; class Counts { io.aldis.broker.message.Message message; }
                    """,
                    """
                    package io.aldis.broker.admin; public class Admin {}
                    package io.aldis.broker.store; class Reports { io.aldis.broker.admin.Admin admin; }
                    """,
                    """
                    package io.aldis.broker.session; public class Session {}
                    package io.aldis.broker.ledger; class Meddles { io.aldis.broker.session.Session session; }
                    """,
                    "package io.aldis.broker.attic; class Unheard {}"),
            Law.of(
                    "The wire stops at the connection",
                    noClasses()
                            .that()
                            .resideInAnyPackage(
                                    "io.aldis.broker.routing..",
                                    "io.aldis.broker.hook..",
                                    "io.aldis.broker.store..",
                                    "io.aldis.broker.cluster..",
                                    "io.aldis.broker.message..")
                            .should()
                            .dependOnClassesThat(describe("are packets of the wire", RoomArrows::isPacket)),
                    """
                    package io.aldis.codec; public interface Packet {}
                    package io.aldis.codec; public record Pingreq() implements Packet {}
                    package io.aldis.broker.routing; class Answers { io.aldis.codec.Pingreq ping; }
                    """),
            Law.of(
                    "Sockets are known to listeners and connections",
                    noClasses()
                            .that()
                            .resideInAPackage("io.aldis.broker..")
                            .and()
                            .resideOutsideOfPackages(
                                    "io.aldis.broker", "io.aldis.broker.listener..", "io.aldis.broker.connection..")
                            .should()
                            .dependOnClassesThat()
                            .resideInAnyPackage("io.netty.channel..", "io.netty.bootstrap..", "io.netty.handler.."),
                    "package io.aldis.broker.session; class Writes { io.netty.channel.Channel channel; }"));

    private RoomArrows() {}

    /** The room of a class of the broker: the word after {@code io.aldis.broker}, or {@link #ROOT}. */
    static String room(JavaClass type) {
        return ROOMS.room(type);
    }

    static boolean isOfBroker(JavaClass type) {
        return ROOMS.areHomeOf(type);
    }

    private static boolean isPacket(JavaClass type) {
        return type.isAssignableTo("io.aldis.codec.Packet");
    }
}
