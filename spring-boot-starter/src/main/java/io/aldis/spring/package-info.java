/**
 * A broker in a Spring Boot application: {@link io.aldis.spring.AldisAutoConfiguration} makes it of the application's properties and
 * beans.
 *
 * <p>Runs when the application context is refreshed and closed. Nothing here touches a message.
 */
@NullMarked
package io.aldis.spring;

import org.jspecify.annotations.NullMarked;
