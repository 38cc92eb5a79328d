package io.aldis.codec;

import static io.aldis.codec.MqttVersion.V3_1;
import static io.aldis.codec.MqttVersion.V3_1_1;
import static io.aldis.codec.MqttVersion.V5;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.aldis.codec.PacketException.Kind;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the standards forbid, each with the reason it is refused for and the words that say it. */
class RefusedPacketTest {
    record Refused(
            String name,
            MqttVersion version,
            boolean fromClient,
            boolean isFirst,
            Binary bytes,
            Kind kind,
            ReasonCode reason,
            String message) {
        @Override
        public String toString() {
            return name + ", " + version;
        }
    }

    /** A growing list of refused packets; what they share is set once for those that follow. */
    private static final class Cases {
        private final List<Refused> cases = new ArrayList<>();
        private MqttVersion[] versions = MqttVersion.values();
        private boolean fromClient = true;
        private boolean isFirst;

        Cases in(MqttVersion... versions) {
            this.versions = versions;
            return this;
        }

        Cases fromClient() {
            fromClient = true;
            isFirst = false;
            return this;
        }

        Cases firstFromClient() {
            fromClient = true;
            isFirst = true;
            return this;
        }

        Cases fromServer() {
            fromClient = false;
            isFirst = false;
            return this;
        }

        Cases firstFromServer() {
            fromClient = false;
            isFirst = true;
            return this;
        }

        Cases malformed(String name, String anatomy, String message) {
            return refused(name, anatomy, Kind.MALFORMED, ReasonCode.MALFORMED_PACKET, message);
        }

        Cases protocolError(String name, String anatomy, String message) {
            return refused(name, anatomy, Kind.PROTOCOL_ERROR, ReasonCode.PROTOCOL_ERROR, message);
        }

        Cases refused(String name, String anatomy, Kind kind, ReasonCode reason, String message) {
            for (MqttVersion version : versions) {
                cases.add(new Refused(name, version, fromClient, isFirst, Wire.bytes(anatomy), kind, reason, message));
            }
            return this;
        }
    }

    static List<Refused> framing() {
        Cases cases = new Cases();
        cases.in(V3_1, V3_1_1, V5)
                .fromClient()
                .malformed("packet type 0", "00 00", "packet type 0; 1 to 15 expected")
                .malformed(
                        "a remaining length of five bytes",
                        "30 FF FF FF FF 7F",
                        "remaining length in more than 4 bytes")
                .malformed(
                        "a remaining length that could go on for ever",
                        "30 80 80 80 80",
                        "remaining length in more than 4 bytes")
                .malformed("PINGREQ with flags", "C1 00", "PINGREQ: flags 0001; 0000 expected")
                .malformed("PUBACK with flags", "42 02 00 01", "PUBACK: flags 0010; 0000 expected")
                .malformed("PUBREC with flags", "52 02 00 01", "PUBREC: flags 0010; 0000 expected")
                .malformed(
                        "PUBREL without its flags",
                        "60 02 00 01",
                        "PUBREL: flags 0000; 0010 expected") // [MQTT-3.6.1-1]
                .malformed("PUBREL with all flags", "6F 02 00 01", "PUBREL: flags 1111; 0010 expected")
                .malformed("PUBCOMP with flags", "78 02 00 01", "PUBCOMP: flags 1000; 0000 expected")
                .malformed(
                        "SUBSCRIBE without its flags", // [MQTT-3.8.1-1]
                        "80 06 00 01 00 01 'a' 00",
                        "SUBSCRIBE: flags 0000; 0010 expected")
                .malformed(
                        "UNSUBSCRIBE without its flags", // [MQTT-3.10.1-1]
                        "A0 05 00 01 00 01 'a'",
                        "UNSUBSCRIBE: flags 0000; 0010 expected")
                .malformed("DISCONNECT with flags", "E2 00", "DISCONNECT: flags 0010; 0000 expected") // [MQTT-3.14.1-1]
                .malformed("PINGREQ with a body", "C0 01 00", "PINGREQ: remaining length 1; 0 expected")
                .malformed("PUBACK too short", "40 01 00", "PUBACK: remaining length 1; ")
                .malformed("PUBLISH too short", "30 00", "PUBLISH: remaining length 0; at least ")
                .malformed("PUBLISH of QoS 1 too short", "32 03 00 00 00", "PUBLISH: remaining length 3; at least ")
                .malformed("SUBSCRIBE too short", "82 01 00", "SUBSCRIBE: remaining length 1; at least ")
                .protocolError("CONNECT again", "10 00", "second CONNECT") // [MQTT-3.1.0-2]
                .protocolError("CONNACK from a client", "20 02 00 00", "CONNACK from a client")
                .protocolError("SUBACK from a client", "90 03 00 01 00", "SUBACK from a client")
                .protocolError("UNSUBACK from a client", "B0 02 00 01", "UNSUBACK from a client")
                .protocolError("PINGRESP from a client", "D0 00", "PINGRESP from a client")
                .fromServer()
                .malformed("PINGRESP with flags", "D8 00", "PINGRESP: flags 1000; 0000 expected")
                .malformed("PINGRESP with a body", "D0 01 00", "PINGRESP: remaining length 1; 0 expected")
                .malformed("UNSUBACK too short", "B0 00", "UNSUBACK: remaining length 0; ")
                .malformed("SUBACK too short", "90 00", "SUBACK: remaining length 0; at least ")
                .protocolError("CONNECT from a server", "10 0C", "CONNECT from a server")
                .protocolError("SUBSCRIBE from a server", "82 06", "SUBSCRIBE from a server")
                .protocolError("UNSUBSCRIBE from a server", "A2 05", "UNSUBSCRIBE from a server")
                .protocolError("PINGREQ from a server", "C0 00", "PINGREQ from a server");
        cases.in(V3_1, V3_1_1)
                .fromClient()
                .malformed("AUTH", "F0 00", "AUTH in MQTT 3.1")
                .malformed("PUBACK too long", "40 03 00 01 00", "PUBACK: remaining length 3; 2 expected")
                .malformed("DISCONNECT with a body", "E0 01 00", "DISCONNECT: remaining length 1; 0 expected")
                .fromServer()
                .malformed("UNSUBACK too long", "B0 03 00 01 00", "UNSUBACK: remaining length 3; 2 expected")
                .protocolError("DISCONNECT from a server", "E0 00", "DISCONNECT from a server");
        cases.in(V3_1_1, V5)
                .fromClient()
                .malformed("PUBREL with DUP", "6A 02 00 01", "PUBREL: flags 1010; 0010 expected")
                .malformed("SUBSCRIBE with DUP", "8A 06 00 01 00 01 'a' 00", "SUBSCRIBE: flags 1010; 0010 expected")
                .malformed("UNSUBSCRIBE with DUP", "AA 05 00 01 00 01 'a'", "UNSUBSCRIBE: flags 1010; 0010 expected");
        cases.in(V5)
                .fromClient()
                .malformed("AUTH with flags", "F1 00", "AUTH: flags 0001; 0000 expected") // [MQTT-3.15.1-1]
                .malformed(
                        "a remaining length in more bytes than it needs", // [MQTT-1.5.5-1]
                        "40 82 00 00 01",
                        "PUBACK: remaining length 2 in more bytes than it needs")
                .malformed("PUBACK followed by more", "40 05 00 01 00 00 FF", "PUBACK: 1 byte too many")
                .malformed("DISCONNECT followed by more", "E0 04 00 00 01 02", "DISCONNECT: 2 bytes too many");
        return cases.cases;
    }

    static List<Refused> opening() {
        Cases cases = new Cases();
        cases.in(V3_1_1)
                .firstFromClient()
                .protocolError("PUBLISH first", "30 03 00 01 'a'", "PUBLISH before CONNECT") // [MQTT-3.1.0-1]
                .protocolError("AUTH first", "F0 00", "AUTH before CONNECT")
                .protocolError("CONNACK first", "20 02", "CONNACK before CONNECT")
                .malformed("packet type 0 first", "00 00", "packet type 0; 1 to 15 expected")
                .malformed("a TLS client hello", "16 03 01 02 00 01", "a TLS handshake where MQTT is expected")
                .malformed("an HTTP request", "'GET / HTTP/1.1'", "text, perhaps HTTP, where MQTT is expected")
                .malformed("CONNECT with flags", "11 0C", "CONNECT: flags 0001; 0000 expected")
                .malformed(
                        "CONNECT too short",
                        "10 0B 00 04 'MQTT' 04 02 00 00",
                        "CONNECT: remaining length 11; at least 12")
                .malformed(
                        "CONNECT of another protocol",
                        "10 0C 00 04 'MQTX' 04 02 00 00 00 00",
                        "CONNECT: protocol name 'MQTX'; MQTT or MQIsdp expected")
                .malformed(
                        "CONNECT of a protocol in small letters",
                        "10 0C 00 04 'mqtt' 04 02 00 00 00 00",
                        "CONNECT: protocol name 'mqtt'; MQTT or MQIsdp expected")
                .malformed(
                        "CONNECT of a protocol with a name that would break a log",
                        "10 0C 00 04 0A 1B '[x' 04 02 00 00 00 00",
                        "CONNECT: protocol name '\\u000A\\u001B[x'; MQTT or MQIsdp expected")
                .malformed(
                        "CONNECT whose protocol name is longer than the packet",
                        "10 0C FF FF 'MQTT' 04 02 00 00 00 00",
                        "CONNECT: protocol name: 65535 bytes expected, 10 left");
        cases.firstFromServer()
                .protocolError("PUBLISH first", "30 03 00 01 'a'", "PUBLISH before CONNACK") // [MQTT-3.2.0-1]
                .protocolError("DISCONNECT first", "E0 00", "DISCONNECT before CONNACK"); // [MQTT-3.14.0-1]
        return cases.cases;
    }

    static List<Refused> connect() {
        Cases cases = new Cases();
        cases.in(V3_1_1)
                .firstFromClient()
                .malformed(
                        "CONNECT with the reserved flag", // [MQTT3-3.1.2-3]
                        "10 0C 00 04 'MQTT' 04 03 00 00 00 00",
                        "CONNECT: reserved connect flag is 1; 0 expected")
                .malformed(
                        "CONNECT with will QoS 3", // [MQTT3-3.1.2-14]
                        "10 12 00 04 'MQTT' 04 1E 00 00 00 00 00 01 'w' 00 01 'x'",
                        "CONNECT: will QoS 3; 0, 1 or 2 expected")
                .malformed(
                        "CONNECT with will QoS and no will", // [MQTT3-3.1.2-13]
                        "10 0C 00 04 'MQTT' 04 0A 00 00 00 00",
                        "CONNECT: will QoS 1 without a will; 0 expected")
                .malformed(
                        "CONNECT with will retain and no will", // [MQTT3-3.1.2-15]
                        "10 0C 00 04 'MQTT' 04 22 00 00 00 00",
                        "CONNECT: will retain without a will; 0 expected")
                .malformed(
                        "CONNECT with a password and no user name", // [MQTT3-3.1.2-22]
                        "10 0F 00 04 'MQTT' 04 42 00 00 00 00 00 01 'p'",
                        "CONNECT: password without a user name")
                .malformed(
                        "CONNECT without its user name", // [MQTT3-3.1.2-19]
                        "10 0C 00 04 'MQTT' 04 82 00 00 00 00",
                        "CONNECT: user name: 2 bytes expected, 0 left")
                .malformed(
                        "CONNECT with half a password", // [MQTT3-3.1.2-21]
                        "10 12 00 04 'MQTT' 04 C2 00 00 00 00 00 01 'u' 00 02 'p'",
                        "CONNECT: password: 2 bytes expected, 1 left")
                .malformed(
                        "CONNECT without its will", // [MQTT3-3.1.2-9]
                        "10 0C 00 04 'MQTT' 04 06 00 00 00 00",
                        "CONNECT: will topic: 2 bytes expected, 0 left")
                .malformed(
                        "CONNECT with a user name that no flag tells of", // [MQTT3-3.1.2-18]
                        "10 0F 00 04 'MQTT' 04 02 00 00 00 00 00 01 'u'",
                        "CONNECT: 3 bytes too many")
                .malformed(
                        "CONNECT with a will topic with wildcards",
                        "10 12 00 04 'MQTT' 04 06 00 00 00 00 00 01 '#' 00 01 'x'",
                        "CONNECT: will topic '#'; one without wildcards, not empty, expected")
                .malformed(
                        "CONNECT with an empty will topic",
                        "10 10 00 04 'MQTT' 04 06 00 00 00 00 00 00 00 00",
                        "CONNECT: will topic ''; one without wildcards, not empty, expected")
                .malformed(
                        "CONNECT with U+0000 in the client identifier", // [MQTT3-1.5.3-2]
                        "10 0F 00 04 'MQTT' 04 02 00 00 00 03 'a' 00 'b'",
                        "CONNECT: client identifier with U+0000 at byte 1")
                .malformed(
                        "CONNECT with a lone surrogate in the client identifier", // [MQTT3-1.5.3-1]
                        "10 0F 00 04 'MQTT' 04 02 00 00 00 03 ED A0 80",
                        "CONNECT: client identifier, not well-formed UTF-8 at byte 0");
        cases.in(V3_1)
                .malformed(
                        "CONNECT with will QoS 3",
                        "10 14 00 06 'MQIsdp' 03 1E 00 00 00 00 00 01 'w' 00 01 'x'",
                        "CONNECT: will QoS 3; 0, 1 or 2 expected")
                .malformed(
                        "CONNECT with a password and no user name",
                        "10 11 00 06 'MQIsdp' 03 42 00 00 00 00 00 01 'p'",
                        "CONNECT: password without a user name")
                .malformed(
                        "CONNECT with half a user name",
                        "10 10 00 06 'MQIsdp' 03 82 00 00 00 00 00 01",
                        "CONNECT: user name: 1 byte expected, 0 left");
        cases.in(V5)
                .malformed(
                        "CONNECT with the reserved flag",
                        "10 0D 00 04 'MQTT' 05 03 00 00 00 00 00",
                        "CONNECT: reserved connect flag is 1; 0 expected")
                .malformed(
                        "CONNECT with will QoS and no will", // [MQTT-3.1.2-11]
                        "10 0D 00 04 'MQTT' 05 10 00 00 00 00 00",
                        "CONNECT: will QoS 2 without a will; 0 expected")
                .malformed(
                        "CONNECT with a remaining length in more bytes than it needs", // [MQTT-1.5.5-1]
                        "10 8D 00 00 04 'MQTT' 05 02 00 00 00 00 00",
                        "CONNECT: remaining length 13 in more bytes than it needs")
                .malformed(
                        "CONNECT that ends before its properties", "10 0C 00 04 'MQTT' 05 02 00 00 11 00", "CONNECT: ")
                .refused(
                        "CONNECT with a will topic with wildcards",
                        "10 14 00 04 'MQTT' 05 06 00 00 00 00 00 00 00 01 '+' 00 01 'x'",
                        Kind.MALFORMED,
                        ReasonCode.TOPIC_NAME_INVALID,
                        "CONNECT: will topic '+'; one without wildcards, not empty, expected");
        return cases.cases;
    }

    static List<Refused> versions() {
        Cases cases = new Cases();
        return cases.in(V3_1_1)
                .firstFromClient()
                .refused(
                        "CONNECT of level 9",
                        "10 0C 00 04 'MQTT' 09 02 00 00 00 00",
                        Kind.UNSUPPORTED_VERSION,
                        ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
                        "CONNECT: protocol level 9 of MQTT; MQIsdp 3, MQTT 4 or MQTT 5 expected")
                .refused(
                        "CONNECT of the new name with the old level",
                        "10 0C 00 04 'MQTT' 03 02 00 00 00 00",
                        Kind.UNSUPPORTED_VERSION,
                        ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
                        "CONNECT: protocol level 3 of MQTT; ")
                .refused(
                        "CONNECT of the old name with a new level",
                        "10 0E 00 06 'MQIsdp' 04 02 00 00 00 00",
                        Kind.UNSUPPORTED_VERSION,
                        ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
                        "CONNECT: protocol level 4 of MQIsdp; ")
                .refused(
                        "CONNECT of a bridge",
                        "10 0C 00 04 'MQTT' 84 02 00 00 00 00",
                        Kind.UNSUPPORTED_VERSION,
                        ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
                        "CONNECT: protocol level 132 of MQTT; ")
                .cases;
    }

    /** A CONNECT of MQTT 5.0 with these properties, given as at most 127 bytes. */
    private static String connectWith(String properties) {
        int length = Wire.bytes(properties).size();
        return "10 %02X 00 04 'MQTT' 05 02 00 00 %02X %s 00 00".formatted(13 + length, length, properties);
    }

    /** A PUBLISH of MQTT 5.0 with these properties. */
    private static String publishWith(String properties) {
        int length = Wire.bytes(properties).size();
        return "30 %02X 00 01 'a' %02X %s".formatted(4 + length, length, properties);
    }

    static List<Refused> properties() {
        Cases cases = new Cases();
        cases.in(V5)
                .firstFromClient()
                .malformed("an unknown property", connectWith("7F 00"), "CONNECT: unknown property 0x7F")
                .malformed("property 0", connectWith("00"), "CONNECT: unknown property 0x00")
                .malformed("a property of two bytes", connectWith("A6 01 00"), "CONNECT: unknown property 0xA6")
                .malformed(
                        "a property identifier in more bytes than it needs",
                        connectWith("91 00 00 00 00 00"),
                        "CONNECT: property identifier 17 in more bytes than it needs")
                .malformed(
                        "a property of another packet", // section 2.2.2.2
                        connectWith("23 00 01"),
                        "CONNECT: topic alias does not belong here")
                .malformed(
                        "a property of a will in its CONNECT",
                        connectWith("18 00 00 00 01"),
                        "CONNECT: will delay interval does not belong here")
                .malformed(
                        "a property of CONNACK in CONNECT",
                        connectWith("24 01"),
                        "CONNECT: maximum QoS does not belong here")
                .protocolError(
                        "session expiry interval twice",
                        connectWith("11 00 00 00 01 11 00 00 00 01"),
                        "CONNECT: second session expiry interval")
                .protocolError(
                        "receive maximum twice", connectWith("21 00 01 21 00 01"), "CONNECT: second receive maximum")
                .protocolError(
                        "receive maximum 0", connectWith("21 00 00"), "CONNECT: receive maximum 0; at least 1 expected")
                .protocolError(
                        "maximum packet size 0",
                        connectWith("27 00 00 00 00"),
                        "CONNECT: maximum packet size 0; at least 1 expected")
                .protocolError(
                        "request response information 2",
                        connectWith("19 02"),
                        "CONNECT: request response information 2; 0 or 1 expected")
                .protocolError(
                        "request problem information 2",
                        connectWith("17 02"),
                        "CONNECT: request problem information 2; 0 or 1 expected")
                .protocolError(
                        "authentication data without a method",
                        connectWith("16 00 01 'd'"),
                        "CONNECT: authentication data without an authentication method")
                .malformed(
                        "properties longer than the packet",
                        "10 0D 00 04 'MQTT' 05 02 00 00 7F 00 00",
                        "CONNECT: properties: 127 bytes expected, 2 left")
                .malformed(
                        "a property length of five bytes",
                        "10 11 00 04 'MQTT' 05 02 00 00 FF FF FF FF 01 00 00",
                        "CONNECT: property length in more than 4 bytes")
                .malformed(
                        "a property length in more bytes than it needs", // [MQTT-1.5.5-1]
                        "10 0E 00 04 'MQTT' 05 02 00 00 80 00 00 00",
                        "CONNECT: property length 0 in more bytes than it needs")
                .malformed(
                        "a value that goes beyond the properties",
                        connectWith("11 00 00"),
                        "CONNECT: session expiry interval: 4 bytes expected, 2 left")
                .malformed(
                        "a user property without a value",
                        connectWith("26 00 01 'a'"),
                        "CONNECT: user property value: 2 bytes expected, 0 left")
                .malformed(
                        "a user property that is not UTF-8", // [MQTT-1.5.7-1]
                        connectWith("26 00 01 FF 00 00"),
                        "CONNECT: user property name, not well-formed UTF-8 at byte 0")
                .protocolError(
                        "will with payload format 2",
                        "10 15 00 04 'MQTT' 05 06 00 00 00 00 00 02 01 02 00 01 'w' 00 00",
                        "CONNECT: payload format indicator 2; 0 or 1 expected")
                .malformed(
                        "will with a property of CONNECT",
                        "10 18 00 04 'MQTT' 05 06 00 00 00 00 00 05 11 00 00 00 01 00 01 'w' 00 00",
                        "CONNECT: session expiry interval does not belong here");
        cases.fromClient()
                .protocolError(
                        "payload format 2",
                        publishWith("01 02"),
                        "PUBLISH: payload format indicator 2; 0 or 1 expected")
                .refused(
                        "topic alias 0", // [MQTT-3.3.2-8]
                        publishWith("23 00 00"),
                        Kind.PROTOCOL_ERROR,
                        ReasonCode.TOPIC_ALIAS_INVALID,
                        "PUBLISH: topic alias 0; 1 to 65535 expected")
                .protocolError("topic alias twice", publishWith("23 00 01 23 00 01"), "PUBLISH: second topic alias")
                .protocolError(
                        "subscription identifier from a client", // [MQTT-3.3.4-6]
                        publishWith("0B 01"),
                        "PUBLISH: subscription identifier from a client")
                .protocolError(
                        "response topic with wildcards", // [MQTT-3.3.2-14]
                        publishWith("08 00 03 'a/#'"),
                        "PUBLISH: response topic 'a/#'; one without wildcards, not empty, expected")
                .protocolError(
                        "empty response topic",
                        publishWith("08 00 00"),
                        "PUBLISH: response topic ''; one without wildcards, not empty, expected")
                .malformed(
                        "a property of CONNECT in PUBLISH",
                        publishWith("21 00 01"),
                        "PUBLISH: receive maximum does not belong here")
                .malformed(
                        "a reason string in SUBSCRIBE",
                        "82 0A 00 01 03 1F 00 00 00 01 'a' 00",
                        "SUBSCRIBE: reason string does not belong here")
                .protocolError(
                        "subscription identifier 0 in SUBSCRIBE",
                        "82 09 00 01 02 0B 00 00 01 'a' 00",
                        "SUBSCRIBE: subscription identifier 0; 1 to 268435455 expected")
                .protocolError(
                        "subscription identifier twice in SUBSCRIBE",
                        "82 0B 00 01 04 0B 01 0B 02 00 01 'a' 00",
                        "SUBSCRIBE: second subscription identifier")
                .malformed(
                        "subscription identifier 268,435,456 in SUBSCRIBE",
                        "82 0D 00 01 06 0B 80 80 80 80 01 00 01 'a' 00",
                        "SUBSCRIBE: subscription identifier in more than 4 bytes")
                .malformed(
                        "a reason string in UNSUBSCRIBE",
                        "A2 09 00 01 03 1F 00 00 00 01 'a'",
                        "UNSUBSCRIBE: reason string does not belong here")
                .protocolError(
                        "reason string twice in PUBACK",
                        "40 0A 00 01 00 06 1F 00 00 1F 00 00",
                        "PUBACK: second reason string")
                .malformed(
                        "a property of PUBLISH in PUBACK",
                        "40 06 00 01 00 02 01 00",
                        "PUBACK: payload format indicator does not belong here")
                .malformed(
                        "a property of PUBLISH in DISCONNECT",
                        "E0 04 00 02 01 00",
                        "DISCONNECT: payload format indicator does not belong here")
                .malformed(
                        "a property of PUBLISH in AUTH",
                        "F0 04 18 02 01 00",
                        "AUTH: payload format indicator does not belong here");
        cases.fromServer()
                .protocolError(
                        "subscription identifier 0 in PUBLISH",
                        publishWith("0B 00"),
                        "PUBLISH: subscription identifier 0; 1 to 268435455 expected")
                .protocolError(
                        "session expiry interval from a server", // [MQTT-3.14.2-2]
                        "E0 07 00 05 11 00 00 00 00",
                        "DISCONNECT: session expiry interval from a server");
        cases.firstFromServer()
                .protocolError("maximum QoS 2", "20 05 00 00 02 24 02", "CONNACK: maximum QoS 2; 0 or 1 expected")
                .protocolError(
                        "receive maximum 0 in CONNACK",
                        "20 06 00 00 03 21 00 00",
                        "CONNACK: receive maximum 0; at least 1 expected")
                .protocolError(
                        "maximum packet size 0 in CONNACK",
                        "20 08 00 00 05 27 00 00 00 00",
                        "CONNACK: maximum packet size 0; at least 1 expected")
                .protocolError(
                        "retain available 2", "20 05 00 00 02 25 02", "CONNACK: retain available 2; 0 or 1 expected")
                .protocolError(
                        "wildcard subscription available 2",
                        "20 05 00 00 02 28 02",
                        "CONNACK: wildcard subscription available 2; 0 or 1 expected")
                .protocolError(
                        "subscription identifier available 2",
                        "20 05 00 00 02 29 02",
                        "CONNACK: subscription identifier available 2; 0 or 1 expected")
                .protocolError(
                        "shared subscription available 2",
                        "20 05 00 00 02 2A 02",
                        "CONNACK: shared subscription available 2; 0 or 1 expected")
                .protocolError(
                        "authentication data without a method in CONNACK",
                        "20 07 00 00 04 16 00 01 'd'",
                        "CONNACK: authentication data without an authentication method")
                .malformed(
                        "a property of CONNECT in CONNACK",
                        "20 05 00 00 02 17 00",
                        "CONNACK: request problem information does not belong here");
        return cases.cases;
    }

    static List<Refused> connack() {
        Cases cases = new Cases();
        cases.in(V3_1, V3_1_1)
                .firstFromServer()
                .malformed("CONNACK too long", "20 03 00 00 00", "CONNACK: remaining length 3; 2 expected")
                .protocolError("a return code beyond 5", "20 02 00 06", "CONNACK: return code 6; 0 to 5 expected");
        cases.in(V3_1_1)
                .malformed(
                        "reserved connect acknowledge flags", // [MQTT-2.2.2-1]
                        "20 02 02 00",
                        "CONNACK: reserved connect acknowledge flags are not 0");
        cases.in(V5)
                .malformed(
                        "reserved connect acknowledge flags", // [MQTT-3.2.2-1]
                        "20 03 80 00 00",
                        "CONNACK: reserved connect acknowledge flags are not 0");
        cases.in(V3_1_1)
                .protocolError(
                        "session present though refused", // [MQTT3-3.2.2-4]
                        "20 02 01 05",
                        "CONNACK: session present with NOT_AUTHORIZED");
        cases.in(V5)
                .protocolError(
                        "session present though refused", // [MQTT-3.2.2-6]
                        "20 03 01 87 00",
                        "CONNACK: session present with NOT_AUTHORIZED")
                .protocolError(
                        "a reason that CONNACK does not have",
                        "20 03 00 8E 00",
                        "CONNACK: reason code 0x8E; one of CONNACK expected")
                .malformed("CONNACK of MQTT 3.1.1", "20 02 00 00", "CONNACK: remaining length 2; at least 3 expected");
        return cases.cases;
    }

    static List<Refused> publish() {
        Cases cases = new Cases();
        cases.in(V3_1, V3_1_1, V5)
                .fromClient()
                .malformed(
                        "PUBLISH of QoS 3",
                        "36 06 00 01 'a' 00 01 00",
                        "PUBLISH: QoS 3; 0, 1 or 2 expected") // [MQTT-3.3.1-4]
                .malformed(
                        "PUBLISH whose topic is longer than the packet",
                        "30 04 00 09 'ab'",
                        "PUBLISH: topic name: 9 bytes expected, 2 left")
                .malformed(
                        "PUBLISH with U+0000 in its topic", // [MQTT-1.5.4-2], [MQTT-4.7.3-2]
                        "30 06 00 03 'a' 00 'b' 00",
                        "PUBLISH: topic name with U+0000 at byte 1")
                .malformed(
                        "PUBLISH whose topic is Latin-1",
                        "30 06 00 03 'a' E4 'b' 00",
                        "PUBLISH: topic name, not well-formed UTF-8 at byte 1")
                .protocolError(
                        "PUBLISH with packet identifier 0", // [MQTT-2.2.1-3]
                        "32 06 00 01 'a' 00 00 00",
                        "PUBLISH: packet identifier 0; 1 to 65535 expected");
        cases.in(V3_1, V3_1_1)
                .malformed(
                        "PUBLISH without a topic", // [MQTT-4.7.3-1]
                        "30 03 00 00 'x'",
                        "PUBLISH: topic name ''; one without wildcards, not empty, expected")
                .malformed(
                        "PUBLISH to a wildcard", // [MQTT-3.3.2-2]
                        "30 05 00 03 'a/+'",
                        "PUBLISH: topic name 'a/+'; one without wildcards, not empty, expected");
        cases.in(V3_1_1, V5)
                .malformed(
                        "PUBLISH with DUP at QoS 0", "38 04 00 01 'a' 00", "PUBLISH: DUP at QoS 0"); // [MQTT-3.3.1-2]
        cases.in(V5)
                .refused(
                        "PUBLISH to a wildcard", // [MQTT-3.3.2-2]
                        "30 06 00 03 'a/#' 00",
                        Kind.MALFORMED,
                        ReasonCode.TOPIC_NAME_INVALID,
                        "PUBLISH: topic name 'a/#'; one without wildcards, not empty, expected")
                .protocolError(
                        "PUBLISH without a topic and without an alias",
                        "30 03 00 00 00",
                        "PUBLISH: empty topic name without a topic alias")
                .malformed(
                        "PUBLISH whose properties are longer than the packet",
                        "30 06 00 01 'a' 05 01 00",
                        "PUBLISH: properties: 5 bytes expected, 2 left");
        return cases.cases;
    }

    static List<Refused> acknowledgements() {
        Cases cases = new Cases();
        cases.in(V3_1, V3_1_1, V5)
                .fromClient()
                .protocolError("PUBACK of 0", "40 02 00 00", "PUBACK: packet identifier 0; 1 to 65535 expected")
                .protocolError("PUBREC of 0", "50 02 00 00", "PUBREC: packet identifier 0; 1 to 65535 expected")
                .protocolError("PUBREL of 0", "62 02 00 00", "PUBREL: packet identifier 0; 1 to 65535 expected")
                .protocolError("PUBCOMP of 0", "70 02 00 00", "PUBCOMP: packet identifier 0; 1 to 65535 expected");
        cases.in(V5)
                .protocolError(
                        "PUBACK with a reason of PUBREL", // [MQTT-3.4.2-1]
                        "40 03 00 01 92",
                        "PUBACK: reason code 0x92; one of PUBACK expected")
                .protocolError(
                        "PUBREC with an unknown reason", // [MQTT-3.5.2-1]
                        "50 03 00 01 77",
                        "PUBREC: reason code 0x77; one of PUBREC expected")
                .protocolError(
                        "PUBREL with a reason of PUBREC", // [MQTT-3.6.2-1]
                        "62 03 00 01 97",
                        "PUBREL: reason code 0x97; one of PUBREL expected")
                .protocolError(
                        "PUBCOMP with a reason of PUBACK", // [MQTT-3.7.2-1]
                        "70 03 00 01 10",
                        "PUBCOMP: reason code 0x10; one of PUBCOMP expected")
                .malformed(
                        "PUBACK whose properties are longer than the packet",
                        "40 04 00 01 00 05",
                        "PUBACK: properties: 5 bytes expected, 0 left");
        return cases.cases;
    }

    static List<Refused> subscribe() {
        Cases cases = new Cases();
        cases.in(V3_1, V3_1_1)
                .fromClient()
                .protocolError(
                        "SUBSCRIBE without filters",
                        "82 02 00 01",
                        "SUBSCRIBE: no topic filters; at least one") // [MQTT-3.8.3-3]
                .protocolError(
                        "UNSUBSCRIBE without filters",
                        "A2 02 00 01",
                        "UNSUBSCRIBE: no topic filters; at least one") // [MQTT-3.10.3-2]
                .protocolError(
                        "SUBSCRIBE with identifier 0", "82 06 00 00 00 01 'a' 00", "SUBSCRIBE: packet identifier 0")
                .protocolError(
                        "UNSUBSCRIBE with identifier 0", "A2 05 00 00 00 01 'a'", "UNSUBSCRIBE: packet identifier 0")
                .malformed(
                        "SUBSCRIBE to an empty filter",
                        "82 05 00 01 00 00 00",
                        "SUBSCRIBE: empty topic filter") // [MQTT-4.7.3-1]
                .malformed("UNSUBSCRIBE from an empty filter", "A2 04 00 01 00 00", "UNSUBSCRIBE: empty topic filter")
                .malformed(
                        "SUBSCRIBE with QoS 3",
                        "82 06 00 01 00 01 'a' 03",
                        "SUBSCRIBE: requested QoS 3; 0, 1 or 2 expected")
                .malformed(
                        "SUBSCRIBE without a QoS",
                        "82 05 00 01 00 01 'a'",
                        "SUBSCRIBE: subscription options: 1 byte expected, 0 left")
                .malformed(
                        "SUBSCRIBE with U+0000 in its filter",
                        "82 06 00 01 00 01 00 00",
                        "SUBSCRIBE: topic filter with U+0000 at byte 0")
                .malformed(
                        "UNSUBSCRIBE with half a filter",
                        "A2 05 00 01 00 02 'a'",
                        "UNSUBSCRIBE: topic filter: 2 bytes expected, 1 left");
        cases.in(V3_1_1)
                .malformed(
                        "SUBSCRIBE with reserved bits", // section 3.8.3
                        "82 06 00 01 00 01 'a' 04",
                        "SUBSCRIBE: requested QoS 4; 0, 1 or 2 expected");
        cases.in(V5)
                .protocolError(
                        "SUBSCRIBE without filters",
                        "82 03 00 01 00",
                        "SUBSCRIBE: no topic filters; at least one") // [MQTT-3.8.3-2]
                .protocolError(
                        "UNSUBSCRIBE without filters", "A2 03 00 01 00", "UNSUBSCRIBE: no topic filters; at least one")
                .malformed("SUBSCRIBE to an empty filter", "82 06 00 01 00 00 00 00", "SUBSCRIBE: empty topic filter")
                .malformed(
                        "SUBSCRIBE with a reserved option", // [MQTT-3.8.3-5]
                        "82 07 00 01 00 00 01 'a' 40",
                        "SUBSCRIBE: reserved subscription options are not 0")
                .malformed(
                        "SUBSCRIBE with the other reserved option",
                        "82 07 00 01 00 00 01 'a' 80",
                        "SUBSCRIBE: reserved subscription options are not 0")
                .protocolError(
                        "SUBSCRIBE with QoS 3",
                        "82 07 00 01 00 00 01 'a' 03",
                        "SUBSCRIBE: maximum QoS 3; 0, 1 or 2 expected")
                .protocolError(
                        "SUBSCRIBE with retain handling 3",
                        "82 07 00 01 00 00 01 'a' 30",
                        "SUBSCRIBE: retain handling 3; 0, 1 or 2 expected")
                .protocolError(
                        "SUBSCRIBE with no local on a shared subscription", // [MQTT-3.8.3-4]
                        "82 10 00 01 00 00 0A '$share/g/a' 04",
                        "SUBSCRIBE: no local on a shared subscription");
        cases.in(V3_1, V3_1_1)
                .fromServer()
                .protocolError("SUBACK without codes", "90 02 00 01", "SUBACK: no reason codes; at least one expected")
                .protocolError(
                        "SUBACK with a reserved code", // [MQTT-3.9.3-2]
                        "90 03 00 01 03",
                        "SUBACK: return code 3; 0, 1, 2 or 128 expected")
                .protocolError(
                        "SUBACK with a reason of MQTT 5.0",
                        "90 03 00 01 87",
                        "SUBACK: return code 135; 0, 1, 2 or 128 expected");
        cases.in(V5)
                .protocolError("SUBACK without reasons", "90 03 00 01 00", "SUBACK: no reason codes; at least one")
                .protocolError(
                        "SUBACK with a wrong reason", "90 04 00 01 00 03", "SUBACK: reason code 0x03; one of SUBACK")
                .protocolError("UNSUBACK without reasons", "B0 03 00 01 00", "UNSUBACK: no reason codes; at least one")
                .protocolError(
                        "UNSUBACK with a reason of SUBACK", // [MQTT-3.11.3-2]
                        "B0 04 00 01 00 01",
                        "UNSUBACK: reason code 0x01; one of UNSUBACK expected");
        return cases.cases;
    }

    static List<Refused> disconnectAndAuth() {
        Cases cases = new Cases();
        cases.in(V5)
                .fromClient()
                .protocolError(
                        "a reason that DISCONNECT does not have", "E0 01 01", "DISCONNECT: reason code 0x01; one of")
                .protocolError(
                        "a reason of servers",
                        "E0 01 8E",
                        "DISCONNECT: SESSION_TAKEN_OVER from a client") // [MQTT-3.14.2-1]
                .protocolError("another reason of servers", "E0 01 9C", "DISCONNECT: USE_ANOTHER_SERVER from a client")
                .protocolError("a reason that AUTH does not have", "F0 02 01 00", "AUTH: reason code 0x01; one of AUTH")
                .protocolError(
                        "AUTH, success from a client",
                        "F0 06 00 04 15 00 01 'm'",
                        "AUTH: SUCCESS from a client") // [MQTT-3.15.2-1]
                .protocolError("AUTH without a method", "F0 02 18 00", "AUTH: no authentication method")
                .protocolError(
                        "AUTH with data and no method",
                        "F0 05 18 03 16 00 00",
                        "AUTH: authentication data without an authentication method")
                .malformed("AUTH without a property length", "F0 01 18", "AUTH: property length: 1 byte");
        cases.fromServer()
                .protocolError(
                        "a reason of clients", "E0 01 04", "DISCONNECT: DISCONNECT_WITH_WILL_MESSAGE from a server")
                .protocolError(
                        "AUTH, again from a server", "F0 06 19 04 15 00 01 'm'", "AUTH: RE_AUTHENTICATE from a server");
        return cases.cases;
    }

    @ParameterizedTest
    @MethodSource({
        "framing",
        "opening",
        "connect",
        "versions",
        "properties",
        "connack",
        "publish",
        "acknowledgements",
        "subscribe",
        "disconnectAndAuth"
    })
    void itIsRefusedForTheRightReasonInPlainWords(Refused refused) {
        PacketDecoder decoder = refused.isFirst()
                ? Connections.fresh(refused.version(), refused.fromClient())
                : Connections.open(refused.version(), refused.fromClient());
        ByteBuf in = Unpooled.wrappedBuffer(refused.bytes().toArray());

        PacketException exception = catchThrowableOfType(PacketException.class, () -> decoder.decode(in));

        assertThat(exception).as("%s", refused).isNotNull();
        assertThat(exception.getMessage()).startsWith(refused.message());
        assertThat(exception.kind()).isEqualTo(refused.kind());
        assertThat(exception.reasonCode()).isEqualTo(refused.reason());
        assertThat(exception.getStackTrace()).isEmpty();
    }
}
