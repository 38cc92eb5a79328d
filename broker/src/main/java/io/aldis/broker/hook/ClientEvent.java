package io.aldis.broker.hook;

import io.aldis.broker.admin.Admin;

/** Something that happens with one client. */
public class ClientEvent extends HookEvent {

    private final Client client;

    ClientEvent(Admin broker, Client client) {
        super(broker);
        this.client = client;
    }

    /** The client it happens with. */
    public final Client client() {
        return client;
    }
}
