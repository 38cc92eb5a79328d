/** Tests of what a session holds, apart from the broker around it. */
@NullMarked
package io.aldis.broker.session;

import org.jspecify.annotations.NullMarked;
