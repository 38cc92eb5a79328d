package io.aldis.acceptance.stress;

import io.aldis.acceptance.stress.ResilientClient.Leaving;
import io.netty.channel.EventLoop;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** A way in which a connection ends and another one begins. */
enum Accident {
    /** The client says DISCONNECT and is back before the broker may have noticed. */
    DISCONNECT,
    /** The program ends in good order and is started again. */
    RESTART,
    /** The connection is reset. */
    RESET,
    /** The connection is reset, and acknowledgements with it. */
    RESET_WITH_LOSS,
    /** The connection ends within a packet. */
    TORN_PACKET,
    /** The id is taken over while the connection before is open. */
    TAKEOVER,
    /** The same, and what the client was about to say is never said. */
    TAKEOVER_WITH_LOSS,
    /** The id is taken over twice, the second time before the first is accepted. */
    DOUBLE_TAKEOVER,
    /** The same, but the first gives up. */
    ABANDONED_HANDSHAKE,
    /** The client is away for a while, and messages for it wait. */
    ABSENCE;

    private static final List<Accident> ALL = List.of(values());
    private static final int LONGEST_ABSENCE_MILLIS = 50;

    static Accident any(Random random) {
        return ALL.get(random.nextInt(ALL.size()));
    }

    void happen(ResilientClient client, Random random, EventLoop loop) {
        switch (this) {
            case DISCONNECT -> again(client, Leaving.SAYING_SO, false);
            case RESTART -> again(client, Leaving.CLOSING, false);
            case RESET -> again(client, Leaving.RESETTING, false);
            case RESET_WITH_LOSS -> again(client, Leaving.RESETTING, true);
            case TORN_PACKET -> again(client, Leaving.TEARING, false);
            case TAKEOVER -> again(client, Leaving.LEFT_OPEN, false);
            case TAKEOVER_WITH_LOSS -> again(client, Leaving.LEFT_OPEN, true);
            case DOUBLE_TAKEOVER -> {
                client.leave(Leaving.LEFT_OPEN, false);
                client.connectTwice(Leaving.LEFT_OPEN);
            }
            case ABANDONED_HANDSHAKE -> {
                client.leave(Leaving.RESETTING, false);
                client.connectTwice(Leaving.CLOSING);
            }
            case ABSENCE -> {
                client.leave(Leaving.CLOSING, random.nextBoolean());
                loop.schedule(client::connect, 1 + random.nextInt(LONGEST_ABSENCE_MILLIS), TimeUnit.MILLISECONDS);
            }
        }
    }

    private static void again(ResilientClient client, Leaving how, boolean losingOutput) {
        client.leave(how, losingOutput);
        client.connect();
    }
}
