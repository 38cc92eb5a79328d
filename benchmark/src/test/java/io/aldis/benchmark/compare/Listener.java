package io.aldis.benchmark.compare;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;

/** A program that stands for a broker: it listens on the port that is its first argument, until a minute goes by without anybody. */
final class Listener {

    private Listener() {}

    /** With a second argument it leaves a file in that directory. */
    public static void main(String[] arguments) throws Exception {
        try (ServerSocket socket = new ServerSocket(
                Integer.parseInt(arguments[0]), 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}))) {
            if (arguments.length > 1) {
                Files.writeString(Path.of(arguments[1], "file"), "data");
            }
            socket.setSoTimeout(60_000);
            while (true) {
                socket.accept().close();
            }
        }
    }
}
