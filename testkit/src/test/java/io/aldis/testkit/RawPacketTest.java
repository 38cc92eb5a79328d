package io.aldis.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RawPacketTest {

    private static String bare(String hex) {
        return hex.replace(" ", "");
    }

    @Test
    void thePiecesFollowTheFixedHeaderInTheirOrder() {
        RawPacket packet = RawPacket.of(0x82)
                .hex("00 01")
                .properties("0b 07")
                .text("é")
                .oneByte(0x40)
                .twoBytes(0x1234)
                .binary(new byte[] {5})
                .raw(new byte[] {6});
        assertThat(packet).hasToString(bare("82 10 0001 02 0b07 0002 c3a9 40 1234 0001 05 06"));
    }

    @Test
    void theRemainingLengthTakesAsManyBytesAsItNeeds() {
        assertThat(RawPacket.of(0x30).raw(new byte[127]).bytes())
                .hasSize(1 + 1 + 127)
                .startsWith(0x30, 0x7F);
        assertThat(RawPacket.of(0x30).raw(new byte[128]).bytes())
                .hasSize(1 + 2 + 128)
                .startsWith(0x30, 0x80, 0x01);
        assertThat(RawPacket.of(0x30).raw(new byte[2_097_152]).bytes())
                .hasSize(1 + 4 + 2_097_152)
                .startsWith(0x30, 0x80, 0x80, 0x80, 0x01);
    }

    @Test
    void theRemainingLengthTakesMoreBytesIfToldTo() {
        assertThat(RawPacket.of(0xC0).lengthIn(2)).hasToString(bare("c0 80 00"));
        assertThat(RawPacket.of(0x40).hex("0001").lengthIn(5)).hasToString(bare("40 82 80 80 80 00 0001"));
        assertThatThrownBy(() -> RawPacket.of(0xC0).lengthIn(6)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> RawPacket.of(0xC0).lengthIn(0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void propertiesHaveALengthOfTheirOwn() {
        assertThat(RawPacket.of(0x10).properties(new byte[200]).bytes())
                .startsWith(0x10, 0xCA, 0x01, 0xC8, 0x01)
                .hasSize(1 + 2 + 2 + 200);
    }
}
