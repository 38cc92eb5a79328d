/** Read-only views of a running broker, safe to ask for from any thread. */
@NullMarked
package io.aldis.broker.admin;

import org.jspecify.annotations.NullMarked;
