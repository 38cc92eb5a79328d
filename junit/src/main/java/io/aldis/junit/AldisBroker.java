package io.aldis.junit;

import io.aldis.broker.Broker;
import io.aldis.broker.Listener;
import io.aldis.broker.time.BrokerClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.support.TypeBasedParameterResolver;

/**
 * A broker for tests. As a JUnit extension it starts and stops with the tests:
 *
 * <pre>{@code
 * @RegisterExtension
 * static AldisBroker broker = AldisBroker.create();
 *
 * @Test
 * void connects() throws MqttException {
 *     new MqttClient("tcp://127.0.0.1:" + broker.port(), "me").connect();
 * }
 * }</pre>
 *
 * <p>In a static field one broker serves all tests of the class, unless {@link Builder#freshPerTest} is set; in a field of the
 * instance each test has its own. Tests may take an {@code AldisBroker} or a {@link Broker} as a parameter. Without JUnit,
 * {@link #start} and {@link #close} do the same.
 *
 * <p>It listens on a free port of the loopback address, and takes connections without the network by {@link #sockets}. Nothing
 * outlives it.
 */
public final class AldisBroker
        implements BeforeAllCallback,
                AfterAllCallback,
                BeforeEachCallback,
                AfterEachCallback,
                ParameterResolver,
                AutoCloseable {

    private static final int LOOPS = 2;
    private static final String LOOPBACK = "127.0.0.1";

    // Live as long as this.
    private final List<Consumer<Broker.Builder>> customizations;
    private final boolean virtual;
    private final boolean freshPerTest;
    private final boolean tcp;
    private final Faults faults = new Faults();

    // Know parameters of these types.
    private final ParameterResolver itself = new TypeBasedParameterResolver<AldisBroker>() {
        @Override
        public AldisBroker resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return AldisBroker.this;
        }
    };
    private final ParameterResolver inside = new TypeBasedParameterResolver<Broker>() {
        @Override
        public Broker resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return broker();
        }
    };

    /** How many classes and tests count on the broker. */
    private int users;

    /** Whether a test has had the present broker. */
    private boolean used;

    // Live as long as one broker.
    private volatile @Nullable Broker broker;
    private volatile @Nullable VirtualClock clock;

    private AldisBroker(Builder builder) {
        customizations = List.copyOf(builder.customizations);
        virtual = builder.virtual;
        freshPerTest = builder.freshPerTest;
        tcp = builder.tcp;
    }

    /** A broker with default settings, in real time. */
    public static AldisBroker create() {
        return builder().build();
    }

    /** Begins to describe a broker. */
    public static Builder builder() {
        return new Builder();
    }

    // Coming and going.

    /**
     * Starts the broker; when this returns, it accepts connections. As an extension it is started by JUnit.
     *
     * @return this broker
     * @throws IllegalStateException if it is running
     */
    public synchronized AldisBroker start() {
        if (broker != null) {
            throw new IllegalStateException("The broker is running already; as an extension, JUnit starts it.");
        }
        VirtualClock own = virtual ? new VirtualClock() : null;
        BrokerClock time = own == null ? BrokerClock.system() : own;
        Broker.Builder building = Broker.builder()
                .loops(LOOPS)
                .clock(time)
                .listener(Listener.inProcess())
                .pipeline(pipeline -> pipeline.addLast(new MiddleMan(faults, time)));
        if (tcp) {
            building.listener(Listener.tcp(LOOPBACK, 0));
        }
        customizations.forEach(customization -> customization.accept(building));
        broker = building.start();
        clock = own;
        used = false;
        return this;
    }

    /** Stops the broker and ends all faults. Without effect if it is not running. */
    @Override
    public synchronized void close() {
        Broker stopping = broker;
        if (stopping == null) {
            return;
        }
        broker = null;
        faults.clear();
        VirtualClock standing = clock;
        if (standing != null) {
            standing.flow();
        }
        stopping.close();
    }

    /**
     * Stops the broker and starts another in its place, on another port, without the sessions and messages of the first. Whatever
     * was asked of this object has to be asked again, faults too.
     */
    public synchronized void reset() {
        close();
        start();
    }

    // What it offers.

    /** The broker itself. */
    public Broker broker() {
        Broker running = broker;
        if (running == null) {
            throw new IllegalStateException("The broker is not running; register it as an extension, or call start().");
        }
        return running;
    }

    /** The port it listens on, on 127.0.0.1. */
    public int port() {
        return broker().port();
    }

    /** Where clients find it: "mqtt://127.0.0.1:", then the port. */
    public String uri() {
        return "mqtt://" + LOOPBACK + ":" + port();
    }

    /**
     * Makes sockets that end in this broker without the network, whatever address they are told. For clients that let one choose
     * their sockets, as Paho does.
     */
    public SocketFactory sockets() {
        return broker().inProcess();
    }

    /** A connection to this broker without the network, on which nothing has been sent. */
    public Socket connect() {
        try {
            return sockets().createSocket(LOOPBACK, 0);
        } catch (IOException refused) {
            throw new UncheckedIOException("Cannot connect to the broker within the program", refused);
        }
    }

    /**
     * The time of the broker, which a test lets pass.
     *
     * @throws IllegalStateException if it was built without {@link Builder#virtualClock}
     */
    public VirtualClock clock() {
        broker();
        VirtualClock running = clock;
        if (running == null) {
            throw new IllegalStateException(
                    "The broker goes by real time; build it with AldisBroker.builder().virtualClock().");
        }
        return running;
    }

    /** What is to go wrong between clients and the broker. Faults end with the test that asked for them. */
    public Faults faults() {
        return faults;
    }

    // As an extension.

    @Override
    public void beforeAll(ExtensionContext context) {
        enter();
    }

    @Override
    public synchronized void beforeEach(ExtensionContext context) {
        enter();
        if (freshPerTest && used) {
            reset();
        }
        used = true;
    }

    @Override
    public void afterEach(ExtensionContext context) {
        try {
            faults.judge();
        } finally {
            faults.clear();
            leave();
        }
    }

    @Override
    public void afterAll(ExtensionContext context) {
        leave();
    }

    private synchronized void enter() {
        if (users++ == 0 && broker == null) {
            start();
        }
    }

    private synchronized void leave() {
        if (--users == 0) {
            close();
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return itself.supportsParameter(parameter, context) || inside.supportsParameter(parameter, context);
    }

    @Override
    public @Nullable Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        ParameterResolver knowing = itself.supportsParameter(parameter, context) ? itself : inside;
        return knowing.resolveParameter(parameter, context);
    }

    @Override
    public String toString() {
        return "AldisBroker[" + (broker == null ? "not running" : tcp ? uri() : "in-process") + "]";
    }

    /** Describes a broker for tests. Not safe for use by several threads. */
    public static final class Builder {

        private final List<Consumer<Broker.Builder>> customizations = new ArrayList<>();
        private boolean virtual;
        private boolean freshPerTest;
        private boolean tcp = true;

        private Builder() {}

        /** Changes the broker before it starts: its settings, hooks and further listeners. Called before each start. */
        public Builder customize(Consumer<Broker.Builder> change) {
            customizations.add(change);
            return this;
        }

        /** Lets time stand still until {@link VirtualClock#advance}. */
        public Builder virtualClock() {
            virtual = true;
            return this;
        }

        /** Gives each test a broker of its own also if the extension is in a static field. */
        public Builder freshPerTest() {
            freshPerTest = true;
            return this;
        }

        /** Opens no port: clients come by {@link AldisBroker#sockets} only. */
        public Builder withoutPort() {
            tcp = false;
            return this;
        }

        /** The broker, not started yet. */
        public AldisBroker build() {
            return new AldisBroker(this);
        }
    }
}
