/** Who gets in, over real sockets: by SCRAM-SHA-256 with a client that others wrote, and by authenticators that take their time. */
@NullMarked
package io.aldis.acceptance.authentication;

import org.jspecify.annotations.NullMarked;
