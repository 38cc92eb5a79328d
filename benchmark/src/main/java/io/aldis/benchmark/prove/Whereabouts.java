package io.aldis.benchmark.prove;

import org.jspecify.annotations.Nullable;

/** Whether there is a broker now, and where. Confined to the thread of {@link Turns}. */
final class Whereabouts {

    private @Nullable Address address;

    /** Null while there is none. */
    @Nullable
    Address address() {
        return address;
    }

    void at(Address place) {
        address = place;
    }

    void gone() {
        address = null;
    }
}
