package com.example.counter;

/**
 * The settings of the plugin, as they are written on the command line: {@code --set plugin.message-counter.every=100}.
 *
 * @param topic counts are published below it
 * @param every after how many messages of a client its count is published
 */
public record CounterSettings(String topic, int every) {

    public CounterSettings {
        if (every < 1) {
            throw new IllegalArgumentException("every is " + every + ", but it must be 1 or more");
        }
    }

    static CounterSettings defaults() {
        return new CounterSettings("counts", 10);
    }
}
