package io.aldis.examples;

import io.aldis.broker.Broker;
import io.aldis.broker.Listener;
import io.aldis.broker.hook.OnBasicAuth;
import java.util.Map;

/**
 * Clients have to say who they are: user names and passwords from a table. A broker that has an {@code onBasicAuth} lets nobody in whom
 * none of them accepts.
 *
 * <pre>{@code
 * $ mosquitto_pub -t greeting -m hello -u ann -P secret
 * $ mosquitto_pub -t greeting -m hello -u ann -P guess
 * Connection error: Connection Refused: not authorised.
 * }</pre>
 */
final class UserTable {

    /** A real table has hashed passwords; what matters here is who asks it when. */
    private final Map<String, String> passwords;

    UserTable(Map<String, String> passwords) {
        this.passwords = Map.copyOf(passwords);
    }

    private OnBasicAuth.Answer check(OnBasicAuth.Login login) {
        String password = passwords.get(login.username());
        return password != null && login.hasPassword(password)
                ? login.accept()
                : login.refuse("Wrong user name or password.");
    }

    static Broker start(int port) {
        UserTable users = new UserTable(Map.of("ann", "secret", "bob", "hush"));
        return Broker.builder()
                .listener(Listener.tcp("127.0.0.1", port))
                .hooks(hooks -> hooks.onBasicAuth(users::check))
                .start();
    }

    public static void main(String[] args) {
        System.out.println("mqtt://127.0.0.1:" + start(1883).port());
    }
}
