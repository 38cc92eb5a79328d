package io.aldis.codec;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a CONNECT of MQTT 5.0 may say besides (MQTT 5.0, section 3.1.2.11).
 *
 * @param sessionExpiryInterval seconds the session outlives the connection, 0 to 4,294,967,295 (for ever); null is
 *     0 (3.1.2.11.2)
 * @param receiveMaximum QoS 1 and 2 messages the client takes at once, 1 to 65,535; null is 65,535 (3.1.2.11.3)
 * @param maximumPacketSize bytes of the largest packet the client takes, at least 1; null is no limit (3.1.2.11.4)
 * @param topicAliasMaximum highest topic alias the client takes, 0 to 65,535; null is 0, none (3.1.2.11.5)
 * @param requestResponseInformation whether the client would like response information in CONNACK (3.1.2.11.6)
 * @param requestProblemInformation whether reason strings and user properties may come in packets that report
 *     failures; true if absent (3.1.2.11.7)
 * @param userProperties in the order of the wire
 * @param authenticationMethod null if no enhanced authentication is wanted (3.1.2.11.9)
 * @param authenticationData only with a method (3.1.2.11.10)
 */
public record ConnectProperties(
        @Nullable Long sessionExpiryInterval,
        @Nullable Integer receiveMaximum,
        @Nullable Long maximumPacketSize,
        @Nullable Integer topicAliasMaximum,
        boolean requestResponseInformation,
        boolean requestProblemInformation,
        List<UserProperty> userProperties,
        @Nullable String authenticationMethod,
        @Nullable Binary authenticationData) {
    /** No properties. */
    public static final ConnectProperties NONE = new Draft().finish();

    public ConnectProperties {
        Check.fourBytes(sessionExpiryInterval, 0, "session expiry interval");
        Check.twoBytes(receiveMaximum, 1, "receive maximum");
        Check.fourBytes(maximumPacketSize, 1, "maximum packet size");
        Check.twoBytes(topicAliasMaximum, 0, "topic alias maximum");
        userProperties = List.copyOf(userProperties);
        Check.that(
                authenticationMethod != null || authenticationData == null,
                "authentication data without an authentication method");
    }

    /** The same with this session expiry interval, in seconds. */
    public ConnectProperties withSessionExpiryInterval(long sessionExpiryInterval) {
        Draft draft = new Draft(this);
        draft.sessionExpiryInterval = sessionExpiryInterval;
        return draft.finish();
    }

    /** The same with this receive maximum. */
    public ConnectProperties withReceiveMaximum(int receiveMaximum) {
        Draft draft = new Draft(this);
        draft.receiveMaximum = receiveMaximum;
        return draft.finish();
    }

    /** The same with this maximum packet size, in bytes. */
    public ConnectProperties withMaximumPacketSize(long maximumPacketSize) {
        Draft draft = new Draft(this);
        draft.maximumPacketSize = maximumPacketSize;
        return draft.finish();
    }

    /** The same with this topic alias maximum. */
    public ConnectProperties withTopicAliasMaximum(int topicAliasMaximum) {
        Draft draft = new Draft(this);
        draft.topicAliasMaximum = topicAliasMaximum;
        return draft.finish();
    }

    /** The same, asking for response information or not. */
    public ConnectProperties withRequestResponseInformation(boolean requestResponseInformation) {
        Draft draft = new Draft(this);
        draft.requestResponseInformation = requestResponseInformation;
        return draft.finish();
    }

    /** The same, asking for problem information or not. */
    public ConnectProperties withRequestProblemInformation(boolean requestProblemInformation) {
        Draft draft = new Draft(this);
        draft.requestProblemInformation = requestProblemInformation;
        return draft.finish();
    }

    /** The same with one more user property, after the others. */
    public ConnectProperties withUserProperty(String name, String value) {
        Draft draft = new Draft(this);
        draft.userProperties = UserProperties.append(userProperties, name, value);
        return draft.finish();
    }

    /** The same with this authentication method. */
    public ConnectProperties withAuthenticationMethod(String authenticationMethod) {
        Draft draft = new Draft(this);
        draft.authenticationMethod = authenticationMethod;
        return draft.finish();
    }

    /** The same with this authentication data; the method comes first. */
    public ConnectProperties withAuthenticationData(Binary authenticationData) {
        Draft draft = new Draft(this);
        draft.authenticationData = authenticationData;
        return draft.finish();
    }

    /** Reads the property length and the properties. */
    static ConnectProperties read(PacketReader in) {
        if (!in.beginProperties()) {
            return NONE;
        }
        Draft draft = new Draft();
        while (in.nextProperty()) {
            switch (in.property()) {
                case SESSION_EXPIRY_INTERVAL -> draft.sessionExpiryInterval = in.valueInFourBytes(0);
                case RECEIVE_MAXIMUM -> draft.receiveMaximum = in.valueInTwoBytes(1);
                case MAXIMUM_PACKET_SIZE -> draft.maximumPacketSize = in.valueInFourBytes(1);
                case TOPIC_ALIAS_MAXIMUM -> draft.topicAliasMaximum = in.valueInTwoBytes(0);
                case REQUEST_RESPONSE_INFORMATION -> draft.requestResponseInformation = in.valueInOneByte();
                case REQUEST_PROBLEM_INFORMATION -> draft.requestProblemInformation = in.valueInOneByte();
                case USER_PROPERTY -> draft.userProperties = in.valueAddedTo(draft.userProperties);
                case AUTHENTICATION_METHOD -> draft.authenticationMethod = in.valueAsString();
                case AUTHENTICATION_DATA -> draft.authenticationData = in.valueAsBinary();
                default -> throw in.misplaced();
            }
        }
        if (draft.authenticationMethod == null && draft.authenticationData != null) {
            throw in.protocolError("authentication data without an authentication method");
        }
        return draft.finish();
    }

    /** The property length and the properties. */
    long put(@Nullable ByteBuf out) {
        long length = putProperties(null);
        return PacketWriter.variableByteInteger(out, length) + (out == null ? length : putProperties(out));
    }

    /** The properties alone. */
    long putProperties(@Nullable ByteBuf out) {
        return PacketWriter.fourBytes(out, Property.SESSION_EXPIRY_INTERVAL, sessionExpiryInterval)
                + PacketWriter.twoBytes(out, Property.RECEIVE_MAXIMUM, receiveMaximum)
                + PacketWriter.fourBytes(out, Property.MAXIMUM_PACKET_SIZE, maximumPacketSize)
                + PacketWriter.twoBytes(out, Property.TOPIC_ALIAS_MAXIMUM, topicAliasMaximum)
                + PacketWriter.oneByte(
                        out, Property.REQUEST_RESPONSE_INFORMATION, requestResponseInformation ? true : null)
                + PacketWriter.oneByte(
                        out, Property.REQUEST_PROBLEM_INFORMATION, requestProblemInformation ? null : false)
                + PacketWriter.userProperties(out, userProperties)
                + PacketWriter.string(out, Property.AUTHENTICATION_METHOD, authenticationMethod)
                + PacketWriter.binary(out, Property.AUTHENTICATION_DATA, authenticationData);
    }

    /** All but the authentication data. */
    @Override
    public String toString() {
        return "ConnectProperties[sessionExpiryInterval=" + sessionExpiryInterval + ", receiveMaximum=" + receiveMaximum
                + ", maximumPacketSize=" + maximumPacketSize + ", topicAliasMaximum=" + topicAliasMaximum
                + ", requestResponseInformation=" + requestResponseInformation + ", requestProblemInformation="
                + requestProblemInformation + ", userProperties=" + userProperties + ", authenticationMethod="
                + authenticationMethod + ", authenticationData=" + (authenticationData == null ? "null" : "***") + "]";
    }

    /** The properties being put together, by a caller or from the wire. */
    static final class Draft {
        @Nullable
        Long sessionExpiryInterval;

        @Nullable
        Integer receiveMaximum;

        @Nullable
        Long maximumPacketSize;

        @Nullable
        Integer topicAliasMaximum;

        boolean requestResponseInformation;
        boolean requestProblemInformation = true;
        List<UserProperty> userProperties = List.of();

        @Nullable
        String authenticationMethod;

        @Nullable
        Binary authenticationData;

        Draft() {}

        Draft(ConnectProperties from) {
            sessionExpiryInterval = from.sessionExpiryInterval;
            receiveMaximum = from.receiveMaximum;
            maximumPacketSize = from.maximumPacketSize;
            topicAliasMaximum = from.topicAliasMaximum;
            requestResponseInformation = from.requestResponseInformation;
            requestProblemInformation = from.requestProblemInformation;
            userProperties = from.userProperties;
            authenticationMethod = from.authenticationMethod;
            authenticationData = from.authenticationData;
        }

        ConnectProperties finish() {
            return new ConnectProperties(
                    sessionExpiryInterval,
                    receiveMaximum,
                    maximumPacketSize,
                    topicAliasMaximum,
                    requestResponseInformation,
                    requestProblemInformation,
                    userProperties,
                    authenticationMethod,
                    authenticationData);
        }
    }
}
