package io.aldis.examples;

import io.aldis.broker.Broker;
import io.aldis.broker.Listener;
import io.aldis.broker.hook.ClientCertificate;
import io.aldis.broker.hook.OnBasicAuth;
import io.aldis.broker.settings.Tls;
import java.nio.file.Path;

/**
 * TLS on one port; on the other clients need a certificate, too, and are who it says (mutual TLS). The files are watched: a new
 * certificate is shown to new clients, and those that are connected stay.
 *
 * <pre>{@code
 * $ mosquitto_pub --cafile ca.crt -p 8883 -t greeting -m hello
 * $ mosquitto_pub --cafile ca.crt --cert ann.crt --key ann.key -p 8884 -t greeting -m hello
 * }</pre>
 */
final class SecureBroker {

    private SecureBroker() {}

    /** Of clients with a certificate, its common name is who they are; the others are who they say. */
    private static OnBasicAuth.Answer check(OnBasicAuth.Login login) {
        ClientCertificate certificate = login.client().certificate();
        if (certificate == null) {
            return login.accept();
        }
        return certificate.commonName().isEmpty()
                ? login.refuse("Your certificate has no common name.")
                : login.acceptAs(certificate.commonName());
    }

    static Broker start(int port, int mutualPort, Path chain, Path key, Path authority) {
        Tls tls = Tls.pem(chain, key);
        return Broker.builder()
                .listener(Listener.tcp("127.0.0.1", port).tls(tls))
                .listener(Listener.tcp("127.0.0.1", mutualPort).tls(tls.withRequiredClients(authority)))
                .hooks(hooks -> hooks.onBasicAuth(SecureBroker::check))
                .start();
    }

    public static void main(String[] args) {
        Broker broker = start(8883, 8884, Path.of("server.crt"), Path.of("server.key"), Path.of("ca.crt"));
        System.out.println("mqtts://127.0.0.1:" + broker.port());
    }
}
