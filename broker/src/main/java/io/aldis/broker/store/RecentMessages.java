package io.aldis.broker.store;

import io.aldis.broker.message.Message;
import java.util.Iterator;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/** Messages that several rows share, those used last; so that one for many sessions is not read for each. Confined to one thread. */
final class RecentMessages {

    private static final long MOST_BYTES = 8 << 20;

    private static final int CAPACITY = 64;
    private static final float LOAD = 0.75f;

    private final LinkedHashMap<Long, Message> messages = new LinkedHashMap<>(CAPACITY, LOAD, true);
    private long bytes;

    @Nullable
    Message get(long number) {
        return messages.get(number);
    }

    void add(long number, Message message) {
        messages.put(number, message);
        bytes += message.bytes();
        Iterator<Message> oldest = messages.values().iterator();
        while (bytes > MOST_BYTES && messages.size() > 1) {
            bytes -= oldest.next().bytes();
            oldest.remove();
        }
    }

    void remove(long number) {
        Message gone = messages.remove(number);
        if (gone != null) {
            bytes -= gone.bytes();
        }
    }
}
