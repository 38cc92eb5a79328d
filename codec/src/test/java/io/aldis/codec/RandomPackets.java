package io.aldis.codec;

import static io.aldis.codec.MqttVersion.V3_1;
import static io.aldis.codec.MqttVersion.V5;
import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Valid packets of every type, drawn from a seed. What a version does not say is not in them, so that a packet that
 * went over the wire equals the one that was sent.
 */
final class RandomPackets {
    private static final List<PacketType> FROM_CLIENT = List.of(
            PacketType.PUBLISH,
            PacketType.PUBACK,
            PacketType.PUBREC,
            PacketType.PUBREL,
            PacketType.PUBCOMP,
            PacketType.SUBSCRIBE,
            PacketType.UNSUBSCRIBE,
            PacketType.PINGREQ,
            PacketType.DISCONNECT);

    private static final List<PacketType> FROM_SERVER = List.of(
            PacketType.PUBLISH,
            PacketType.PUBACK,
            PacketType.PUBREC,
            PacketType.PUBREL,
            PacketType.PUBCOMP,
            PacketType.SUBACK,
            PacketType.UNSUBACK,
            PacketType.PINGRESP);

    private static final String[] CHARACTERS = {
        "a", "Z", "7", " ", "/", "$", "ä", "ß", "€", "漢", "\uFEFF", "😀", "\u0001"
    };

    private final Random random;
    private final MqttVersion version;
    private final boolean fromClient;

    RandomPackets(Random random, MqttVersion version, boolean fromClient) {
        this.random = random;
        this.version = version;
        this.fromClient = fromClient;
    }

    /** One connection's worth: the opening packet and {@code count} others. */
    List<Packet> conversation(int count) {
        List<Packet> packets = new ArrayList<>();
        packets.add(fromClient ? connect() : connack());
        for (int i = 0; i < count; i++) {
            packets.add(next());
        }
        return packets;
    }

    /** Any packet but the opening one. */
    Packet next() {
        List<PacketType> types = new ArrayList<>(fromClient ? FROM_CLIENT : FROM_SERVER);
        if (version == V5) {
            types.add(PacketType.AUTH);
            types.add(PacketType.DISCONNECT);
        }
        return of(types.get(random.nextInt(types.size())));
    }

    Packet of(PacketType type) {
        return switch (type) {
            case CONNECT -> connect();
            case CONNACK -> connack();
            case PUBLISH -> publish();
            case PUBACK -> new Puback(packetId(), ackReason(type), ackProperties());
            case PUBREC -> new Pubrec(packetId(), ackReason(type), ackProperties());
            case PUBREL -> new Pubrel(packetId(), ackReason(type), ackProperties());
            case PUBCOMP -> new Pubcomp(packetId(), ackReason(type), ackProperties());
            case SUBSCRIBE -> subscribe();
            case SUBACK -> new Suback(packetId(), several(this::subackReason), ackProperties());
            case UNSUBSCRIBE ->
                new Unsubscribe(
                        packetId(),
                        several(this::filter),
                        version == V5 ? new UnsubscribeProperties(userProperties()) : UnsubscribeProperties.NONE);
            case UNSUBACK ->
                new Unsuback(
                        packetId(),
                        version == V5 ? several(() -> reasonFor(PacketType.UNSUBACK)) : List.of(),
                        ackProperties());
            case PINGREQ -> new Pingreq();
            case PINGRESP -> new Pingresp();
            case DISCONNECT -> disconnect();
            case AUTH -> auth();
        };
    }

    Connect connect() {
        String username = maybe(this::text);
        Binary password = username == null && version != V5 ? null : maybe(this::binary);
        return new Connect(
                version,
                text(),
                random.nextBoolean(),
                random.nextInt(0x1_0000),
                maybe(this::will),
                username,
                password,
                version == V5 ? connectProperties() : ConnectProperties.NONE);
    }

    private ConnectProperties connectProperties() {
        String method = maybe(this::text);
        return new ConnectProperties(
                maybe(this::fourBytes),
                maybe(() -> twoBytes(1)),
                maybe(() -> Math.max(1, fourBytes())),
                maybe(() -> twoBytes(0)),
                random.nextBoolean(),
                random.nextBoolean(),
                userProperties(),
                method,
                method == null ? null : maybe(this::binary));
    }

    private Will will() {
        WillProperties properties = version != V5
                ? WillProperties.NONE
                : new WillProperties(
                        maybe(this::fourBytes),
                        maybe(this::payloadFormat),
                        maybe(this::fourBytes),
                        maybe(this::text),
                        maybe(this::topic),
                        maybe(this::binary),
                        userProperties());
        return new Will(topic(), binary(), qos(), random.nextBoolean(), properties);
    }

    private Connack connack() {
        if (version != V5) {
            ReasonCode reason = requireNonNull(ReasonCode.ofReturnCode(random.nextInt(6)));
            boolean present = version != V3_1 && reason == ReasonCode.SUCCESS && random.nextBoolean();
            return new Connack(present, reason, ConnackProperties.NONE);
        }
        ReasonCode reason = reasonFor(PacketType.CONNACK);
        String method = maybe(this::text);
        return new Connack(
                !reason.isError() && random.nextBoolean(),
                reason,
                new ConnackProperties(
                        maybe(this::fourBytes),
                        maybe(() -> twoBytes(1)),
                        maybe(() -> Qos.of(random.nextInt(2))),
                        maybe(random::nextBoolean),
                        maybe(() -> Math.max(1, fourBytes())),
                        maybe(this::text),
                        maybe(() -> twoBytes(0)),
                        maybe(this::text),
                        userProperties(),
                        maybe(random::nextBoolean),
                        maybe(random::nextBoolean),
                        maybe(random::nextBoolean),
                        maybe(() -> twoBytes(0)),
                        maybe(this::text),
                        maybe(this::text),
                        method,
                        method == null ? null : maybe(this::binary)));
    }

    Publish publish() {
        Qos qos = qos();
        boolean acknowledged = qos != Qos.AT_MOST_ONCE;
        PublishProperties properties = version == V5 ? publishProperties() : PublishProperties.NONE;
        return new Publish(
                properties.topicAlias() != null && random.nextBoolean() ? "" : topic(),
                binary(),
                qos,
                random.nextBoolean(),
                acknowledged && random.nextBoolean(),
                acknowledged ? packetId() : 0,
                properties);
    }

    PublishProperties publishProperties() {
        return new PublishProperties(
                maybe(this::payloadFormat),
                maybe(this::fourBytes),
                maybe(() -> twoBytes(1)),
                maybe(this::topic),
                maybe(this::binary),
                userProperties(),
                fromClient || random.nextBoolean() ? List.of() : several(this::subscriptionIdentifier),
                maybe(this::text));
    }

    private Subscribe subscribe() {
        return new Subscribe(
                packetId(),
                several(this::subscription),
                version == V5
                        ? new SubscribeProperties(maybe(this::subscriptionIdentifier), userProperties())
                        : SubscribeProperties.NONE);
    }

    private Subscription subscription() {
        if (version != V5) {
            return Subscription.of(filter(), qos());
        }
        String filter = filter();
        return new Subscription(
                filter,
                qos(),
                !Topics.isShared(filter) && random.nextBoolean(),
                random.nextBoolean(),
                RetainHandling.of(random.nextInt(3)));
    }

    private ReasonCode subackReason() {
        if (version == V5) {
            return reasonFor(PacketType.SUBACK);
        }
        return random.nextInt(4) == 0 ? ReasonCode.UNSPECIFIED_ERROR : ReasonCode.granted(qos());
    }

    private ReasonCode ackReason(PacketType type) {
        return version == V5 ? reasonFor(type) : ReasonCode.SUCCESS;
    }

    private Disconnect disconnect() {
        if (version != V5) {
            return new Disconnect();
        }
        List<ReasonCode> fromBoth =
                List.of(ReasonCode.NORMAL_DISCONNECTION, ReasonCode.PROTOCOL_ERROR, ReasonCode.PACKET_TOO_LARGE);
        ReasonCode reason = random.nextBoolean()
                ? fromBoth.get(random.nextInt(fromBoth.size()))
                : fromClient ? ReasonCode.DISCONNECT_WITH_WILL_MESSAGE : ReasonCode.SESSION_TAKEN_OVER;
        return new Disconnect(
                reason,
                new DisconnectProperties(
                        fromClient ? maybe(this::fourBytes) : null,
                        maybe(this::text),
                        userProperties(),
                        fromClient ? null : maybe(this::text)));
    }

    private Auth auth() {
        ReasonCode reason = random.nextBoolean()
                ? ReasonCode.CONTINUE_AUTHENTICATION
                : fromClient ? ReasonCode.RE_AUTHENTICATE : ReasonCode.SUCCESS;
        return new Auth(reason, new AuthProperties(text(), maybe(this::binary), maybe(this::text), userProperties()));
    }

    private AckProperties ackProperties() {
        return version == V5 ? new AckProperties(maybe(this::text), userProperties()) : AckProperties.NONE;
    }

    private ReasonCode reasonFor(PacketType type) {
        List<ReasonCode> reasons = Arrays.stream(ReasonCode.values())
                .filter(reason -> reason.isAllowedIn(type))
                .toList();
        return reasons.get(random.nextInt(reasons.size()));
    }

    private List<UserProperty> userProperties() {
        return random.nextInt(3) > 0 ? List.of() : several(() -> new UserProperty(text(), text()));
    }

    private <T> @Nullable T maybe(Supplier<T> value) {
        return random.nextBoolean() ? value.get() : null;
    }

    private <T> List<T> several(Supplier<T> value) {
        List<T> values = new ArrayList<>();
        do {
            values.add(value.get());
        } while (random.nextInt(3) > 0);
        return values;
    }

    private Qos qos() {
        return Qos.of(random.nextInt(3));
    }

    private PayloadFormat payloadFormat() {
        return random.nextBoolean() ? PayloadFormat.UTF_8 : PayloadFormat.UNSPECIFIED;
    }

    private int packetId() {
        return twoBytes(1);
    }

    private int twoBytes(int lowest) {
        return lowest + random.nextInt(0x1_0000 - lowest);
    }

    private long fourBytes() {
        return random.nextInt() & 0xFFFF_FFFFL;
    }

    private int subscriptionIdentifier() {
        return ((1 + random.nextInt(Check.MAXIMUM_VARIABLE_BYTE_INTEGER)) >> random.nextInt(28)) | 1;
    }

    private String topic() {
        return "t" + text();
    }

    private String filter() {
        return switch (random.nextInt(6)) {
            case 0 -> "#";
            case 1 -> "+/" + text() + "/+";
            case 2 -> text() + "/#";
            case 3 -> "$share/g/" + topic();
            case 4 -> "in+valid/#/" + text();
            default -> topic();
        };
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        int length = random.nextInt(40) == 0 ? random.nextInt(3000) : random.nextInt(24);
        boolean ascii = random.nextBoolean();
        for (int i = 0; i < length; i++) {
            text.append(CHARACTERS[random.nextInt(ascii ? 6 : CHARACTERS.length)]);
        }
        return text.toString();
    }

    private Binary binary() {
        byte[] bytes = new byte[random.nextInt(40) == 0 ? random.nextInt(20_000) : random.nextInt(30)];
        random.nextBytes(bytes);
        return Binary.wrap(bytes);
    }
}
