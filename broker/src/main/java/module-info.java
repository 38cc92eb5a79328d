/** The embeddable broker. What is not exported here is a room of the house and may change at any time. */
module io.aldis.broker {
    requires transitive io.aldis.codec;
    requires static transitive org.jspecify;
    requires io.netty.buffer;
    requires io.netty.codec;
    requires io.netty.codec.haproxy;
    requires static io.netty.codec.classes.quic; // For a listener of QUIC.
    requires io.netty.codec.http;
    requires io.netty.common;
    requires io.netty.handler;
    requires transitive io.netty.transport; // For handlers beside the broker.
    requires io.netty.transport.classes.epoll;
    requires io.netty.transport.unix.common;
    requires org.slf4j;

    exports io.aldis.broker;
    exports io.aldis.broker.admin;
    exports io.aldis.broker.hook;
    exports io.aldis.broker.ledger;
    exports io.aldis.broker.message;
    exports io.aldis.broker.metric;
    exports io.aldis.broker.plugin;
    exports io.aldis.broker.settings;
    exports io.aldis.broker.storage;
    exports io.aldis.broker.time;

    uses io.aldis.broker.plugin.Plugin;
}
