package io.aldis.testkit;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.OptionalInt;

/**
 * A socket whose bytes travel in the binary frames of a WebSocket, for {@link RawClient#over}; frames that do what they must not can
 * be sent, too. Each write to its stream is one frame.
 *
 * <pre>{@code
 * RawClient client = RawClient.over(WebSocketSocket.open(new Socket("127.0.0.1", port), "/mqtt"));
 * }</pre>
 *
 * <p>For one thread at a time.
 */
public final class WebSocketSocket extends Socket {

    public static final int CONTINUATION = 0;
    public static final int TEXT = 1;
    public static final int BINARY = 2;
    public static final int CLOSE = 8;
    public static final int PING = 9;
    public static final int PONG = 10;

    private static final byte[] MASK = {0x55, (byte) 0xAA, 0x0F, (byte) 0xF1};
    private static final int LARGEST_HEAD = 64 * 1024;

    private final Socket under;
    private final Frames frames = new Frames();
    private final ByteArrayOutputStream pongs = new ByteArrayOutputStream();
    private int closeCode = -1;

    private WebSocketSocket(Socket under) {
        this.under = under;
    }

    /** Makes a WebSocket with sub-protocol "mqtt" of a socket that is connected. */
    public static WebSocketSocket open(Socket under, String path) {
        String head = ask(under, request(path, "Sec-WebSocket-Protocol: mqtt"));
        if (!head.startsWith("HTTP/1.1 101 ")) {
            throw new AssertionError("expected a WebSocket, but this came: " + head);
        }
        return new WebSocketSocket(under);
    }

    /** The request that a client begins with, with one more header field. */
    public static String request(String path, String field) {
        return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Key: " + Base64.getEncoder().encodeToString(new byte[16])
                + "\r\nSec-WebSocket-Version: 13\r\n"
                + field + "\r\n\r\n";
    }

    /** Sends a request, and takes the head of the answer: its first line and its header fields, up to the empty line. */
    public static String ask(Socket socket, String request) {
        try {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            StringBuilder head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0 && head.length() < LARGEST_HEAD) {
                int next = socket.getInputStream().read();
                if (next < 0) {
                    return head.toString();
                }
                head.append((char) next);
            }
            return head.toString();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Sends a frame, masked as a client must. */
    public void sendFrame(int opcode, boolean last, byte[] payload) {
        sendBytes(frame(opcode, last, payload));
    }

    /** A frame, masked as a client must. */
    public static byte[] frame(int opcode, boolean last, byte[] payload) {
        ByteBuffer out = ByteBuffer.allocate(payload.length + 14);
        out.put((byte) ((last ? 0x80 : 0) | opcode));
        if (payload.length < 126) {
            out.put((byte) (0x80 | payload.length));
        } else if (payload.length < 0x1_0000) {
            out.put((byte) (0x80 | 126)).putShort((short) payload.length);
        } else {
            out.put((byte) (0x80 | 127)).putLong(payload.length);
        }
        out.put(MASK);
        for (int i = 0; i < payload.length; i++) {
            out.put((byte) (payload[i] ^ MASK[i & 3]));
        }
        byte[] frame = new byte[out.flip().remaining()];
        out.get(frame);
        return frame;
    }

    /** Sends bytes as they are, whatever they mean to a WebSocket. */
    public void sendBytes(byte[] bytes) {
        try {
            under.getOutputStream().write(bytes);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** The code of the frame with which the other side closed; empty as long as none was read. */
    public OptionalInt closeCode() {
        return closeCode < 0 ? OptionalInt.empty() : OptionalInt.of(closeCode);
    }

    /** What was in all PONG frames that were read. */
    public byte[] pongs() {
        return pongs.toByteArray();
    }

    private final class Frames extends InputStream {

        private long left;

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            InputStream in = under.getInputStream();
            while (left == 0) {
                int first = in.read();
                if (first < 0 || closeCode >= 0) {
                    return -1;
                }
                int second = next(in);
                left = second == 126 ? number(in, 2) : second == 127 ? number(in, 8) : second;
                int opcode = first & 0x0F;
                if (opcode > BINARY) {
                    byte[] control = in.readNBytes((int) left);
                    left = 0;
                    taken(opcode, control);
                } else if (opcode == TEXT || second > 127) {
                    throw new AssertionError("expected binary frames without masks, but another one came");
                }
            }
            int read = in.read(into, offset, (int) Math.min(length, left));
            left -= Math.max(read, 0);
            return read;
        }

        private void taken(int opcode, byte[] control) {
            if (opcode == CLOSE) {
                closeCode = control.length < 2 ? 1005 : (control[0] & 0xFF) << 8 | (control[1] & 0xFF);
            } else if (opcode == PONG) {
                pongs.writeBytes(control);
            }
        }

        private static int next(InputStream in) throws IOException {
            int next = in.read();
            if (next < 0) {
                throw new EOFException("the connection was closed within a frame");
            }
            return next;
        }

        private static long number(InputStream in, int bytes) throws IOException {
            long number = 0;
            for (int i = 0; i < bytes; i++) {
                number = number << 8 | next(in);
            }
            return number;
        }
    }

    @Override
    public InputStream getInputStream() {
        return frames;
    }

    @Override
    public OutputStream getOutputStream() {
        return new OutputStream() {
            @Override
            public void write(int single) throws IOException {
                write(new byte[] {(byte) single}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                under.getOutputStream().write(frame(BINARY, true, Arrays.copyOfRange(bytes, offset, offset + length)));
            }
        };
    }

    @Override
    public synchronized void setSoTimeout(int millis) throws SocketException {
        under.setSoTimeout(millis);
    }

    @Override
    public void shutdownOutput() throws IOException {
        under.shutdownOutput();
    }

    @Override
    public synchronized void close() throws IOException {
        under.close();
    }
}
