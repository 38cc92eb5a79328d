package io.aldis.codec;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The data representations of MQTT on their way out (MQTT 5.0, section 1.5).
 *
 * <p>Every method gives the number of bytes and, if {@code out} is not null, appends them. So one description of a
 * packet serves to measure it, which is also where unsayable text is found, and to write it.
 */
final class PacketWriter {
    private PacketWriter() {}

    static int oneByte(@Nullable ByteBuf out, int value) {
        if (out != null) {
            out.writeByte(value);
        }
        return 1;
    }

    static int twoBytes(@Nullable ByteBuf out, int value) {
        if (out != null) {
            out.writeShort(value);
        }
        return 2;
    }

    static int variableByteInteger(@Nullable ByteBuf out, long value) {
        Check.packetSize(value);
        if (out != null) {
            int rest = (int) value;
            while (rest > 0x7F) {
                out.writeByte((rest & 0x7F) | 0x80);
                rest >>>= 7;
            }
            out.writeByte(rest);
        }
        return value < 1 << 7 ? 1 : value < 1 << 14 ? 2 : value < 1 << 21 ? 3 : 4;
    }

    static int string(@Nullable ByteBuf out, String text) {
        int length = Utf8.length(text);
        if (out != null) {
            out.writeShort(length);
            Utf8.write(out, text, length);
        }
        return 2 + length;
    }

    static int binary(@Nullable ByteBuf out, Binary binary) {
        Check.that(binary.size() <= Check.MAXIMUM_TWO_BYTES, "binary data of more than 65535 bytes");
        if (out != null) {
            out.writeShort(binary.size());
            binary.writeTo(out);
        }
        return 2 + binary.size();
    }

    static int bytes(@Nullable ByteBuf out, Binary binary) {
        if (out != null) {
            binary.writeTo(out);
        }
        return binary.size();
    }

    // Properties: an identifier and a value, or nothing at all for null.

    static int oneByte(@Nullable ByteBuf out, Property property, @Nullable Boolean value) {
        return value == null ? 0 : oneByte(out, property.id()) + oneByte(out, value ? 1 : 0);
    }

    static int twoBytes(@Nullable ByteBuf out, Property property, @Nullable Integer value) {
        return value == null ? 0 : oneByte(out, property.id()) + twoBytes(out, value);
    }

    static int fourBytes(@Nullable ByteBuf out, Property property, @Nullable Long value) {
        if (value == null) {
            return 0;
        }
        if (out != null) {
            out.writeByte(property.id());
            out.writeInt((int) (long) value);
        }
        return 1 + Integer.BYTES;
    }

    static int variableByteInteger(@Nullable ByteBuf out, Property property, @Nullable Integer value) {
        return value == null ? 0 : oneByte(out, property.id()) + variableByteInteger(out, value);
    }

    static int string(@Nullable ByteBuf out, Property property, @Nullable String value) {
        return value == null ? 0 : oneByte(out, property.id()) + string(out, value);
    }

    static int binary(@Nullable ByteBuf out, Property property, @Nullable Binary value) {
        return value == null ? 0 : oneByte(out, property.id()) + binary(out, value);
    }

    static int payloadFormat(@Nullable ByteBuf out, @Nullable PayloadFormat value) {
        return value == null ? 0 : oneByte(out, Property.PAYLOAD_FORMAT_INDICATOR.id()) + oneByte(out, value.code());
    }

    static long userProperties(@Nullable ByteBuf out, List<UserProperty> properties) {
        long size = 0;
        for (int i = 0; i < properties.size(); i++) {
            UserProperty property = properties.get(i);
            size += oneByte(out, Property.USER_PROPERTY.id())
                    + string(out, property.name())
                    + string(out, property.value());
            Check.packetSize(size);
        }
        return size;
    }
}
