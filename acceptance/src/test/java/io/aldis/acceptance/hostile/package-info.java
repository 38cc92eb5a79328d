/**
 * Inputs that broke other brokers, over real sockets: malformed, forbidden, too much, too little, at the wrong time. Each is
 * answered as the standard asks, ends one connection at most, and nobody else notices; {@link
 * io.aldis.acceptance.hostile.WatchedBroker} looks after the last part, before and after each test.
 */
@NullMarked
package io.aldis.acceptance.hostile;

import org.jspecify.annotations.NullMarked;
