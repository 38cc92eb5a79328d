package io.aldis.broker;

import java.time.Duration;

/**
 * How a broker stopped.
 *
 * @param closedIdle connections that had nothing under way and were closed at once
 * @param closedGracefully connections that were closed when what was under way had been finished
 * @param closedByForce connections that were still busy at the deadline
 * @param took from the call to the end
 */
public record StopReport(int closedIdle, int closedGracefully, int closedByForce, Duration took) {}
