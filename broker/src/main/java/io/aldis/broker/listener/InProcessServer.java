package io.aldis.broker.listener;

import io.netty.channel.Channel;
import io.netty.channel.local.LocalAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.SocketFactory;

/** Accepts MQTT connections of this very program, without the network. Callable from any thread. */
public final class InProcessServer implements AutoCloseable {

    private final EventLoops loops;
    private final Pipelines pipelines;
    private final Set<Channel> accepted = ConcurrentHashMap.newKeySet();
    private final AtomicLong lastNumber = new AtomicLong();
    private volatile boolean closed;

    /** A server that puts its connections on {@code loops}. */
    public InProcessServer(EventLoops loops, Pipelines pipelines) {
        this.loops = loops;
        this.pipelines = pipelines;
    }

    /** Makes sockets that end here, whatever address they are told. */
    public SocketFactory sockets() {
        return new Sockets();
    }

    private InProcessChannel accept() {
        if (closed) {
            throw new UncheckedIOException(new ConnectException("The broker accepts no more connections"));
        }
        if (!pipelines.door().enter()) {
            throw new UncheckedIOException(new ConnectException("The broker has as many connections as it may have"));
        }
        InProcessChannel channel = new InProcessChannel(new LocalAddress("in-process-" + lastNumber.incrementAndGet()));
        channel.config().setWriteBufferWaterMark(pipelines.waterMark());
        channel.pipeline().addLast(pipelines);
        accepted.add(channel);
        channel.closeFuture().addListener(gone -> {
            accepted.remove(channel);
            pipelines.door().left();
        });
        loops.group().register(channel);
        return channel;
    }

    /** Accepts no more connections; those accepted go on. */
    @Override
    public void close() {
        closed = true;
    }

    /** Ends the connections that are left; the loops, when they end, do not know of them. */
    public void cut() {
        accepted.forEach(Channel::close);
    }

    private final class Sockets extends SocketFactory {

        @Override
        public Socket createSocket() throws IOException {
            return new InProcessSocket(InProcessServer.this::accept);
        }

        private Socket connected() throws IOException {
            Socket socket = createSocket();
            socket.connect(null);
            return socket;
        }

        @Override
        public Socket createSocket(String host, int port) throws IOException {
            return connected();
        }

        @Override
        public Socket createSocket(String host, int port, InetAddress from, int fromPort) throws IOException {
            return connected();
        }

        @Override
        public Socket createSocket(InetAddress host, int port) throws IOException {
            return connected();
        }

        @Override
        public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) throws IOException {
            return connected();
        }
    }
}
