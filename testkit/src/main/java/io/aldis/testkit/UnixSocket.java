package io.aldis.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/**
 * A Unix domain socket in the shape that {@link RawClient#over} and {@link WebSocketSocket#open} take.
 *
 * <pre>{@code
 * RawClient client = RawClient.over(UnixSocket.open(Path.of("/run/broker.sock")));
 * }</pre>
 *
 * <p>For one thread at a time.
 */
public final class UnixSocket extends Socket {

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private int timeout;

    private UnixSocket(SocketChannel channel) throws IOException {
        this.channel = channel;
        channel.configureBlocking(false);
        selector = Selector.open();
        key = channel.register(selector, 0);
    }

    /**
     * Connects to the socket of this file.
     *
     * @throws UncheckedIOException if nobody listens there
     */
    public static UnixSocket open(Path file) {
        try {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            try {
                channel.connect(UnixDomainSocketAddress.of(file));
                return new UnixSocket(channel);
            } catch (IOException failed) {
                channel.close();
                throw failed;
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot connect to " + file, failed);
        }
    }

    private void await(int operation, long millis) throws IOException {
        key.interestOps(operation);
        if (selector.select(chosen -> {}, millis) == 0) {
            throw new SocketTimeoutException("nothing happened for " + millis + " ms");
        }
    }

    @Override
    public InputStream getInputStream() {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                byte[] one = new byte[1];
                return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
            }

            @Override
            public int read(byte[] into, int offset, int length) throws IOException {
                ByteBuffer free = ByteBuffer.wrap(into, offset, length);
                int count = channel.read(free);
                while (count == 0 && length > 0) {
                    await(SelectionKey.OP_READ, timeout);
                    count = channel.read(free);
                }
                return count;
            }
        };
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
                ByteBuffer left = ByteBuffer.wrap(bytes, offset, length);
                while (left.hasRemaining()) {
                    if (channel.write(left) == 0) {
                        await(SelectionKey.OP_WRITE, 0);
                    }
                }
            }
        };
    }

    @Override
    public synchronized void setSoTimeout(int millis) {
        timeout = millis;
    }

    /** Does nothing: what is closed here never lingers. */
    @Override
    public void setSoLinger(boolean on, int seconds) {}

    @Override
    public void shutdownOutput() throws IOException {
        channel.shutdownOutput();
    }

    @Override
    public synchronized void close() throws IOException {
        selector.close();
        channel.close();
    }
}
