/**
 * What must hold when much happens at once: clients that die and come back at any moment, ids that many want, readers that
 * do not read. The clients here are our own, on the codec, because they do on purpose what a well-behaved library avoids.
 */
@NullMarked
package io.aldis.acceptance.stress;

import org.jspecify.annotations.NullMarked;
