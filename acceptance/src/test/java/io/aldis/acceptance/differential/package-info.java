/**
 * The same programs on Aldis and on Debian's mosquitto: what clients see has to be the same, but for the {@linkplain
 * io.aldis.acceptance.differential.Difference differences} that are listed and explained.
 *
 * <p>Needs {@code mosquitto} itself, not only its clients; runs with {@code mvn verify -Pdifferential}.
 */
@NullMarked
package io.aldis.acceptance.differential;

import org.jspecify.annotations.NullMarked;
