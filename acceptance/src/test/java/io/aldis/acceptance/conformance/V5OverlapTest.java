package io.aldis.acceptance.conformance;

import static io.aldis.codec.Qos.AT_LEAST_ONCE;
import static io.aldis.codec.Qos.AT_MOST_ONCE;
import static io.aldis.codec.Qos.EXACTLY_ONCE;
import static org.assertj.core.api.Assertions.assertThat;

import io.aldis.acceptance.hostile.WatchedBroker;
import io.aldis.broker.settings.DeliveryMode;
import io.aldis.codec.Connect;
import io.aldis.codec.Publish;
import io.aldis.codec.Qos;
import io.aldis.codec.Suback;
import io.aldis.codec.Subscribe;
import io.aldis.codec.SubscribeProperties;
import io.aldis.testkit.RawClient;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A message for each subscription that matches, not one for all (MQTT 5.0 §3.3.4). */
class V5OverlapTest {

    @RegisterExtension
    static final WatchedBroker broker = WatchedBroker.ofOneLoop(
            settings -> settings.withSubscription(subscription -> subscription.withDeliveryMode(DeliveryMode.OVERLAP)));

    @Test
    void eachCopyHasTheIdentifierAndTheQosOfItsOwnSubscription() { // [MQTT-3.3.4-5], [MQTT-3.3.4-3], [MQTT-3.8.4-8]
        for (Connect connect : List.of(Connect.v5("client"), Connects.staying("client"))) {
            RawClient client = broker.connected(connect);
            subscribe(client, 7, "a/#", AT_MOST_ONCE);
            subscribe(client, 8, "a/b", EXACTLY_ONCE);
            subscribe(client, 9, "+/b", AT_LEAST_ONCE);
            client.subscribe("#", AT_LEAST_ONCE); // Without an identifier.
            broker.connected(Connect.v5("publisher")).publish("a/b", "x", EXACTLY_ONCE);
            List<String> copies = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Publish message = client.takeMessage();
                copies.add(message.properties().subscriptionIdentifiers() + " " + message.qos());
            }
            assertThat(copies)
                    .containsExactlyInAnyOrder(
                            "[7] AT_MOST_ONCE", "[8] EXACTLY_ONCE", "[9] AT_LEAST_ONCE", "[] AT_LEAST_ONCE");
            client.expectNothing();
            client.close();
        }
        broker.forget("client");
    }

    private static void subscribe(RawClient client, int identifier, String filter, Qos qos) {
        client.send(Subscribe.of(identifier, filter, qos)
                .withProperties(SubscribeProperties.NONE.withSubscriptionIdentifier(identifier)));
        client.expect(Suback.class);
    }
}
