/** Tests of the testing support, with clients that others wrote and with bare packets. */
@NullMarked
package io.aldis.junit;

import org.jspecify.annotations.NullMarked;
