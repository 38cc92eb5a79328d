package io.aldis.examples;

import io.aldis.broker.Broker;
import io.aldis.broker.Listener;
import io.aldis.broker.hook.OnMsgArrived;
import io.aldis.broker.hook.OnSubscribe;
import io.aldis.codec.Qos;
import io.aldis.codec.ReasonCode;

/**
 * What a user may do depends on the user:
 *
 * <ul>
 *   <li>{@code root} may do everything.
 *   <li>{@code qos0} and {@code qos1} may subscribe at that QoS at most.
 *   <li>{@code publishonly} may not subscribe.
 *   <li>{@code subscribeonly} may not publish, and is disconnected if it tries.
 * </ul>
 *
 * <p>Of nobody but {@code root}, messages of QoS 2 are taken: they are acknowledged and go to nobody.
 */
final class AccessControl {

    private AccessControl() {}

    private static OnSubscribe.Answer subscribe(OnSubscribe.Subscribing event) {
        return switch (String.valueOf(event.client().username())) {
            case "qos0" -> event.grant(Qos.AT_MOST_ONCE);
            case "qos1" -> event.grant(Qos.AT_LEAST_ONCE);
            case "publishonly" -> event.refuse("You may publish only.");
            default -> event.grant();
        };
    }

    private static OnMsgArrived.Answer publish(OnMsgArrived.Arrival event) {
        String user = String.valueOf(event.client().username());
        if (user.equals("subscribeonly")) {
            event.broker().disconnect(event.client().clientId(), ReasonCode.NOT_AUTHORIZED);
            return event.refuse("You may subscribe only.");
        }
        boolean mayQos2 = user.equals("root");
        return event.message().qos() == Qos.EXACTLY_ONCE && !mayQos2 ? event.drop() : event.route();
    }

    static Broker start(int port) {
        return Broker.builder()
                .listener(Listener.tcp("127.0.0.1", port))
                .hooks(hooks -> hooks.onSubscribe(AccessControl::subscribe).onMsgArrived(AccessControl::publish))
                .start();
    }

    public static void main(String[] args) {
        System.out.println("mqtt://127.0.0.1:" + start(1883).port());
    }
}
