/** A broker for tests: a JUnit extension with virtual time, connections without sockets, and faults. */
module io.aldis.junit {
    requires transitive io.aldis.broker;
    requires transitive io.aldis.codec;
    requires static transitive org.jspecify;
    requires transitive org.junit.jupiter.api;
    requires io.netty.buffer;
    requires io.netty.common;
    requires io.netty.transport;

    exports io.aldis.junit;
}
