package io.aldis.examples;

import io.aldis.broker.Broker;
import io.aldis.broker.Listener;
import io.aldis.broker.hook.Client;
import io.aldis.broker.hook.HookEvent;
import io.aldis.broker.message.Message;
import io.aldis.codec.Qos;
import io.aldis.codec.Subscription;

/**
 * A hook publishes: who is online is told, retained, under {@code presence/CLIENT-ID}; each new client is welcomed by a message to it
 * alone; and whoever publishes to {@code rooms/NAME/enter} is subscribed to {@code rooms/NAME/talk} by the broker.
 */
final class PublishingHook {

    private PublishingHook() {}

    private static void presence(HookEvent event, Client client, String state) {
        event.broker()
                .publish(Message.builder("presence/" + client.clientId())
                        .payload(state)
                        .retain(true)
                        .build());
    }

    static Broker start(int port) {
        return Broker.builder()
                .listener(Listener.tcp("127.0.0.1", port))
                .hooks(hooks -> hooks.onConnected(event -> {
                            presence(event, event.client(), "online");
                            event.broker()
                                    .publishTo(
                                            event.client().clientId(),
                                            Message.builder("welcome")
                                                    .payload("Hello, "
                                                            + event.client().clientId() + "!")
                                                    .qos(Qos.AT_LEAST_ONCE)
                                                    .build());
                        })
                        .onClosed(event -> presence(event, event.client(), "offline"))
                        .onMsgArrived(event -> {
                            String[] levels = event.message().topic().split("/", -1);
                            if (levels.length == 3 && levels[0].equals("rooms") && levels[2].equals("enter")) {
                                event.broker()
                                        .subscribe(
                                                event.client().clientId(),
                                                Subscription.of("rooms/" + levels[1] + "/talk", Qos.AT_LEAST_ONCE));
                            }
                            return event.route();
                        }))
                .start();
    }

    public static void main(String[] args) {
        System.out.println("mqtt://127.0.0.1:" + start(1883).port());
    }
}
