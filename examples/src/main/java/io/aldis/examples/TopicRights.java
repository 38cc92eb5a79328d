package io.aldis.examples;

import io.aldis.broker.Broker;
import io.aldis.broker.Listener;
import io.aldis.broker.hook.Authorizer;

/**
 * Rights by topic, in one place: everybody may do what they like under {@code clients/THEIR-CLIENT-ID/}, and read what is under
 * {@code public/}. An {@code Authorizer} is asked about messages, wills and subscriptions alike, so nothing is forgotten.
 */
final class TopicRights {

    private TopicRights() {}

    private static Authorizer.Answer decide(Authorizer.Access access) {
        String own = "clients/" + access.client().clientId() + "/";
        if (access.topic().startsWith(own)) {
            return access.allow();
        }
        boolean reads = access.action() == Authorizer.Action.SUBSCRIBE;
        return reads && access.topic().startsWith("public/") ? access.allow() : access.deny();
    }

    static Broker start(int port) {
        return Broker.builder()
                .listener(Listener.tcp("127.0.0.1", port))
                .hooks(hooks -> hooks.authorizer(TopicRights::decide))
                .start();
    }

    public static void main(String[] args) {
        System.out.println("mqtt://127.0.0.1:" + start(1883).port());
    }
}
