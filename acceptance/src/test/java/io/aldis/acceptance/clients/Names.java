package io.aldis.acceptance.clients;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Topics and client ids of one test, because the tests of a class share a broker, and a foreign broker has a memory.
 */
final class Names {
    private static final String RUN =
            Integer.toHexString(ThreadLocalRandom.current().nextInt(1 << 20));
    private static final AtomicInteger TESTS = new AtomicInteger();

    private final String test = RUN + "x" + TESTS.incrementAndGet();

    /** A topic, or a filter, below the test's own root. */
    String topic(String levels) {
        return "acceptance/" + test + "/" + levels;
    }

    /** A client id of at most 23 letters and digits, which every server must take. */
    String id(String client) {
        return "t" + test + client;
    }
}
