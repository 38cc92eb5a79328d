package io.aldis.benchmark.engine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The modes in which messages go to subscribers, as command lines of a small load. */
enum Loaded {
    PUBLISH("publish -c 3 -ci 0 -n 20 -i 0 -sub 2 -topic bench/{client}"),
    P2P("p2p -c 3 -n 20"),
    FANIN("fanin -c 4 -sub 2 -n 20"),
    FANOUT("fanout -c 1 -sub 4 -n 20"),
    SHARED("shared -c 2 -sub 3 -n 30"),
    RETAINED("retained -c 2 --topics 40 -sub 2"),
    OFFLINE("offline -c 3 --queue 20"),
    RECONNECT_STORM("reconnect-storm -c 2 -d 0.3 --rate 300"),
    SLOW_CONSUMER("slow-consumer -c 1 -sub 4 -d 0.3 --rate 200 --warm-up 0"),
    LATENCY("latency -c 2 -d 0.2 --rate 300 --warm-up 0"),
    SCENARIO("scenario");

    private static final String FILE = """
            name: small
            warm-up: 0s
            duration: 200ms
            groups:
              - name: listeners
                clients: 2
                subscribe: [{ filter: "{run}/{client}", qos: QOS }]
              - name: speakers
                clients: 2
                publish: { topic: "{run}/{client}", qos: QOS, size: 40-80, rate: 100/s }
            """;

    private final String line;

    Loaded(String line) {
        this.line = line;
    }

    /** Messages are queued there, so they cannot be of QoS 0. */
    int leastQos() {
        return this == OFFLINE ? 1 : 0;
    }

    String line(int qos) {
        return this == SCENARIO ? line + " " + file(qos) : line + " -qos " + qos;
    }

    private static Path file(int qos) {
        try {
            Path file = Files.createTempFile("scenario", ".yaml");
            file.toFile().deleteOnExit();
            return Files.writeString(file, FILE.replace("QOS", Integer.toString(qos)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
