package io.aldis.codec;

import io.netty.buffer.ByteBuf;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a CONNACK of MQTT 5.0 may say besides (MQTT 5.0, section 3.2.2.3).
 *
 * @param sessionExpiryInterval seconds, 0 to 4,294,967,295, in place of what the client asked for; null: as asked
 *     (3.2.2.3.2)
 * @param receiveMaximum QoS 1 and 2 messages the server takes at once, 1 to 65,535; null is 65,535 (3.2.2.3.3)
 * @param maximumQos the highest QoS the server takes, 0 or 1; null is 2 (3.2.2.3.4)
 * @param retainAvailable null is true (3.2.2.3.5)
 * @param maximumPacketSize bytes of the largest packet the server takes, at least 1; null is no limit (3.2.2.3.6)
 * @param assignedClientIdentifier given to a client that came without one (3.2.2.3.7)
 * @param topicAliasMaximum highest topic alias the server takes, 0 to 65,535; null is 0, none (3.2.2.3.8)
 * @param reasonString what happened, for people; null if absent (3.2.2.3.9)
 * @param userProperties in the order of the wire
 * @param wildcardSubscriptionAvailable null is true (3.2.2.3.11)
 * @param subscriptionIdentifierAvailable null is true (3.2.2.3.12)
 * @param sharedSubscriptionAvailable null is true (3.2.2.3.13)
 * @param serverKeepAlive seconds, 0 to 65,535, in place of what the client asked for; null: as asked (3.2.2.3.14)
 * @param responseInformation null if absent (3.2.2.3.15)
 * @param serverReference another server to use; null if absent (3.2.2.3.16)
 * @param authenticationMethod null if absent (3.2.2.3.17)
 * @param authenticationData only with a method (3.2.2.3.18)
 */
public record ConnackProperties(
        @Nullable Long sessionExpiryInterval,
        @Nullable Integer receiveMaximum,
        @Nullable Qos maximumQos,
        @Nullable Boolean retainAvailable,
        @Nullable Long maximumPacketSize,
        @Nullable String assignedClientIdentifier,
        @Nullable Integer topicAliasMaximum,
        @Nullable String reasonString,
        List<UserProperty> userProperties,
        @Nullable Boolean wildcardSubscriptionAvailable,
        @Nullable Boolean subscriptionIdentifierAvailable,
        @Nullable Boolean sharedSubscriptionAvailable,
        @Nullable Integer serverKeepAlive,
        @Nullable String responseInformation,
        @Nullable String serverReference,
        @Nullable String authenticationMethod,
        @Nullable Binary authenticationData) {
    /** No properties. */
    public static final ConnackProperties NONE = new Draft().finish();

    public ConnackProperties {
        Check.fourBytes(sessionExpiryInterval, 0, "session expiry interval");
        Check.twoBytes(receiveMaximum, 1, "receive maximum");
        Check.that(maximumQos != Qos.EXACTLY_ONCE, "a maximum QoS of 2 is said by leaving it out");
        Check.fourBytes(maximumPacketSize, 1, "maximum packet size");
        Check.twoBytes(topicAliasMaximum, 0, "topic alias maximum");
        userProperties = List.copyOf(userProperties);
        Check.twoBytes(serverKeepAlive, 0, "server keep alive");
        Check.that(
                authenticationMethod != null || authenticationData == null,
                "authentication data without an authentication method");
    }

    /** The same with this session expiry interval, in seconds. */
    public ConnackProperties withSessionExpiryInterval(long sessionExpiryInterval) {
        Draft draft = new Draft(this);
        draft.sessionExpiryInterval = sessionExpiryInterval;
        return draft.finish();
    }

    /** The same with this receive maximum. */
    public ConnackProperties withReceiveMaximum(int receiveMaximum) {
        Draft draft = new Draft(this);
        draft.receiveMaximum = receiveMaximum;
        return draft.finish();
    }

    /** The same with this maximum QoS, 0 or 1. */
    public ConnackProperties withMaximumQos(Qos maximumQos) {
        Draft draft = new Draft(this);
        draft.maximumQos = maximumQos;
        return draft.finish();
    }

    /** The same, with retained messages or without. */
    public ConnackProperties withRetainAvailable(boolean retainAvailable) {
        Draft draft = new Draft(this);
        draft.retainAvailable = retainAvailable;
        return draft.finish();
    }

    /** The same with this maximum packet size, in bytes. */
    public ConnackProperties withMaximumPacketSize(long maximumPacketSize) {
        Draft draft = new Draft(this);
        draft.maximumPacketSize = maximumPacketSize;
        return draft.finish();
    }

    /** The same with this client identifier. */
    public ConnackProperties withAssignedClientIdentifier(String assignedClientIdentifier) {
        Draft draft = new Draft(this);
        draft.assignedClientIdentifier = assignedClientIdentifier;
        return draft.finish();
    }

    /** The same with this topic alias maximum. */
    public ConnackProperties withTopicAliasMaximum(int topicAliasMaximum) {
        Draft draft = new Draft(this);
        draft.topicAliasMaximum = topicAliasMaximum;
        return draft.finish();
    }

    /** The same with this reason string. */
    public ConnackProperties withReasonString(String reasonString) {
        Draft draft = new Draft(this);
        draft.reasonString = reasonString;
        return draft.finish();
    }

    /** The same with one more user property, after the others. */
    public ConnackProperties withUserProperty(String name, String value) {
        Draft draft = new Draft(this);
        draft.userProperties = UserProperties.append(userProperties, name, value);
        return draft.finish();
    }

    /** The same, with wildcard subscriptions or without. */
    public ConnackProperties withWildcardSubscriptionAvailable(boolean wildcardSubscriptionAvailable) {
        Draft draft = new Draft(this);
        draft.wildcardSubscriptionAvailable = wildcardSubscriptionAvailable;
        return draft.finish();
    }

    /** The same, with subscription identifiers or without. */
    public ConnackProperties withSubscriptionIdentifierAvailable(boolean subscriptionIdentifierAvailable) {
        Draft draft = new Draft(this);
        draft.subscriptionIdentifierAvailable = subscriptionIdentifierAvailable;
        return draft.finish();
    }

    /** The same, with shared subscriptions or without. */
    public ConnackProperties withSharedSubscriptionAvailable(boolean sharedSubscriptionAvailable) {
        Draft draft = new Draft(this);
        draft.sharedSubscriptionAvailable = sharedSubscriptionAvailable;
        return draft.finish();
    }

    /** The same with this keep alive, in seconds. */
    public ConnackProperties withServerKeepAlive(int serverKeepAlive) {
        Draft draft = new Draft(this);
        draft.serverKeepAlive = serverKeepAlive;
        return draft.finish();
    }

    /** The same with this response information. */
    public ConnackProperties withResponseInformation(String responseInformation) {
        Draft draft = new Draft(this);
        draft.responseInformation = responseInformation;
        return draft.finish();
    }

    /** The same with this server reference. */
    public ConnackProperties withServerReference(String serverReference) {
        Draft draft = new Draft(this);
        draft.serverReference = serverReference;
        return draft.finish();
    }

    /** The same with this authentication method. */
    public ConnackProperties withAuthenticationMethod(String authenticationMethod) {
        Draft draft = new Draft(this);
        draft.authenticationMethod = authenticationMethod;
        return draft.finish();
    }

    /** The same with this authentication data; the method comes first. */
    public ConnackProperties withAuthenticationData(Binary authenticationData) {
        Draft draft = new Draft(this);
        draft.authenticationData = authenticationData;
        return draft.finish();
    }

    /** Reads the property length and the properties. */
    static ConnackProperties read(PacketReader in) {
        if (!in.beginProperties()) {
            return NONE;
        }
        Draft draft = new Draft();
        while (in.nextProperty()) {
            switch (in.property()) {
                case SESSION_EXPIRY_INTERVAL -> draft.sessionExpiryInterval = in.valueInFourBytes(0);
                case RECEIVE_MAXIMUM -> draft.receiveMaximum = in.valueInTwoBytes(1);
                case MAXIMUM_QOS -> draft.maximumQos = in.valueInOneByte() ? Qos.AT_LEAST_ONCE : Qos.AT_MOST_ONCE;
                case RETAIN_AVAILABLE -> draft.retainAvailable = in.valueInOneByte();
                case MAXIMUM_PACKET_SIZE -> draft.maximumPacketSize = in.valueInFourBytes(1);
                case ASSIGNED_CLIENT_IDENTIFIER -> draft.assignedClientIdentifier = in.valueAsString();
                case TOPIC_ALIAS_MAXIMUM -> draft.topicAliasMaximum = in.valueInTwoBytes(0);
                case REASON_STRING -> draft.reasonString = in.valueAsString();
                case USER_PROPERTY -> draft.userProperties = in.valueAddedTo(draft.userProperties);
                case WILDCARD_SUBSCRIPTION_AVAILABLE -> draft.wildcardSubscriptionAvailable = in.valueInOneByte();
                case SUBSCRIPTION_IDENTIFIER_AVAILABLE -> draft.subscriptionIdentifierAvailable = in.valueInOneByte();
                case SHARED_SUBSCRIPTION_AVAILABLE -> draft.sharedSubscriptionAvailable = in.valueInOneByte();
                case SERVER_KEEP_ALIVE -> draft.serverKeepAlive = in.valueInTwoBytes(0);
                case RESPONSE_INFORMATION -> draft.responseInformation = in.valueAsString();
                case SERVER_REFERENCE -> draft.serverReference = in.valueAsString();
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
                + PacketWriter.oneByte(
                        out, Property.MAXIMUM_QOS, maximumQos == null ? null : maximumQos == Qos.AT_LEAST_ONCE)
                + PacketWriter.oneByte(out, Property.RETAIN_AVAILABLE, retainAvailable)
                + PacketWriter.fourBytes(out, Property.MAXIMUM_PACKET_SIZE, maximumPacketSize)
                + PacketWriter.string(out, Property.ASSIGNED_CLIENT_IDENTIFIER, assignedClientIdentifier)
                + PacketWriter.twoBytes(out, Property.TOPIC_ALIAS_MAXIMUM, topicAliasMaximum)
                + PacketWriter.string(out, Property.REASON_STRING, reasonString)
                + PacketWriter.userProperties(out, userProperties)
                + PacketWriter.oneByte(out, Property.WILDCARD_SUBSCRIPTION_AVAILABLE, wildcardSubscriptionAvailable)
                + PacketWriter.oneByte(out, Property.SUBSCRIPTION_IDENTIFIER_AVAILABLE, subscriptionIdentifierAvailable)
                + PacketWriter.oneByte(out, Property.SHARED_SUBSCRIPTION_AVAILABLE, sharedSubscriptionAvailable)
                + PacketWriter.twoBytes(out, Property.SERVER_KEEP_ALIVE, serverKeepAlive)
                + PacketWriter.string(out, Property.RESPONSE_INFORMATION, responseInformation)
                + PacketWriter.string(out, Property.SERVER_REFERENCE, serverReference)
                + PacketWriter.string(out, Property.AUTHENTICATION_METHOD, authenticationMethod)
                + PacketWriter.binary(out, Property.AUTHENTICATION_DATA, authenticationData);
    }

    /** The properties being put together, by a caller or from the wire. */
    static final class Draft {
        @Nullable
        Long sessionExpiryInterval;

        @Nullable
        Integer receiveMaximum;

        @Nullable
        Qos maximumQos;

        @Nullable
        Boolean retainAvailable;

        @Nullable
        Long maximumPacketSize;

        @Nullable
        String assignedClientIdentifier;

        @Nullable
        Integer topicAliasMaximum;

        @Nullable
        String reasonString;

        List<UserProperty> userProperties = List.of();

        @Nullable
        Boolean wildcardSubscriptionAvailable;

        @Nullable
        Boolean subscriptionIdentifierAvailable;

        @Nullable
        Boolean sharedSubscriptionAvailable;

        @Nullable
        Integer serverKeepAlive;

        @Nullable
        String responseInformation;

        @Nullable
        String serverReference;

        @Nullable
        String authenticationMethod;

        @Nullable
        Binary authenticationData;

        Draft() {}

        Draft(ConnackProperties from) {
            sessionExpiryInterval = from.sessionExpiryInterval;
            receiveMaximum = from.receiveMaximum;
            maximumQos = from.maximumQos;
            retainAvailable = from.retainAvailable;
            maximumPacketSize = from.maximumPacketSize;
            assignedClientIdentifier = from.assignedClientIdentifier;
            topicAliasMaximum = from.topicAliasMaximum;
            reasonString = from.reasonString;
            userProperties = from.userProperties;
            wildcardSubscriptionAvailable = from.wildcardSubscriptionAvailable;
            subscriptionIdentifierAvailable = from.subscriptionIdentifierAvailable;
            sharedSubscriptionAvailable = from.sharedSubscriptionAvailable;
            serverKeepAlive = from.serverKeepAlive;
            responseInformation = from.responseInformation;
            serverReference = from.serverReference;
            authenticationMethod = from.authenticationMethod;
            authenticationData = from.authenticationData;
        }

        ConnackProperties finish() {
            return new ConnackProperties(
                    sessionExpiryInterval,
                    receiveMaximum,
                    maximumQos,
                    retainAvailable,
                    maximumPacketSize,
                    assignedClientIdentifier,
                    topicAliasMaximum,
                    reasonString,
                    userProperties,
                    wildcardSubscriptionAvailable,
                    subscriptionIdentifierAvailable,
                    sharedSubscriptionAvailable,
                    serverKeepAlive,
                    responseInformation,
                    serverReference,
                    authenticationMethod,
                    authenticationData);
        }
    }
}
