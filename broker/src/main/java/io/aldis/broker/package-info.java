/** The front door of an embedded broker: it puts the rooms together by hand and knows them all. */
@NullMarked
package io.aldis.broker;

import org.jspecify.annotations.NullMarked;
