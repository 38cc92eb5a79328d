package io.aldis.benchmark.engine;

/** What a broker may do wrong to one message on its way to one subscriber. */
enum Fault {
    /** It does not come. */
    DROP,
    /** It comes twice, at QoS 2 as two messages with a packet identifier each. */
    DOUBLE,
    /** It comes behind its successor on the same topic. */
    SWAP,
    /** One bit of its payload is another. */
    PAYLOAD,
    /** Its topic is another. */
    TOPIC,
    /** It comes to somebody else. */
    MISDIRECT
}
