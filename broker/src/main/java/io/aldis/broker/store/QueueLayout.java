package io.aldis.broker.store;

import io.aldis.broker.message.Message;
import io.aldis.codec.Qos;
import java.util.ArrayList;
import java.util.List;

/** How a queue is written: its rows, and what is known of it without them. */
final class QueueLayout {

    private static final int ROW_LAYOUT = 1;
    private static final int STATE_LAYOUT = 1;

    // A byte of flags; the lowest two bits are the QoS, the next two the state.
    private static final int QOS = 0x03;
    private static final int STATE = 0x0C;
    private static final int STATE_SHIFT = 2;
    private static final int RETAIN = 0x10;
    private static final int IDENTIFIERS = 0x20;
    private static final int SHARE = 0x40;
    private static final int MESSAGE = 0x80;

    private QueueLayout() {}

    static void write(RecordWriter out, QueuedRow row) {
        List<Integer> identifiers = row.subscriptionIdentifiers();
        Message message = row.message();
        out.one(ROW_LAYOUT)
                .one(row.qos().level()
                        | code(row.state()) << STATE_SHIFT
                        | (row.retain() ? RETAIN : 0)
                        | (identifiers.isEmpty() ? 0 : IDENTIFIERS)
                        | (row.share().isEmpty() ? 0 : SHARE)
                        | (message == null ? 0 : MESSAGE))
                .number(row.shared());
        if (!identifiers.isEmpty()) {
            out.number(identifiers.size());
            for (int identifier : identifiers) {
                out.number(identifier);
            }
        }
        if (!row.share().isEmpty()) {
            out.text(row.share());
        }
        if (message != null) {
            MessageLayout.write(out, message);
        }
    }

    static QueuedRow readRow(RecordReader in) {
        in.layout(ROW_LAYOUT);
        int flags = in.one(); // All eight are known.
        Qos qos = Qos.of(flags & QOS);
        QueuedRow.State state = state((flags & STATE) >> STATE_SHIFT);
        long shared = in.number();
        List<Integer> identifiers = (flags & IDENTIFIERS) != 0 ? readIdentifiers(in) : List.of();
        String share = (flags & SHARE) != 0 ? in.text() : "";
        Message message = (flags & MESSAGE) != 0 ? MessageLayout.read(in) : null;
        return new QueuedRow(state, qos, (flags & RETAIN) != 0, identifiers, share, message, shared);
    }

    private static List<Integer> readIdentifiers(RecordReader in) {
        int count = in.count(1);
        if (count == 1) {
            return List.of(in.small());
        }
        List<Integer> identifiers = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            identifiers.add(in.small());
        }
        return List.copyOf(identifiers);
    }

    private static int code(QueuedRow.State state) {
        return switch (state) {
            case OPEN -> 0;
            case RECEIVED -> 1;
            case DONE -> 2;
        };
    }

    private static QueuedRow.State state(int code) {
        return switch (code) {
            case 0 -> QueuedRow.State.OPEN;
            case 1 -> QueuedRow.State.RECEIVED;
            case 2 -> QueuedRow.State.DONE;
            default -> throw new IllegalArgumentException("it is damaged: state " + code + "; 0, 1 or 2 expected");
        };
    }

    /** Roughly. */
    static int size(QueuedRow row) {
        Message message = row.message();
        return message == null ? 32 : message.bytes();
    }

    static void write(RecordWriter out, QueueState state) {
        out.one(STATE_LAYOUT)
                .number(state.next())
                .number(state.head())
                .number(state.boundary())
                .number(state.firstNumber())
                .number(state.messages())
                .number(state.bytes())
                .number(state.waiting())
                .number(state.waitingBytes());
    }

    static QueueState readState(RecordReader in) {
        in.layout(STATE_LAYOUT);
        return new QueueState(
                in.number(), in.number(), in.number(), in.number(), in.number(), in.number(), in.number(), in.number());
    }
}
