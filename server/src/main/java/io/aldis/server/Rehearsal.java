package io.aldis.server;

import io.aldis.broker.Broker;
import io.aldis.codec.Binary;
import io.aldis.codec.Connect;
import io.aldis.codec.Disconnect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.PacketEncoder;
import io.aldis.codec.Publish;
import io.aldis.codec.Pubrel;
import io.aldis.codec.Qos;
import io.aldis.codec.Subscribe;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.net.InetAddress;
import java.net.Socket;

/**
 * A short life of the program, from {@code aldis start} over two clients that publish to themselves to the stop. The
 * launcher lets Java write down which classes it takes; an archive of them halves the time of every later start.
 */
final class Rehearsal {

    private static final Packet[] SAID_BY_EACH_CLIENT = {
        Subscribe.of(1, "rehearsal/#", Qos.EXACTLY_ONCE),
        Publish.qos0("rehearsal", Binary.utf8("fire and forget")),
        Publish.qos1("rehearsal", Binary.utf8("at least once"), 2),
        Publish.qos2("rehearsal", Binary.utf8("exactly once"), 3),
        new Pubrel(3),
        new Disconnect()
    };

    private Rehearsal() {}

    public static void main(String[] arguments) {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        StopCause clientsAreDone = broker -> {
            play(broker, Connect.v311("rehearsal"));
            play(broker, Connect.v5("rehearsal"));
            return "the rehearsal";
        };
        // Heard, though nobody sends any: the classes of that are needed, too.
        StopSignal.heardFromNowOn(nowhere);
        System.exit(new Commands(nowhere, nowhere, () -> clientsAreDone).run("start", "--port", "0"));
    }

    /** Says all at once, then listens until the broker hangs up. */
    private static void play(Broker broker, Connect connect) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), broker.port())) {
            socket.getOutputStream().write(encoded(connect));
            socket.getInputStream().transferTo(OutputStream.nullOutputStream());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static byte[] encoded(Connect connect) {
        MqttVersion version = connect.version();
        ByteBuf out = Unpooled.buffer();
        PacketEncoder.encode(connect, version, out);
        for (Packet packet : SAID_BY_EACH_CLIENT) {
            PacketEncoder.encode(packet, version, out);
        }
        byte[] bytes = new byte[out.readableBytes()];
        out.readBytes(bytes);
        return bytes;
    }
}
