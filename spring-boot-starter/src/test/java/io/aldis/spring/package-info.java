/** Runs applications with a broker in them. */
@NullMarked
package io.aldis.spring;

import org.jspecify.annotations.NullMarked;
