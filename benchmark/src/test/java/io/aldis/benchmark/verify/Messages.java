package io.aldis.benchmark.verify;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.aldis.benchmark.plan.Publishing;
import io.aldis.benchmark.plan.TopicPattern;
import io.aldis.codec.Qos;
import java.util.Arrays;
import java.util.List;

/** Sends and receives without a broker between. */
final class Messages {

    static final int SIZE = 40;
    static final Stamp STAMP = new Stamp(77, SIZE);

    final Audience audience = new Audience(STAMP);

    static Publishing publishing(Qos qos) {
        return publishing(qos, false, SIZE, SIZE);
    }

    static Publishing publishing(Qos qos, boolean retain, int least, int most) {
        return new Publishing(TopicPattern.of("any"), qos, retain, least, most, 0, 0, 1);
    }

    Receiver subscriber(String filter, Qos qos) {
        return subscriber(filter, qos, true);
    }

    Receiver subscriber(String filter, Qos qos, boolean steady) {
        return audience.subscriber("somebody", steady, List.of(new Receiver.Wish(filter, qos, true)));
    }

    Stream stream(String topic, Qos qos) {
        return audience.stream(topic, publishing(qos));
    }

    /** A message on its way; nobody compares two. */
    @SuppressWarnings("ArrayRecordComponent")
    record Message(String topic, byte[] payload) {

        Receiver.Finding to(Receiver receiver) {
            return to(receiver, false);
        }

        /** As a client finds it: between other bytes. */
        Receiver.Finding to(Receiver receiver, boolean retain) {
            byte[] name = topic.getBytes(UTF_8);
            byte[] in = new byte[5 + name.length + 3 + payload.length + 7];
            Arrays.fill(in, (byte) 'x');
            System.arraycopy(name, 0, in, 5, name.length);
            int at = 5 + name.length + 3;
            System.arraycopy(payload, 0, in, at, payload.length);
            return receiver.accept(retain, in, 5, 5 + name.length, at, at + payload.length);
        }

        Message on(String otherTopic) {
            return new Message(otherTopic, payload);
        }

        Message with(byte[] otherPayload) {
            return new Message(topic, otherPayload);
        }

        Message changed() {
            byte[] changed = payload.clone();
            changed[changed.length / 2]++;
            return with(changed);
        }
    }

    /** The next message of a stream, which the broker takes. */
    static Message next(Stream stream) {
        Message message = unacknowledged(stream, SIZE);
        stream.acknowledged();
        return message;
    }

    /** The next message of a stream, of which the broker says nothing. */
    static Message unacknowledged(Stream stream, int size) {
        byte[] payload = new byte[size];
        STAMP.write(payload, 0, size, stream.id(), stream.next(), 123);
        return new Message(stream.topic(), payload);
    }

    /** So many messages. */
    static List<Message> next(Stream stream, int count) {
        return java.util.stream.Stream.generate(() -> next(stream)).limit(count).toList();
    }
}
