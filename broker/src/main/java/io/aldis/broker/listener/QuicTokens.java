package io.aldis.broker.listener;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.quic.QuicTokenHandler;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Proves that clients are where they say before anything is kept of them (RFC 9000 §8.1.2): each has to bring back a token that was sent to
 * its address. One is good once, so that late packets of a connection that was closed do not begin another. A token is when it was made, a seal of that with the address and the connection id, and the connection id. Confined to
 * one loop.
 */
final class QuicTokens implements QuicTokenHandler {

    private static final String SEAL = "HmacSHA256";
    private static final int SEAL_BYTES = 32;
    private static final int LONGEST_CONNECTION_ID = 20;
    private static final long LIFE = Duration.ofSeconds(10).toNanos();

    private final Mac mac;

    /** Beginnings of the seals of those that have been used and would still be good, with when they were made, in that order of use. */
    private final LinkedHashMap<Long, Long> used = new LinkedHashMap<>();

    QuicTokens() {
        byte[] secret = new byte[SEAL_BYTES];
        new SecureRandom().nextBytes(secret);
        try {
            mac = Mac.getInstance(SEAL);
            mac.init(new SecretKeySpec(secret, SEAL));
        } catch (GeneralSecurityException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }

    @Override
    public boolean writeToken(ByteBuf out, ByteBuf connectionId, InetSocketAddress client) {
        long now = System.nanoTime();
        out.writeLong(now);
        out.writeBytes(seal(now, client, connectionId, connectionId.readerIndex(), connectionId.readableBytes()));
        out.writeBytes(connectionId, connectionId.readerIndex(), connectionId.readableBytes());
        return true;
    }

    @Override
    public int validateToken(ByteBuf token, InetSocketAddress client) {
        int at = token.readerIndex();
        int head = Long.BYTES + SEAL_BYTES;
        if (token.readableBytes() <= head) {
            return -1;
        }
        long made = token.getLong(at);
        byte[] seal = new byte[SEAL_BYTES];
        token.getBytes(at + Long.BYTES, seal);
        boolean ours = MessageDigest.isEqual(seal, seal(made, client, token, at + head, token.readableBytes() - head));
        long now = System.nanoTime();
        return ours && now - made < LIFE && use(token.getLong(at + Long.BYTES), made, now) ? head : -1;
    }

    /** Whether it is used for the first time. */
    private boolean use(long seal, long made, long now) {
        Iterator<Long> oldest = used.values().iterator();
        while (oldest.hasNext() && now - oldest.next() >= LIFE) {
            oldest.remove();
        }
        return used.putIfAbsent(seal, made) == null;
    }

    private byte[] seal(long made, InetSocketAddress client, ByteBuf from, int index, int length) {
        mac.update(ByteBuffer.allocate(Long.BYTES + Integer.BYTES)
                .putLong(made)
                .putInt(client.getPort())
                .flip());
        mac.update(client.getAddress().getAddress());
        byte[] connectionId = new byte[length];
        from.getBytes(index, connectionId);
        return mac.doFinal(connectionId);
    }

    @Override
    public int maxTokenLength() {
        return Long.BYTES + SEAL_BYTES + LONGEST_CONNECTION_ID;
    }
}
