package io.aldis.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The check of UTF-8 agrees with that of the JDK, except for U+0000, which only MQTT forbids. */
class Utf8Test {
    private static boolean isText(byte[] bytes) {
        for (byte b : bytes) {
            if (b == 0) {
                return false;
            }
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static boolean passes(byte[] bytes) {
        return Utf8.firstFault(Unpooled.wrappedBuffer(bytes), 0, bytes.length) < 0;
    }

    @Test
    void everyCodePointPassesAndHasItsLength() {
        for (int codePoint = 1; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
            if (codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE) {
                continue;
            }
            String text = Character.toString(codePoint);
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            if (!passes(bytes) || Utf8.length(text) != bytes.length) {
                throw new AssertionError("U+" + Integer.toHexString(codePoint));
            }
        }
    }

    @Test
    void everyPairOfBytesIsJudgedAsByTheJdk() {
        byte[] bytes = new byte[2];
        for (int i = 0; i < 0x1_0000; i++) {
            bytes[0] = (byte) (i >> 8);
            bytes[1] = (byte) i;
            if (passes(bytes) != isText(bytes)) {
                throw new AssertionError(Integer.toHexString(i));
            }
        }
    }

    @Test
    void randomBytesAreJudgedAsByTheJdk() {
        Random random = new Random(3);
        int[] edges = {
            0x00, 0x01, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE,
            0xEF, 0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF, 'a', 'b', 'c', 'd'
        };
        for (int i = 0; i < 300_000; i++) {
            byte[] bytes = new byte[random.nextInt(6)];
            for (int k = 0; k < bytes.length; k++) {
                bytes[k] = (byte) edges[random.nextInt(edges.length)];
            }
            if (passes(bytes) != isText(bytes)) {
                throw new AssertionError("seed 3, case " + i);
            }
        }
    }

    @Test
    void aFaultIsFoundWhereverItIs() {
        for (int length = 1; length < 40; length++) {
            for (int at = 0; at < length; at++) {
                for (int bad : new int[] {0, 0x80, 0xFF, 0xC3}) {
                    ByteBuf in = Unpooled.buffer();
                    in.writeZero(3);
                    in.writeBytes("x".repeat(length).getBytes(StandardCharsets.US_ASCII));
                    in.setByte(3 + at, bad);
                    assertThat(Utf8.firstFault(in, 3, length)).isEqualTo(at);
                }
            }
        }
    }

    @Test
    void whatStandsBehindTheTextIsNotLookedAt() {
        ByteBuf in = Unpooled.wrappedBuffer(new byte[] {'a', (byte) 0xC3, (byte) 0xA4});

        assertThat(Utf8.firstFault(in, 0, 1)).isEqualTo(-1);
        assertThat(Utf8.firstFault(in, 0, 2)).isEqualTo(1);
        assertThat(Utf8.firstFault(in, 0, 3)).isEqualTo(-1);
    }
}
