package io.aldis.codec;

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
