package io.aldis.testkit;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HexFormat;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** The other side of one connection, played by a script: it knows no MQTT, only bytes in hexadecimal. */
final class Peer implements Closeable {

    /** What the peer does on its connection, step by step. */
    @FunctionalInterface
    interface Script {
        void play(Peer peer) throws IOException;
    }

    private final ServerSocket server;
    private final FutureTask<Void> play;
    private Socket socket = new Socket();

    private Peer(ServerSocket server, Script script) {
        this.server = server;
        this.play = new FutureTask<>(() -> {
            try (Socket accepted = server.accept()) {
                socket = accepted;
                accepted.setTcpNoDelay(true);
                script.play(this);
            }
            return null;
        });
    }

    static Peer playing(Script script) throws IOException {
        Peer peer = new Peer(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()), script);
        new Thread(peer.play, "peer").start();
        return peer;
    }

    int port() {
        return server.getLocalPort();
    }

    /** Reads as many bytes as are expected, and fails unless it is these. */
    Peer hears(String hex) throws IOException {
        byte[] expected = bytes(hex);
        byte[] heard = socket.getInputStream().readNBytes(expected.length);
        if (!HexFormat.of().formatHex(heard).equals(HexFormat.of().formatHex(expected))) {
            throw new AssertionError(
                    "expected " + hex + ", but " + HexFormat.ofDelimiter(" ").formatHex(heard) + " came");
        }
        return this;
    }

    /** Sends these bytes in one write. */
    Peer says(String hex) throws IOException {
        socket.getOutputStream().write(bytes(hex));
        return this;
    }

    /** Sends these bytes one by one. */
    Peer spells(String hex) throws IOException {
        for (byte single : bytes(hex)) {
            socket.getOutputStream().write(single);
        }
        return this;
    }

    /** Returns when the client has closed the connection, and fails if it sent anything before. */
    void hearsTheEnd() throws IOException {
        InputStream in = socket.getInputStream();
        int next = in.read();
        if (next >= 0) {
            throw new AssertionError("expected the end, but the byte " + next + " came");
        }
    }

    /** Fails if the script did. */
    @Override
    public void close() throws IOException {
        try (server) {
            play.get();
        } catch (ExecutionException failed) {
            throw new AssertionError("the peer's script failed", failed.getCause());
        } catch (InterruptedException interrupted) {
            throw new UncheckedIOException(new IOException(interrupted));
        }
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }
}
