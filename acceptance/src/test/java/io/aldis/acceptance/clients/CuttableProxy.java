package io.aldis.acceptance.clients;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A wire between clients and the broker that can be cut: the broker then sees a connection die, as by a power cut. */
final class CuttableProxy implements AutoCloseable {
    private static final int BUFFER = 16 * 1024;

    private final String host;
    private final int port;
    private final ServerSocket server;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

    /** A wire to this broker. */
    CuttableProxy(String host, int port) {
        this.host = host;
        this.port = port;
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        run("accept", this::accept);
    }

    /** The port of the loopback address where clients connect. */
    int port() {
        return server.getLocalPort();
    }

    /** Breaks all connections; new ones may be made. */
    void cut() {
        sockets.forEach(CuttableProxy::reset);
        sockets.removeIf(Socket::isClosed);
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var client = server.accept();
                sockets.add(client);
                var broker = new Socket(host, port);
                sockets.add(broker);
                client.setTcpNoDelay(true);
                broker.setTcpNoDelay(true);
                run("to the broker", () -> pump(client, broker));
                run("to the client", () -> pump(broker, client));
            } catch (IOException e) {
                // Closed, or the broker is gone: the client will see a connection that ends.
                cut();
            }
        }
    }

    private static void pump(Socket from, Socket to) {
        var buffer = new byte[BUFFER];
        try {
            var in = from.getInputStream();
            var out = to.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                out.write(buffer, 0, count);
            }
            to.shutdownOutput();
        } catch (IOException e) {
            reset(to);
        }
    }

    private static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
        } catch (IOException e) {
            // It is closed already.
        }
    }

    private static void run(String name, Runnable body) {
        var thread = new Thread(body, "proxy " + name);
        thread.setDaemon(true);
        thread.start();
    }
}
