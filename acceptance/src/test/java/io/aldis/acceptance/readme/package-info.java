/** What README.md promises in code is compiled and run. */
@NullMarked
package io.aldis.acceptance.readme;

import org.jspecify.annotations.NullMarked;
