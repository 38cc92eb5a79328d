package io.aldis.broker.admin;

/**
 * A session, as it was a moment ago.
 *
 * @param persistent whether it may outlive its connection
 * @param subscriptions how many it has
 */
public record SessionInfo(String clientId, boolean connected, boolean persistent, int subscriptions) {}
