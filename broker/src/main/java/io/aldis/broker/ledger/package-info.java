/**
 * What can be done with a ledger that no broker has open: looked over, counted, written out as lines and read back. For tools: no part of a
 * running broker enters, and none is entered. It knows rows and what they mean, neither files nor JSON.
 */
@NullMarked
package io.aldis.broker.ledger;

import org.jspecify.annotations.NullMarked;
