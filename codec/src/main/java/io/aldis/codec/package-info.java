/**
 * MQTT packets as immutable values, and the way from bytes to them and back: MQTT 3.1, 3.1.1 and 5.0, every packet,
 * client and server.
 *
 * <p>In a minute:
 *
 * <pre>{@code
 * // What a client sends ...
 * ByteBuf out = Unpooled.buffer();
 * PacketEncoder.encode(Connect.v5("thermometer").withKeepAlive(30), MqttVersion.V5, out);
 * PacketEncoder.encode(Publish.qos1("room/1", Binary.utf8("21.5"), 1), MqttVersion.V5, out);
 *
 * // ... a server reads.
 * PacketDecoder decoder = PacketDecoder.ofServer(65_536);
 * try {
 *     for (Packet packet = decoder.decode(out); packet != null; packet = decoder.decode(out)) {
 *         if (packet instanceof Connect connect) {
 *             use(connect.clientId());
 *         } else if (packet instanceof Publish publish) {
 *             use(publish.payload().toUtf8());
 *         }
 *     }
 * } catch (PacketException e) {
 *     close(e.reasonCode() + ": " + e.getMessage());
 * }
 * }</pre>
 *
 * <p>A client reads with {@link io.aldis.codec.PacketDecoder#ofClient PacketDecoder.ofClient}. One {@link
 * io.aldis.codec.PacketDecoder} belongs to one connection; {@link io.aldis.codec.PacketEncoder} has no state. {@link
 * io.aldis.codec.PublishForm} and {@link io.aldis.codec.TopicCache} are for those who move very many messages.
 *
 * <p>Who lives here: one file per packet, with its form on the wire, read and written, at its end; what they share is
 * in the package-private {@code PacketReader}, {@code PacketWriter} and {@code FixedHeader}. No sockets, no threads, no
 * clock and no policy may enter: what the standards forbid is refused with a {@link io.aldis.codec.PacketException},
 * what they leave to a server is let through.
 */
@NullMarked
package io.aldis.codec;

import org.jspecify.annotations.NullMarked;
