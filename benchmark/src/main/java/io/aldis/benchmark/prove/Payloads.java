package io.aldis.benchmark.prove;

import io.aldis.benchmark.verify.Stamp;
import io.aldis.codec.Binary;
import io.aldis.codec.Publish;
import java.util.List;
import java.util.Optional;

/** Makes payloads that say which message they are of, and reads them. */
final class Payloads {

    private static final int SIZE = 64;

    private final Stamp stamp;
    private final List<Line> lines;

    /** Payloads of one run, which has a number that no other has. */
    Payloads(int run, List<Line> lines) {
        stamp = new Stamp(run, SIZE);
        this.lines = List.copyOf(lines);
    }

    Binary of(Line line, int number) {
        byte[] bytes = new byte[SIZE];
        stamp.write(bytes, 0, SIZE, line.index(), number, System.nanoTime());
        return Binary.wrap(bytes);
    }

    /** The line a message is of; empty if nobody sent it like this. */
    Optional<Line> line(Publish message) {
        byte[] bytes = message.payload().toArray();
        if (!stamp.isWhole(bytes, 0, bytes.length) || !stamp.isOurs(bytes, 0)) {
            return Optional.empty();
        }
        Line line = lines.get(Stamp.stream(bytes, 0));
        return line.topic().equals(message.topic()) ? Optional.of(line) : Optional.empty();
    }

    /** The number of a message that {@link #line} knows. */
    static long number(Publish message) {
        return Stamp.number(message.payload().toArray(), 0);
    }
}
