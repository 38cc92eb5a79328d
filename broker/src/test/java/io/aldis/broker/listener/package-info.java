/** Listeners over real sockets of this machine, with all that may lie between a socket and MQTT. */
@NullMarked
package io.aldis.broker.listener;

import org.jspecify.annotations.NullMarked;
