package io.aldis.broker.store;

import io.aldis.broker.message.Message;
import io.aldis.broker.settings.FullQueuePolicy;
import io.aldis.codec.Binary;
import io.aldis.codec.PayloadFormat;
import io.aldis.codec.PublishProperties;
import io.aldis.codec.Qos;
import io.aldis.codec.RetainHandling;
import io.aldis.codec.Subscription;
import io.aldis.codec.UserProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Keys and values of the ledger at random, the odd ones among them. */
public final class RandomRecords {

    private static final char[] CHARACTERS = {
        0, 1, ' ', 'a', 'b', '/', '$', 0x7F, 0x80, 'ü', 0x7FF, 0x800, '日', 0xD7FF, 0xD83D, 0xDE00, 0xE000, 0xFFFD,
        0xFFFF
    };

    private static final String[] WORDS = {"a", "b", "sensor", "ü", "日本", "😀", "x y", "$SYS", ""};

    private final Random random;

    public RandomRecords(long seed) {
        random = new Random(seed);
    }

    // Keys.

    SubscriptionKey subscriptionKey() {
        return new SubscriptionKey(number(), text());
    }

    QueueKey queueKey() {
        return new QueueKey(number(), number());
    }

    InboundKey inboundKey() {
        return new InboundKey(number(), small());
    }

    TimerKey timerKey() {
        return new TimerKey(number(), any(TimerKind.values()), text());
    }

    // Values.

    public SessionRecord session() {
        return new SessionRecord(
                text(),
                text(),
                number(),
                number(),
                number(),
                random.nextBoolean(),
                number(),
                number(),
                random.nextBoolean() ? testament() : null,
                number(),
                new QueueBounds(number(), number(), number(), number(), any(FullQueuePolicy.values())),
                small());
    }

    private Testament testament() {
        return new Testament(message(), number(), random.nextBoolean() ? number() : null);
    }

    public StoredSubscription subscription() {
        String filter = random.nextInt(4) == 0 ? "$share/g/a" : text() + '#';
        boolean noLocal = random.nextBoolean() && !filter.startsWith("$share/");
        return new StoredSubscription(
                new Subscription(
                        filter, any(Qos.values()), noLocal, random.nextBoolean(), any(RetainHandling.values())),
                small());
    }

    public QueuedRow queuedRow() {
        return new QueuedRow(
                any(QueuedRow.State.values()),
                any(Qos.values()),
                random.nextBoolean(),
                list(this::small),
                random.nextBoolean() ? "" : text(),
                random.nextBoolean() ? message() : null,
                random.nextBoolean() ? QueuedRow.OWN : number());
    }

    QueueState queueState() {
        return new QueueState(number(), number(), number(), number(), number(), number(), number(), number());
    }

    public Message message() {
        Message message = Message.of(
                topic(),
                binary(),
                any(Qos.values()),
                random.nextBoolean(),
                random.nextInt(3) == 0 ? PublishProperties.NONE : properties(),
                random.nextBoolean() ? "" : text(),
                number());
        return random.nextBoolean() ? message : message.expiringAt(number());
    }

    private PublishProperties properties() {
        return new PublishProperties(
                absent() ? null : any(PayloadFormat.values()),
                absent() ? null : (long) random.nextInt(100_000),
                null,
                absent() ? null : topic(),
                absent() ? null : binary(),
                list(() -> new UserProperty(text(), text())),
                List.of(),
                absent() ? null : text());
    }

    // What they are made of.

    private boolean absent() {
        return random.nextBoolean();
    }

    private String topic() {
        StringBuilder topic = new StringBuilder(any(WORDS));
        for (int i = random.nextInt(3); i >= 0; i--) {
            topic.append('/').append(any(WORDS));
        }
        return topic.toString();
    }

    public String text() {
        StringBuilder text = new StringBuilder();
        boolean ascii = random.nextBoolean();
        for (int i = random.nextInt(6); i > 0; i--) {
            text.append(CHARACTERS[random.nextInt(ascii ? 8 : CHARACTERS.length)]);
        }
        return text.toString();
    }

    private Binary binary() {
        byte[] bytes = new byte[random.nextInt(20) == 0 ? random.nextInt(3_000) : random.nextInt(20)];
        random.nextBytes(bytes);
        return Binary.wrap(bytes);
    }

    long number() {
        long sign = random.nextInt(8) == 0 ? -1 : 1;
        return switch (random.nextInt(8)) {
            case 0 -> Long.MAX_VALUE;
            case 1 -> Long.MIN_VALUE;
            case 2 -> random.nextInt(3);
            default -> sign * (random.nextLong() >>> random.nextInt(Long.SIZE));
        };
    }

    int small() {
        return random.nextInt(4) == 0 ? random.nextInt() : random.nextInt(70_000);
    }

    private <T> List<T> list(Supplier<T> thing) {
        List<T> list = new ArrayList<>();
        for (int i = random.nextInt(2) * random.nextInt(4); i > 0; i--) {
            list.add(thing.get());
        }
        return List.copyOf(list);
    }

    private <T> T any(T[] things) {
        return things[random.nextInt(things.length)];
    }

    // What a message is, since two messages are never equal.

    /** All that a message says about itself. */
    static List<Object> parts(@Nullable Message message) {
        if (message == null) {
            return List.of();
        }
        return List.of(
                message.topic(),
                message.topicUtf8(),
                message.payload(),
                message.qos(),
                message.retain(),
                message.properties(),
                message.expiresAt(),
                message.publisher());
    }

    /** A row without its message, and what that says about itself. */
    static List<Object> parts(QueuedRow row) {
        return List.of(
                new QueuedRow(
                        row.state(),
                        row.qos(),
                        row.retain(),
                        row.subscriptionIdentifiers(),
                        row.share(),
                        null,
                        row.shared()),
                parts(row.message()));
    }

    /** A session without its will, and what that says about itself. */
    static List<Object> parts(SessionRecord session) {
        SessionRecord without = new SessionRecord(
                session.clientId(),
                session.principal(),
                session.session(),
                session.epoch(),
                session.link(),
                session.durable(),
                session.expirySeconds(),
                session.expiresAt(),
                null,
                session.willDueAt(),
                session.bounds(),
                session.window());
        Testament will = session.will();
        return will == null
                ? List.of(without)
                : List.of(without, parts(will.message()), will.delaySeconds(), String.valueOf(will.expirySeconds()));
    }
}
