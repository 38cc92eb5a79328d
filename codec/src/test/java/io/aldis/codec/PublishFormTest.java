package io.aldis.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The two fast ways to write a PUBLISH write what the plain way writes. */
class PublishFormTest {
    private static final int SEEDS = 500;

    private static String encoded(Publish publish, MqttVersion version) {
        return ByteBufUtil.hexDump(RoundTripTest.encode(List.of(publish), version, Unpooled.buffer()));
    }

    private static Publish randomPublish(Random random, MqttVersion version) {
        Publish publish = new RandomPackets(random, version, false).publish();
        PublishProperties p = publish.properties();
        PublishProperties withoutAlias = new PublishProperties(
                p.payloadFormat(),
                p.messageExpiryInterval(),
                null,
                p.responseTopic(),
                p.correlationData(),
                p.userProperties(),
                p.subscriptionIdentifiers(),
                p.contentType());
        String topic = publish.topic().isEmpty() ? "t" : publish.topic();
        return new Publish(
                topic,
                publish.payload(),
                publish.qos(),
                publish.retain(),
                publish.dup(),
                publish.packetId(),
                withoutAlias);
    }

    private static PublishForm form(Publish publish, MqttVersion version) {
        return PublishForm.of(
                version,
                Binary.utf8(publish.topic()),
                publish.payload(),
                publish.qos(),
                publish.retain(),
                publish.properties());
    }

    @ParameterizedTest
    @EnumSource
    void aPublishWithoutARecordIsWrittenAsTheRecordIs(MqttVersion version) {
        for (int seed = 0; seed < SEEDS; seed++) {
            Publish publish = new RandomPackets(new Random(seed), version, false).publish();
            ByteBuf out = Unpooled.buffer();
            PacketEncoder.encodePublish(
                    out,
                    version,
                    Binary.utf8(publish.topic()),
                    publish.payload(),
                    publish.qos(),
                    publish.retain(),
                    publish.dup(),
                    publish.packetId(),
                    publish.properties());

            assertThat(ByteBufUtil.hexDump(out)).isEqualTo(encoded(publish, version));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFormIsWrittenAsTheRecordIs(MqttVersion version) {
        for (int seed = 0; seed < SEEDS; seed++) {
            Publish publish = randomPublish(new Random(seed), version);
            PublishForm form = form(publish, version);
            ByteBuf out = Unpooled.buffer();
            form.writeTo(out, publish.packetId(), publish.dup());

            assertThat(ByteBufUtil.hexDump(out)).isEqualTo(encoded(publish, version));
            assertThat(form.size()).isEqualTo(out.readableBytes());
        }
    }

    @Test
    void aFormWithAnAliasIsWrittenAsTheRecordIs() {
        for (int seed = 0; seed < SEEDS; seed++) {
            Random random = new Random(seed);
            Publish publish = randomPublish(random, MqttVersion.V5);
            int alias = 1 + random.nextInt(65_535);
            boolean omitted = random.nextBoolean();
            PublishForm form = form(publish, MqttVersion.V5);
            ByteBuf out = Unpooled.buffer();
            form.writeTo(out, publish.packetId(), publish.dup(), alias, omitted);

            Publish expected = new Publish(
                    omitted ? "" : publish.topic(),
                    publish.payload(),
                    publish.qos(),
                    publish.retain(),
                    publish.dup(),
                    publish.packetId(),
                    publish.properties().withTopicAlias(alias));
            // The alias stands first among the properties of a form, elsewhere in those of a record.
            assertThat(Connections.open(MqttVersion.V5, false).decode(out.duplicate()))
                    .isEqualTo(expected);
            assertThat(out.readableBytes()).isEqualTo(PacketEncoder.size(expected, MqttVersion.V5));
            assertThat(form.sizeWithAlias(omitted)).isEqualTo(out.readableBytes());
        }
    }

    @Test
    void manyReceiversGetTheirOwnIdentifiers() {
        Publish publish = Publish.qos1("a/b", Binary.utf8("hi"), 1);
        PublishForm form = form(publish, MqttVersion.V3_1_1);
        ByteBuf out = Unpooled.buffer();
        form.writeTo(out, 1, false);
        form.writeTo(out, 65_535, true);
        form.writeTo(out, 2, false);

        assertThat(RoundTripTest.decodeAll(Connections.open(MqttVersion.V3_1_1, false), out))
                .containsExactly(publish, publish.withPacketId(65_535).withDup(true), publish.withPacketId(2));
    }

    @Test
    void anAliasMayMakeTheRemainingLengthLonger() {
        // 127 bytes follow; with an alias, 130.
        Publish publish = Publish.qos0("t", Binary.wrap(new byte[123]));
        PublishForm form = form(publish, MqttVersion.V5);

        assertThat(form.size()).isEqualTo(2 + 127);
        assertThat(form.sizeWithAlias(false)).isEqualTo(3 + 130);
        assertThat(form.sizeWithAlias(true)).isEqualTo(3 + 129);
    }

    @Test
    void aFormHasItsOwnBytes() {
        byte[] topic = "abc".getBytes(StandardCharsets.UTF_8);
        PublishForm form = PublishForm.of(
                MqttVersion.V5, Binary.wrap(topic), Binary.EMPTY, Qos.AT_MOST_ONCE, false, PublishProperties.NONE);
        Arrays.fill(topic, (byte) 'x');
        ByteBuf out = Unpooled.buffer();
        form.writeTo(out, 0, false);
        out.setZero(0, out.writerIndex());
        ByteBuf again = Unpooled.buffer();
        form.writeTo(again, 0, false);

        assertThat(Connections.open(MqttVersion.V5, false).decode(again)).isEqualTo(Publish.qos0("abc", Binary.EMPTY));
    }

    @Test
    void whatCannotBeIsRefusedAndLeavesNothingInTheBuffer() {
        PublishForm qos0 = form(Publish.qos0("t", Binary.EMPTY), MqttVersion.V5);
        PublishForm qos1 = form(Publish.qos1("t", Binary.EMPTY, 1), MqttVersion.V5);
        PublishForm old = form(Publish.qos0("t", Binary.EMPTY), MqttVersion.V3_1_1);
        ByteBuf out = Unpooled.buffer();
        List<Runnable> impossible = List.of(
                () -> qos0.writeTo(out, 1, false),
                () -> qos0.writeTo(out, 0, true),
                () -> qos1.writeTo(out, 0, false),
                () -> qos1.writeTo(out, 65_536, false),
                () -> qos1.writeTo(out, 1, false, 0, false),
                () -> qos1.writeTo(out, 1, false, 65_536, false),
                () -> old.writeTo(out, 0, false, 1, false),
                () -> old.sizeWithAlias(true),
                () -> PublishForm.of(
                        MqttVersion.V5,
                        Binary.utf8("t"),
                        Binary.EMPTY,
                        Qos.AT_MOST_ONCE,
                        false,
                        PublishProperties.NONE.withTopicAlias(1)),
                () -> PublishForm.of(
                        MqttVersion.V5, Binary.EMPTY, Binary.EMPTY, Qos.AT_MOST_ONCE, false, PublishProperties.NONE),
                () -> PublishForm.of(
                        MqttVersion.V5,
                        Binary.wrap(new byte[65_536]),
                        Binary.EMPTY,
                        Qos.AT_MOST_ONCE,
                        false,
                        PublishProperties.NONE),
                () -> PacketEncoder.encodePublish(
                        out,
                        MqttVersion.V3_1_1,
                        Binary.EMPTY,
                        Binary.EMPTY,
                        Qos.AT_MOST_ONCE,
                        false,
                        false,
                        0,
                        PublishProperties.NONE.withTopicAlias(1)));

        for (Runnable attempt : impossible) {
            assertThatIllegalArgumentException().isThrownBy(attempt::run);
        }
        assertThat(out.isReadable()).isFalse();
    }
}
