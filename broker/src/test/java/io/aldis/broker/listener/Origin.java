package io.aldis.broker.listener;

import io.aldis.broker.Broker;
import io.aldis.broker.hook.OnAccept;
import io.aldis.broker.hook.Proxied;
import java.net.SocketAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Where clients come from, as the hooks of a broker see it. */
final class Origin {

    /** What a hook sees of a client. */
    record Seen(SocketAddress remoteAddress, @Nullable Proxied proxied) {}

    private final BlockingQueue<SocketAddress> accepted = new LinkedBlockingQueue<>();
    private final BlockingQueue<Seen> connected = new LinkedBlockingQueue<>();

    /** The broker with hooks that see. */
    Broker.Builder watch(Broker.Builder builder) {
        return builder.hooks(hooks -> hooks.onAccept((OnAccept) event -> {
                    accepted.add(event.remoteAddress());
                    return event.accept();
                })
                .onConnected(event -> connected.add(
                        new Seen(event.client().remoteAddress(), event.client().proxied()))));
    }

    /** Who was let in next by {@code onAccept}, in words. */
    String accepted() {
        return take(accepted).toString();
    }

    /** Whether nobody was let in by {@code onAccept} who has not been taken. */
    boolean nobodyAccepted() {
        return accepted.isEmpty();
    }

    /** Who connected next. */
    Seen connected() {
        return take(connected);
    }

    private static <T> T take(BlockingQueue<T> queue) {
        try {
            T next = queue.poll(10, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("no hook was called");
            }
            return next;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }
}
