package io.aldis.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.codec.WireCases.WireCase;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The bytes are the packet, and the packet is the bytes. */
class WireCaseTest {
    static List<WireCase> all() {
        return WireCases.all();
    }

    @ParameterizedTest
    @MethodSource("all")
    void theBytesAreReadAsThePacket(WireCase wire) {
        ByteBuf in = Unpooled.wrappedBuffer(wire.bytes().toArray());

        assertThat(Connections.after(wire.packet().type(), wire.version(), wire.fromClient())
                        .decode(in))
                .isEqualTo(wire.packet());
        assertThat(in.isReadable()).isFalse();
    }

    @ParameterizedTest
    @MethodSource("all")
    void thePacketIsWrittenAsTheBytes(WireCase wire) {
        ByteBuf out = Unpooled.buffer();
        PacketEncoder.encode(wire.packet(), wire.version(), out);

        assertThat(ByteBufUtil.hexDump(out))
                .isEqualTo(ByteBufUtil.hexDump(wire.bytes().toArray()));
        assertThat(PacketEncoder.size(wire.packet(), wire.version()))
                .isEqualTo(wire.bytes().size());
    }

    @ParameterizedTest
    @MethodSource("all")
    void noPieceOfThePacketIsTakenForAWholeOne(WireCase wire) {
        PacketDecoder decoder = Connections.after(wire.packet().type(), wire.version(), wire.fromClient());
        for (int length = 0; length < wire.bytes().size(); length++) {
            ByteBuf piece = Unpooled.wrappedBuffer(Arrays.copyOf(wire.bytes().toArray(), length));

            assertThat(decoder.decode(piece)).isNull();
            assertThat(piece.readerIndex()).isZero();
        }
        assertThat(decoder.decode(Unpooled.wrappedBuffer(wire.bytes().toArray())))
                .isEqualTo(wire.packet());
    }

    @Test
    void thereIsACaseForEveryTypeInEveryVersionThatHasIt() {
        for (MqttVersion version : MqttVersion.values()) {
            Set<PacketType> types = EnumSet.allOf(PacketType.class);
            if (version != MqttVersion.V5) {
                types.remove(PacketType.AUTH);
            }

            assertThat(all().stream()
                            .filter(wire -> wire.version() == version)
                            .map(wire -> wire.packet().type())
                            .collect(Collectors.toSet()))
                    .isEqualTo(types);
        }
    }
}
