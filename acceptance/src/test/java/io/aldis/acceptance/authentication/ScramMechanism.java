package io.aldis.acceptance.authentication;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.hivemq.client.mqtt.datatypes.MqttUtf8String;
import com.hivemq.client.mqtt.mqtt5.Mqtt5ClientConfig;
import com.hivemq.client.mqtt.mqtt5.auth.Mqtt5EnhancedAuthMechanism;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5Auth;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5AuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5EnhancedAuth;
import com.hivemq.client.mqtt.mqtt5.message.auth.Mqtt5EnhancedAuthBuilder;
import com.hivemq.client.mqtt.mqtt5.message.connect.Mqtt5Connect;
import com.hivemq.client.mqtt.mqtt5.message.connect.connack.Mqtt5ConnAck;
import com.hivemq.client.mqtt.mqtt5.message.disconnect.Mqtt5Disconnect;
import io.aldis.testkit.ScramClient;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Teaches HiveMQ's client SCRAM-SHA-256. It believes a server only that shows that it knew the password. */
final class ScramMechanism implements Mqtt5EnhancedAuthMechanism {
    private static final int TIMEOUT_SECONDS = 10;

    private final String username;
    private final String password;
    private volatile ScramClient scram;

    ScramMechanism(String username, String password) {
        this.username = username;
        this.password = password;
        scram = begun();
    }

    private ScramClient begun() {
        return new ScramClient("n,,", username, password);
    }

    private static CompletableFuture<Void> say(Mqtt5EnhancedAuthBuilder builder, String message) {
        builder.data(message.getBytes(UTF_8));
        return CompletableFuture.completedFuture(null);
    }

    private static String text(Optional<ByteBuffer> data) {
        return UTF_8.decode(data.orElseThrow().duplicate()).toString();
    }

    private CompletableFuture<Boolean> believe(Optional<? extends Mqtt5EnhancedAuth> told) {
        return CompletableFuture.completedFuture(told.map(last -> text(last.getData()))
                .filter(scram.expected()::equals)
                .isPresent());
    }

    @Override
    public MqttUtf8String getMethod() {
        return MqttUtf8String.of("SCRAM-SHA-256");
    }

    @Override
    public int getTimeout() {
        return TIMEOUT_SECONDS;
    }

    @Override
    public CompletableFuture<Void> onAuth(
            Mqtt5ClientConfig config, Mqtt5Connect connect, Mqtt5EnhancedAuthBuilder builder) {
        scram = begun();
        return say(builder, scram.first());
    }

    @Override
    public CompletableFuture<Void> onReAuth(Mqtt5ClientConfig config, Mqtt5AuthBuilder builder) {
        scram = begun();
        return say(builder, scram.first());
    }

    @Override
    public CompletableFuture<Boolean> onContinue(
            Mqtt5ClientConfig config, Mqtt5Auth question, Mqtt5AuthBuilder builder) {
        return say(builder, scram.last(text(question.getData()))).thenApply(said -> true);
    }

    @Override
    public CompletableFuture<Boolean> onAuthSuccess(Mqtt5ClientConfig config, Mqtt5ConnAck connack) {
        return believe(connack.getEnhancedAuth());
    }

    @Override
    public CompletableFuture<Boolean> onReAuthSuccess(Mqtt5ClientConfig config, Mqtt5Auth auth) {
        return believe(Optional.of(auth));
    }

    @Override
    public void onAuthRejected(Mqtt5ClientConfig config, Mqtt5ConnAck connack) {}

    @Override
    public void onReAuthRejected(Mqtt5ClientConfig config, Mqtt5Disconnect disconnect) {}

    @Override
    public void onAuthError(Mqtt5ClientConfig config, Throwable cause) {}

    @Override
    public void onReAuthError(Mqtt5ClientConfig config, Throwable cause) {}
}
