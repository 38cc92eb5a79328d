package io.aldis.codec;

import static io.aldis.codec.MqttVersion.V3_1;
import static io.aldis.codec.MqttVersion.V3_1_1;
import static io.aldis.codec.MqttVersion.V5;

import java.util.ArrayList;
import java.util.List;

/**
 * Every packet as it stands on the wire, byte for byte, in each version where it differs. Both ways hold: the bytes are
 * the packet, and the packet is the bytes.
 */
final class WireCases {
    /** One packet, who sends it, and its bytes with their anatomy. */
    record WireCase(String name, MqttVersion version, boolean fromClient, Packet packet, Binary bytes) {
        @Override
        public String toString() {
            return name + ", " + version;
        }
    }

    private static final boolean CLIENT = true;
    private static final boolean SERVER = false;

    private final List<WireCase> cases = new ArrayList<>();

    private WireCases() {
        connect();
        connack();
        publish();
        acknowledgements();
        subscribe();
        suback();
        unsubscribe();
        unsuback();
        ping();
        disconnect();
        auth();
    }

    static List<WireCase> all() {
        return new WireCases().cases;
    }

    private void add(String name, MqttVersion version, boolean fromClient, Packet packet, String anatomy) {
        cases.add(new WireCase(name, version, fromClient, packet, Wire.bytes(anatomy)));
    }

    private void connect() {
        add(
                "CONNECT with an empty client identifier",
                V3_1_1,
                CLIENT,
                Connect.v311("").withKeepAlive(0),
                """
                10 0C         # CONNECT, 12 bytes follow
                00 04 'MQTT'  # protocol name
                04            # protocol level: MQTT 3.1.1
                02            # connect flags: clean session
                00 00         # keep alive: none
                00 00         # client identifier: empty
                """);
        add("CONNECT of the oldest version", V3_1, CLIENT, Connect.v31("c1"), """
                10 10           # CONNECT, 16 bytes follow
                00 06 'MQIsdp'  # protocol name
                03              # protocol level: MQTT 3.1
                02              # connect flags: clean session
                00 3C           # keep alive: 60 seconds
                00 02 'c1'      # client identifier
                """);
        add(
                "CONNECT with will, user name and password",
                V3_1_1,
                CLIENT,
                Connect.v311("cäfé")
                        .withCleanStart(false)
                        .withKeepAlive(65_535)
                        .withWill(Will.of("w/t", Binary.wrap(new byte[] {0, -1}), Qos.EXACTLY_ONCE)
                                .withRetain(true))
                        .withCredentials("u", Binary.utf8("pw")),
                """
                10 22               # CONNECT, 34 bytes follow
                00 04 'MQTT'        # protocol name
                04                  # protocol level: MQTT 3.1.1
                F4                  # connect flags: user name, password, will retain, will QoS 2, will
                FF FF               # keep alive: 65,535 seconds
                00 06 'cäfé'        # client identifier, 6 bytes of UTF-8
                00 03 'w/t'         # will topic
                00 02 00 FF         # will payload: any bytes
                00 01 'u'           # user name
                00 02 'pw'          # password
                """);
        add("CONNECT with a user name alone", V3_1, CLIENT, Connect.v31("c").withUsername("u"), """
                10 12           # CONNECT, 18 bytes follow
                00 06 'MQIsdp'  # protocol name
                03              # protocol level: MQTT 3.1
                82              # connect flags: user name, clean session
                00 3C           # keep alive: 60 seconds
                00 01 'c'       # client identifier
                00 01 'u'       # user name
                """);
        add("CONNECT with nothing special", V5, CLIENT, Connect.v5("c1"), """
                10 0F         # CONNECT, 15 bytes follow
                00 04 'MQTT'  # protocol name
                05            # protocol level: MQTT 5.0
                02            # connect flags: clean start
                00 3C         # keep alive: 60 seconds
                00            # property length
                00 02 'c1'    # client identifier
                """);
        add(
                "CONNECT with a password and no user name",
                V5,
                CLIENT,
                new Connect(V5, "c", false, 10, null, null, Binary.utf8("token"), ConnectProperties.NONE),
                """
                10 15          # CONNECT, 21 bytes follow
                00 04 'MQTT'   # protocol name
                05             # protocol level: MQTT 5.0
                40             # connect flags: password
                00 0A          # keep alive: 10 seconds
                00             # property length
                00 01 'c'      # client identifier
                00 05 'token'  # password
                """);
        add(
                "CONNECT with every property",
                V5,
                CLIENT,
                Connect.v5("c")
                        .withProperties(ConnectProperties.NONE
                                .withSessionExpiryInterval(0xFFFF_FFFFL)
                                .withReceiveMaximum(10)
                                .withMaximumPacketSize(65_536)
                                .withTopicAliasMaximum(5)
                                .withRequestResponseInformation(true)
                                .withRequestProblemInformation(false)
                                .withUserProperty("a", "1")
                                .withUserProperty("a", "2")
                                .withAuthenticationMethod("SCRAM")
                                .withAuthenticationData(Binary.wrap(new byte[] {1, 2}))),
                """
                10 3D           # CONNECT, 61 bytes follow
                00 04 'MQTT'    # protocol name
                05              # protocol level: MQTT 5.0
                02              # connect flags: clean start
                00 3C           # keep alive: 60 seconds
                2F              # property length: 47
                11 FF FF FF FF  # session expiry interval: for ever
                21 00 0A        # receive maximum: 10
                27 00 01 00 00  # maximum packet size: 65,536
                22 00 05        # topic alias maximum: 5
                19 01           # request response information: yes
                17 00           # request problem information: no
                26 00 01 'a' 00 01 '1'  # user property
                26 00 01 'a' 00 01 '2'  # user property of the same name
                15 00 05 'SCRAM'        # authentication method
                16 00 02 01 02          # authentication data
                00 01 'c'       # client identifier
                """);
        add(
                "CONNECT with a will and every property of it",
                V5,
                CLIENT,
                Connect.v5("c")
                        .withWill(Will.of("w", Binary.utf8("bye"), Qos.AT_LEAST_ONCE)
                                .withProperties(WillProperties.NONE
                                        .withDelayInterval(5)
                                        .withPayloadFormat(PayloadFormat.UTF_8)
                                        .withMessageExpiryInterval(60)
                                        .withContentType("text")
                                        .withResponseTopic("r")
                                        .withCorrelationData(Binary.wrap(new byte[] {7}))
                                        .withUserProperty("k", "v")))
                        .withUsername("u"),
                """
                10 3C           # CONNECT, 60 bytes follow
                00 04 'MQTT'    # protocol name
                05              # protocol level: MQTT 5.0
                8E              # connect flags: user name, will QoS 1, will, clean start
                00 3C           # keep alive: 60 seconds
                00              # property length of CONNECT
                00 01 'c'       # client identifier
                22              # property length of the will: 34
                18 00 00 00 05  # will delay interval: 5 seconds
                01 01           # payload format indicator: UTF-8
                02 00 00 00 3C  # message expiry interval: 60 seconds
                03 00 04 'text' # content type
                08 00 01 'r'    # response topic
                09 00 01 07     # correlation data
                26 00 01 'k' 00 01 'v'  # user property
                00 01 'w'       # will topic
                00 03 'bye'     # will payload
                00 01 'u'       # user name
                """);
    }

    private void connack() {
        add("CONNACK, accepted", V3_1, SERVER, Connack.accepted(false), """
                20 02  # CONNACK, 2 bytes follow
                00     # nothing
                00     # return code: accepted
                """);
        add("CONNACK, accepted, back in a session", V3_1_1, SERVER, Connack.accepted(true), """
                20 02  # CONNACK, 2 bytes follow
                01     # connect acknowledge flags: session present
                00     # return code: accepted
                """);
        List<ReasonCode> refusals = List.of(
                ReasonCode.UNSUPPORTED_PROTOCOL_VERSION,
                ReasonCode.CLIENT_IDENTIFIER_NOT_VALID,
                ReasonCode.SERVER_UNAVAILABLE,
                ReasonCode.BAD_USER_NAME_OR_PASSWORD,
                ReasonCode.NOT_AUTHORIZED);
        for (int i = 0; i < refusals.size(); i++) {
            add("CONNACK, " + refusals.get(i), V3_1_1, SERVER, Connack.refused(refusals.get(i)), """
                    20 02  # CONNACK, 2 bytes follow
                    00     # connect acknowledge flags
                    %02X   # return code
                    """.formatted(i + 1));
        }
        add("CONNACK, accepted", V5, SERVER, Connack.accepted(true), """
                20 03  # CONNACK, 3 bytes follow
                01     # connect acknowledge flags: session present
                00     # reason code: success
                00     # property length
                """);
        add(
                "CONNACK, refused with a reason string",
                V5,
                SERVER,
                Connack.refused(ReasonCode.NOT_AUTHORIZED)
                        .withProperties(ConnackProperties.NONE.withReasonString("no")),
                """
                20 08         # CONNACK, 8 bytes follow
                00            # connect acknowledge flags
                87            # reason code: not authorized
                05            # property length
                1F 00 02 'no' # reason string
                """);
        add(
                "CONNACK with every property",
                V5,
                SERVER,
                Connack.accepted(false)
                        .withProperties(ConnackProperties.NONE
                                .withSessionExpiryInterval(10)
                                .withReceiveMaximum(20)
                                .withMaximumQos(Qos.AT_LEAST_ONCE)
                                .withRetainAvailable(false)
                                .withMaximumPacketSize(1000)
                                .withAssignedClientIdentifier("id")
                                .withTopicAliasMaximum(30)
                                .withReasonString("ok")
                                .withUserProperty("k", "v")
                                .withWildcardSubscriptionAvailable(false)
                                .withSubscriptionIdentifierAvailable(true)
                                .withSharedSubscriptionAvailable(false)
                                .withServerKeepAlive(40)
                                .withResponseInformation("ri")
                                .withServerReference("sr")
                                .withAuthenticationMethod("m")
                                .withAuthenticationData(Binary.wrap(new byte[] {9}))),
                """
                20 43           # CONNACK, 67 bytes follow
                00              # connect acknowledge flags
                00              # reason code: success
                40              # property length: 64
                11 00 00 00 0A  # session expiry interval: 10 seconds
                21 00 14        # receive maximum: 20
                24 01           # maximum QoS: 1
                25 00           # retain available: no
                27 00 00 03 E8  # maximum packet size: 1000
                12 00 02 'id'   # assigned client identifier
                22 00 1E        # topic alias maximum: 30
                1F 00 02 'ok'   # reason string
                26 00 01 'k' 00 01 'v'  # user property
                28 00           # wildcard subscription available: no
                29 01           # subscription identifiers available: yes
                2A 00           # shared subscription available: no
                13 00 28        # server keep alive: 40 seconds
                1A 00 02 'ri'   # response information
                1C 00 02 'sr'   # server reference
                15 00 01 'm'    # authentication method
                16 00 01 09     # authentication data
                """);
    }

    private void publish() {
        add("PUBLISH of QoS 0", V3_1_1, CLIENT, Publish.qos0("a/b", Binary.utf8("hi")), """
                30 07         # PUBLISH, 7 bytes follow
                00 03 'a/b'   # topic name
                'hi'          # payload: the rest
                """);
        add("PUBLISH of QoS 0 without a payload", V3_1, SERVER, Publish.qos0("t", Binary.EMPTY), """
                30 03     # PUBLISH, 3 bytes follow
                00 01 't' # topic name
                """);
        add(
                "PUBLISH of QoS 1, retained",
                V3_1_1,
                CLIENT,
                Publish.qos1("a", Binary.utf8("x"), 10).withRetain(true),
                """
                33 06      # PUBLISH, QoS 1, retain
                00 01 'a'  # topic name
                00 0A      # packet identifier: 10
                'x'        # payload
                """);
        add(
                "PUBLISH of QoS 2, sent again",
                V3_1,
                CLIENT,
                Publish.qos2("a", Binary.wrap(new byte[] {0}), 65_535).withDup(true),
                """
                3C 06      # PUBLISH, DUP, QoS 2
                00 01 'a'  # topic name
                FF FF      # packet identifier: 65,535
                00         # payload: one zero byte
                """);
        add(
                "PUBLISH with a remaining length of two bytes",
                V3_1_1,
                SERVER,
                Publish.qos0("t", Binary.utf8("0123456789".repeat(20))),
                "30 CB 01  # PUBLISH, 75 + 128 bytes follow\n 00 01 't' '" + "0123456789".repeat(20) + "'");
        add("PUBLISH of QoS 0", V5, CLIENT, Publish.qos0("a/b", Binary.utf8("hi")), """
                30 08         # PUBLISH, 8 bytes follow
                00 03 'a/b'   # topic name
                00            # property length
                'hi'          # payload
                """);
        add("PUBLISH whose topic begins with U+FEFF", V5, CLIENT, Publish.qos0("\uFEFFa", Binary.EMPTY), """
                30 07           # PUBLISH, 7 bytes follow
                00 04 EF BB BF 'a'  # topic name: U+FEFF is kept [MQTT-1.5.4-3]
                00              # property length
                """);
        add(
                "PUBLISH of QoS 1 with every property a client has",
                V5,
                CLIENT,
                Publish.qos1("a", Binary.utf8("x"), 10)
                        .withProperties(PublishProperties.NONE
                                .withPayloadFormat(PayloadFormat.UTF_8)
                                .withMessageExpiryInterval(3600)
                                .withTopicAlias(2)
                                .withResponseTopic("r")
                                .withCorrelationData(Binary.wrap(new byte[] {1}))
                                .withUserProperty("k", "v")
                                .withContentType("c")),
                """
                32 24           # PUBLISH, QoS 1, 36 bytes follow
                00 01 'a'       # topic name
                00 0A           # packet identifier
                1D              # property length: 29
                01 01           # payload format indicator: UTF-8
                02 00 00 0E 10  # message expiry interval: one hour
                23 00 02        # topic alias: 2
                08 00 01 'r'    # response topic
                09 00 01 01     # correlation data
                26 00 01 'k' 00 01 'v'  # user property
                03 00 01 'c'    # content type
                'x'             # payload
                """);
        add(
                "PUBLISH with an alias in place of the topic",
                V5,
                CLIENT,
                new Publish(
                        "",
                        Binary.utf8("x"),
                        Qos.AT_MOST_ONCE,
                        false,
                        false,
                        0,
                        PublishProperties.NONE.withTopicAlias(65_535)),
                """
                30 07     # PUBLISH, 7 bytes follow
                00 00     # topic name: empty
                03        # property length
                23 FF FF  # topic alias: 65,535
                'x'       # payload
                """);
        add(
                "PUBLISH with several subscription identifiers",
                V5,
                SERVER,
                Publish.qos2("a", Binary.EMPTY, 1)
                        .withProperties(PublishProperties.NONE.withSubscriptionIdentifiers(List.of(1, 268_435_455, 1))),
                """
                34 0F           # PUBLISH, QoS 2, 15 bytes follow
                00 01 'a'       # topic name
                00 01           # packet identifier
                09              # property length
                0B 01           # subscription identifier: 1
                0B FF FF FF 7F  # subscription identifier: 268,435,455
                0B 01           # subscription identifier: 1, from another filter
                """);
    }

    private void acknowledgements() {
        for (MqttVersion version : MqttVersion.values()) {
            add("PUBACK, success", version, CLIENT, new Puback(0x0102), """
                    40 02  # PUBACK, 2 bytes follow
                    01 02  # packet identifier; success goes without saying
                    """);
            add("PUBREC, success", version, SERVER, new Pubrec(1), """
                    50 02  # PUBREC, 2 bytes follow
                    00 01  # packet identifier
                    """);
            add("PUBREL, success", version, CLIENT, new Pubrel(1), """
                    62 02  # PUBREL, flags 0010, 2 bytes follow
                    00 01  # packet identifier
                    """);
            add("PUBCOMP, success", version, SERVER, new Pubcomp(0xFFFF), """
                    70 02  # PUBCOMP, 2 bytes follow
                    FF FF  # packet identifier
                    """);
        }
        add("PUBACK with a reason", V5, SERVER, new Puback(1, ReasonCode.NO_MATCHING_SUBSCRIBERS), """
                40 03  # PUBACK, 3 bytes follow
                00 01  # packet identifier
                10     # reason code: no matching subscribers; no properties goes without saying
                """);
        add("PUBREC with a reason", V5, CLIENT, new Pubrec(1, ReasonCode.QUOTA_EXCEEDED), """
                50 03  # PUBREC, 3 bytes follow
                00 01  # packet identifier
                97     # reason code: quota exceeded
                """);
        add("PUBREL with a reason", V5, SERVER, new Pubrel(1, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND), """
                62 03  # PUBREL, flags 0010, 3 bytes follow
                00 01  # packet identifier
                92     # reason code: packet identifier not found
                """);
        AckProperties properties = AckProperties.NONE.withReasonString("why").withUserProperty("k", "v");
        add("PUBACK with properties", V5, SERVER, new Puback(1, ReasonCode.SUCCESS, properties), """
                40 11                   # PUBACK, 17 bytes follow
                00 01                   # packet identifier
                00                      # reason code: success
                0D                      # property length: 13
                1F 00 03 'why'          # reason string
                26 00 01 'k' 00 01 'v'  # user property
                """);
        add(
                "PUBCOMP with properties",
                V5,
                CLIENT,
                new Pubcomp(1, ReasonCode.PACKET_IDENTIFIER_NOT_FOUND, properties),
                """
                70 11                   # PUBCOMP, 17 bytes follow
                00 01                   # packet identifier
                92                      # reason code: packet identifier not found
                0D                      # property length: 13
                1F 00 03 'why'          # reason string
                26 00 01 'k' 00 01 'v'  # user property
                """);
    }

    private void subscribe() {
        for (MqttVersion version : List.of(V3_1, V3_1_1)) {
            add(
                    "SUBSCRIBE to two filters",
                    version,
                    CLIENT,
                    Subscribe.of(10, Subscription.of("a/+", Qos.AT_LEAST_ONCE), Subscription.of("#", Qos.AT_MOST_ONCE)),
                    """
                    82 0C        # SUBSCRIBE, flags 0010, 12 bytes follow
                    00 0A        # packet identifier
                    00 03 'a/+'  # topic filter
                    01           # requested QoS: 1
                    00 01 '#'    # topic filter
                    00           # requested QoS: 0
                    """);
        }
        add("SUBSCRIBE to one filter", V5, CLIENT, Subscribe.of(1, "a", Qos.EXACTLY_ONCE), """
                82 07      # SUBSCRIBE, flags 0010, 7 bytes follow
                00 01      # packet identifier
                00         # property length
                00 01 'a'  # topic filter
                02         # subscription options: QoS 2
                """);
        add(
                "SUBSCRIBE with every option and property",
                V5,
                CLIENT,
                Subscribe.of(
                                1,
                                new Subscription("a", Qos.AT_LEAST_ONCE, true, true, RetainHandling.DO_NOT_SEND),
                                new Subscription(
                                        "$share/g/b", Qos.AT_MOST_ONCE, false, false, RetainHandling.SEND_IF_NEW))
                        .withProperties(SubscribeProperties.NONE
                                .withSubscriptionIdentifier(128)
                                .withUserProperty("k", "v")),
                """
                82 1E                   # SUBSCRIBE, flags 0010, 30 bytes follow
                00 01                   # packet identifier
                0A                      # property length: 10
                0B 80 01                # subscription identifier: 128
                26 00 01 'k' 00 01 'v'  # user property
                00 01 'a'               # topic filter
                2D                      # options: retain handling 2, retain as published, no local, QoS 1
                00 0A '$share/g/b'      # topic filter
                10                      # options: retain handling 1, QoS 0
                """);
    }

    private void suback() {
        add(
                "SUBACK, granted and refused",
                V3_1_1,
                SERVER,
                Suback.of(
                        10,
                        ReasonCode.GRANTED_QOS_0,
                        ReasonCode.GRANTED_QOS_1,
                        ReasonCode.GRANTED_QOS_2,
                        ReasonCode.UNSPECIFIED_ERROR),
                """
                90 06        # SUBACK, 6 bytes follow
                00 0A        # packet identifier
                00 01 02 80  # return codes: QoS 0, 1, 2, failure
                """);
        add("SUBACK, granted", V3_1, SERVER, Suback.of(1, ReasonCode.GRANTED_QOS_2), """
                90 03  # SUBACK, 3 bytes follow
                00 01  # packet identifier
                02     # granted QoS
                """);
        add(
                "SUBACK with reasons and properties",
                V5,
                SERVER,
                new Suback(
                        1,
                        List.of(ReasonCode.GRANTED_QOS_1, ReasonCode.TOPIC_FILTER_INVALID),
                        AckProperties.NONE.withReasonString("hm")),
                """
                90 0A          # SUBACK, 10 bytes follow
                00 01          # packet identifier
                05             # property length
                1F 00 02 'hm'  # reason string
                01 8F          # reason codes: granted QoS 1, topic filter invalid
                """);
    }

    private void unsubscribe() {
        for (MqttVersion version : List.of(V3_1, V3_1_1)) {
            add("UNSUBSCRIBE from two filters", version, CLIENT, Unsubscribe.of(3, "a", "b/#"), """
                    A2 0A        # UNSUBSCRIBE, flags 0010, 10 bytes follow
                    00 03        # packet identifier
                    00 01 'a'    # topic filter
                    00 03 'b/#'  # topic filter
                    """);
        }
        add(
                "UNSUBSCRIBE with a user property",
                V5,
                CLIENT,
                new Unsubscribe(3, List.of("a"), UnsubscribeProperties.NONE.withUserProperty("k", "v")),
                """
                A2 0D                   # UNSUBSCRIBE, flags 0010, 13 bytes follow
                00 03                   # packet identifier
                07                      # property length
                26 00 01 'k' 00 01 'v'  # user property
                00 01 'a'               # topic filter
                """);
    }

    private void unsuback() {
        for (MqttVersion version : List.of(V3_1, V3_1_1)) {
            add("UNSUBACK", version, SERVER, Unsuback.of(3), """
                    B0 02  # UNSUBACK, 2 bytes follow
                    00 03  # packet identifier
                    """);
        }
        add(
                "UNSUBACK with reasons",
                V5,
                SERVER,
                Unsuback.of(3, ReasonCode.SUCCESS, ReasonCode.NO_SUBSCRIPTION_EXISTED),
                """
                B0 05  # UNSUBACK, 5 bytes follow
                00 03  # packet identifier
                00     # property length
                00 11  # reason codes: success, no subscription existed
                """);
    }

    private void ping() {
        for (MqttVersion version : MqttVersion.values()) {
            add("PINGREQ", version, CLIENT, new Pingreq(), "C0 00");
            add("PINGRESP", version, SERVER, new Pingresp(), "D0 00");
        }
    }

    private void disconnect() {
        for (MqttVersion version : MqttVersion.values()) {
            add("DISCONNECT, normal", version, CLIENT, new Disconnect(), """
                    E0 00  # DISCONNECT; a normal one goes without saying
                    """);
        }
        add("DISCONNECT with will", V5, CLIENT, new Disconnect(ReasonCode.DISCONNECT_WITH_WILL_MESSAGE), """
                E0 01  # DISCONNECT, 1 byte follows
                04     # reason code: disconnect with will message
                """);
        add(
                "DISCONNECT with a new session expiry",
                V5,
                CLIENT,
                new Disconnect(ReasonCode.NORMAL_DISCONNECTION, DisconnectProperties.NONE.withSessionExpiryInterval(0)),
                """
                E0 07           # DISCONNECT, 7 bytes follow
                00              # reason code: normal disconnection
                05              # property length
                11 00 00 00 00  # session expiry interval: at once
                """);
        add(
                "DISCONNECT by the server with every property",
                V5,
                SERVER,
                new Disconnect(
                        ReasonCode.SERVER_MOVED,
                        DisconnectProperties.NONE
                                .withReasonString("go")
                                .withUserProperty("k", "v")
                                .withServerReference("b:1")),
                """
                E0 14                   # DISCONNECT, 20 bytes follow
                9D                      # reason code: server moved
                12                      # property length: 18
                1F 00 02 'go'           # reason string
                26 00 01 'k' 00 01 'v'  # user property
                1C 00 03 'b:1'          # server reference
                """);
    }

    private void auth() {
        add("AUTH, success", V5, SERVER, new Auth(ReasonCode.SUCCESS, AuthProperties.NONE), """
                F0 00  # AUTH; success goes without saying
                """);
        add(
                "AUTH, one step",
                V5,
                CLIENT,
                Auth.of(ReasonCode.CONTINUE_AUTHENTICATION, "m", Binary.wrap(new byte[] {1, 2})),
                """
                F0 0B           # AUTH, 11 bytes follow
                18              # reason code: continue authentication
                09              # property length
                15 00 01 'm'    # authentication method
                16 00 02 01 02  # authentication data
                """);
        add(
                "AUTH with every property",
                V5,
                SERVER,
                new Auth(
                        ReasonCode.SUCCESS,
                        AuthProperties.NONE
                                .withMethod("m")
                                .withData(Binary.EMPTY)
                                .withReasonString("r")
                                .withUserProperty("k", "v")),
                """
                F0 14                   # AUTH, 20 bytes follow
                00                      # reason code: success
                12                      # property length: 18
                15 00 01 'm'            # authentication method
                16 00 00                # authentication data: empty, which is not absent
                1F 00 01 'r'            # reason string
                26 00 01 'k' 00 01 'v'  # user property
                """);
    }
}
