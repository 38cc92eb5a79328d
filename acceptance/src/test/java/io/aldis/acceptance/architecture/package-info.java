/** The rules of the house: which room may use which, and who may cross threads. */
@NullMarked
package io.aldis.acceptance.architecture;

import org.jspecify.annotations.NullMarked;
