package io.aldis.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The example of the package's documentation, run. Whoever changes one changes the other. */
class FrontDoorTest {
    private final List<Object> received = new ArrayList<>();

    private void use(Object packet) {
        received.add(packet);
    }

    private void close(String reason) {
        received.add(reason);
    }

    @Test
    void theExampleOfThePackageRuns() {
        // What a client sends ...
        ByteBuf out = Unpooled.buffer();
        PacketEncoder.encode(Connect.v5("thermometer").withKeepAlive(30), MqttVersion.V5, out);
        PacketEncoder.encode(Publish.qos1("room/1", Binary.utf8("21.5"), 1), MqttVersion.V5, out);

        // ... a server reads.
        PacketDecoder decoder = PacketDecoder.ofServer(65_536);
        try {
            for (Packet packet = decoder.decode(out); packet != null; packet = decoder.decode(out)) {
                if (packet instanceof Connect connect) {
                    use(connect.clientId());
                } else if (packet instanceof Publish publish) {
                    use(publish.payload().toUtf8());
                }
            }
        } catch (PacketException e) {
            close(e.reasonCode() + ": " + e.getMessage());
        }

        assertThat(received).containsExactly("thermometer", "21.5");
    }
}
