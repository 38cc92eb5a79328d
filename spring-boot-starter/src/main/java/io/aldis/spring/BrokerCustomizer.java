package io.aldis.spring;

import io.aldis.broker.Broker;

/**
 * A bean that has a say in how the broker is made: settings, more listeners, plugins. All there are are called in the order of the beans,
 * after the properties.
 */
@FunctionalInterface
public interface BrokerCustomizer {

    /** Changes the description of the broker that is about to start. */
    void customize(Broker.Builder builder);
}
