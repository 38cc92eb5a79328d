/**
 * What the broker says of itself to clients: the topics under {@code $SYS}, {@link io.aldis.broker.sys.SysTopics}.
 *
 * <p>Confined to one loop of the broker. It reads figures as management does, and changes nothing but its own topics.
 */
@NullMarked
package io.aldis.broker.sys;

import org.jspecify.annotations.NullMarked;
