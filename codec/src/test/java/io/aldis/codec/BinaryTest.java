package io.aldis.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

class BinaryTest {
    @Test
    void itCannotBeChangedFromOutside() {
        byte[] bytes = {1, 2, 3};
        Binary binary = Binary.copyOf(bytes);
        bytes[0] = 9;
        binary.toArray()[1] = 9;

        assertThat(binary).isEqualTo(Binary.copyOf(new byte[] {1, 2, 3}));
        assertThat(binary.at(2)).isEqualTo((byte) 3);
        assertThat(binary.size()).isEqualTo(3);
    }

    @Test
    void equalBytesAreEqual() {
        assertThat(Binary.utf8("ä")).isEqualTo(Binary.wrap(new byte[] {(byte) 0xC3, (byte) 0xA4}));
        assertThat(Binary.utf8("ä")).hasSameHashCodeAs(Binary.utf8("ä"));
        assertThat(Binary.utf8("a")).isNotEqualTo(Binary.utf8("b"));
        assertThat(Binary.utf8("ä").toUtf8()).isEqualTo("ä");
    }

    @Test
    void noBytesAreAlwaysTheSameOnes() {
        assertThat(Binary.wrap(new byte[0])).isSameAs(Binary.EMPTY);
        assertThat(Binary.copyOf(new byte[0])).isSameAs(Binary.EMPTY);
        assertThat(Binary.utf8("")).isSameAs(Binary.EMPTY);
        assertThat(Binary.EMPTY.isEmpty()).isTrue();
    }

    @Test
    void itIsReadFromABufferAndWrittenBack() {
        ByteBuf in = Unpooled.wrappedBuffer(new byte[] {1, 2, 3});

        assertThat(Binary.read(in, 2)).isEqualTo(Binary.copyOf(new byte[] {1, 2}));
        assertThat(in.readableBytes()).isEqualTo(1);
        assertThat(Binary.read(in, 0)).isSameAs(Binary.EMPTY);

        ByteBuf out = Unpooled.buffer();
        Binary.copyOf(new byte[] {1, 2}).writeTo(out);
        assertThat(Binary.read(out, 2)).isEqualTo(Binary.copyOf(new byte[] {1, 2}));
    }

    @Test
    void moreThanThereIsIsNotAllocated() {
        ByteBuf in = Unpooled.wrappedBuffer(new byte[] {1, 2, 3});

        assertThatThrownBy(() -> Binary.read(in, Integer.MAX_VALUE)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThat(in.readableBytes()).isEqualTo(3);
    }

    @Test
    void itShowsItsSizeAndItsFirstBytes() {
        assertThat(Binary.utf8("hi")).hasToString("Binary[2: 6869]");
        assertThat(Binary.wrap(new byte[100]).toString())
                .hasSizeLessThan(90)
                .contains("100: 0000")
                .endsWith("…]");
    }

    @Test
    void itKnowsWhetherItIsUtf8() {
        assertThat(Binary.EMPTY.isUtf8()).isTrue();
        assertThat(Binary.utf8("a\0\u00e4\u20ac\ud83d\ude00").isUtf8()).isTrue();
        assertThat(Binary.wrap(new byte[] {(byte) 0xC3, 0x28}).isUtf8()).isFalse();
        assertThat(Binary.wrap(new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80})
                        .isUtf8())
                .as("a surrogate")
                .isFalse();
        assertThat(Binary.wrap(new byte[] {(byte) 0xC0, (byte) 0x80}).isUtf8())
                .as("an overlong form")
                .isFalse();
    }
}
