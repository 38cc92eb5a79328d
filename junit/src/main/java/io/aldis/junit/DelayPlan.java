package io.aldis.junit;

import io.aldis.codec.PacketType;
import java.time.Duration;

/** A delay that is being described, and still has to be told how long it lasts. */
public final class DelayPlan {

    private final Faults all;
    private final PacketType type;

    DelayPlan(Faults all, PacketType type) {
        this.all = all;
        this.type = type;
    }

    /** Until a test opens the gate. */
    public FaultPlan until(Gate gate) {
        return new FaultPlan(all, "delay " + type + " until its gate opens", type, new Deed.DelayUntil(gate));
    }

    /**
     * For this time, which is that of the broker: under a virtual clock it passes when the test lets it.
     *
     * @param time 0 or more
     */
    public FaultPlan by(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("A delay is 0 or more, but " + time + " was given.");
        }
        return new FaultPlan(all, "delay " + type + " by " + time, type, new Deed.DelayBy(time));
    }
}
