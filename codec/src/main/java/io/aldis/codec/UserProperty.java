package io.aldis.codec;

import java.util.Objects;

/**
 * A name and a value that MQTT itself gives no meaning to. The same name may come more than once, and the order counts
 * (MQTT 5.0, section 3.1.2.11.8).
 */
public record UserProperty(String name, String value) {
    public UserProperty {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(value, "value");
    }
}
