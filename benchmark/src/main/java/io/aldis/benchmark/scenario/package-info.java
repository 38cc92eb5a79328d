/**
 * Mixed loads written down in YAML: {@link io.aldis.benchmark.scenario.Scenarios Scenarios} makes a plan of a file, or of one that
 * is shipped.
 *
 * <p>A file goes through three rooms: {@code Document} makes nodes of its text, each with its place; {@code ScenarioReader} makes a
 * {@code Scenario} of them, or tells all that is wrong with their places; the scenario makes the plan. No sockets, no threads.
 */
@NullMarked
package io.aldis.benchmark.scenario;

import org.jspecify.annotations.NullMarked;
