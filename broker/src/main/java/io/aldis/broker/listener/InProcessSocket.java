package io.aldis.broker.listener;

import io.netty.channel.local.LocalAddress;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The client's end of an in-process connection, in the shape that clients know. It connects to its broker whatever the address;
 * options that speak of the network are taken and do nothing.
 *
 * <p>As safe as sockets are: one thread may read, another write, and any may close.
 */
final class InProcessSocket extends Socket {

    private final Supplier<InProcessChannel> door;
    private final InputStream in = new In();
    private final OutputStream out = new Out();
    private volatile @Nullable InProcessChannel broker;
    private volatile boolean closed;
    private volatile boolean inputShut;
    private volatile boolean outputShut;
    private volatile int timeoutMillis;
    private volatile int lingerSeconds = -1;

    /**
     * A socket that is not connected.
     *
     * @param door opens connections; throws {@link java.io.UncheckedIOException} if the broker does not accept them
     */
    InProcessSocket(Supplier<InProcessChannel> door) throws SocketException {
        super((SocketImpl) null);
        this.door = door;
    }

    // Connecting.

    @Override
    public void connect(@Nullable SocketAddress ignored) throws IOException {
        connect(ignored, 0);
    }

    @Override
    public synchronized void connect(@Nullable SocketAddress ignored, int timeout) throws IOException {
        requireOpen();
        if (broker != null) {
            throw new SocketException("already connected");
        }
        try {
            broker = door.get();
        } catch (java.io.UncheckedIOException refused) {
            throw Objects.requireNonNull(refused.getCause());
        }
    }

    @Override
    public void bind(@Nullable SocketAddress ignored) throws IOException {
        requireOpen();
    }

    private void requireOpen() throws SocketException {
        if (closed) {
            throw new SocketException("Socket is closed");
        }
    }

    private InProcessChannel connected() throws SocketException {
        requireOpen();
        InProcessChannel present = broker;
        if (present == null) {
            throw new SocketException("Socket is not connected");
        }
        return present;
    }

    // Bytes.

    @Override
    public InputStream getInputStream() throws IOException {
        connected();
        if (inputShut) {
            throw new SocketException("Socket input is shutdown");
        }
        return in;
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
        connected();
        if (outputShut) {
            throw new SocketException("Socket output is shutdown");
        }
        return out;
    }

    private final class In extends InputStream {

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, into.length);
            InProcessChannel from = connected();
            if (inputShut) {
                return -1;
            }
            int taken = length == 0 ? 0 : from.toClient().take(into, offset, length, timeoutMillis);
            if (taken < 0) {
                requireOpen(); // Whoever closes while another reads ends both directions; the reader hears of the
                // closing.
            }
            return taken;
        }

        @Override
        public int available() throws IOException {
            return connected().toClient().available();
        }

        @Override
        public void close() throws IOException {
            InProcessSocket.this.close();
        }
    }

    private final class Out extends OutputStream {

        @Override
        public void write(int one) throws IOException {
            write(new byte[] {(byte) one}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, from.length);
            connected().fromClient().put(from, offset, length);
        }

        @Override
        public void close() throws IOException {
            InProcessSocket.this.close();
        }
    }

    // The end.

    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        InProcessChannel left = broker;
        if (left != null) {
            if (lingerSeconds == 0) {
                left.fromClient().reset();
            } else {
                left.fromClient().end();
            }
            left.toClient().abandon();
        }
    }

    @Override
    public void shutdownInput() throws IOException {
        connected().toClient().abandon();
        inputShut = true;
    }

    @Override
    public void shutdownOutput() throws IOException {
        connected().fromClient().end();
        outputShut = true;
    }

    @Override
    public boolean isConnected() {
        return broker != null;
    }

    @Override
    public boolean isBound() {
        return broker != null;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public boolean isInputShutdown() {
        return inputShut;
    }

    @Override
    public boolean isOutputShutdown() {
        return outputShut;
    }

    // Options with a meaning.

    @Override
    public synchronized void setSoTimeout(int millis) throws SocketException {
        requireOpen();
        if (millis < 0) {
            throw new IllegalArgumentException("The timeout is " + millis + " ms, but it must be 0 or more.");
        }
        timeoutMillis = millis;
    }

    @Override
    public synchronized int getSoTimeout() {
        return timeoutMillis;
    }

    /** With 0 seconds, closing breaks the connection off, as it does with TCP. */
    @Override
    public void setSoLinger(boolean on, int seconds) throws SocketException {
        requireOpen();
        lingerSeconds = on ? seconds : -1;
    }

    @Override
    public int getSoLinger() {
        return lingerSeconds;
    }

    // Addresses.

    @Override
    public @Nullable InetAddress getInetAddress() {
        return broker == null ? null : InetAddress.getLoopbackAddress();
    }

    @Override
    public InetAddress getLocalAddress() {
        return InetAddress.getLoopbackAddress();
    }

    @Override
    public int getPort() {
        return 0;
    }

    @Override
    public int getLocalPort() {
        return broker == null ? -1 : 0;
    }

    @Override
    public @Nullable SocketAddress getRemoteSocketAddress() {
        InProcessChannel present = broker;
        return present == null ? null : present.localAddress();
    }

    @Override
    public SocketAddress getLocalSocketAddress() {
        InProcessChannel present = broker;
        return present == null ? LocalAddress.ANY : present.remoteAddress();
    }

    @Override
    public @Nullable SocketChannel getChannel() {
        return null;
    }

    // Options of a network.

    @Override
    public void setTcpNoDelay(boolean on) {}

    @Override
    public boolean getTcpNoDelay() {
        return true;
    }

    @Override
    public void setKeepAlive(boolean on) {}

    @Override
    public boolean getKeepAlive() {
        return false;
    }

    @Override
    public void setReuseAddress(boolean on) {}

    @Override
    public boolean getReuseAddress() {
        return false;
    }

    @Override
    public void setOOBInline(boolean on) {}

    @Override
    public boolean getOOBInline() {
        return false;
    }

    @Override
    public void setTrafficClass(int trafficClass) {}

    @Override
    public int getTrafficClass() {
        return 0;
    }

    @Override
    public void setSendBufferSize(int size) {}

    @Override
    public int getSendBufferSize() {
        return Pipe.CAPACITY;
    }

    @Override
    public void setReceiveBufferSize(int size) {}

    @Override
    public int getReceiveBufferSize() {
        return Pipe.CAPACITY;
    }

    @Override
    public void sendUrgentData(int data) throws IOException {
        throw new SocketException("An in-process connection has no urgent data");
    }

    @Override
    public String toString() {
        return "InProcessSocket[" + getLocalSocketAddress() + (closed ? ", closed]" : "]");
    }
}
