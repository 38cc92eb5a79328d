package io.aldis.junit;

import io.aldis.codec.Packet;
import io.aldis.codec.ReasonCode;
import java.time.Duration;
import java.util.function.UnaryOperator;

/** What a fault does with a packet. */
sealed interface Deed {

    /** It never arrives. */
    record Lose() implements Deed {}

    /** It and all that comes after it wait for a gate. */
    record DelayUntil(Gate gate) implements Deed {}

    /** It and all that comes after it wait for a time. */
    record DelayBy(Duration time) implements Deed {}

    /** The connection ends, and the packet does not arrive. */
    record CutBefore() implements Deed {}

    /** The connection ends when the packet has gone. */
    record CutAfter() implements Deed {}

    /**
     * It arrives twice.
     *
     * @param marked whether the second one has the DUP flag set
     */
    record Duplicate(boolean marked) implements Deed {}

    /** It is a CONNECT, which never arrives; the answer is a refusal. */
    record Refuse(ReasonCode reason) implements Deed {}

    /** Another packet arrives. */
    record Replace(UnaryOperator<Packet> change) implements Deed {}

    /** Other bytes arrive. */
    record ReplaceBytes(UnaryOperator<byte[]> change) implements Deed {}
}
