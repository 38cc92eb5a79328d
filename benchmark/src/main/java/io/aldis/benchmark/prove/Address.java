package io.aldis.benchmark.prove;

/** Where the broker is. */
record Address(String host, int port) {}
