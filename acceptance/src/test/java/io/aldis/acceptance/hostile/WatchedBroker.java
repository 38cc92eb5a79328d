package io.aldis.acceptance.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.aldis.broker.Broker;
import io.aldis.broker.Listener;
import io.aldis.broker.admin.SessionInfo;
import io.aldis.broker.admin.Statistics;
import io.aldis.broker.metric.DropReason;
import io.aldis.broker.settings.Settings;
import io.aldis.broker.time.BrokerClock;
import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Publish;
import io.aldis.codec.Qos;
import io.aldis.testkit.RawClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/**
 * A broker for a class of tests that do bad things to it, watched from three sides.
 *
 * <ul>
 *   <li>Two bystanders, one on MQTT 3.1.1 and one on 5.0, exchange messages before and after each test on connections that last
 *       as long as the broker: nobody else may notice what happened.
 *   <li>Its figures: when the clients of a test have gone, there are as many connections, sessions and retained messages as
 *       before it.
 *   <li>Its log: it warns of nothing, which it would do at any bug of its own.
 * </ul>
 *
 * <p>Its wall clock is set by {@link #passes}; {@code $SYS} topics are off, so that retained messages are those of the tests,
 * and so are warnings of a machine that is slow.
 */
public final class WatchedBroker implements BeforeAllCallback, AfterAllCallback, BeforeEachCallback, AfterEachCallback {

    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final String BYSTANDERS_TOPIC = "bystanders/topic";
    private static final int BYSTANDERS = 2;

    private final Settings settings;
    private final int loops;

    // Live as long as the broker.
    private volatile Duration passed = Duration.ZERO;
    private final Log log = new Log();
    private @Nullable Broker broker;
    private @Nullable RawClient one;
    private @Nullable RawClient other;

    // Live as long as one test.
    private final List<RawClient> clients = new ArrayList<>();
    private long retainedBefore;

    private WatchedBroker(int loops, Settings settings) {
        this.loops = loops;
        this.settings = settings;
    }

    /** A broker with two event loops and all settings as they are by default. */
    public static WatchedBroker withDefaults() {
        return with(UnaryOperator.identity());
    }

    /** A broker with two event loops and these changes of its settings. */
    public static WatchedBroker with(UnaryOperator<Settings> change) {
        return new WatchedBroker(2, quiet(change));
    }

    /** The same with one event loop, on which what the bystanders say comes after what was sent before. */
    public static WatchedBroker ofOneLoop(UnaryOperator<Settings> change) {
        return new WatchedBroker(1, quiet(change));
    }

    private static Settings quiet(UnaryOperator<Settings> change) {
        return change.apply(Settings.defaults()
                .withSys(sys -> sys.withInterval(Duration.ZERO))
                .withOverload(overload -> overload.withLagLimit(Duration.ZERO)));
    }

    // ---- Clients ----------------------------------------------------------------------------------------------------

    public int port() {
        return broker().port();
    }

    /** Opens a connection and sends nothing on it. It is closed after the test. */
    public RawClient stranger() {
        return kept(RawClient.connect(port()));
    }

    /** A client that was accepted. It is closed after the test. */
    public RawClient connected(Connect connect) {
        return kept(RawClient.connected(port(), connect));
    }

    /** A client of this version that was accepted, with a clean session. It is closed after the test. */
    public RawClient connected(MqttVersion version, String clientId) {
        return connected(Connect.of(version, clientId));
    }

    private RawClient kept(RawClient client) {
        clients.add(client);
        return client;
    }

    /** Ends the session of a client that a test left behind. */
    public void forget(String clientId) {
        connected(Connect.v5(clientId)).disconnect();
    }

    /** Removes what is retained on a topic. */
    public void forgetRetained(String topic) {
        one().publish(Publish.qos1(topic, Binary.EMPTY, one().nextPacketId()).withRetain(true));
    }

    // ---- What the broker says of itself -----------------------------------------------------------------------------

    public Broker broker() {
        return Objects.requireNonNull(broker);
    }

    public Statistics statistics() {
        return broker().admin().statistics();
    }

    public long dropped(DropReason reason) {
        return statistics().dropped().getOrDefault(reason, 0L);
    }

    /** What was logged since the test began, a line each. */
    public List<String> log() {
        return log.lines();
    }

    /** The wall clock goes on by so much. Timers that run already notice at their end only. */
    public void passes(Duration time) {
        passed = passed.plus(time);
    }

    // ---- The bystanders ---------------------------------------------------------------------------------------------

    /** Each bystander has a message brought to the other, and acknowledged. */
    public void bystandersExchange() {
        one().publish(BYSTANDERS_TOPIC, "to the other", Qos.AT_LEAST_ONCE);
        assertThat(other().takeMessage().payload().toUtf8()).isEqualTo("to the other");
        other().publish(BYSTANDERS_TOPIC + "/back", "to the one", Qos.EXACTLY_ONCE);
        assertThat(one().takeMessage().payload().toUtf8()).isEqualTo("to the one");
    }

    /** Returns when the broker's only loop has handled what was in its sockets before. */
    public void settle() {
        // In one turn a loop may come to the bystander first; then the others come before the second round.
        one().expectNothing();
        one().expectNothing();
    }

    /** Lets the bystanders talk until a figure is as expected, or ten seconds have passed. */
    public void eventually(String what, LongSupplier figure, long expected) {
        long end = System.nanoTime() + DEADLINE.toNanos();
        while (figure.getAsLong() != expected) {
            if (System.nanoTime() > end) {
                fail("%s: %s expected, but %s after %s", what, expected, figure.getAsLong(), DEADLINE);
            }
            settle();
        }
    }

    private RawClient one() {
        return Objects.requireNonNull(one);
    }

    private RawClient other() {
        return Objects.requireNonNull(other);
    }

    // ---- Before and after -------------------------------------------------------------------------------------------

    @Override
    public void beforeAll(ExtensionContext context) {
        log.attach();
        broker = Broker.builder()
                .listener(Listener.tcp("127.0.0.1", 0))
                .loops(loops)
                .settings(settings)
                .clock(BrokerClock.system(() -> Instant.now().plus(passed)))
                .start();
        one = RawClient.connected(port(), Connect.v311("bystander-one"));
        other = RawClient.connected(port(), Connect.v5("bystander-other"));
        other().subscribe(BYSTANDERS_TOPIC, Qos.AT_LEAST_ONCE);
        one().subscribe(BYSTANDERS_TOPIC + "/back", Qos.EXACTLY_ONCE);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        log.clear();
        retainedBefore = statistics().retained();
        bystandersExchange();
    }

    @Override
    public void afterEach(ExtensionContext context) {
        clients.forEach(RawClient::close);
        clients.clear();
        if (context.getExecutionException().isPresent()) {
            forgetAll();
            return; // It has said enough.
        }
        bystandersExchange();
        eventually("open connections", () -> statistics().connectionsOpen(), BYSTANDERS);
        eventually("sessions", () -> statistics().sessions(), BYSTANDERS);
        assertThat(statistics().retained()).as("retained messages").isEqualTo(retainedBefore);
        assertThat(log.warnings()).as("warnings and errors in the log").isEmpty();
    }

    /** So that the next test begins as if this one had not been. */
    private void forgetAll() {
        broker().admin().sessions().stream()
                .map(SessionInfo::clientId)
                .filter(id -> !id.startsWith("bystander-"))
                .forEach(this::forget);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        one().close();
        other().close();
        broker().close();
        log.detach();
    }

    /** Keeps what the broker logs, and keeps it away from the console. */
    private static final class Log extends AppenderBase<ILoggingEvent> {

        private final Logger logger = (Logger) LoggerFactory.getLogger("io.aldis.broker");
        private final Queue<ILoggingEvent> events = new ConcurrentLinkedQueue<>();

        void attach() {
            setContext(logger.getLoggerContext());
            start();
            logger.setLevel(Level.INFO);
            logger.setAdditive(false);
            logger.addAppender(this);
        }

        void detach() {
            logger.detachAppender(this);
            logger.setAdditive(true);
            logger.setLevel(null);
        }

        @Override
        protected void append(ILoggingEvent event) {
            events.add(event);
        }

        void clear() {
            events.clear();
        }

        List<String> lines() {
            return events.stream().map(ILoggingEvent::getFormattedMessage).toList();
        }

        List<String> warnings() {
            return events.stream()
                    .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                    .map(ILoggingEvent::toString)
                    .toList();
        }
    }
}
