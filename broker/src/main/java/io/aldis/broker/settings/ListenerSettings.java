package io.aldis.broker.settings;

import io.aldis.codec.Topics;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What holds for the connections of one listener.
 *
 * @param backlog most connections that the system keeps until the broker accepts them, 1 to 65,535; the system may have a lower
 *     limit
 * @param name by which logs, hooks and figures know the listener, at most 100 characters; empty for its URI
 * @param sendBuffer bytes that the system keeps for each socket until the client takes them, up to 2,147,483,647; 0 for what the system
 *     thinks best
 * @param receiveBuffer bytes that the system keeps for each socket until the broker takes them, up to 2,147,483,647; 0 for what the
 *     system thinks best
 * @param limits how many clients come in, how fast, and which
 * @param clientRate how much each client may send
 * @param authentication who is let in
 * @param mountPoint put before every topic name and filter of the listener's clients, such as "tenants/a/", and taken off what is
 *     delivered to them, so that they see nothing else; a topic name that ends with "/", or empty for none
 * @param durability what acknowledgements promise to the listener's clients; null for what the broker's settings say
 */
public record ListenerSettings(
        int backlog,
        String name,
        int sendBuffer,
        int receiveBuffer,
        ListenerLimits limits,
        ClientRate clientRate,
        ListenerAuthentication authentication,
        String mountPoint,
        @Nullable Durability durability) {

    private static final int LONGEST_NAME = 100;

    public ListenerSettings {
        Check.inRange("backlog", backlog, 1, 65_535);
        Check.inRange("sendBuffer", sendBuffer, 0, Integer.MAX_VALUE);
        Check.inRange("receiveBuffer", receiveBuffer, 0, Integer.MAX_VALUE);
        if (name.length() > LONGEST_NAME || name.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("name has " + name.length() + " characters, but it must have at most "
                    + LONGEST_NAME + " and none that breaks a line.");
        }
        checkMountPoint(mountPoint);
    }

    private static void checkMountPoint(String mountPoint) {
        Check.sayable("mountPoint", mountPoint);
        if (!mountPoint.isEmpty()
                && (!Topics.isValidName(mountPoint) || !mountPoint.endsWith("/") || Topics.isShared(mountPoint))) {
            throw new IllegalArgumentException(
                    "mountPoint is \"" + mountPoint
                            + "\", but it must be the beginning of a topic name that ends with \"/\", such as tenants/a/, without wildcards.");
        }
    }

    /** The defaults. */
    public static ListenerSettings defaults() {
        return new ListenerSettings(
                4096,
                "",
                0,
                0,
                ListenerLimits.defaults(),
                ClientRate.defaults(),
                ListenerAuthentication.defaults(),
                "",
                null);
    }

    /** These with another {@code backlog}. */
    public ListenerSettings withBacklog(int value) {
        return new ListenerSettings(
                value, name, sendBuffer, receiveBuffer, limits, clientRate, authentication, mountPoint, durability);
    }

    /** These with another {@code name}. */
    public ListenerSettings withName(String value) {
        return new ListenerSettings(
                backlog, value, sendBuffer, receiveBuffer, limits, clientRate, authentication, mountPoint, durability);
    }

    /** These with another {@code sendBuffer}. */
    public ListenerSettings withSendBuffer(int value) {
        return new ListenerSettings(
                backlog, name, value, receiveBuffer, limits, clientRate, authentication, mountPoint, durability);
    }

    /** These with another {@code receiveBuffer}. */
    public ListenerSettings withReceiveBuffer(int value) {
        return new ListenerSettings(
                backlog, name, sendBuffer, value, limits, clientRate, authentication, mountPoint, durability);
    }

    /** These with changes to {@link #limits}. */
    public ListenerSettings withLimits(UnaryOperator<ListenerLimits> change) {
        return new ListenerSettings(
                backlog,
                name,
                sendBuffer,
                receiveBuffer,
                change.apply(limits),
                clientRate,
                authentication,
                mountPoint,
                durability);
    }

    /** These with changes to {@link #clientRate}. */
    public ListenerSettings withClientRate(UnaryOperator<ClientRate> change) {
        return new ListenerSettings(
                backlog,
                name,
                sendBuffer,
                receiveBuffer,
                limits,
                change.apply(clientRate),
                authentication,
                mountPoint,
                durability);
    }

    /** These with changes to {@link #authentication}. */
    public ListenerSettings withAuthentication(UnaryOperator<ListenerAuthentication> change) {
        return new ListenerSettings(
                backlog,
                name,
                sendBuffer,
                receiveBuffer,
                limits,
                clientRate,
                change.apply(authentication),
                mountPoint,
                durability);
    }

    /** These with another {@code mountPoint}. */
    public ListenerSettings withMountPoint(String value) {
        return new ListenerSettings(
                backlog, name, sendBuffer, receiveBuffer, limits, clientRate, authentication, value, durability);
    }

    /** These with another {@code durability}. */
    public ListenerSettings withDurability(@Nullable Durability value) {
        return new ListenerSettings(
                backlog, name, sendBuffer, receiveBuffer, limits, clientRate, authentication, mountPoint, value);
    }
}
