/** Tests of the ledger's tables and of how their rows are written. */
@NullMarked
package io.aldis.broker.store;

import org.jspecify.annotations.NullMarked;
