package io.aldis.examples;

import io.aldis.broker.Broker;
import io.aldis.broker.Listener;
import io.aldis.broker.hook.OnDeliver;
import io.aldis.broker.hook.OnMsgArrived;
import io.aldis.broker.message.Message;
import java.util.Locale;

/**
 * Messages are changed on their way: what comes to {@code fahrenheit/…} goes on to {@code celsius/…}, converted; and guests get the
 * payload of {@code secret/…} blackened, while all others get it as it is.
 */
final class Transformation {

    private Transformation() {}

    private static OnMsgArrived.Answer arrived(OnMsgArrived.Arrival event) {
        Message message = event.message();
        if (!message.topic().startsWith("fahrenheit/")) {
            return event.route();
        }
        double fahrenheit;
        try {
            fahrenheit = Double.parseDouble(message.payload().toUtf8());
        } catch (NumberFormatException notANumber) {
            return event.refuse("A temperature is a number.");
        }
        return event.route(message.toBuilder()
                .topic("celsius/" + message.topic().substring("fahrenheit/".length()))
                .payload(String.format(Locale.ROOT, "%.1f", (fahrenheit - 32) / 1.8))
                .build());
    }

    private static OnDeliver.Answer deliver(OnDeliver.Delivering event) {
        boolean guest = event.client().clientId().startsWith("guest");
        return guest && event.message().topic().startsWith("secret/")
                ? event.send(event.message().toBuilder().payload("█████").build())
                : event.send();
    }

    static Broker start(int port) {
        return Broker.builder()
                .listener(Listener.tcp("127.0.0.1", port))
                .hooks(hooks -> hooks.onMsgArrived(Transformation::arrived).onDeliver(Transformation::deliver))
                .start();
    }

    public static void main(String[] args) {
        System.out.println("mqtt://127.0.0.1:" + start(1883).port());
    }
}
