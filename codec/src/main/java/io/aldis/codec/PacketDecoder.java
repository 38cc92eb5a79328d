package io.aldis.codec;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one connection to packets, one by one, as they come.
 *
 * <p>Works in place on the buffer it is given: a packet that is not whole yet stays in there unread, and nothing of the
 * buffer is kept. The fixed header is judged as soon as it is there: type, flags, size limit, and whether a packet of
 * this type can have this length. So a packet that is refused is never waited for, and memory is only taken for bytes
 * that have come.
 *
 * <p>It refuses every malformed packet and every protocol error that shows in one packet and its place in the connection:
 * what comes first, what comes twice, who may send it. What the standards leave to a server is let through: client
 * identifiers of any length, topic filters that are no valid ones but not empty, which SUBACK answers, aliases and
 * identifiers in use, and payloads that are not what their payload format says. MQTT 3.1 is read with the freedom its
 * text gives: bits it does not use may be anything, DUP may stand on PUBREL, SUBSCRIBE and UNSUBSCRIBE, and a user name
 * and a password that the connect flags promise may be missing at the end.
 *
 * <p>For one connection and one thread at a time.
 */
public final class PacketDecoder {
    /** The first byte and a remaining length of one byte. */
    private static final int MINIMUM_HEADER = 2;

    private static final int MAXIMUM_LENGTH_BYTES = 4;

    // Lives as long as the connection.
    private final PacketReader reader;
    private int maximumPacketSize;
    private boolean isOpen;
    private @Nullable PacketException failure;

    // Lives as long as one fixed header.
    private int headerSize;
    private int remainingLength;

    private PacketDecoder(PacketReader reader, int maximumPacketSize) {
        this.reader = reader;
        maximumPacketSize(maximumPacketSize);
    }

    /**
     * A decoder of what clients send. It learns the version from CONNECT, which has to come first.
     *
     * @param maximumPacketSize in bytes, the fixed header counted
     */
    public static PacketDecoder ofServer(int maximumPacketSize) {
        return new PacketDecoder(new PacketReader(true, null), maximumPacketSize);
    }

    /**
     * A decoder of what servers send to a client that has sent a CONNECT of this version. CONNACK has to come first, or
     * AUTH.
     *
     * @param maximumPacketSize in bytes, the fixed header counted
     */
    public static PacketDecoder ofClient(MqttVersion version, int maximumPacketSize) {
        return new PacketDecoder(new PacketReader(false, version), maximumPacketSize);
    }

    /**
     * Looks topic names up in {@code cache} before making new strings of them. The cache may be shared within a thread.
     */
    public PacketDecoder topicCache(TopicCache cache) {
        reader.topicCache(cache);
        return this;
    }

    /** Sets the limit in bytes for the packets to come, at least 1; the fixed header is counted. */
    public void maximumPacketSize(int maximumPacketSize) {
        Check.range(maximumPacketSize, 1, Integer.MAX_VALUE, "maximum packet size");
        this.maximumPacketSize = maximumPacketSize;
    }

    /**
     * The version of the connection. Null in a decoder of a server until a CONNECT has told it; a CONNECT that is
     * refused for something that comes after the level has told it too.
     */
    public @Nullable MqttVersion version() {
        return reader.version();
    }

    /**
     * The properties of a CONNECT that was refused for something that comes after them, and so what its client takes for an
     * answer. No properties in all other cases.
     */
    public ConnectProperties refusedProperties() {
        return reader.connectProperties();
    }

    /**
     * Takes the next packet out of {@code in}.
     *
     * @return the packet; null if it is not whole yet, and then {@code in} is as it was
     * @throws PacketException if the standard forbids what came. The connection is then to be closed, and whenever
     *     the decoder is asked again it throws the same exception
     */
    public @Nullable Packet decode(ByteBuf in) {
        if (failure != null) {
            throw failure;
        }
        try {
            return readHeader(in) ? readPacket(in) : null;
        } catch (PacketException e) {
            failure = e;
            throw e;
        }
    }

    /** Whether a whole packet is there, after its header has been found good. */
    private boolean readHeader(ByteBuf in) {
        if (in.readableBytes() < MINIMUM_HEADER) {
            return false;
        }
        int first = in.getUnsignedByte(in.readerIndex());
        if (!isOpen) {
            requireOpening(first, in.getUnsignedByte(in.readerIndex() + 1));
        }
        FixedHeader.check(first, reader);
        if (!readRemainingLength(in)) {
            return false;
        }
        if ((long) headerSize + remainingLength > maximumPacketSize) {
            throw tooLarge(first);
        }
        FixedHeader.checkLength(first, remainingLength, reader);
        return in.readableBytes() - headerSize >= remainingLength;
    }

    /** MQTT 5.0, section 2.1.4. False if it is not there yet. */
    private boolean readRemainingLength(ByteBuf in) {
        int start = in.readerIndex() + 1;
        int available = Math.min(in.writerIndex() - start, MAXIMUM_LENGTH_BYTES);
        int value = 0;
        for (int i = 0; i < available; i++) {
            int digit = in.getByte(start + i);
            value |= (digit & 0x7F) << (7 * i);
            if (digit >= 0) {
                headerSize = 1 + i + 1;
                remainingLength = value;
                return true;
            }
        }
        if (available == MAXIMUM_LENGTH_BYTES) {
            throw PacketException.malformed("remaining length in more than 4 bytes");
        }
        return false;
    }

    private Packet readPacket(ByteBuf in) {
        int start = in.readerIndex();
        int body = start + headerSize;
        int end = body + remainingLength;
        int first = in.getUnsignedByte(start);
        PacketType type = PacketType.of(first >> 4);
        reader.open(in, type, first & 0x0F, body, end);
        try {
            Packet packet = readBody(type);
            reader.requireEnd();
            requireMinimalLength(type);
            reader.connectProperties(ConnectProperties.NONE);
            isOpen |= type != PacketType.AUTH;
            in.readerIndex(end);
            return packet;
        } finally {
            reader.close();
        }
    }

    private Packet readBody(PacketType type) {
        return switch (type) {
            case CONNECT -> Connect.read(reader);
            case CONNACK -> Connack.read(reader);
            case PUBLISH -> Publish.read(reader);
            case PUBACK -> Puback.read(reader);
            case PUBREC -> Pubrec.read(reader);
            case PUBREL -> Pubrel.read(reader);
            case PUBCOMP -> Pubcomp.read(reader);
            case SUBSCRIBE -> Subscribe.read(reader);
            case SUBACK -> Suback.read(reader);
            case UNSUBSCRIBE -> Unsubscribe.read(reader);
            case UNSUBACK -> Unsuback.read(reader);
            case PINGREQ -> Pingreq.INSTANCE;
            case PINGRESP -> Pingresp.INSTANCE;
            case DISCONNECT -> Disconnect.read(reader);
            case AUTH -> Auth.read(reader);
        };
    }

    /** [MQTT-1.5.5-1]. MQTT 3.x does not ask for it. */
    private void requireMinimalLength(PacketType type) {
        boolean minimal = headerSize == 1 + PacketWriter.variableByteInteger(null, remainingLength);
        if (!minimal && reader.is(MqttVersion.V5)) {
            throw PacketException.malformed(
                    type + ": remaining length " + remainingLength + " in more bytes than it needs");
        }
    }

    /** [MQTT-3.1.0-1], [MQTT-3.2.0-1], [MQTT3-3.1.0-1], [MQTT3-3.2.0-1] */
    private void requireOpening(int first, int second) {
        PacketType opening = reader.fromClient() ? PacketType.CONNECT : PacketType.CONNACK;
        int type = first >> 4;
        boolean authentication = !reader.fromClient() && type == PacketType.AUTH.code();
        if (first == FixedHeader.TLS_HANDSHAKE && second == FixedHeader.TLS_MAJOR_VERSION) {
            throw PacketException.malformed("a TLS handshake where MQTT is expected");
        }
        if (FixedHeader.isUpperCase(first) && FixedHeader.isUpperCase(second)) {
            throw PacketException.malformed("text, perhaps HTTP, where MQTT is expected");
        }
        if (type != opening.code() && type != 0 && !authentication) {
            throw PacketException.protocolError(PacketType.of(type) + " before " + opening);
        }
    }

    private PacketException tooLarge(int first) { // [MQTT-3.2.2-15]
        return new PacketException(
                PacketException.Kind.TOO_LARGE,
                ReasonCode.PACKET_TOO_LARGE,
                PacketType.of(first >> 4) + " of " + ((long) headerSize + remainingLength) + " bytes; at most "
                        + maximumPacketSize + " expected");
    }
}
