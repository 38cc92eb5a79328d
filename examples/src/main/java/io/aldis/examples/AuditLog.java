package io.aldis.examples;

import io.aldis.broker.Broker;
import io.aldis.broker.Listener;
import io.aldis.broker.hook.AttributeKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Who did what, in a file: one line for each client that comes, subscribes, is refused or goes, with the number of messages it published.
 * Writing takes its time, so the hooks are registered as blocking: the loops go on, and the lines of one client keep their order.
 */
final class AuditLog {

    /** Remembered with the connection. */
    private static final AttributeKey<AtomicLong> PUBLISHED = AttributeKey.of("published", AtomicLong.class);

    private final Path file;

    AuditLog(Path file) {
        this.file = file;
    }

    private synchronized void write(String line) {
        try {
            Files.writeString(
                    file,
                    Instant.now() + " " + line + System.lineSeparator(),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException failed) {
            throw new UncheckedIOException("The audit log cannot be written: " + file, failed);
        }
    }

    Broker start(int port) {
        return Broker.builder()
                .listener(Listener.tcp("127.0.0.1", port))
                .hooks(hooks -> {
                    hooks.onMsgArrived(event -> {
                        event.client()
                                .attributes()
                                .computeIfAbsent(PUBLISHED, AtomicLong::new)
                                .incrementAndGet();
                        return event.route();
                    });
                    hooks.blocking()
                            .onConnected(event -> write(event.client().clientId() + " connected from "
                                    + event.client().remoteAddress()))
                            .onSubscribed(event -> write(event.clientId() + " subscribed to "
                                    + event.subscription().filter()))
                            .onClose(event -> write(event.client().clientId() + " left with " + event.reason()
                                    + " after "
                                    + event.client().attributes().get(PUBLISHED, new AtomicLong())
                                    + " messages" + (event.why().isEmpty() ? "" : ": " + event.why())));
                })
                .start();
    }

    public static void main(String[] args) {
        Broker broker = new AuditLog(Path.of(args.length > 0 ? args[0] : "audit.log")).start(1883);
        System.out.println("mqtt://127.0.0.1:" + broker.port());
    }
}
