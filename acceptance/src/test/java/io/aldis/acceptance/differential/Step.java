package io.aldis.acceptance.differential;

import io.aldis.codec.Connect;
import io.aldis.codec.Disconnect;
import io.aldis.codec.Publish;
import io.aldis.codec.Subscribe;
import io.aldis.codec.Unsubscribe;

/** One thing that happens in a program. Clients are known by the number of their client id. */
sealed interface Step {

    /** Which client does it. */
    int client();

    /** Opens a connection; a former one of the same client is taken over. */
    record Connects(int client, Connect packet) implements Step {}

    record Subscribes(int client, Subscribe packet) implements Step {}

    record Unsubscribes(int client, Unsubscribe packet) implements Step {}

    record Publishes(int client, Publish packet) implements Step {}

    record Disconnects(int client, Disconnect packet) implements Step {}

    /** The socket breaks. */
    record Breaks(int client) implements Step {}

    /** Stops acknowledging, or begins again and acknowledges all that came meanwhile. */
    record Acknowledges(int client, boolean from) implements Step {}
}
