package io.aldis.broker.connection;

/**
 * An event of the pipeline: what came was against the rules of a layer below MQTT, such as a text in a WebSocket. The connection
 * ends as it does when the rules of MQTT are broken.
 *
 * @param what came, in words
 */
public record LayerViolated(String what) {}
