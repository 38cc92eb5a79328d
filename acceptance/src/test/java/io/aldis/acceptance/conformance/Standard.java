package io.aldis.acceptance.conformance;

import java.util.Locale;

/** A standard whose statements are followed through the house. */
enum Standard {
    MQTT_3_1_1("3.1.1", "MQTT3-"),
    MQTT_5_0("5.0", "MQTT-");

    private final String version;
    private final String citedAs;

    Standard(String version, String citedAs) {
        this.version = version;
        this.citedAs = citedAs;
    }

    /** For example "3.1.1". */
    String version() {
        return version;
    }

    /** How a comment cites the statement that has this number. */
    String citation(String number) {
        return "[" + citedAs + number + "]";
    }

    /** The standard that is cited by an id with this beginning. */
    static Standard citedAs(String beginning) {
        for (Standard standard : values()) {
            if (standard.citedAs.equals(beginning)) {
                return standard;
            }
        }
        throw new IllegalArgumentException("nothing is cited as " + beginning);
    }

    /** For example "mqtt-3.1.1", which names its files. */
    String slug() {
        return toString().toLowerCase(Locale.ROOT).replace(' ', '-');
    }

    /** For example "MQTT 3.1.1". */
    @Override
    public String toString() {
        return "MQTT " + version;
    }
}
