package io.aldis.spring;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What an application's properties say of its broker, all under {@code aldis}. Everything else is set by a {@link BrokerCustomizer}.
 *
 * @param enabled whether there is a broker at all; true if not set
 * @param host name or address to listen on; 127.0.0.1 if not set
 * @param port 1 to 65,535, or 0 for any that is free; 1883 if not set
 * @param loops event loops, which is threads; 0, or not set, for as many as there are processors
 * @param stopDeadline how long connections may take to end by themselves when the application ends; 10 s if not set
 */
@ConfigurationProperties("aldis")
public record AldisProperties(
        @DefaultValue("true") boolean enabled,
        @DefaultValue("127.0.0.1") String host,
        @DefaultValue("1883") int port,
        @DefaultValue("0") int loops,
        @DefaultValue("10s") Duration stopDeadline) {}
