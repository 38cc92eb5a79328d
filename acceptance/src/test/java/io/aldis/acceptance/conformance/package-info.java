/**
 * What MQTT 5.0 and MQTT 3.1.1 ask of a server, statement by statement, over real sockets. Each test cites the statements it
 * shows; classes go by version and chapter.
 */
@NullMarked
package io.aldis.acceptance.conformance;

import org.jspecify.annotations.NullMarked;
