package io.aldis.broker.settings;

/**
 * How much each client of a listener may send. Who sends more is slowed down, by not being read from for a while: nothing is lost, and
 * nobody is closed for it.
 *
 * @param messages most PUBLISH packets in a second, in the long run; 0 for no limit
 * @param messageBurst most PUBLISH packets at once after a quiet time; 0 for those of one second
 * @param bytes most bytes of MQTT in a second, in the long run; 0 for no limit
 * @param byteBurst most bytes at once after a quiet time; 0 for those of one second. A packet may be larger: it is taken whole, and then
 *     waited for as long as it is worth
 */
public record ClientRate(int messages, int messageBurst, int bytes, int byteBurst) {

    public ClientRate {
        Check.inRange("messages", messages, 0, Integer.MAX_VALUE);
        Check.inRange("messageBurst", messageBurst, 0, Integer.MAX_VALUE);
        Check.inRange("bytes", bytes, 0, Integer.MAX_VALUE);
        Check.inRange("byteBurst", byteBurst, 0, Integer.MAX_VALUE);
    }

    /** The defaults. */
    public static ClientRate defaults() {
        return new ClientRate(0, 0, 0, 0);
    }

    /** These with another {@code messages}. */
    public ClientRate withMessages(int value) {
        return new ClientRate(value, messageBurst, bytes, byteBurst);
    }

    /** These with another {@code messageBurst}. */
    public ClientRate withMessageBurst(int value) {
        return new ClientRate(messages, value, bytes, byteBurst);
    }

    /** These with another {@code bytes}. */
    public ClientRate withBytes(int value) {
        return new ClientRate(messages, messageBurst, value, byteBurst);
    }

    /** These with another {@code byteBurst}. */
    public ClientRate withByteBurst(int value) {
        return new ClientRate(messages, messageBurst, bytes, value);
    }

    /** Whether there is any limit. */
    public boolean limited() {
        return messages > 0 || bytes > 0;
    }
}
