package io.aldis.security;

import io.aldis.broker.hook.Attributes;
import io.aldis.broker.hook.Client;
import io.aldis.codec.MqttVersion;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** A client of which nothing is known. */
final class Stranger implements Client {

    private final Attributes attributes = new Attributes();

    @Override
    public String clientId() {
        return "client";
    }

    @Override
    public @Nullable String username() {
        return null;
    }

    @Override
    public String principal() {
        return "";
    }

    @Override
    public MqttVersion version() {
        return MqttVersion.V5;
    }

    @Override
    public SocketAddress remoteAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    }

    @Override
    public long connection() {
        return 1;
    }

    @Override
    public Attributes attributes() {
        return attributes;
    }

    @Override
    public Attributes sessionAttributes() {
        throw new IllegalStateException("no session yet");
    }

    @Override
    public boolean connected() {
        return true;
    }
}
