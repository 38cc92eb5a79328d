package io.aldis.examples;

import io.aldis.codec.Binary;
import io.aldis.codec.Connack;
import io.aldis.codec.Connect;
import io.aldis.codec.Disconnect;
import io.aldis.codec.MqttVersion;
import io.aldis.codec.Packet;
import io.aldis.codec.PacketDecoder;
import io.aldis.codec.PacketEncoder;
import io.aldis.codec.Puback;
import io.aldis.codec.Publish;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;

/**
 * A client of a few lines on the codec alone: it connects, publishes a message of QoS 1, waits for the acknowledgement, and leaves. The
 * codec makes bytes of packets and packets of bytes; the socket is an ordinary one.
 */
final class CodecClient implements AutoCloseable {

    private static final MqttVersion VERSION = MqttVersion.V5;
    private static final int LARGEST_PACKET = 1024 * 1024;

    private final Socket socket;
    private final PacketDecoder decoder = PacketDecoder.ofClient(VERSION, LARGEST_PACKET);
    private final ByteBuf received = Unpooled.buffer();

    CodecClient(String host, int port) throws IOException {
        socket = new Socket(host, port);
    }

    void send(Packet packet) throws IOException {
        ByteBuf bytes = Unpooled.buffer(PacketEncoder.size(packet, VERSION));
        PacketEncoder.encode(packet, VERSION, bytes);
        bytes.readBytes(socket.getOutputStream(), bytes.readableBytes());
    }

    /** Sends bytes that need not be a packet. */
    void sendBytes(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /** The next packet; waits for it. What is not yet a whole packet stays in the buffer until more has come. */
    Packet receive() throws IOException {
        Packet packet;
        while ((packet = decoder.decode(received)) == null) {
            if (received.writeBytes(socket.getInputStream(), 4096) < 0) {
                throw new EOFException("The broker has closed the connection.");
            }
        }
        return packet;
    }

    <P extends Packet> P receive(Class<P> type) throws IOException {
        Packet packet = receive();
        if (!type.isInstance(packet)) {
            throw new IOException("A " + type.getSimpleName() + " was expected, but this came: " + packet);
        }
        return type.cast(packet);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** Publishes one message; answers what the broker said to it. */
    static Puback publish(String host, int port, String topic, String text) throws IOException {
        try (CodecClient client = new CodecClient(host, port)) {
            client.send(Connect.of(VERSION, "codec-client"));
            Connack connack = client.receive(Connack.class);
            if (connack.reason().isError()) {
                throw new IOException("The broker refused the client: " + connack.reason());
            }
            client.send(Publish.qos1(topic, Binary.utf8(text), 1));
            Puback puback = client.receive(Puback.class);
            client.send(new Disconnect());
            return puback;
        }
    }

    public static void main(String[] args) throws IOException {
        System.out.println(publish("127.0.0.1", 1883, "greeting", "hello"));
    }
}
