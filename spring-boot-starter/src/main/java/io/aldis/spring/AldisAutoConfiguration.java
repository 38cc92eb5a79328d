package io.aldis.spring;

import io.aldis.broker.Broker;
import io.aldis.broker.Listener;
import io.aldis.broker.admin.Admin;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * Makes a broker of the application's properties ({@link AldisProperties}) and beans ({@link BrokerCustomizer}, {@link HookRegistration}),
 * unless the application has one of its own. It accepts connections from when its bean is made, which is after those it is made of,
 * and stops gracefully when the application does.
 */
@AutoConfiguration
@ConditionalOnProperty(prefix = "aldis", name = "enabled", havingValue = "true", matchIfMissing = true)
@EnableConfigurationProperties(AldisProperties.class)
public class AldisAutoConfiguration {

    /** Called by Spring. */
    public AldisAutoConfiguration() {}

    /** The broker, and its end. */
    @Bean
    @ConditionalOnMissingBean
    public RunningBroker aldisRunningBroker(
            AldisProperties properties,
            ObjectProvider<BrokerCustomizer> customizers,
            ObjectProvider<HookRegistration> registrations) {
        Broker.Builder builder = Broker.builder().listener(Listener.tcp(properties.host(), properties.port()));
        if (properties.loops() > 0) {
            builder.loops(properties.loops());
        }
        builder.hooks(hooks -> registrations.orderedStream().forEach(registration -> registration.register(hooks)));
        customizers.orderedStream().forEach(customizer -> customizer.customize(builder));
        return new RunningBroker(builder.start(), properties.stopDeadline());
    }

    /** The broker. */
    @Bean(destroyMethod = "") // RunningBroker stops it.
    @ConditionalOnMissingBean
    public Broker aldisBroker(RunningBroker running) {
        return running.broker();
    }

    /** What the application may know and do. */
    @Bean
    @ConditionalOnMissingBean
    public Admin aldisAdmin(Broker broker) {
        return broker.admin();
    }
}
