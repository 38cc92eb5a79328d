package io.aldis.broker.listener;

import io.aldis.broker.connection.InputEnded;
import io.aldis.broker.connection.LayerViolated;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The frames of a WebSocket (RFC 6455 §5): takes the bytes of MQTT out of them as they come, whatever the frames' size, and puts what
 * is sent into binary ones, a frame for each write. Answers pings. Confined to the channel's loop.
 *
 * <p>Not Netty's decoder, which gathers a whole frame before it passes it on: a stranger could announce a large one and have us keep it.
 */
final class WebSocketFrames extends ChannelDuplexHandler {

    private static final int CONTINUATION = 0x0;
    private static final int TEXT = 0x1;
    private static final int BINARY = 0x2;
    private static final int CLOSE = 0x8;
    private static final int PING = 0x9;
    private static final int PONG = 0xA;

    private static final int FIN = 0x80;
    private static final int RESERVED_BITS = 0x70;
    private static final int OPCODE = 0x0F;
    private static final int CONTROL = 0x08;
    private static final int MASKED = 0x80;
    private static final int LENGTH = 0x7F;

    private static final int LENGTH_IN_SHORT = 126;
    private static final int LENGTH_IN_LONG = 127;
    private static final int LONGEST_CONTROL = 125;
    private static final int LONGEST_HEADER = 14;

    private static final int NORMAL = 1000;
    private static final int PROTOCOL_ERROR = 1002;
    private static final int UNACCEPTABLE_DATA = 1003;

    private final byte[] header = new byte[LONGEST_HEADER];
    private final byte[] control = new byte[LONGEST_CONTROL];
    private @Nullable ChannelHandlerContext context;

    // The frame that is being read.
    private int headerRead;
    private int headerLength = 2;
    private int opcode;
    private int mask;
    private long left;
    private int controlRead;

    /** Whether the last frame of a message is still to come. */
    private boolean fragmented;

    /** Nothing that comes is looked at any more. */
    private boolean deaf;

    /** The last frame was sent. */
    private boolean mute;

    private int endsWith = NORMAL;
    private boolean toFlush;

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    // Input.

    @Override
    public void channelRead(ChannelHandlerContext context, Object received) {
        ByteBuf in = (ByteBuf) received;
        try {
            while (!deaf && in.isReadable()) {
                if (headerRead < headerLength) {
                    readHeader(context, in);
                } else {
                    readPayload(context, in);
                }
            }
        } finally {
            in.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        if (toFlush) {
            toFlush = false;
            context.flush();
        }
        context.fireChannelReadComplete();
    }

    private void readHeader(ChannelHandlerContext context, ByteBuf in) {
        int some = Math.min(headerLength - headerRead, in.readableBytes());
        in.readBytes(header, headerRead, some);
        headerRead += some;
        if (headerRead == 2) {
            begin(context);
        }
        if (headerRead == headerLength && !deaf) {
            measure(context);
        }
    }

    /** The first two bytes are there. */
    private void begin(ChannelHandlerContext context) {
        boolean fin = (header[0] & FIN) != 0;
        int length = header[1] & LENGTH;
        opcode = header[0] & OPCODE;
        boolean isControl = (opcode & CONTROL) != 0;
        if ((header[0] & RESERVED_BITS) != 0) {
            violated(
                    context,
                    PROTOCOL_ERROR,
                    "A frame of the WebSocket has bits set that no extension was agreed on for.");
        } else if ((header[1] & MASKED) == 0) {
            violated(context, PROTOCOL_ERROR, "A frame of the WebSocket is not masked.");
        } else if (isControl && (!fin || length > LONGEST_CONTROL)) {
            violated(
                    context, PROTOCOL_ERROR, "A control frame of the WebSocket is in parts, or longer than 125 bytes.");
        } else if (opcode == TEXT) { // [MQTT-6.0.0-1], [MQTT3-6.0.0-1]
            violated(context, UNACCEPTABLE_DATA, "A text came in the WebSocket, but MQTT is sent in binary frames.");
        } else if (opcode == CONTINUATION ? !fragmented : opcode == BINARY && fragmented) {
            violated(
                    context,
                    PROTOCOL_ERROR,
                    "A frame of the WebSocket continues no message, or begins one within another.");
        } else if (opcode != CONTINUATION && opcode != BINARY && (opcode < CLOSE || opcode > PONG)) {
            violated(context, PROTOCOL_ERROR, "A frame of the WebSocket has the unknown opcode " + opcode + ".");
        } else if (!isControl) {
            fragmented = !fin;
        }
        headerLength = 2 + 4 + (length == LENGTH_IN_SHORT ? 2 : length == LENGTH_IN_LONG ? 8 : 0);
    }

    /** The whole header is there. */
    private void measure(ChannelHandlerContext context) {
        int at = 2;
        left = header[1] & LENGTH;
        int lengthBytes = headerLength - 6;
        if (lengthBytes > 0) {
            left = 0;
            for (int i = 0; i < lengthBytes; i++) {
                left = left << 8 | (header[at++] & 0xFF);
            }
        }
        mask = 0;
        for (int i = 0; i < 4; i++) {
            mask = mask << 8 | (header[at++] & 0xFF);
        }
        controlRead = 0;
        if (left < 0) {
            violated(context, PROTOCOL_ERROR, "A frame of the WebSocket is longer than can be.");
        } else if (left < LENGTH_IN_SHORT ? lengthBytes > 0 : left < 0x1_0000 && lengthBytes > 2) {
            violated(context, PROTOCOL_ERROR, "A frame of the WebSocket tells its length in more bytes than needed.");
        } else if (left == 0) {
            ended(context);
        }
    }

    private void readPayload(ChannelHandlerContext context, ByteBuf in) {
        int some = (int) Math.min(left, in.readableBytes());
        left -= some;
        boolean last = left == 0;
        if ((opcode & CONTROL) == 0) {
            ByteBuf payload = unmasked(context, in, some);
            if (last) {
                ended(context);
            }
            context.fireChannelRead(payload); // [MQTT-6.0.0-2], [MQTT3-6.0.0-2]
        } else {
            ByteBuf payload = unmasked(context, in, some);
            payload.readBytes(control, controlRead, some).release();
            controlRead += some;
            if (last) {
                ended(context);
            }
        }
    }

    /** The next bytes, made readable where they lie, and the mask turned for those after them. */
    private ByteBuf unmasked(ChannelHandlerContext context, ByteBuf in, int length) {
        ByteBuf payload =
                in.isReadOnly() ? context.alloc().buffer(length).writeBytes(in, length) : in.readRetainedSlice(length);
        int i = payload.readerIndex();
        int end = i + length;
        long wide = (long) mask << 32 | (mask & 0xFFFF_FFFFL);
        for (; end - i >= 8; i += 8) {
            payload.setLong(i, payload.getLong(i) ^ wide);
        }
        for (int turn = 24; i < end; i++, turn -= 8) {
            payload.setByte(i, payload.getByte(i) ^ (mask >>> (turn & 31)));
        }
        mask = Integer.rotateLeft(mask, (length & 3) * 8);
        return payload;
    }

    /** The frame is read. */
    private void ended(ChannelHandlerContext context) {
        headerRead = 0;
        headerLength = 2;
        if (opcode == PING) {
            pong(context);
        } else if (opcode == CLOSE) {
            deaf = true;
            endsWith = controlRead == 0
                    ? NORMAL
                    : controlRead == 1 ? PROTOCOL_ERROR : answerTo((control[0] & 0xFF) << 8 | (control[1] & 0xFF));
            context.fireUserEventTriggered(InputEnded.EVENT);
        }
    }

    /** RFC 6455 §5.5.1 and §7.4: the same code, unless it is none that may be sent. */
    private static int answerTo(int code) {
        boolean sayable =
                (code >= NORMAL && code <= 1014 && (code < 1004 || code > 1006)) || (code >= 3000 && code < 5000);
        return sayable ? code : PROTOCOL_ERROR;
    }

    /** A client that does not take what it is sent is owed no answer: the next ping will get one. */
    private void pong(ChannelHandlerContext context) {
        if (!mute && context.channel().isWritable()) {
            ByteBuf frame = context.alloc().buffer(2 + controlRead);
            frame.writeByte(FIN | PONG).writeByte(controlRead).writeBytes(control, 0, controlRead);
            context.write(frame, context.voidPromise());
            toFlush = true;
        }
    }

    private void violated(ChannelHandlerContext context, int code, String what) {
        deaf = true;
        endsWith = code;
        context.fireUserEventTriggered(new LayerViolated(what));
    }

    // Output.

    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
        ByteBuf payload = (ByteBuf) message;
        if (mute) {
            payload.release();
            promise.trySuccess();
            return;
        }
        int length = payload.readableBytes();
        if (length > 0) {
            ByteBuf start = context.alloc().buffer(LONGEST_HEADER);
            start.writeByte(FIN | BINARY);
            if (length < LENGTH_IN_SHORT) {
                start.writeByte(length);
            } else if (length < 0x1_0000) {
                start.writeByte(LENGTH_IN_SHORT).writeShort(length);
            } else {
                start.writeByte(LENGTH_IN_LONG).writeLong(length);
            }
            context.write(start, context.voidPromise());
        }
        context.write(payload, promise);
    }

    @Override
    public void close(ChannelHandlerContext context, ChannelPromise promise) {
        end();
        context.close(promise);
    }

    /** Sends the last frame, unless it was sent. */
    ChannelFuture end() {
        ChannelHandlerContext own = Objects.requireNonNull(context);
        if (mute) {
            return own.newSucceededFuture();
        }
        mute = true;
        ByteBuf frame = own.alloc().buffer(4);
        frame.writeByte(FIN | CLOSE).writeByte(2).writeShort(endsWith);
        return own.writeAndFlush(frame);
    }
}
